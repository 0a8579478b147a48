import { DateTime } from 'luxon';
import type { Period } from '../appointments/open-visits.ts';
import type { BookingBounds } from './booking-bounds.ts';
import { freePeriods, type Offered } from './free-time.ts';

const DAY_MINUTES = 24 * 60;
/** One other week may be an exception; two that agree are a habit. */
const SAMPLES_MIN = 2;
/** The weeks that have to be asked for beside the visit's own. */
export const WEEKS_SEEN = [-1, 1, 2];

/**
 * What the same weekday of the weeks before and after tells: `hours` in which something is usually offered, on the
 * visit's own day; `closed` when nothing ever is; null when too few weeks can be seen.
 */
export function usualHours(
  offered: Offered & { period: Period },
  day: DateTime,
  bounds: BookingBounds,
): { is: 'open'; hours: Period } | { is: 'closed' } | null {
  const samples = WEEKS_SEEN.map((weeks) => day.plus({ weeks })).filter((sample) =>
    isWholeDaySeen(sample, offered, bounds),
  );
  const seen = samples.map((sample) => hoursOf(offered, sample));
  const open = seen.filter((hours) => hours !== null);
  if (open.length >= SAMPLES_MIN) {
    const from = Math.min(...open.map((hours) => hours.fromMinutes));
    const to = Math.max(...open.map((hours) => hours.toMinutes));
    return { is: 'open', hours: { from: atWall(day, from), to: atWall(day, to) } };
  }
  const isShut = open.length === 0 && seen.length >= SAMPLES_MIN && offered.starts.length > 0;
  return isShut ? { is: 'closed' } : null;
}

function isWholeDaySeen(
  day: DateTime,
  { period }: { period: Period },
  { earliest, latest }: BookingBounds,
): boolean {
  const from = day.toJSDate();
  const to = day.plus({ days: 1 }).toJSDate();
  return from >= period.from && to <= period.to && from >= earliest && (latest === null || from <= latest);
}

/** From the first to the last that is free, in minutes of the salon's clock. */
function hoursOf(
  { starts, visitMs }: Offered,
  day: DateTime,
): { fromMinutes: number; toMinutes: number } | null {
  const from = day.toJSDate();
  const to = day.plus({ days: 1 }).toJSDate();
  const free = freePeriods([{ starts: starts.filter((start) => start >= from && start < to), visitMs }]);
  const [first, last] = [free[0], free.at(-1)];
  if (!first || !last) return null;
  return { fromMinutes: wallMinutes(first.from, day), toMinutes: wallMinutes(last.to, day) };
}

function wallMinutes(instant: Date, day: DateTime): number {
  const local = DateTime.fromJSDate(instant, { zone: day.zone });
  const minutes = local.hour * 60 + local.minute;
  return local.hasSame(day, 'day') ? minutes : DAY_MINUTES + minutes;
}

function atWall(day: DateTime, minutes: number): Date {
  const on = day.plus({ days: Math.floor(minutes / DAY_MINUTES) });
  return on.set({ hour: Math.floor((minutes % DAY_MINUTES) / 60), minute: minutes % 60 }).toJSDate();
}
