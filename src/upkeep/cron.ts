/** Whether a local time matches; the local year, month, day, hour and minute stand in the date's UTC fields. */
export type Cron = (local: Date) => boolean;

/** From the field's least to its most value; 7 is Sunday, as 0 is. */
const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;
const PART = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/([1-9]\d?))?$/;

/**
 * Reads five fields: minute, hour, day of the month, month, weekday (crontab(5)). When both days are given, one of
 * them is enough; a field that begins with `*` does not count as given. Throws a RangeError on anything else.
 */
export function readCron(expression: string): Cron {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== RANGES.length) throw new RangeError('a cron expression has five fields');
  const [minutes, hours, days, months, weekdays] = RANGES.map((range, position) =>
    readField(fields[position] ?? '', range),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  if (weekdays.has(7)) weekdays.add(0);
  const isEitherEnough = !fields[2]?.startsWith('*') && !fields[4]?.startsWith('*');
  return (local) => {
    const isTime = minutes.has(local.getUTCMinutes()) && hours.has(local.getUTCHours());
    if (!isTime || !months.has(local.getUTCMonth() + 1)) return false;
    const isDay = days.has(local.getUTCDate());
    const isWeekday = weekdays.has(local.getUTCDay());
    return isEitherEnough ? isDay || isWeekday : isDay && isWeekday;
  };
}

function readField(field: string, [least, most]: readonly [number, number]): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const matched = PART.exec(part);
    if (!matched) throw new RangeError('a field of the cron expression cannot be read');
    const [, from, to, step] = matched;
    const first = Number(from ?? least);
    // `5/15` goes on to the end, `5` does not.
    const last = Number(to ?? (from === undefined || step !== undefined ? most : from));
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}
