// Instants cross knex only as UTC text `YYYY-MM-DD HH:MM:SS.mmm`: integers, which knex would give SQLite for a
// Date, sort before all text that other programs write.

const SQL_INSTANT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(\.\d{1,6})?(?:Z|\+00:00)?$/;

/** The instant as the databases hold it: UTC, `YYYY-MM-DD HH:MM:SS.mmm`. */
export function toSqlInstant(instant: Date): string {
  return instant.toISOString().slice(0, 23).replace('T', ' ');
}

const withSeconds = (time: string) => (time.length === 5 ? `${time}:00` : time);

/** Reads the databases' text, with or without seconds and their fractions. Throws a RangeError on anything else. */
export function fromSqlInstant(text: string): Date {
  const parts = SQL_INSTANT.exec(text);
  const instant = parts
    ? new Date(`${parts[1]}T${withSeconds(parts[2] ?? '')}${(parts[3] ?? '').slice(0, 4)}Z`)
    : undefined;
  if (!instant || Number.isNaN(instant.getTime())) throw new RangeError(`not an instant in UTC: ${text}`);
  return instant;
}

/** The instant in a column of somebody else's, or null when nothing is there or it is no date (`0000-00-00`). */
export function readableInstant(value: unknown): Date | null {
  const text = String(value ?? '');
  try {
    return fromSqlInstant(text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** `fromSqlInstant` for a column that may be NULL. */
export function fromSqlInstantOrNull(text: string | null): Date | null {
  return text === null ? null : fromSqlInstant(text);
}

export function addMs(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
