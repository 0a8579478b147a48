// Time as readers see it: Slack's date tokens, and clock times in the zone of the page.

const LOCALES = { de: 'de-DE', en: 'en-GB' };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NUMERIC_DAY = { year: 'numeric', month: '2-digit', day: '2-digit' };
const AGO_STEPS = [
  ['day', DAY_MS],
  ['hour', 60 * MINUTE_MS],
  ['minute', MINUTE_MS],
  ['second', 1_000],
];

const formats = new Map();

/** Making a format is dear, and the calendar asks for the day of everything at every picture. */
function formatOf(locale, options) {
  const key = JSON.stringify([locale, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key);
}

export function formatTime(at, { language, timeZone }, options = { hour: '2-digit', minute: '2-digit' }) {
  return formatOf(LOCALES[language], { timeZone, ...options }).format(at);
}

/** `YYYY-MM-DD` of the day in the zone. */
export function dayOf(at, timeZone) {
  return formatOf('en-CA', { timeZone, ...NUMERIC_DAY }).format(at);
}

/** `HH:MM` in the zone. */
export function clockOf(at, timeZone) {
  return formatOf('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);
}

/** The instant of a wall clock's `YYYY-MM-DD` and `HH:MM` in the zone. */
export function instantOf(day, clock, timeZone) {
  const asUtc = Date.parse(`${day}T${clock}:00Z`);
  const offsetAt = (ms) => Date.parse(`${dayOf(ms, timeZone)}T${clockOf(ms, timeZone)}:00Z`) - ms;
  const guess = asUtc - offsetAt(asUtc);
  return new Date(asUtc - offsetAt(guess));
}

/** A day some days later, as `YYYY-MM-DD`. */
export function addDays(day, days) {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** 1 is Monday. */
export function weekdayOf(day) {
  return new Date(`${day}T12:00:00Z`).getUTCDay() || 7;
}

const LONG_DAY = { day: 'numeric', month: 'long', year: 'numeric' };
const SHORT_DAY = { day: 'numeric', month: 'short', year: 'numeric' };
const WHOLE_DAY = { weekday: 'long', ...LONG_DAY };

const TOKENS = {
  date_num: (at, { timeZone }) => dayOf(at, timeZone),
  date_slash: (at, reader) => formatTime(at, reader, { day: '2-digit', month: '2-digit', year: 'numeric' }),
  date: (at, reader) => formatTime(at, reader, LONG_DAY),
  date_long: (at, reader) => formatTime(at, reader, WHOLE_DAY),
  date_long_full: (at, reader) => formatTime(at, reader, WHOLE_DAY),
  date_short: (at, reader) => formatTime(at, reader, SHORT_DAY),
  date_pretty: (at, reader) => pretty(at, reader, LONG_DAY),
  date_long_pretty: (at, reader) => pretty(at, reader, WHOLE_DAY),
  date_short_pretty: (at, reader) => pretty(at, reader, SHORT_DAY),
  day_divider_pretty: (at, reader) => pretty(at, reader, { weekday: 'long', day: 'numeric', month: 'long' }),
  time: (at, reader) => formatTime(at, reader, { hour: 'numeric', minute: '2-digit' }),
  time_secs: (at, reader) =>
    formatTime(at, reader, { hour: 'numeric', minute: '2-digit', second: '2-digit' }),
  ago: (at, { language, now }) => ago(at - now, language),
};

/** Slack's `{date_short} um {time}` and the like; the fallback when a token is unknown. */
export function formatSlackDate({ timestamp, format, fallback }, reader) {
  const names = [...format.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (names.some((name) => !TOKENS[name])) return fallback ?? format;
  const at = timestamp * 1_000;
  return format.replace(/\{(\w+)\}/g, (_, name) => TOKENS[name](at, reader));
}

/** Today, tomorrow, yesterday; else the date. */
function pretty(at, reader, options) {
  const { language, timeZone, now } = reader;
  const days = (Date.parse(dayOf(at, timeZone)) - Date.parse(dayOf(now, timeZone))) / DAY_MS;
  if (Math.abs(days) > 1) return formatTime(at, reader, options);
  return new Intl.RelativeTimeFormat(LOCALES[language], { numeric: 'auto' }).format(days, 'day');
}

function ago(differenceMs, language) {
  const words = new Intl.RelativeTimeFormat(LOCALES[language]);
  const [unit, ms] = AGO_STEPS.find(([, length]) => Math.abs(differenceMs) >= length) ?? ['second', 1_000];
  return words.format(Math.trunc(differenceMs / ms), unit);
}
