import { IANAZone } from 'luxon';
import { DAY, MINUTE } from '../instant.ts';
import { readCron } from './cron.ts';

export interface Timetable {
  /** The instants after `after` up to and including `until` at which something is to happen, in order. */
  between(period: { after: Date; until: Date }): Date[];
}

/**
 * When a cron expression fires in a time zone (an IANA name). Every local time counts once: of an hour that comes
 * twice in autumn the first, and what spring skips fires at the first instant after the gap.
 */
export function createTimetable(expression: string, timeZone: string): Timetable {
  const matches = readCron(expression);
  const zone = IANAZone.create(timeZone);
  const offsetMsAt = (ms: number) => zone.offset(ms) * MINUTE;
  return {
    between({ after, until }) {
      const [afterMs, untilMs] = [after.getTime(), until.getTime()];
      if (afterMs >= untilMs) return [];
      const offsets = [offsetMsAt(afterMs), offsetMsAt(untilMs)];
      const firstLocal = Math.floor((afterMs + Math.min(...offsets)) / MINUTE) * MINUTE;
      const lastLocal = untilMs + Math.max(...offsets);
      const instants = new Set<number>();
      for (let localMs = firstLocal; localMs <= lastLocal; localMs += MINUTE) {
        if (!matches(new Date(localMs))) continue;
        const instantMs = firstInstantOf(localMs, offsetMsAt);
        if (instantMs > afterMs && instantMs <= untilMs) instants.add(instantMs);
      }
      return [...instants].sort((one, other) => one - other).map((ms) => new Date(ms));
    },
  };
}

/** The first instant at which clocks in the zone show `localMs` or, where they skip it, show something later. */
function firstInstantOf(localMs: number, offsetMsAt: (ms: number) => number): number {
  // No zone is as much as a day away from UTC, so these two are before and after any change nearby.
  const offsetBefore = offsetMsAt(localMs - DAY);
  const offsetAfter = offsetMsAt(localMs + DAY);
  const instants = [localMs - offsetBefore, localMs - offsetAfter].filter(
    (ms) => ms + offsetMsAt(ms) === localMs,
  );
  if (instants.length > 0) return Math.min(...instants);
  let before = localMs - offsetAfter;
  let after = localMs - offsetBefore;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetMsAt(middle) === offsetBefore) before = middle;
    else after = middle;
  }
  return after;
}
