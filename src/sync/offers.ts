import { DateTime } from 'luxon';
import type { Appointment } from '../appointments/appointment.ts';
import { type OpenVisit, overlaps, type Period, readOpenVisits } from '../appointments/open-visits.ts';
import { readPersons } from '../appointments/persons.ts';
import { type QualifiedStaff, readEventTypeId, readQualifiedStaff } from '../appointments/qualified-staff.ts';
import type { Situation } from '../appointments/situation.ts';
import { CalcomRefused } from '../calcom/errors.ts';
import type { Db } from '../database.ts';
import { addMs, MINUTE } from '../instant.ts';
import { type Calls, readQuietly } from './calls.ts';
import { isPersonFree } from './free-start.ts';
import { rankSlots } from './rank-slots.ts';

const DAYS_AHEAD = 14;
const COLLEAGUES_AT_ONCE = 6;

export interface OfferDeps {
  db: Db;
  calls: Calls;
  timeZone: string;
}

/**
 * Where the appointment could go: what Cal.com offers for its service with this person (its own unless `staffId` is
 * given) from the wished day to two weeks later, less what our own open appointments of the person and of the
 * customer take. What suits best comes first. Empty without a person or an event type. Throws what reading throws.
 */
export async function offerSlots(
  { db, calls, timeZone }: OfferDeps,
  situation: Situation,
  { staffId, now, limit }: { staffId?: string; now: Date; limit: number },
): Promise<{ startsAt: Date }[]> {
  const { appointment } = situation;
  const person = staffId ?? appointment?.staffId;
  if (!appointment || !person) return [];
  const eventTypeId = await readEventTypeId(db, { serviceId: appointment.serviceId, staffId: person });
  if (eventTypeId === null) return [];

  const period = offeredPeriod(appointment.startsAt, now, timeZone);
  const uid = uidStandingWith(situation, person);
  const slots = await calls.read(true, (calcom) =>
    calcom.slots({ eventTypeId, ...period, ...(uid && { bookingUidToReschedule: uid }) }),
  );
  const taken = await readOpenVisits(
    db,
    {
      staffIds: (await readPersons(db)).recordsOf(person),
      customerId: appointment.customerId,
      exceptId: appointment.id,
    },
    period,
  );
  const free = withoutTaken(slots, lengthMs(situation, appointment), taken).filter(
    (slot) => !(uid && slot.getTime() === situation.record.pushed?.startsAt.getTime()),
  );
  const ranked = rankSlots(free, { wish: appointment.startsAt, now, timeZone });
  return ranked.slice(0, limit).map((startsAt) => ({ startsAt }));
}

/** An open appointment of ours that keeps the person or the customer busy at another start; null when none does. */
export async function readOursAt(db: Db, situation: Situation, startsAt: Date): Promise<number | null> {
  const { appointment } = situation;
  if (!appointment) return null;
  const { id, staffId, customerId } = appointment;
  const staffIds = staffId === null ? [] : (await readPersons(db)).recordsOf(staffId);
  const visit = { from: startsAt, to: addMs(startsAt, lengthMs(situation, appointment)) };
  const [taken] = await readOpenVisits(db, { staffIds, customerId, exceptId: id }, visit);
  return taken?.appointmentId ?? null;
}

/** From the wished day, or now when that is past, to the end of the same weekday two weeks later. */
export function offeredPeriod(wish: Date, now: Date, zone: string): Period {
  const first = DateTime.fromJSDate(wish > now ? wish : now, { zone }).startOf('day');
  const from = first.toJSDate();
  return { from: from > now ? from : now, to: first.plus({ days: DAYS_AHEAD + 1 }).toJSDate() };
}

/** The appointment's own booking, when it stands with this person: it is not in its own way. */
function uidStandingWith({ record }: Situation, staffId: string): string | null {
  return record.pushed?.staffId === staffId ? record.bookingUid : null;
}

function lengthMs({ durationMinutes }: Situation, { startsAt, endsAt }: Appointment): number {
  const ms = endsAt.getTime() - startsAt.getTime();
  return ms > 0 ? ms : (durationMinutes ?? 0) * MINUTE;
}

/** The starts from which a visit of this length touches none of the taken ones. */
export function withoutTaken(slots: Date[], visitMs: number, taken: OpenVisit[]): Date[] {
  return slots.filter((slot) => {
    const visit = { from: slot, to: addMs(slot, visitMs) };
    return !taken.some((other) => overlaps(other, visit));
  });
}

export interface Colleague extends QualifiedStaff {
  /** At the appointment's time; null when Cal.com did not answer. */
  isFree: boolean | null;
}

/** Who else can do the appointment's service: those who are free at its time first, then by name. */
export async function offerColleagues(
  { db, calls }: Pick<OfferDeps, 'db' | 'calls'>,
  situation: Situation,
  { now }: { now: Date },
): Promise<Colleague[]> {
  const { appointment } = situation;
  if (!appointment) return [];
  const [qualified, persons] = await Promise.all([
    readQualifiedStaff(db, appointment.serviceId),
    readPersons(db),
  ]);
  const own = appointment.staffId === null ? null : persons.personOf(appointment.staffId);
  const others = qualified.filter(({ staffId }) => persons.personOf(staffId) !== own);
  const visit = visitOf(situation, appointment);
  const staffIds = others.flatMap(({ staffId }) => persons.recordsOf(staffId));
  const taken = await readOpenVisits(db, { staffIds, customerId: null, exceptId: appointment.id }, visit);
  const busy = new Set(taken.map(({ staffId }) => staffId && persons.personOf(staffId)));

  const ask = askWhileAnswered({ db, calls }, situation);
  const colleagues = await inParallel(others, COLLEAGUES_AT_ONCE, async (other) => {
    const cannot = appointment.startsAt <= now || busy.has(persons.personOf(other.staffId));
    return { ...other, isFree: cannot ? false : await ask(other, appointment.startsAt) };
  });
  return colleagues.toSorted((one, other) => Number(other.isFree ?? false) - Number(one.isFree ?? false));
}

function visitOf(situation: Situation, appointment: Appointment): Period {
  const { startsAt } = appointment;
  return { from: startsAt, to: addMs(startsAt, lengthMs(situation, appointment)) };
}

/** Asks Cal.com for one after the other until it does not answer: then nobody has to wait for more time-outs. */
function askWhileAnswered({ db, calls }: Pick<OfferDeps, 'db' | 'calls'>, { durationMinutes }: Situation) {
  let isSilent = false;
  return async (colleague: QualifiedStaff, startsAt: Date): Promise<boolean | null> => {
    if (isSilent) return null;
    const visit = { ...colleague, startsAt, durationMinutes: durationMinutes ?? 0 };
    const isFree = await readQuietly(() =>
      isPersonFree({ db, calls, asked: true }, visit).catch(refusedIsNo),
    );
    if (isFree === null) isSilent = true;
    return isFree;
  };
}

/** Such as an event type that is not there any more: nothing can be booked with it. */
function refusedIsNo(error: unknown): false {
  if (error instanceof CalcomRefused) return false;
  throw error;
}

/** Runs the work for every item, never more than `most` at a time; results in the items' order. */
export async function inParallel<Item, Result>(
  items: Item[],
  most: number,
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: most }, lane));
  return results;
}
