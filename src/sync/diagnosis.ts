import { DateTime } from 'luxon';
import { addMs, HOUR, MINUTE } from '../instant.ts';
import { readQuietly } from './calls.ts';
import type { Work } from './work.ts';

/** `taken`: the host has other free times on that day; `not_available`: none at all. */
export type ConflictCause = 'taken' | 'not_available' | 'same_person';

/** Why Cal.com says that the host is not free, as far as the day's slots tell; null when they cannot be read. */
export async function diagnoseConflict(work: Work): Promise<ConflictCause | null> {
  const { appointment, eventTypeId } = work.situation;
  if (appointment === null || eventTypeId === null) return null;
  const day = DateTime.fromJSDate(appointment.startsAt, { zone: work.settings.timeZone }).startOf('day');
  const from = day.toJSDate();
  const to = day.plus({ days: 1 }).toJSDate();
  const slots = await readQuietly(() =>
    work.calls.read(work.asked, (calcom) => calcom.slots({ eventTypeId, from, to })),
  );
  if (slots === null) return null;
  return slots.length > 0 ? 'taken' : 'not_available';
}

/** Whether the host is free for the appointment now, by Cal.com's slots. Throws what reading throws. */
export async function isSlotFree(work: Work): Promise<boolean> {
  const { appointment, eventTypeId, durationMinutes, record } = work.situation;
  if (appointment === null || eventTypeId === null) return false;
  const { startsAt } = appointment;
  const slots = await work.calls.read(work.asked, (calcom) =>
    calcom.slots({
      eventTypeId,
      from: addMs(startsAt, -HOUR),
      to: addMs(startsAt, HOUR),
      ...(record.bookingUid && { bookingUidToReschedule: record.bookingUid }),
    }),
  );
  return covers(slots, startsAt, durationMinutes ?? 0);
}

/** Free when the start is offered, or when it lies between two offered ones whose visits together cover its own. */
export function covers(slots: Date[], startsAt: Date, durationMinutes: number): boolean {
  if (slots.some((slot) => slot.getTime() === startsAt.getTime())) return true;
  const before = slots.findLast((slot) => slot < startsAt);
  const after = slots.find((slot) => slot > startsAt);
  if (!before || !after) return false;
  return after.getTime() - before.getTime() <= durationMinutes * MINUTE;
}

/** The event type's minimum notice; 0 when it cannot be read. */
export async function minimumNoticeMinutes(work: Work): Promise<number> {
  const { eventTypeId } = work.situation;
  if (eventTypeId === null) return 0;
  const eventType = await readQuietly(() =>
    work.calls.read(work.asked, (calcom) => calcom.eventType(eventTypeId)),
  );
  return eventType?.minimumBookingNotice ?? 0;
}
