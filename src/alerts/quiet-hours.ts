import { DateTime } from 'luxon';
import { addMs, HOUR } from '../instant.ts';

/** From and to in minutes after midnight, by the clock of the salon's zone; `to` may be on the next day. */
export interface QuietHours {
  from: number;
  to: number;
}

export interface QuietPeriod {
  from: Date;
  until: Date;
  /** Starts before this are told at once: after the quiet hours it would be too late. */
  urgentBefore: Date;
}

const TIME_TO_ACT_MS = 2 * HOUR;

/** The quiet hours that `now` is in, or the last ones before; null when there are none. `until` is not in them. */
export function quietPeriodAt(quiet: QuietHours | null, { now, timeZone }: { now: Date; timeZone: string }) {
  if (quiet === null) return null;
  const today = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day');
  const periods = [0, -1, -2].map((days) => periodOf(quiet, today.plus({ days })));
  return periods.find(({ from }) => from <= now) ?? null;
}

/** The hours that begin on this day. A time that the clocks skip is later by as much. */
function periodOf({ from, to }: QuietHours, day: DateTime): QuietPeriod {
  const begins = at(day, from);
  const until = at(to > from ? day : day.plus({ days: 1 }), to);
  return { from: begins, until, urgentBefore: addMs(until, TIME_TO_ACT_MS) };
}

function at(day: DateTime, minutes: number): Date {
  return day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 }).toJSDate();
}
