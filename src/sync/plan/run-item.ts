import { isWantedByAnother, readMappedVisit } from '../../appointments/adoption.ts';
import type { Appointment } from '../../appointments/appointment.ts';
import { type Claim, claimOne } from '../../appointments/claim.ts';
import { closeUnbooked } from '../../appointments/close.ts';
import { appendHistory } from '../../appointments/history.ts';
import { readTaken } from '../../appointments/keep-closing.ts';
import { type ItemEnding, recordItemEnded, type StoredItem } from '../../appointments/plans.ts';
import { recordBooked, recordFoundGone, releaseClaim } from '../../appointments/record.ts';
import type { Seen } from '../../appointments/seen.ts';
import { readSituations, type Situation } from '../../appointments/situation.ts';
import type { Pushed } from '../../appointments/sync-record.ts';
import { keepForUndo } from '../../appointments/undos.ts';
import { wakeFailed } from '../../appointments/wake.ts';
import type { Booking } from '../../calcom/client.ts';
import { CalcomError } from '../../calcom/errors.ts';
import type { Clock } from '../../clock.ts';
import { type Db, type Tx, transaction } from '../../database.ts';
import { toSqlInstant } from '../../instant.ts';
import { CallNotMade, type Calls } from '../calls.ts';
import { isLive } from '../look-up.ts';
import { cancelOrphan } from './cancel-orphan.ts';

export interface PlanDeps {
  db: Db;
  calls: Calls;
  clock: Clock;
  /** Who runs it, for the history. */
  actor: string;
  claimLeaseMs: number;
  locale: 'de' | 'en';
}

const CLOSING_REASONS = {
  past: 'past',
  no_staff: 'no_staff',
  duplicates: 'duplicate',
  no_event_type: 'no_event_type',
} as const;

/**
 * Does one thing of a plan, guarded by the values that the plan holds, and notes how it ended; what changes the
 * database and that note are one transaction, so that a plan that was killed half-way goes on without doubling.
 */
export async function runItem(deps: PlanDeps, item: StoredItem): Promise<void> {
  const { db } = deps;
  const ending = await endingOf(deps, item);
  if (ending !== 'noted') await recordItemEnded(db, item, ending);
}

/** `noted`: it is noted already, together with what it changed. */
type Ending = ItemEnding | 'noted';

function endingOf(deps: PlanDeps, item: StoredItem): Promise<Ending> {
  switch (item.group) {
    case 'orphans':
      return inCalcom(() => cancelOrphan(deps, item));
    case 'adopt':
    case 'ambiguous':
      return inCalcom(() => linkFound(deps, item));
    case 'placeholder':
    case 'changed':
    case 'wake':
      return wake(deps, item);
    default:
      return closeSeen(deps, item, CLOSING_REASONS[item.group]);
  }
}

async function inCalcom(work: () => Promise<Ending>): Promise<Ending> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CalcomError || error instanceof CallNotMade) return 'cal.com did not answer';
    throw error;
  }
}

async function closeSeen({ db, clock, actor }: PlanDeps, item: StoredItem, reason: string): Promise<Ending> {
  if (item.seen === null) return 'changed';
  const closed = await closeUnbooked(db, item.seen, {
    reason,
    actor,
    now: clock.now(),
    undo: `plan:${item.planId}`,
    alongside: (tx) => recordItemEnded(tx, item, 'done'),
  });
  return closed === 'closed' ? 'noted' : 'changed';
}

async function wake({ db, clock, actor }: PlanDeps, item: StoredItem): Promise<Ending> {
  const { appointmentId, seen } = item;
  const now = clock.now();
  if (seen === null) return 'changed';
  return transaction(db, async (tx) => {
    if ((await wakeFailed(tx, seen, now)) === 0) return 'changed';
    await appendHistory(tx, { appointmentId, at: now, actor, action: 'asked_again' });
    await recordItemEnded(tx, item, 'done');
    return 'noted';
  });
}

