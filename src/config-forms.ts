import { z } from 'zod';
import { DatabaseMapError, readDatabaseMap } from './database-map.ts';
import { DAY, HOUR, MINUTE, SECOND } from './instant.ts';

// The forms that a variable's text may have, as zod schemas. A message goes on after the variable's name: it says
// what is wrong and what to do, and never repeats the value, which may be a secret.

function required(remedy: string) {
  return z.string({ error: `is missing; ${remedy}` });
}

export function calcomApiKey() {
  return required('create a key in Cal.com under Settings > API keys').regex(
    /^[\x21-\x7e]+$/,
    'contains characters that no API key has; copy it again, without spaces',
  );
}

export function anyText() {
  return z.string();
}

export function optional<T extends z.ZodType>(schema: T) {
  return schema.optional().transform((value) => value ?? null);
}

export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `is not known; use one of: ${words.join(', ')}` });
}

export function wholeNumber(least: number, most: number) {
  const message = `is not usable; give a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .refine((n) => n >= least && n <= most, message);
}

/** Milliseconds: more than none, and at most a day, since node's timers end at 24 days. */
export function secondsAsMs() {
  const message = 'is not usable; give a number of seconds above 0 and up to 86400';
  return decimal(message)
    .transform((seconds) => Math.round(seconds * SECOND))
    .refine((ms) => ms > 0 && ms <= DAY, message);
}

/** Milliseconds, from none to a year. */
export function hoursAsMs() {
  const message = 'is not usable; give a number of hours from 0 to 8760';
  return decimal(message)
    .transform((hours) => Math.round(hours * HOUR))
    .refine((ms) => ms <= 365 * DAY, message);
}

function decimal(message: string) {
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, message)
    .transform(Number);
}

export function databaseUrl() {
  return z
    .string()
    .refine(
      (text) => /^sqlite:./.test(text) || isServerUrl(text),
      'is not usable; write sqlite:PATH or mysql://user:password@host:port/name, ' +
        'with special characters of the password percent-encoded',
    );
}

function isServerUrl(text: string): boolean {
  try {
    const url = new URL(text);
    // Throws on a '%' that begins no code, as the pool would when it opens.
    const [database] = [url.pathname.slice(1), url.username, url.password].map(decodeURIComponent);
    return url.protocol === 'mysql:' && url.hostname !== '' && url.username !== '' && database !== '';
  } catch {
    return false;
  }
}

/** The file that maps the booking system's tables, read. */
export function databaseMap() {
  return z.string().transform((file, ctx) => {
    try {
      return readDatabaseMap(file);
    } catch (error) {
      if (!(error instanceof DatabaseMapError)) throw error;
      const problems = error.problems.map((problem) => `\n  - ${problem}`).join('');
      ctx.addIssue(`names a file that is no database map; docs/existing-database.md shows one:${problems}`);
      return z.NEVER;
    }
  });
}

function webUrl(remedy: string) {
  const message = `is not a web address; ${remedy}`;
  return z.string().refine((text) => /^https?:\/\/[^\s?#]+$/.test(text) && URL.canParse(text), message);
}

export function calcomApiUrl() {
  return webUrl('write it like https://api.cal.com')
    .transform((url) => url.replace(/\/+$/, ''))
    .refine((url) => !url.endsWith('/v2'), 'ends with /v2; leave that out, the bot adds it');
}

export function slackApiUrl() {
  return webUrl('write it like https://slack.com/api/').refine(
    (url) => url.endsWith('/'),
    "does not end with '/'; write it like https://slack.com/api/",
  );
}

/** The address of a record in the booking system, with `{id}` where the appointment's number belongs. */
export function recordUrl() {
  const remedy = 'write it like https://example.com/appointments/{id}';
  return z
    .string()
    .refine((text) => text.includes('{id}'), `does not contain {id}; ${remedy}`)
    .refine(
      (text) => /^https?:\/\/\S{1,1000}$/.test(text) && URL.canParse(text.replaceAll('{id}', '1')),
      `is not a web address; ${remedy}`,
    );
}

export function timeZone() {
  return z.string().refine(isTimeZone, 'is not known; give an IANA name such as Europe/Berlin');
}

function isTimeZone(name: string): boolean {
  // Intl takes offsets such as +01:00 too, which know no daylight saving.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function domain() {
  return z
    .string()
    .regex(
      /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i,
      'is not a domain; give one such as placeholder.invalid, without @',
    );
}

export function host() {
  return z.string().regex(/^[\w.:-]+$/, 'is not an address to listen on; use 127.0.0.1, or 0.0.0.0 for all');
}

// The ranges of minute, hour, day of the month, month and day of the week.
const CRON_RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;
const CRON_PART = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/([1-9]\d?))?$/;

export function cron() {
  return z
    .string()
    .refine(
      isCron,
      'is not usable; give five fields (minute, hour, day, month, weekday) in numbers, such as 0 8 * * *',
    );
}

function isCron(expression: string): boolean {
  const fields = expression.split(/\s+/);
  if (fields.length !== CRON_RANGES.length) return false;
  return CRON_RANGES.every(([least, most], position) =>
    (fields[position] ?? '').split(',').every((part) => {
      const [, from = least, to = from] = CRON_PART.exec(part) ?? [undefined, Number.NaN];
      return Number(from) >= least && Number(to) <= most && Number(from) <= Number(to);
    }),
  );
}

export function slackBotToken() {
  const remedy = 'copy the Bot User OAuth Token (xoxb-…) from the app under OAuth & Permissions';
  return required(remedy).regex(/^xoxb-[\w-]+$/, `is not a bot token; ${remedy}`);
}

export function slackAppToken() {
  return z
    .string()
    .regex(
      /^xapp-[\w-]+$/,
      'is not an app-level token; create one (xapp-…) with connections:write under Basic Information',
    );
}

export function slackChannel() {
  const remedy = "give the channel's id (C…), at the end of Slack's channel details, and not its name";
  return required(remedy).regex(/^[CGD][A-Z0-9]+$/, `is not a channel id; ${remedy}`);
}

/** `HH:MM-HH:MM` as minutes after midnight. */
export function quietHours() {
  const message = 'is not usable; give two times of the day, such as 20:00-07:00';
  return z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d\s*-\s*([01]\d|2[0-3]):[0-5]\d$/, message)
    .transform((text) => {
      const [from = 0, to = 0] = [...text.matchAll(/(\d\d):(\d\d)/g)].map(
        ([, hours, minutes]) => 60 * Number(hours) + Number(minutes),
      );
      return { from, to };
    })
    .refine(({ from, to }) => from !== to, message);
}

const ROUTE = /^(branch|service):([\w-]{1,64})=([CGD][A-Z0-9]+)$/;

/** In the order in which they are tried. */
export function alertRoutes() {
  const message = 'is not usable; give branch:NUMBER=CHANNEL or service:NUMBER=CHANNEL with commas between';
  return z
    .string()
    .transform((text) => text.split(',').map((route) => ROUTE.exec(route.trim())))
    .refine((routes) => routes.every((route) => route !== null), message)
    .transform((routes) =>
      routes.map((route) => {
        const [, by, id = '', channel = ''] = route ?? [];
        return { by: by as 'branch' | 'service', id, channel };
      }),
    );
}

/** Milliseconds, the longest first; `none` is an empty list. */
export function durations() {
  const message = 'is not usable; give hours or minutes with commas between, such as 24h,4h,30m, or none';
  return z
    .string()
    .regex(/^(none|\d{1,3}[hm](\s*,\s*\d{1,3}[hm])*)$/, message)
    .transform((text) => {
      const found = [...text.matchAll(/(\d+)([hm])/g)];
      const lengths = found.map(([, count, unit]) => Number(count) * (unit === 'h' ? HOUR : MINUTE));
      return [...new Set(lengths)].sort((one, other) => other - one);
    })
    .refine((lengths) => lengths.every((ms) => ms > 0), message);
}

export function slackGroup() {
  return z.string().regex(/^S[A-Z0-9]+$/, "is not a user group's id; give one such as S0123ABCD");
}

export function slackIds() {
  return z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((id) => id.trim())
        .filter(Boolean),
    )
    .refine(
      (ids) => ids.length > 0 && ids.every((id) => /^[UWS][A-Z0-9]+$/.test(id)),
      'is not a list of ids; give user ids (U…, W…) or user group ids (S…) with commas between',
    );
}
