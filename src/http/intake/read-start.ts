import { DateTime } from 'luxon';
import { readDate } from './read-date.ts';
import { readTime } from './read-time.ts';

/** When somebody wants to come, or what is wrong with it. */
export type ReadStart =
  | { is: 'start'; startsAt: Date }
  | { is: 'missing_date' | 'missing_time' | 'date_unclear' | 'time_unclear' | 'too_far' }
  /** It is over: the day when all of it is, else the start. */
  | { is: 'past'; startsAt: Date; isWholeDay: boolean }
  /** The clocks skip it. */
  | { is: 'no_such_time' };

/** `morgen um 14 Uhr`, `24.11.2025, 15:00`: a day and a time in one. */
const BOTH = /^(.+?),? (?:um |at )?(\d{1,2}(?::\d{2}| ?uhr| ?[ap]\.?m).*)$/i;
const STAMP = /^(\d{4}-\d{2}-\d{2})[t ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(z|[+-]\d{2}:?\d{2})?$/i;

/**
 * The instant that date and time mean in the salon's zone. The date may be a whole ISO time stamp; a time beside it
 * counts before the stamp's own. Of a time that the clocks show twice it is the first that is still to come.
 */
export function readStart(
  { date, time }: { date: string | null; time: string | null },
  { now, timeZone }: { now: Date; timeZone: string },
): ReadStart {
  const today = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day');
  const { dateText, timeText } = apart(date, time, timeZone);
  if (dateText === null) return { is: 'missing_date' };
  const read = readDate(dateText, today);
  if (read.is === 'unclear') return { is: 'date_unclear' };
  if (read.is === 'past') return { is: 'past', startsAt: read.day.toJSDate(), isWholeDay: true };
  if (read.day > today.plus({ years: 1 })) return { is: 'too_far' };
  if (timeText === null) return { is: 'missing_time' };
  const minutes = readTime(timeText);
  return minutes === null ? { is: 'time_unclear' } : startAt(read.day, minutes, now);
}

/** Takes a time stamp apart, in whichever field it stands, by the salon's clock. */
function apart(date: string | null, time: string | null, zone: string) {
  const stamp = readStamp(date, zone) ?? (date === null ? readStamp(time, zone) : null);
  if (stamp) return { dateText: stamp.day, timeText: readStamp(time, zone)?.time ?? time ?? stamp.time };
  const [, day = date, timeOfDay = null] = BOTH.exec(date ?? '') ?? [];
  return { dateText: day, timeText: readStamp(time, zone)?.time ?? time ?? timeOfDay };
}

function readStamp(text: string | null, zone: string): { day: string; time: string } | null {
  const [, day, time, offset] = STAMP.exec(text ?? '') ?? [];
  if (day === undefined || time === undefined) return null;
  if (offset === undefined) return { day, time };
  const local = DateTime.fromISO((text ?? '').replace(' ', 'T'), { zone });
  return local.isValid ? { day: local.toFormat('yyyy-MM-dd'), time: local.toFormat('HH:mm') } : null;
}

function startAt(day: DateTime, minutes: number, now: Date): ReadStart {
  const hour = Math.floor(minutes / 60);
  const minute = minutes % 60;
  const local = day.set({ hour, minute });
  // A time that the clocks skip comes back as a later one.
  if (local.hour !== hour || local.minute !== minute) return { is: 'no_such_time' };
  const starts = local.getPossibleOffsets().map((each) => each.toJSDate());
  const startsAt = starts.find((start) => start > now);
  if (startsAt) return { is: 'start', startsAt };
  return { is: 'past', startsAt: local.toJSDate(), isWholeDay: false };
}
