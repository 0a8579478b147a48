import { type OpenVisit, overlaps, readOpenVisits } from '../appointments/open-visits.ts';
import type { Persons } from '../appointments/persons.ts';
import type { QualifiedStaff } from '../appointments/qualified-staff.ts';
import { CalcomRefused } from '../calcom/errors.ts';
import { addMs, MINUTE } from '../instant.ts';
import { readBreaker } from './breaker.ts';
import { readQuietly } from './calls.ts';
import { covers } from './free-start.ts';
import { inParallel, type OfferDeps, offeredPeriod, withoutTaken } from './offers.ts';
import { rankSlots } from './rank-slots.ts';

export interface Place {
  startsAt: Date;
  staff: QualifiedStaff;
}

/** `isChecked`: Cal.com said so; otherwise it did not answer in time, and nothing of ours is in the way. */
export type FoundPlace =
  | { is: 'free'; staff: QualifiedStaff; isChecked: boolean }
  | { is: 'taken'; others: Place[] };

interface Wanted {
  /** Any of them will do; empty when whoever was asked for cannot do it. */
  staff: QualifiedStaff[];
  /** Who else can do it. */
  colleagues: QualifiedStaff[];
  startsAt: Date;
  durationMinutes: number;
  persons: Persons;
  now: Date;
}

const ASKED_AT_ONCE = 3;
const PEOPLE_MAX = 6;
const OTHERS_MAX = 3;

/**
 * Who of the wanted people is free at the start, by Cal.com's slots and by our own open appointments, booked or not; and
 * where nobody is, up to three other places: another time with them, or a colleague at that very time.
 */
export async function findPlace(deps: OfferDeps, wanted: Wanted): Promise<FoundPlace> {
  const view = await openView(deps, wanted);
  const asked = wanted.staff.filter((staff) => !view.isTaken(staff));
  // One after the other: the first who is free is enough, and when Cal.com is silent the next would not be told either.
  for (const staff of asked) {
    const slots = await view.slotsOf(staff);
    if (slots === null) return { is: 'free', staff, isChecked: false };
    if (covers(slots, wanted.startsAt, wanted.durationMinutes)) return { is: 'free', staff, isChecked: true };
  }
  return { is: 'taken', others: await findOthers(deps, wanted, view) };
}

interface View {
  isTaken(staff: QualifiedStaff): boolean;
  /** What Cal.com offers from the wished day to two weeks later, less what ours take; null when it does not answer. */
  slotsOf(staff: QualifiedStaff): Promise<Date[] | null>;
}

async function openView({ db, calls, timeZone }: OfferDeps, wanted: Wanted): Promise<View> {
  const { persons, durationMinutes, startsAt, now } = wanted;
  const period = offeredPeriod(startsAt, now, timeZone);
  const everybody = [...wanted.staff, ...wanted.colleagues];
  const staffIds = everybody.flatMap(({ staffId }) => persons.recordsOf(staffId));
  const visits = await readOpenVisits(db, { staffIds, customerId: null }, period);
  // Until it does not answer: then nobody has to wait for more time-outs.
  let isSilent = (await readBreaker(db)).state === 'open';
  const known = new Map<string, Promise<Date[] | null>>();
  const takenBy = (staff: QualifiedStaff): OpenVisit[] =>
    visits.filter(({ staffId }) => staffId !== null && persons.recordsOf(staff.staffId).includes(staffId));

  async function readSlots(staff: QualifiedStaff): Promise<Date[] | null> {
    if (isSilent) return null;
    const query = { eventTypeId: staff.eventTypeId, ...period };
    const slots = await readQuietly(() =>
      calls.read(true, (calcom) => calcom.slots(query)).catch(refusedIsNone),
    );
    if (slots === null) isSilent = true;
    return slots && withoutTaken(slots, durationMinutes * MINUTE, takenBy(staff));
  }

  return {
    isTaken: (staff) =>
      takenBy(staff).some((visit) =>
        overlaps(visit, { from: startsAt, to: addMs(startsAt, durationMinutes * MINUTE) }),
      ),
    slotsOf(staff) {
      const slots = known.get(staff.staffId) ?? readSlots(staff);
      known.set(staff.staffId, slots);
      return slots;
    },
  };
}

/** Such as for an event type that is not there any more: nothing can be booked with it. */
function refusedIsNone(error: unknown): Date[] {
  if (error instanceof CalcomRefused) return [];
  throw error;
}

async function findOthers(deps: OfferDeps, wanted: Wanted, view: View): Promise<Place[]> {
  const { startsAt, durationMinutes } = wanted;
  const own = await inParallel(wanted.staff.slice(0, PEOPLE_MAX), ASKED_AT_ONCE, async (staff) =>
    ((await view.slotsOf(staff)) ?? []).map((slot) => ({ startsAt: slot, staff })),
  );
  const standIns = wanted.colleagues.filter((staff) => !view.isTaken(staff)).slice(0, PEOPLE_MAX);
  const atThatTime = await inParallel(standIns, ASKED_AT_ONCE, async (staff) => {
    const slots = (await view.slotsOf(staff)) ?? [];
    return covers(slots, startsAt, durationMinutes) ? [{ startsAt, staff }] : [];
  });
  return bestOf([...own.flat(), ...atThatTime.flat()], deps.timeZone, wanted);
}

/** The likeliest to suit first, each time once as long as there are enough times. */
function bestOf(places: Place[], timeZone: string, { startsAt: wish, now }: Wanted): Place[] {
  const times = [...new Set(places.map((place) => place.startsAt.getTime()))].map((time) => new Date(time));
  const ranked = rankSlots(times, { wish, now, timeZone }).map((time) =>
    places.filter(({ startsAt }) => startsAt.getTime() === time.getTime()),
  );
  const first = ranked.flatMap((same) => same.slice(0, 1));
  const further = ranked.flatMap((same) => same.slice(1));
  return [...first, ...further].slice(0, OTHERS_MAX);
}
