import { DateTime } from 'luxon';
import type { Appointment } from '../appointments/appointment.ts';
import type { Evidence } from '../appointments/evidence.ts';
import { type Period, readOpenVisits } from '../appointments/open-visits.ts';
import {
  type PersonEventType,
  readBookedAppointments,
  readPersonEventTypes,
} from '../appointments/person-event-types.ts';
import { readPersons } from '../appointments/persons.ts';
import type { Booking, Calcom, EventType } from '../calcom/client.ts';
import { addMs, MINUTE } from '../instant.ts';
import { readQuietly } from './calls.ts';
import { findEvidence, type Sight, type TakenTime } from './evidence.ts';
import { isPersonFree, isStartFree } from './free-start.ts';
import { later } from './free-time.ts';
import { hostIdOf, takenTimes } from './person-calendars.ts';
import { isOrphan } from './plan/orphans.ts';
import type { FailureHint } from './refusals.ts';
import { WEEKS_SEEN } from './usual-hours.ts';
import type { Work } from './work.ts';

/**
 * A host conflict in one word, and everything that shows why. `taken`: the host has other free times on that day;
 * `not_available`: none at all; `same_person`: one of our own goes first; null when Cal.com does not tell.
 */
export interface Diagnosis {
  cause: 'taken' | 'not_available' | 'same_person' | null;
  evidence: Evidence;
}

interface Suspicion {
  /** Our own appointment that goes first, for which no booking was tried. */
  blocker: Appointment | null;
  hint: FailureHint | null;
}

/**
 * Why the host is not free, with at most six calls to Cal.com, at once: the claim must not run out over it. Never
 * fails: what cannot be found out is left out.
 */
export async function diagnoseConflict(work: Work, suspicion: Suspicion): Promise<Diagnosis> {
  const samePerson = suspicion.blocker ? 'same_person' : null;
  try {
    const sight = await look(work, suspicion);
    if (sight === null) return { cause: samePerson, evidence: [] };
    return { cause: samePerson ?? causeOf(sight), evidence: findEvidence(sight) };
  } catch (error) {
    const { appointmentId } = work.claim;
    work.log.warn({ err: error, appointmentId }, 'conflict.not_diagnosed');
    return { cause: samePerson, evidence: [] };
  }
}

function causeOf({ offered, visit, timeZone }: Sight): Diagnosis['cause'] {
  if (offered === null) return null;
  const { from, to } = dayOf(visit.from, timeZone);
  return offered.starts.some((start) => start >= from && start < to) ? 'taken' : 'not_available';
}

/** What is asked for: the appointment as Cal.com would book it. */
interface Wish {
  appointment: Appointment;
  staffId: string;
  eventTypeId: number;
  /** All staff records of the person, the wished one first. */
  records: string[];
  eventTypes: PersonEventType[];
}

async function look(work: Work, { blocker, hint }: Suspicion): Promise<Sight | null> {
  const { db, clock, settings, situation } = work;
  const { appointment, eventTypeId } = situation;
  if (!appointment?.staffId || eventTypeId === null) return null;
  const { staffId, startsAt } = appointment;
  const records = (await readPersons(db)).recordsOf(staffId);
  const eventTypes = await readPersonEventTypes(db, records);
  const wish = { appointment, staffId, eventTypeId, records, eventTypes };
  const { eventType, otherEventType, bookings, ...offers } = await askCalcom(work, wish);
  const visitMs = (eventType?.lengthInMinutes ?? situation.durationMinutes ?? 0) * MINUTE;
  const visit = { from: startsAt, to: addMs(startsAt, visitMs) };
  return {
    visit,
    now: clock.now(),
    timeZone: settings.timeZone,
    eventType,
    offered: offers.starts && {
      starts: offers.starts,
      visitMs,
      period: weeksAround(startsAt, settings.timeZone),
    },
    finer: offers.finer,
    bookings: bookings && (await whoseBookings(work, wish, { bookings, eventType, otherEventType })),
    rivals: await readRivals(work, wish, visit),
    blockerId: blocker?.id ?? null,
    hint,
  };
}

async function askCalcom(work: Work, { appointment, staffId, eventTypeId, eventTypes }: Wish) {
  const { timeZone } = work.settings;
  const day = dayOf(appointment.startsAt, timeZone);
  const finer = finerEventType(eventTypes, staffId, eventTypeId);
  const other = eventTypes.find((each) => each.staffId !== staffId && !each.isShared);
  const [eventType, otherEventType, starts, finerStarts] = await Promise.all([
    recallEventType(work, eventTypeId),
    other ? recallEventType(work, other.eventTypeId) : null,
    recallSlots(work, eventTypeId, weeksAround(appointment.startsAt, timeZone)),
    finer ? recallSlots(work, finer.eventTypeId, day) : null,
  ]);
  // Afterwards: a booking that has just been made would else take free time and be none, as an entry does.
  const bookings = await readBookings(work, day);
  return {
    eventType,
    otherEventType,
    starts,
    finer: finer && finerStarts && { starts: finerStarts, visitMs: finer.durationMinutes * MINUTE },
    bookings,
  };
}

