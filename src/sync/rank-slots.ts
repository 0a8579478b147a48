import { DateTime } from 'luxon';

const AFTERNOON_HOUR = 13;
/** A day later or earlier is as bad as this many minutes' difference on the same day; a week is as two days. */
const DAY_MINUTES = 120;
const WEEK_MINUTES = 2 * DAY_MINUTES;

interface Wall {
  day: DateTime;
  minutes: number;
}

/**
 * Future starts, the likeliest to suit first: all of the wished half of the day (before or after 13:00) before any of
 * the other; within it those near the wished time of day, on days near the wished one or on its weekday. Measured on
 * the salon's clock, so that 15:00 stays 15:00 across a daylight-saving change.
 */
export function rankSlots(
  slots: Date[],
  { wish, now, timeZone }: { wish: Date; now: Date; timeZone: string },
): Date[] {
  const wished = wallOf(wish, timeZone);
  return slots
    .filter((slot) => slot > now)
    .map((slot) => {
      const wall = wallOf(slot, timeZone);
      return {
        slot,
        isOtherHalf: isAfternoon(wall) !== isAfternoon(wished),
        distance: distanceMinutes(wall, wished),
      };
    })
    .toSorted(
      (one, other) =>
        Number(one.isOtherHalf) - Number(other.isOtherHalf) ||
        one.distance - other.distance ||
        one.slot.getTime() - other.slot.getTime(),
    )
    .map(({ slot }) => slot);
}

function wallOf(instant: Date, zone: string): Wall {
  const local = DateTime.fromJSDate(instant, { zone });
  // Days are counted in UTC, where all have 24 hours.
  return {
    day: DateTime.utc(local.year, local.month, local.day),
    minutes: local.hour * 60 + local.minute,
  };
}

function isAfternoon({ minutes }: Wall): boolean {
  return minutes >= AFTERNOON_HOUR * 60;
}

function distanceMinutes(one: Wall, other: Wall): number {
  const days = Math.abs(one.day.diff(other.day, 'days').days);
  const daysApart = days % 7 === 0 ? (days / 7) * WEEK_MINUTES : days * DAY_MINUTES;
  return daysApart + Math.abs(one.minutes - other.minutes);
}
