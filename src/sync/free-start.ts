import type { SlotsQuery } from '../calcom/client.ts';
import { addMs, HOUR, MINUTE } from '../instant.ts';
import type { Calls } from './calls.ts';

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

/** Free when the start is offered, or when it lies between two offered ones whose visits together cover its own. */
export function covers(slots: Date[], startsAt: Date, durationMinutes: number): boolean {
  if (slots.some((slot) => slot.getTime() === startsAt.getTime())) return true;
  const before = slots.findLast((slot) => slot < startsAt);
  const after = slots.find((slot) => slot > startsAt);
  if (!before || !after) return false;
  return after.getTime() - before.getTime() <= durationMinutes * MINUTE;
}
