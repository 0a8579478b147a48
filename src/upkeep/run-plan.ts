import { claimOne } from '../appointments/claim.ts';
import { closeUnbooked } from '../appointments/close.ts';
import { appendHistory } from '../appointments/history.ts';
import type { PlanRow } from '../appointments/plan-rows.ts';
import { recordBooked, releaseClaim } from '../appointments/record.ts';
import type { Seen } from '../appointments/seen.ts';
import { readSituations, type Situation } from '../appointments/situation.ts';
import { wakeFailed } from '../appointments/wake.ts';
import type { Booking } from '../calcom/client.ts';
import { CalcomError } from '../calcom/errors.ts';
import type { Clock } from '../clock.ts';
import { type Db, transaction } from '../database.ts';
import { CallNotMade, type Calls } from '../sync/calls.ts';
import { isLive } from '../sync/look-up.ts';
import type { PlanGroup, PlanGroupName, PlanItem } from './plan.ts';

export interface PlanDeps {
  db: Db;
  calls: Calls;
  clock: Clock;
  /** Who runs it, for the history. */
  actor: string;
  claimLeaseMs: number;
}

/** What came of one group; `skipped` names the rows that had changed since the plan was made, and why. */
export interface PlanResult {
  name: PlanGroupName;
  count: number;
  ids: number[];
  done: number;
  skipped: { id: number; why: string }[];
}

/** A row's end: `done`, or why it was left alone. */
type Ending = 'done' | 'changed' | 'not_there' | 'cal.com did not answer';

/** Runs the given items, group by group. Each row is guarded by the values that the plan holds. */
export async function runPlan(deps: PlanDeps, groups: PlanGroup[]): Promise<PlanResult[]> {
  const results: PlanResult[] = [];
  for (const { name, items } of groups) {
    const result = describeGroup({ name, items });
    for (const item of items) {
      const ending = await runItem(deps, name, item);
      if (ending === 'done') result.done += 1;
      else result.skipped.push({ id: item.row.appointment.id, why: ending });
    }
    results.push(result);
  }
  return results;
}

/** A group that has not run. */
export function describeGroup({ name, items }: PlanGroup): PlanResult {
  return { name, count: items.length, ids: items.map(({ row }) => row.appointment.id), done: 0, skipped: [] };
}

const CLOSING_REASONS = {
  past: 'past',
  no_staff: 'no_staff',
  duplicates: 'duplicate',
  no_event_type: 'no_event_type',
} as const;

async function runItem(deps: PlanDeps, name: PlanGroupName, { row }: PlanItem): Promise<Ending> {
  switch (name) {
    case 'adopt':
      return adoptFound(deps, row);
    case 'placeholder':
    case 'wake':
      return wake(deps, row);
    default: {
      const closing = { reason: CLOSING_REASONS[name], actor: deps.actor, now: deps.clock.now() };
      return (await closeUnbooked(deps.db, seen(row), closing)) === 'closed' ? 'done' : 'changed';
    }
  }
}

function seen({ appointment }: PlanRow): Seen {
  const { id, status, startsAtText, staffId } = appointment;
  return { appointmentId: id, status, startsAtText, staffId };
}

async function wake({ db, clock, actor }: PlanDeps, row: PlanRow): Promise<Ending> {
  const appointmentId = row.appointment.id;
  const now = clock.now();
  return transaction(db, async (tx) => {
    if ((await wakeFailed(tx, seen(row), now)) === 0) return 'changed';
    await appendHistory(tx, { appointmentId, at: now, actor, action: 'asked_again' });
    return 'done';
  });
}

/** Links the booking that the import found, if it is still what it was: live, and the very visit of the row. */
async function adoptFound(deps: PlanDeps, row: PlanRow): Promise<Ending> {
  const { db, calls, clock } = deps;
  const { foundUid } = row;
  const claim = await claimOne(db, row.appointment.id, { now: clock.now(), leaseMs: deps.claimLeaseMs });
  if (claim === null || foundUid === null) return 'changed';
  const giveBack = () => releaseClaim(db, claim, { dueAt: null, now: clock.now() });
  try {
    const [situation] = await readSituations(db, [claim.appointmentId]);
    if (!situation || !isAsSeen(situation, row)) {
      await giveBack();
      return 'changed';
    }
    const booking = await calls.read(true, (calcom) => calcom.getBooking(foundUid));
    if (!isVisit(booking, situation)) {
      await giveBack();
      return 'not_there';
    }
    return (await link(deps, { claim, situation, uid: booking.uid })) ? 'done' : 'changed';
  } catch (error) {
    await giveBack();
    if (error instanceof CalcomError || error instanceof CallNotMade) return 'cal.com did not answer';
    throw error;
  }
}

function isAsSeen({ record, appointment }: Situation, row: PlanRow): boolean {
  return (
    record.state === 'failed' &&
    record.foundUid === row.foundUid &&
    appointment?.status === row.appointment.status &&
    appointment.startsAtText === row.appointment.startsAtText &&
    appointment.staffId === row.appointment.staffId
  );
}

function isVisit(booking: Booking, { appointment, eventTypeId }: Situation): boolean {
  return (
    isLive(booking) &&
    booking.eventTypeId === eventTypeId &&
    booking.start.getTime() === appointment?.startsAt.getTime()
  );
}

async function link(
  { db, clock, actor }: PlanDeps,
  found: { claim: { appointmentId: number; token: string }; situation: Situation; uid: string },
): Promise<boolean> {
  const { appointment, eventTypeId } = found.situation;
  if (!appointment?.staffId || eventTypeId === null) return false;
  const { serviceId, staffId, startsAt, startsAtText } = appointment;
  const recorded = await recordBooked(db, found.claim, {
    action: 'adopted',
    actor,
    uid: found.uid,
    pushed: { serviceId, staffId, startsAt, startsAtText, eventTypeId },
    replacesUid: null,
    now: clock.now(),
  });
  return recorded === 'recorded';
}
