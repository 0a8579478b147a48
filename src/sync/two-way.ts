import { type Appointment, isOpen } from '../appointments/appointment.ts';
import { keepBooking, recordFollowed } from '../appointments/follow-there.ts';
import { recordBooked, recordFailed, recordStillFailed, releaseClaim } from '../appointments/record.ts';
import { hashOf } from '../appointments/situation.ts';
import { readStaffOfHost } from '../appointments/staff-there.ts';
import type { Pushed } from '../appointments/sync-record.ts';
import { isSamePlace, type There } from '../appointments/there.ts';
import type { Booking } from '../calcom/client.ts';
import { CalcomError } from '../calcom/errors.ts';
import { addMs, fromSqlInstant, MINUTE, toSqlInstant } from '../instant.ts';
import { headOrGone } from './landing.ts';
import { isLive, isOwn } from './look-up.ts';
import type { NextStep } from './next-step.ts';
import type { Work } from './work.ts';

const READ_AGAIN_MS = MINUTE;

/** The work that goes on, with what is known of Cal.com; null: its outcome is recorded. */
type Compared = Work | null;

/** What was pushed, or what stood in Cal.com when it was cancelled there, and what stands there now. */
interface Sides {
  appointment: Appointment;
  base: Pushed;
  there: There;
}

/**
 * Whether Cal.com is to be read before this step: it was said to have changed, both sides differed before, or our own
 * change is about to be pushed over whatever was changed there.
 */
export function mustCompare({ situation }: Work, step: NextStep): boolean {
  const { record, appointment } = situation;
  if (appointment === null || !isOpen(appointment)) return false;
  // The booking that was replaced goes first.
  if (record.replacesUid !== null) return false;
  if (record.bookingUid === null) return record.lookUid !== null && record.there !== null;
  const differed = record.state === 'failed' && record.failureKind === 'two_truths';
  return record.lookUid !== null || differed || ['move', 'reassign', 'replace'].includes(step.do);
}

/**
 * Reads the booking and decides by what was pushed: only Cal.com's side differs, so our row follows; both differ, or it
 * was cancelled there, so a person decides. Throws what reading throws, unless the appointment is in step as far as is
 * known: then it is read again later, and nobody need hear of it.
 */
export async function compareThere(work: Work): Promise<Compared> {
  try {
    return await compare(work);
  } catch (error) {
    if (!(error instanceof CalcomError) || work.situation.record.state !== 'synced') throw error;
    const now = work.clock.now();
    await releaseClaim(work.db, work.claim, { dueAt: addMs(now, READ_AGAIN_MS), now });
    return null;
  }
}

async function compare(work: Work): Promise<Compared> {
  const { situation, clock } = work;
  const { record, appointment } = situation;
  const base = record.pushed ?? (record.there && pushedOf(record.there));
  if (appointment === null || base === null) return work;
  const booking = await readBooking(work);
  if (booking === null) {
    const isOver = record.bookingUid === null || base.startsAt <= clock.now();
    return isOver ? work : cancelledThere(work, { appointment, base });
  }
  const there = await thereOf(work, booking, base);
  return decide(work, { appointment, base, there });
}

function decide(work: Work, sides: Sides): Promise<Compared> {
  const { appointment, base, there } = sides;
  const standing = { ...there, startsAt: fromSqlInstant(there.startsAtText) };
  if (isSamePlace(standing, base)) return goOn(work, sides);
  if (isSamePlace(standing, appointment)) return agree(work, sides);
  if (isSamePlace(appointment, base) && there.staffId !== null) return follow(work, sides);
  return twoTruths(work, there);
}

/** The live booking that stands for the appointment; null: it was cancelled, or Cal.com does not know it. */
async function readBooking(work: Work): Promise<Booking | null> {
  const { record } = work.situation;
  const known = record.bookingUid ?? record.there?.uid;
  const head = known === undefined ? 'gone' : await headOrGone(work, known);
  if (head !== 'gone' && isLive(head)) return head;
  const { lookUid } = record;
  if (lookUid === null || lookUid === known || (head !== 'gone' && lookUid === head.uid)) return null;
  // Asked for another time, a customer's new booking need not be linked from the one that was cancelled.
  const other = await headOrGone(work, lookUid);
  if (other === 'gone' || !isLive(other)) return null;
  return isOwn(other, work.installationId, work.claim.appointmentId) ? other : null;
}

async function thereOf({ db }: Work, booking: Booking, base: Pushed): Promise<There> {
  const [host] = booking.hosts;
  const hostId = host?.id ?? null;
  const { serviceId, eventTypeId } = base;
  // Whom Cal.com chose when it was booked is nobody's change.
  const isSameHost = hostId === null || base.hostId == null || hostId === base.hostId;
  const staffId = isSameHost
    ? base.staffId
    : await readStaffOfHost(db, { serviceId, eventTypeId, hostName: host?.name ?? '' });
  return {
    uid: booking.uid,
    serviceId,
    staffId,
    hostId,
    hostName: host?.name ?? null,
    startsAtText: toSqlInstant(booking.start),
    eventTypeId,
    isCancelled: false,
  };
}

