import { DateTime } from 'luxon';
import { z } from 'zod';
import type { Period } from '../appointments/open-visits.ts';
import type { EventType } from '../calcom/client.ts';
import { addMs, DAY, MINUTE } from '../instant.ts';

/** The starts that an event type takes at all. */
export interface BookingBounds {
  earliest: Date;
  /** Null: without end, or nobody can tell. */
  latest: Date | null;
}

// Cal.com API v2, event types 2024-06-14. A rolling window counts days that have free time: only Cal.com knows them.
const daysAhead = z.object({
  type: z.enum(['calendarDays', 'businessDays']),
  value: z.number(),
  rolling: z.literal(false).nullish(),
});
const dateRange = z.object({ type: z.literal('range'), value: z.tuple([z.string(), z.string()]) });

export function boundsOf(
  { minimumBookingNotice, bookingWindow }: EventType,
  { now, timeZone }: { now: Date; timeZone: string },
): BookingBounds {
  const earliest = addMs(now, minimumBookingNotice * MINUTE);
  return { earliest, latest: lastStart(bookingWindow, DateTime.fromJSDate(now, { zone: timeZone })) };
}

/** How many days ahead may be booked, counted as the event type counts them; null when it is no number. */
export function daysAheadOf(eventType: EventType | null): number | null {
  return daysAhead.safeParse(eventType?.bookingWindow).data?.value ?? null;
}

/** How many days of the period could be booked from their first minute to their last. */
export function wholeDaysWithin(
  { from, to }: Period,
  { earliest, latest }: BookingBounds,
  timeZone: string,
): number {
  const first = DateTime.fromJSDate(earliest > from ? earliest : from, { zone: timeZone });
  const begin = first.equals(first.startOf('day')) ? first : first.plus({ days: 1 }).startOf('day');
  const end = latest && latest < to ? latest : to;
  return Math.max(0, Math.round((end.getTime() - begin.toMillis()) / DAY));
}

function lastStart(bookingWindow: unknown, today: DateTime): Date | null {
  const ahead = daysAhead.safeParse(bookingWindow).data;
  if (ahead) {
    const last =
      ahead.type === 'calendarDays'
        ? today.plus({ days: ahead.value })
        : plusBusinessDays(today, ahead.value);
    return last.endOf('day').toJSDate();
  }
  const range = dateRange.safeParse(bookingWindow).data;
  if (!range) return null;
  const last = DateTime.fromISO(range.value[1], { zone: today.zoneName ?? 'utc' });
  return last.isValid ? last.endOf('day').toJSDate() : null;
}

function plusBusinessDays(today: DateTime, days: number): DateTime {
  const week = 5;
  let last = today.plus({ weeks: Math.floor(days / week) });
  for (let left = days % week; left > 0; ) {
    last = last.plus({ days: 1 });
    if (last.weekday <= week) left -= 1;
  }
  return last;
}
