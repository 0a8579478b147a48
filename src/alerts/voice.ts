import { DAY, HOUR, MINUTE } from '../instant.ts';
import { type Locale, type Texts, textsFor } from './texts.ts';

/** How the bot speaks to somebody: the texts of a language, and instants in the salon's zone. */
export interface Voice {
  texts: Texts;
  /** The salon's, an IANA name. */
  timeZone: string;
  /** With weekday and year: `Mittwoch, 26. November 2025 um 15:00`. */
  date(instant: Date): string;
  /** For lists: `Mi., 26.11., 15:00`. */
  shortDate(instant: Date): string;
  /** The day of an instant in the salon's zone, `YYYY-MM-DD`. */
  isoDate(instant: Date): string;
  /** A day given as `YYYY-MM-DD`, with weekday and year: `Mittwoch, 26. November 2025`. */
  day(isoDate: string): string;
  /** For lists: `Mi., 26.11.`. */
  shortDay(isoDate: string): string;
  /** `in 3 Stunden`, `vor 5 Minuten`, seen from `now`. */
  relative(instant: Date, now: Date): string;
  /** At most two decimals. */
  percent(value: number): string;
}

/** A voice speaking `locale`; `timeZone` is an IANA name. */
export function createVoice({ locale, timeZone }: { locale: Locale; timeZone: string }): Voice {
  const texts = textsFor(locale);
  const { language } = texts;
  const long = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short', timeZone });
  const short = new Intl.DateTimeFormat(language, {
    weekday: 'short',
    day: '2-digit',
    month: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
  // A day of its own has no zone; the Swedish way of writing one is the ISO's.
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: 'UTC' });
  const shortDay = new Intl.DateTimeFormat(language, {
    weekday: 'short',
    day: '2-digit',
    month: '2-digit',
    timeZone: 'UTC',
  });
  const iso = new Intl.DateTimeFormat('sv-SE', { timeZone });
  const relative = new Intl.RelativeTimeFormat(language);
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return {
    texts,
    timeZone,
    date: (instant) => long.format(instant),
    shortDate: (instant) => short.format(instant),
    isoDate: (instant) => iso.format(instant),
    day: (isoDate) => day.format(new Date(isoDate)),
    shortDay: (isoDate) => shortDay.format(new Date(isoDate)),
    relative(instant, now) {
      const ms = instant.getTime() - now.getTime();
      const [unitMs, unit] = unitOf(Math.abs(ms));
      return relative.format(Math.trunc(ms / unitMs), unit);
    },
    percent: (value) => `${number.format(value)} %`,
  };
}

function unitOf(ms: number): [number, Intl.RelativeTimeFormatUnit] {
  if (ms < 2 * HOUR) return [MINUTE, 'minute'];
  return ms < 2 * DAY ? [HOUR, 'hour'] : [DAY, 'day'];
}
