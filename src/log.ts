import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

const HIDDEN = '[hidden]';

// Keys are compared without case, '_' and '-'. `name` is among them because customers and staff have one: a
// lease or a timetable entry is logged under a key of its own.
const PRIVATE_KEY = /^(authorization|cookie|setcookie|answer|body|headers)$/;
const PRIVATE_KEY_ENDING = /(apikey|token|password|secret|signature|email|phone|phonenumber)$/;
const PERSON_NAME_KEY = /^(customer|attendee|staff|user|first|last|full|real|display)?name$/;
// Bounded, so that a long answer quoted in a message costs no quadratic search.
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,190}\.\p{L}{2,63}/gu;
const PHONE = /\+\d[\d ()/-]{6,18}\d/g;
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
  const hideText = textHider(options.secrets);
  return pino(
    {
      level: options.level,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (value: unknown) => value },
      formatters: { log: describeErrors },
      // The one place every line passes complete: message, bindings, stacks and nested values alike.
      hooks: { streamWrite: (line) => `${JSON.stringify(hide(JSON.parse(line), hideText))}\n` },
    },
    options.destination ?? pino.destination({ fd: process.stderr.fd, sync: true }),
  );
}

function describeErrors(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? describeError(value, CAUSES_MAX) : value,
    ]),
  );
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
  const plainKey = key.toLowerCase().replaceAll(/[_-]/g, '');
  return [PRIVATE_KEY, PRIVATE_KEY_ENDING, PERSON_NAME_KEY].some((pattern) => pattern.test(plainKey));
}

function textHider(secrets: string[]): (text: string) => string {
  const spellings = secrets.filter(Boolean).flatMap(spellingsOf);
  const longestFirst = [...new Set(spellings)].sort((one, other) => other.length - one.length);
  return (text) => {
    const withoutSecrets = longestFirst.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
    return withoutSecrets.replaceAll(EMAIL, HIDDEN).replaceAll(PHONE, HIDDEN);
  };
}

/** A secret also turns up as it stands in a URL or inside JSON that was quoted in a message. */
function spellingsOf(secret: string): string[] {
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}
