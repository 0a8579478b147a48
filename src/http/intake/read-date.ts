import { DateTime } from 'luxon';

/** A day, or why it is none: `past` for one that is over, with the day; `unclear` for what is no day at all. */
export type ReadDate = { is: 'day'; day: DateTime } | { is: 'past'; day: DateTime } | { is: 'unclear' };

const IN_DAYS: [RegExp, number][] = [
  [/^(heute|today|tonight)$/, 0],
  [/^(morgen|tomorrow)$/, 1],
  [/^((ü|ue|u)bermorgen|(the )?day after tomorrow)$/, 2],
];
const WEEKDAYS = [
  /^(mo|montags?|mon|mondays?)$/,
  /^(di|dienstags?|tue|tues|tuesdays?)$/,
  /^(mi|mittwochs?|wed|wednesdays?)$/,
  /^(do|donnerstags?|thu|thur|thurs|thursdays?)$/,
  /^(fr|freitags?|fri|fridays?)$/,
  /^(sa|samstags?|sonnabends?|sat|saturdays?)$/,
  /^(so|sonntags?|sun|sundays?)$/,
];
const MONTHS = [
  /^(jan|januar|jänner|january)$/,
  /^(feb|februar|february)$/,
  /^(mär|märz|maerz|mar|march)$/,
  /^(apr|april)$/,
  /^(mai|may)$/,
  /^(jun|juni|june)$/,
  /^(jul|juli|july)$/,
  /^(aug|august)$/,
  /^(sep|sept|september)$/,
  /^(okt|oktober|oct|october)$/,
  /^(nov|november)$/,
  /^(dez|dezember|dec|december)$/,
];
const NEXT_WEEK =
  /\b(nächster? woche|naechster? woche|in der nächsten woche|next week|in einer woche|in a week)\b/;
const NOISE = /\b(am|den|dem|der|on|the|of|this|next|coming|diese[nr]?|(nächste|naechste|kommende)[nr]?)\b/g;
const END_SIGNS = /[\s.,!?]+$/;
/** `morgen früh`: which hour that is, the time says. */
const PART_OF_DAY = / (früh|vormittags?|mittags?|nachmittags?|abends?|morning|afternoon|evening)$/;
const YEARS_SOUGHT = 8;

/**
 * Reads a day as people and agents say it, in German and English. `today` is midnight in the salon's zone, and so is
 * the answer. A day without a year is the next such day, today included; a weekday is the next one after today.
 */
export function readDate(text: string, today: DateTime): ReadDate {
  const lower = text.toLowerCase().replace(END_SIGNS, '').replace(PART_OF_DAY, '').trim();
  const day = readRelative(lower, today) ?? readCalendar(lower, today);
  if (!day?.isValid) return { is: 'unclear' };
  return { is: day < today ? 'past' : 'day', day };
}

function readRelative(text: string, today: DateTime): DateTime | null {
  const days = IN_DAYS.find(([words]) => words.test(text))?.[1];
  if (days !== undefined) return today.plus({ days });
  const [, number, unit = ''] =
    /^in (\d{1,3}|eine[mr]|an?|one) (tag|day|woche|week)(?:en|n|s)?$/.exec(text) ?? [];
  if (number !== undefined)
    return today.plus({ [/tag|day/.test(unit) ? 'days' : 'weeks']: /\d/.test(number) ? Number(number) : 1 });
  return readWeekday(text, today);
}

function readWeekday(text: string, today: DateTime): DateTime | null {
  const isNextWeek = NEXT_WEEK.test(text);
  const word = plain(text.replace(NEXT_WEEK, ' '));
  const weekday = indexIn(WEEKDAYS, word) + 1;
  if (weekday === 0) return null;
  if (isNextWeek) return today.startOf('week').plus({ weeks: 1, days: weekday - 1 });
  return today.plus({ days: (weekday - today.weekday + 7) % 7 || 7 });
}

function readCalendar(text: string, today: DateTime): DateTime | null {
  const iso = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text) ?? /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (iso) return onDay(today, { year: iso[1], month: iso[2], day: iso[3] });
  const words = withoutWeekday(text);
  const german = /^(\d{1,2})\. ?(\d{1,2})(?:\. ?(\d{4}|\d{2})?)?$/.exec(words);
  if (german) return onDay(today, { day: german[1], month: german[2], year: german[3] });
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(words);
  if (slashed) return onSlashedDay(today, slashed);
  return readNamedMonth(words, today);
}

/** `Dienstag, den 25.11.` is no less a day for its weekday; whether that is right is heard in the answer. */
function withoutWeekday(text: string): string {
  const [first = '', ...rest] = plain(text).split(' ');
  return rest.length > 0 && indexIn(WEEKDAYS, first) >= 0 ? rest.join(' ') : plain(text);
}

/** Day and month stand in either order: taken only when they can be told apart. */
function onSlashedDay(today: DateTime, [, one, other, year]: RegExpExecArray): DateTime | null {
  if (Number(one) > 12 || one === other) return onDay(today, { day: one, month: other, year });
  return Number(other) > 12 ? onDay(today, { day: other, month: one, year }) : null;
}

/** `24. November 2025`, `24th of November`, `November 24, 2025`. */
function readNamedMonth(text: string, today: DateTime): DateTime | null {
  const dayFirst = /^(\d{1,2})(?:\.|st|nd|rd|th)? ?(\p{L}+)\.?(?: (\d{4}))?$/u.exec(text);
  const monthFirst = /^(\p{L}+)\.? (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?$/u.exec(text);
  const [day, name, year] = dayFirst
    ? [dayFirst[1], dayFirst[2], dayFirst[3]]
    : [monthFirst?.[2], monthFirst?.[1], monthFirst?.[3]];
  const month = indexIn(MONTHS, name ?? '') + 1;
  return month === 0 ? null : onDay(today, { day, month: String(month), year });
}

interface Parts {
  day: string | undefined;
  month: string | undefined;
  year: string | undefined;
}

function onDay(today: DateTime, { day, month, year }: Parts): DateTime | null {
  const inYear = (number: number) =>
    DateTime.fromObject({ year: number, month: Number(month), day: Number(day) }, { zone: today.zone });
  if (year !== undefined) return inYear(year.length === 2 ? 2000 + Number(year) : Number(year));
  const years = Array.from({ length: YEARS_SOUGHT }, (_, more) => today.year + more);
  return years.map(inYear).find((each) => each.isValid && each >= today) ?? null;
}

function plain(text: string): string {
  return text.replaceAll(NOISE, ' ').replaceAll(',', ' ').replaceAll(/\s+/g, ' ').trim();
}

function indexIn(words: RegExp[], word: string): number {
  const bare = word.replace(/\.$/, '');
  return words.findIndex((each) => each.test(bare));
}
