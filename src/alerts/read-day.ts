import { DateTime } from 'luxon';

const FORMS = ['yyyy-MM-dd', 'd.M.yyyy'];
const DAYS_AGO: Record<string, number> = { heute: 0, today: 0, gestern: 1, yesterday: 1 };
const LENGTH_MAX = 10;

/**
 * Reads a day as people type it: `2025-11-24`, `24.11.2025`, `heute`, `yesterday`. `today` and the answer are
 * `YYYY-MM-DD`; null when it is no day.
 */
export function readDay(word: string, today: string): string | null {
  const daysAgo = DAYS_AGO[word.toLowerCase()];
  if (daysAgo !== undefined) return dayBefore(today, daysAgo);
  if (word.length > LENGTH_MAX) return null;
  const days = FORMS.map((form) => DateTime.fromFormat(word, form, { zone: 'utc' }));
  return days.find((day) => day.isValid)?.toFormat('yyyy-MM-dd') ?? null;
}

/** The calendar day that many days before; both `YYYY-MM-DD`. */
export function dayBefore(day: string, days: number): string {
  return DateTime.fromISO(day, { zone: 'utc' }).minus({ days }).toFormat('yyyy-MM-dd');
}
