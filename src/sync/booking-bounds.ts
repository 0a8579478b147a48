import { DateTime } from 'luxon';
import { z } from 'zod';
import type { EventType } from '../calcom/client.ts';
import { addMs, MINUTE } from '../instant.ts';

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