/** Nothing was changed there, at most under another uid. */
async function goOn(work: Work, { base, there }: Sides): Promise<Compared> {
  const { record } = work.situation;
  const { uid, hostId } = there;
  if (record.bookingUid === uid && record.pushed?.hostId === hostId) return work;
  const pushed = { ...base, hostId };
  const kept = await keepBooking(work.db, work.claim, { uid, pushed });
  if (kept === 'lost') return null;
  const situation = { ...work.situation, record: { ...record, bookingUid: uid, pushed } };
  return { ...work, situation };
}

/** Both sides were changed to the same. */
async function agree({ db, claim, clock, situation }: Work, sides: Sides): Promise<null> {
  const { appointment, base, there } = sides;
  const { startsAt, startsAtText } = appointment;
  await recordBooked(db, claim, {
    action: 'moved',
    actor: 'calcom',
    uid: there.uid,
    pushed: { ...base, startsAt, startsAtText, staffId: there.staffId ?? base.staffId, hostId: there.hostId },
    replacesUid: situation.record.replacesUid,
    before: { staff: base.staffId, start: base.startsAtText },
    now: clock.now(),
  });
  return null;
}

async function follow(work: Work, { appointment, base, there }: Sides): Promise<null> {
  const { db, claim, clock, situation } = work;
  const { id: appointmentId, status, staffId } = appointment;
  const { uid } = there;
  const now = clock.now();
  // The row's own way of writing the start, when that stays.
  const isSameStart = there.startsAtText === toSqlInstant(appointment.startsAt);
  const startsAtText = isSameStart ? appointment.startsAtText : there.startsAtText;
  const pushed = {
    ...pushedOf(there),
    staffId: there.staffId ?? base.staffId,
    startsAtText,
  };
  const seen = { appointmentId, status, startsAtText: appointment.startsAtText, staffId };
  const { replacesUid } = situation.record;
  const followed = await recordFollowed(db, claim, seen, { uid, pushed, replacesUid, now });
  if (followed === 'changed') await releaseClaim(db, claim, { dueAt: now, now });
  if (followed === 'duplicate') return twoTruths(work, there);
  return null;
}

async function twoTruths(work: Work, there: There): Promise<null> {
  const { db, claim, clock, situation } = work;
  const { record } = situation;
  const triedHash = hashOf(situation, situation.blocker);
  const now = clock.now();
  const isKnown = record.failureKind === 'two_truths' && record.state === 'failed';
  if (isKnown && JSON.stringify(record.there) === JSON.stringify(there)) {
    await recordStillFailed(db, claim, { triedHash, dueAt: null, now });
    return null;
  }
  await recordFailed(db, claim, { ...OF_A_PERSON, kind: 'two_truths', triedHash, there, now });
  return null;
}

async function cancelledThere(
  { db, claim, clock, situation }: Work,
  { appointment, base }: Omit<Sides, 'there'>,
): Promise<null> {
  const { serviceId, staffId, startsAtText, eventTypeId, hostId = null } = base;
  const uid = situation.record.bookingUid ?? '';
  const visit = { uid, serviceId, staffId, startsAtText, eventTypeId, hostId };
  const rowThen = {
    serviceId: appointment.serviceId,
    staffId: appointment.staffId,
    startsAtText: toSqlInstant(appointment.startsAt),
  };
  await recordFailed(db, claim, {
    ...OF_A_PERSON,
    kind: 'cancelled_there',
    triedHash: hashOf(situation, situation.blocker),
    there: {
      ...visit,
      hostName: null,
      isCancelled: true,
      ...(!isSamePlace(appointment, base) && { rowThen }),
    },
    bookingGone: true,
    now: clock.now(),
  });
  return null;
}

const OF_A_PERSON = {
  cause: null,
  evidence: [],
  text: null,
  blockedBy: null,
  dueAt: null,
  alert: 'raise' as const,
};

/**
 * What was cancelled in Cal.com is never booked again by itself: a person has to ask for it, or to give the appointment
 * another time, service or person.
 */
export function isWithdrawnThere({ situation, asked }: Work): boolean {
  const { record, appointment } = situation;
  if (asked || record.state !== 'failed' || record.failureKind !== 'cancelled_there') return false;
  if (record.there === null || appointment === null) return true;
  const { serviceId, staffId, startsAtText } = record.there.rowThen ?? record.there;
  return isSamePlace(appointment, { serviceId, staffId, startsAt: fromSqlInstant(startsAtText) });
}

function pushedOf({ serviceId, staffId, startsAtText, eventTypeId, hostId }: There): Pushed {
  const startsAt = fromSqlInstant(startsAtText);
  return { serviceId, staffId: staffId ?? '', startsAt, startsAtText, eventTypeId, hostId };
}