/** Links the booking that the import found, if it still stands and the appointment is what the plan saw. */
async function linkFound(deps: PlanDeps, item: StoredItem): Promise<Ending> {
  const { db, clock } = deps;
  const claim = await claimOne(db, item.appointmentId, { now: clock.now(), leaseMs: deps.claimLeaseMs });
  if (claim === null) return 'changed';
  try {
    const ending = await linkClaimed(deps, item, claim);
    if (ending !== 'noted') await releaseClaim(db, claim, { dueAt: null, now: clock.now() });
    return ending;
  } catch (error) {
    await releaseClaim(db, claim, { dueAt: null, now: clock.now() });
    throw error;
  }
}

async function linkClaimed(deps: PlanDeps, item: StoredItem, claim: Claim): Promise<Ending> {
  const { db, calls, clock } = deps;
  const { bookingUid, seen } = item;
  const [situation] = await readSituations(db, [claim.appointmentId]);
  if (!situation || seen === null || bookingUid === null) return 'changed';
  // The answer of an earlier run was lost.
  if (situation.record.bookingUid === bookingUid) return 'done';
  if (!isAsSeen(situation, seen, bookingUid)) return 'changed';
  const booking = await calls.read(true, (calcom) => calcom.getBooking(bookingUid));
  if (!isLive(booking)) return 'not_there';
  const isTaken = await isWantedByAnother(db, { uid: booking.uid, appointmentId: claim.appointmentId });
  if (item.group === 'ambiguous' && isTaken && (await isLinked(db, booking.uid))) {
    const left = await recordFoundGone(db, claim, clock.now());
    return left === 'recorded' ? 'done' : 'changed';
  }
  const pushed = await pushedOf(db, booking, situation);
  if (pushed === null) return 'not_mapped';
  const isVisit = pushed.startsAt.getTime() === situation.appointment?.startsAt.getTime();
  const isSame = isVisit && pushed.eventTypeId === situation.eventTypeId;
  if (item.group === 'adopt' && !isSame) return 'not_there';
  return link(deps, item, { claim, uid: booking.uid, pushed, ending: isSame ? 'done' : 'moving' });
}

function isAsSeen({ record, appointment }: Situation, seen: Seen, foundUid: string): boolean {
  return (
    record.state === 'failed' &&
    record.foundUid === foundUid &&
    appointment?.status === seen.status &&
    appointment.startsAtText === seen.startsAtText &&
    appointment.staffId === seen.staffId
  );
}

async function isLinked(db: Db, uid: string): Promise<boolean> {
  return (await db('appointment_syncs').where({ booking_uid: uid }).first('appointment_id')) !== undefined;
}

/** How the row writes the start where it is the booking's, so that the two compare equal. */
function textOfStart(start: Date, { startsAt, startsAtText }: Appointment): string {
  return start.getTime() === startsAt.getTime() ? startsAtText : toSqlInstant(start);
}

/** What the booking stands for, in the words of our tables; null when its event type is not mapped. */
async function pushedOf(db: Db, booking: Booking, { appointment }: Situation): Promise<Pushed | null> {
  const { eventTypeId, start } = booking;
  if (appointment === null || eventTypeId === null) return null;
  const visit = await readMappedVisit(db, eventTypeId, appointment);
  return visit && { ...visit, eventTypeId, startsAt: start, startsAtText: textOfStart(start, appointment) };
}

async function link(
  { db, clock, actor }: PlanDeps,
  item: StoredItem,
  { claim, uid, pushed, ending }: { claim: Claim; uid: string; pushed: Pushed; ending: ItemEnding },
): Promise<Ending> {
  const now = clock.now();
  const recorded = await recordBooked(db, claim, {
    action: 'adopted',
    actor,
    uid,
    pushed,
    replacesUid: null,
    alongside: (tx) => noteLinked(tx, item, { uid, ending, now }),
    now,
  });
  return recorded === 'recorded' ? 'noted' : 'changed';
}

async function noteLinked(
  tx: Tx,
  item: StoredItem,
  { uid, ending, now }: { uid: string; ending: ItemEnding; now: Date },
): Promise<void> {
  const { appointmentId, seen, planId } = item;
  await keepForUndo(tx, `plan:${planId}`, {
    appointmentId,
    kind: 'linked',
    startsAtText: seen?.startsAtText ?? null,
    before: {},
    after: { booking_uid: uid },
    // The claim's own expiry is not to come back.
    recordBefore: { ...(await readTaken(tx, appointmentId)), due_at: null, asked_at: null },
    now,
  });
  await recordItemEnded(tx, item, ending);
}
