import type { Period } from '../appointments/open-visits.ts';
import { readPersonEventTypes } from '../appointments/person-event-types.ts';
import type { SlotsQuery } from '../calcom/client.ts';
import type { Db } from '../database.ts';
import { addMs, DAY, HOUR, MINUTE } from '../instant.ts';
import type { Calls } from './calls.ts';
import { freePeriods, without } from './free-time.ts';

/** Whether Cal.com would take a visit at this start, by its slots. Throws what reading throws. */
export async function isStartFree(
  calls: Calls,
  asked: boolean,
  visit: Pick<SlotsQuery, 'eventTypeId' | 'bookingUidToReschedule'> & {
    startsAt: Date;
    durationMinutes: number;
  },
): Promise<boolean> {
  const { startsAt, durationMinutes, ...query } = visit;
  const range = { from: addMs(startsAt, -HOUR), to: addMs(startsAt, HOUR) };
  const slots = await calls.read(asked, (calcom) => calcom.slots({ ...query, ...range }));
  return covers(slots, startsAt, durationMinutes);
}

/**
 * Whether Cal.com would find this very person free. An event type that others share is free when anybody of them is, so
 * that an event type of the person's own has to be free at the same time too, where there is one. Throws what reading
 * throws.
 */
export async function isPersonFree(
  { db, calls, asked }: { db: Db; calls: Calls; asked: boolean },
  visit: { staffId: string; eventTypeId: number; startsAt: Date; durationMinutes: number },
): Promise<boolean> {
  const { staffId, eventTypeId, startsAt, durationMinutes } = visit;
  if (!(await isStartFree(calls, asked, { eventTypeId, startsAt, durationMinutes }))) return false;
  const eventTypes = await readPersonEventTypes(db, [staffId]);
  const isShared = eventTypes.some((each) => each.eventTypeId === eventTypeId && each.isShared);
  const own = isShared && eventTypes.find((each) => !each.isShared);
  if (!own) return true;
  const range = { from: addMs(startsAt, -HOUR), to: addMs(startsAt, HOUR + durationMinutes * MINUTE) };
  const starts = await calls.read(asked, (calcom) =>
    calcom.slots({ eventTypeId: own.eventTypeId, ...range }),
  );
  const free = freePeriods([{ starts, visitMs: own.durationMinutes * MINUTE }]);
  return without({ from: startsAt, to: addMs(startsAt, durationMinutes * MINUTE) }, free).length === 0;
}

const PAGE = 100;

/** Whether another booking than `exceptUid` keeps Cal.com's user busy then. Throws what reading throws. */
export async function isHostBooked(
  calls: Calls,
  asked: boolean,
  { hostId, from, to, exceptUid }: Period & { hostId: number; exceptUid: string },
): Promise<boolean> {
  // No visit is longer than a day.
  const filter = { status: 'upcoming', startsFrom: addMs(from, -DAY) } as const;
  for (let skip = 0; ; skip += PAGE) {
    const page = await calls.read(asked, (calcom) => calcom.listBookings(filter, { take: PAGE, skip }));
    const isInTheWay = page.bookings.some(
      ({ uid, hosts, status, start, end }) =>
        uid !== exceptUid && status === 'accepted' && hosts[0]?.id === hostId && start < to && from < end,
    );
    if (isInTheWay) return true;
    const last = page.bookings.at(-1);
    if (!page.hasNextPage || (last && last.start >= to)) return false;
  }
}

/** Free when the start is offered, or when it lies between two offered ones whose visits together cover its own. */
export function covers(slots: Date[], startsAt: Date, durationMinutes: number): boolean {
  if (slots.some((slot) => slot.getTime() === startsAt.getTime())) return true;
  const before = slots.findLast((slot) => slot < startsAt);
  const after = slots.find((slot) => slot > startsAt);
  if (!before || !after) return false;
  return after.getTime() - before.getTime() <= durationMinutes * MINUTE;
}
