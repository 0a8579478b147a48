import { type DestinationStream, pino } from 'pino';
import { contextOf } from './log-context.ts';
import type { EventAt, FieldsOf, LogLevel } from './log-events.ts';

/** Writes one event of the vocabulary a line, with its fields. */
export interface Log extends Record<LogLevel, unknown> {
  debug<Event extends EventAt<'debug'>>(fields: FieldsOf<Event>, event: Event): void;
  info<Event extends EventAt<'info'>>(fields: FieldsOf<Event>, event: Event): void;
  warn<Event extends EventAt<'warn'>>(fields: FieldsOf<Event>, event: Event): void;
  error<Event extends EventAt<'error'>>(fields: FieldsOf<Event>, event: Event): void;
  /** The same log, whose lines name the bot that writes them. */
  child(bot: { replica: string }): Log;
}

const HIDDEN = '[hidden]';

// Keys are compared without case, '_' and '-'. `name` is among them because customers and staff have one: a
// lease or a timetable entry is logged under a key of its own.
const PRIVATE_KEYS =
  'authorization|cookie|setcookie|answer|body|headers|(customer|attendee|staff|user|first|last|full|real|display)?name';
const PRIVATE_ENDINGS = 'apikey|token|password|secret|signature|email|phone|phonenumber';
/** As a key stands in a line. */
const PRIVATE_KEY = new RegExp(
  `("[_-]*(${spelledAnyhow(PRIVATE_KEYS)})|(${spelledAnyhow(PRIVATE_ENDINGS)}))":`,
  'i',
);
// Bounded, so that a long answer quoted in a message costs no quadratic search.
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,190}\.\p{L}{2,63}/gu;
const PHONE = /\+\d[\d ()/-]{6,18}\d/g;
/** Without any of these a line has no e-mail address, no phone number, and every text in it stands as it is. */
const NEEDS_A_LOOK = /[@\\]|\+\d/;
const CAUSES_MAX = 5;
// What an error may say beside its message and stack. A list, because bodies, headers, SQL and bound values hang
// on the errors of libraries and carry personal data.
const ERROR_FIELDS = ['kind', 'operation', 'requestId', 'status', 'code', 'errno'] as const;

/**
 * The bot's log: one JSON object a line, to stderr unless a `destination` is given. No line contains one of the
 * `secrets`, nor an e-mail address or an international phone number, wherever in the line it would have stood.
 * Throws on a `level` that pino does not know.
 */
export function createLog(options: {
  level: string;
  secrets: string[];
  destination?: DestinationStream;
}): Log {
  const redact = createRedact(options.secrets);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: contextOf,
      serializers: { err: (value: unknown) => value },
      formatters: { log: describe },
      // The one place every line passes complete: message, bindings, stacks and nested values alike.
      hooks: { streamWrite: redact },
    },
    // At once: what a buffer holds when the process dies is what one would look for.
    options.destination ?? pino.destination({ fd: process.stderr.fd, sync: true }),
  );
}

/** For whoever has no use for the lines. */
export const silentLog = createLog({ level: 'silent', secrets: [] });

/** What is not known is left out. */
function describe(fields: Record<string, unknown>): Record<string, unknown> {
  const described: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    described[key] = value instanceof Error ? describeError(value, CAUSES_MAX) : value;
  }
  return described;
}

function describeError(error: Error, causesLeft: number): Record<string, unknown> {
  const described: Record<string, unknown> = { type: error.constructor.name, message: error.message };
  for (const field of ERROR_FIELDS) {
    const value: unknown = Reflect.get(error, field);
    if (typeof value === 'string' || typeof value === 'number') described[field] = value;
  }
  described.stack = error.stack;
  if (error.cause instanceof Error && causesLeft > 0)
    described.cause = describeError(error.cause, causesLeft - 1);
  if (error instanceof AggregateError && causesLeft > 0)
    described.errors = error.errors.map((inner) =>
      inner instanceof Error ? describeError(inner, causesLeft - 1) : String(inner),
    );
  return described;
}

/** Reads only the lines that may have something to hide: reading and writing one costs ten times its search. */
function createRedact(secrets: string[]): (line: string) => string {
  const spellings = spellingsOf(secrets);
  const hideText = (text: string) =>
    spellings
      .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text)
      .replaceAll(EMAIL, HIDDEN)
      .replaceAll(PHONE, HIDDEN);
  return (line) => {
    const isPlain =
      !NEEDS_A_LOOK.test(line) &&
      !PRIVATE_KEY.test(line) &&
      !spellings.some((secret) => line.includes(secret));
    return isPlain ? line : `${JSON.stringify(hide(JSON.parse(line), hideText))}\n`;
  };
}

function hide(value: unknown, hideText: (text: string) => string): unknown {
  if (typeof value === 'string') return hideText(value);
  if (Array.isArray(value)) return value.map((item) => hide(item, hideText));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      hideText(key),
      isPrivate(key, inner) ? HIDDEN : hide(inner, hideText),
    ]),
  );
}

function isPrivate(key: string, value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return false;
  return PRIVATE_KEY.test(`"${key}":`);
}

/** The same words with any '_' and '-' in between and behind. */
function spelledAnyhow(words: string): string {
  return words.replaceAll(/[a-z]/g, '$&[_-]*');
}

/** A secret also turns up as it stands in a URL or inside JSON that was quoted in a message; the longest come first. */
function spellingsOf(secrets: string[]): string[] {
  const spellings = secrets
    .filter(Boolean)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  return [...new Set(spellings)].sort((one, other) => other.length - one.length);
}