/** The shortest visit that only this person gives, if it is shorter than the wished one. */
function finerEventType(
  eventTypes: PersonEventType[],
  staffId: string,
  eventTypeId: number,
): PersonEventType | null {
  const own = eventTypes.filter((each) => each.staffId === staffId && !each.isShared);
  const wished = own.find((each) => each.eventTypeId === eventTypeId);
  const shortest = own[0];
  return wished && shortest && shortest.durationMinutes < wished.durationMinutes ? shortest : null;
}

const PAGE = 100;
const PAGES_MAX = 2;

/** The live bookings of the day; null when they cannot be read to the end. */
async function readBookings(work: Work, { from, to }: Period): Promise<Booking[] | null> {
  const bookings: Booking[] = [];
  for (let page = 0; page < PAGES_MAX; page++) {
    const filter = { status: 'upcoming', startsFrom: from, endsBy: to } as const;
    const read = await ask(work, (calcom) => calcom.listBookings(filter, { take: PAGE, skip: page * PAGE }));
    if (read === null) return null;
    bookings.push(...read.bookings);
    if (!read.hasNextPage) return bookings;
  }
  return null;
}

async function whoseBookings(
  { db, installationId, situation }: Work,
  { appointment, staffId, eventTypeId, eventTypes }: Wish,
  seen: { bookings: Booking[]; eventType: EventType | null; otherEventType: EventType | null },
): Promise<TakenTime[]> {
  const { staffName, record } = situation;
  const calendars = {
    staffId,
    eventTypes,
    hostId: hostIdOf(seen.eventType, staffName),
    otherHostId: hostIdOf(seen.otherEventType, null),
  };
  const uids = seen.bookings.map(({ uid }) => uid);
  return takenTimes(seen.bookings, calendars, {
    installationId,
    appointmentId: appointment.id,
    visit: { startsAt: appointment.startsAt, eventTypeId },
    ownUids: [record.bookingUid, record.replacesUid].filter((uid) => uid !== null),
    linked: await readBookedAppointments(db, uids),
    isOrphan: (uid, id) => isOrphan(db, uid, id),
  });
}

async function readRivals(
  { db }: Work,
  { appointment, staffId, records }: Wish,
  visit: Period,
): Promise<Sight['rivals']> {
  const period = { from: visit.from, to: later(visit.to, appointment.endsAt) };
  const who = { staffIds: records, customerId: null, exceptId: appointment.id };
  return (await readOpenVisits(db, who, period)).map((rival) => ({
    from: rival.startsAt,
    to: rival.endsAt,
    appointmentId: rival.appointmentId,
    isOtherCalendar: rival.staffId !== staffId,
    isBooked: rival.isBooked,
  }));
}

function recallEventType({ calls, asked }: Work, id: number): Promise<EventType | null> {
  return readQuietly(() => calls.recall.eventType(asked, id));
}

function recallSlots(work: Work, eventTypeId: number, period: Period): Promise<Date[] | null> {
  const { calls, asked, situation } = work;
  const { appointment, record } = situation;
  const { bookingUid, pushed } = record;
  const isMoving = bookingUid !== null && pushed?.eventTypeId === eventTypeId;
  const query = { eventTypeId, ...period, ...(isMoving && { bookingUidToReschedule: bookingUid }) };
  // It was refused since: whatever is in the way now came after that answer.
  const isStale = (starts: Date[]) =>
    starts.some((start) => start.getTime() === appointment?.startsAt.getTime());
  return readQuietly(() => calls.recall.slots(asked, query, isStale));
}

function ask<T>(work: Work, call: (calcom: Calcom) => Promise<T>): Promise<T | null> {
  return readQuietly(() => work.calls.read(work.asked, call));
}

function dayOf(instant: Date, zone: string): Period {
  const day = DateTime.fromJSDate(instant, { zone }).startOf('day');
  return { from: day.toJSDate(), to: day.plus({ days: 1 }).toJSDate() };
}

function weeksAround(instant: Date, zone: string): Period {
  const day = DateTime.fromJSDate(instant, { zone }).startOf('day');
  return {
    from: day.plus({ weeks: Math.min(...WEEKS_SEEN) }).toJSDate(),
    to: day.plus({ weeks: Math.max(...WEEKS_SEEN), days: 1 }).toJSDate(),
  };
}

/** Whether the host is free for the appointment now, by Cal.com's slots. Throws what reading throws. */
export async function isSlotFree(work: Work): Promise<boolean> {
  const { appointment, eventTypeId, durationMinutes, record } = work.situation;
  if (appointment === null || eventTypeId === null) return false;
  const { staffId, startsAt } = appointment;
  // Its own booking keeps a colleague busy, and not the person who is asked for.
  if (staffId !== null && record.pushed?.eventTypeId === eventTypeId && record.pushed.staffId !== staffId) {
    return isPersonFree(work, { staffId, eventTypeId, startsAt, durationMinutes: durationMinutes ?? 0 });
  }
  return isStartFree(work.calls, work.asked, {
    eventTypeId,
    startsAt,
    durationMinutes: durationMinutes ?? 0,
    ...(record.bookingUid && { bookingUidToReschedule: record.bookingUid }),
  });
}

/** The event type's minimum notice; 0 when it cannot be read. */
export async function minimumNoticeMinutes(work: Work): Promise<number> {
  const { eventTypeId } = work.situation;
  if (eventTypeId === null) return 0;
  const eventType = await recallEventType(work, eventTypeId);
  return eventType?.minimumBookingNotice ?? 0;
}
