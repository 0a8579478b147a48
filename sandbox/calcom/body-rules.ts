// The first check of a write's body: names, types and contact, with Cal.com's own sentences.

import { refused } from './answers.ts';

/** One wrong field as Cal.com prints it: the rules it breaks, then the wrong fields inside it. */
interface Problem {
  property: string;
  rules: string[];
  inside: Problem[];
}

export type Fields = Record<string, unknown>;

const LANGUAGES = (
  'ar ca de es eu he id ja lv pl ro sr th vi az cs el es-419 fi hr it km nl pt ru sv tr zh-CN bg da en ' +
  'et fr hu iw ko no pt-BR sk ta uk zh-TW bn'
).split(' ');
const OVERRIDE_KEYS = ['allowConflicts', 'allowBookingOutOfBounds', 'skipBookingLimits'];
const OVERRIDE_VERSION = '2026-02-25';
const CREATE_KEYS = (
  'start attendee bookingFieldsResponses eventTypeId eventTypeSlug username teamSlug organizationSlug ' +
  'guests meetingUrl location metadata lengthInMinutes routing emailVerificationCode rrHostSubsetIds'
).split(' ');
const ATTENDEE_KEYS = ['name', 'email', 'timeZone', 'phoneNumber', 'language'];
const RESCHEDULE_KEYS = ['start', 'reschedulingReason', 'rescheduledBy', 'emailVerificationCode', 'seatUid'];
const CANCEL_KEYS = ['cancellationReason', 'cancelSubsequentBookings', 'seatUid'];

const DATE = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const TIME = String.raw`(?:[01]\d|2[0-4])(?::?[0-5]\d(?::?[0-5]\d(?:[.,]\d+)?)?)?`;
const LOOSE_ISO = new RegExp(`^${DATE}(?:[T ]${TIME}(?:Z|[+-]\\d\\d(?::?\\d\\d)?)?)?$`);

/** The body of POST /v2/bookings; throws a Refusal that lists every problem. */
export function checkCreateBody(body: unknown, version: string): Fields {
  const fields = fieldsOf(body);
  const allowed = version === OVERRIDE_VERSION ? [...CREATE_KEYS, ...OVERRIDE_KEYS] : CREATE_KEYS;
  refuseIfAny([
    ...unknownKeys(fields, allowed),
    ...startProblems(fields),
    ...attendeeProblems(fields.attendee),
    ...optional(fields, 'eventTypeId', Number.isInteger, 'must be an integer number'),
    ...optional(fields, 'eventTypeSlug', isString, 'must be a string'),
    ...optional(fields, 'username', isString, 'must be a string'),
    ...optional(fields, 'teamSlug', isString, 'must be a string'),
    ...optional(fields, 'guests', isStringArray, 'must be an array'),
    ...metadataProblems(fields.metadata),
    ...optional(fields, 'lengthInMinutes', isPositiveInteger, 'must be an integer number'),
    ...eventTypeProblems(fields),
  ]);
  return fields;
}

/** The body of POST …/reschedule. */
export function checkRescheduleBody(body: unknown, version: string): Fields {
  const fields = fieldsOf(body);
  const allowed =
    version === OVERRIDE_VERSION
      ? [...RESCHEDULE_KEYS, ...OVERRIDE_KEYS, 'rescheduleWithSameHost']
      : RESCHEDULE_KEYS;
  refuseIfAny([
    ...unknownKeys(fields, allowed),
    ...startProblems(fields),
    ...optional(fields, 'reschedulingReason', isString, 'must be a string'),
    ...optional(fields, 'rescheduledBy', isEmailLike, 'must be an email'),
  ]);
  return fields;
}

/** The body of POST …/cancel. */
export function checkCancelBody(body: unknown): Fields {
  const fields = fieldsOf(body ?? {});
  refuseIfAny([
    ...unknownKeys(fields, CANCEL_KEYS),
    ...optional(fields, 'cancellationReason', isString, 'must be a string'),
    ...optional(fields, 'cancelSubsequentBookings', isBoolean, 'must be a boolean value'),
  ]);
  return fields;
}

function fieldsOf(body: unknown): Fields {
  if (!body) throw refused(400, 'Body is required');
  if (typeof body !== 'object') throw refused(400, 'Body should be an object');
  return body as Fields;
}

function refuseIfAny(problems: Problem[]): void {
  if (problems.length > 0) throw refused(400, printed(problems));
}

function printed(problems: Problem[]): string {
  return problems
    .map(
      ({ property, rules, inside }) => `${property} property is wrong,${rules.join(', ')} ${printed(inside)}`,
    )
    .join(', ');
}

function problem(property: string, ...rules: string[]): Problem[] {
  return [{ property, rules, inside: [] }];
}

function unknownKeys(fields: Fields, allowed: string[]): Problem[] {
  return Object.keys(fields)
    .filter((key) => !allowed.includes(key))
    .flatMap((key) => problem(key, `property ${key} should not exist`));
}

function optional(
  fields: Fields,
  key: string,
  isRight: (value: unknown) => boolean,
  rule: string,
): Problem[] {
  const value = fields[key];
  return value === undefined || value === null || isRight(value) ? [] : problem(key, `${key} ${rule}`);
}

function startProblems({ start }: Fields): Problem[] {
  if (typeof start === 'string' && LOOSE_ISO.test(start)) return [];
  return problem('start', 'start must be a valid ISO 8601 date string');
}

function attendeeProblems(attendee: unknown): Problem[] {
  if (attendee === undefined || attendee === null) {
    return problem('attendee', 'attendee should not be null or undefined');
  }
  if (typeof attendee !== 'object') {
    return problem('attendee', 'nested property attendee must be either object or array');
  }
  const fields = attendee as Fields;
  const inside = [...unknownKeys(fields, ATTENDEE_KEYS), ...personProblems(fields)];
  return inside.length > 0 ? [{ property: 'attendee', rules: [], inside }] : [];
}

function personProblems(fields: Fields): Problem[] {
  const { name, timeZone, language, email, phoneNumber } = fields;
  const problems: Problem[] = [];
  if (!isString(name)) problems.push(...problem('name', 'name must be a string'));
  if (!isTimeZone(timeZone)) problems.push(...problem('timeZone', 'timeZone must be a valid IANA time-zone'));
  if (language !== undefined && language !== null && !LANGUAGES.includes(language as string)) {
    problems.push(
      ...problem('language', `language must be one of the following values: ${LANGUAGES.join(', ')}`),
    );
  }
  if (!email && !phoneNumber) {
    const rule = 'Attendee must have at least one contact method (email or phone number)';
    problems.push(...problem('attendee email or phone', rule));
  }
  return problems;
}

function metadataProblems(metadata: unknown): Problem[] {
  if (metadata === undefined || metadata === null || isSmallRecord(metadata)) return [];
  const rule =
    'Metadata must have at most 50 keys, each key up to 40 characters, ' +
    'and string values up to 500 characters.';
  return isRecord(metadata)
    ? problem('metadata', rule)
    : problem('metadata', rule, 'metadata must be an object');
}

function isSmallRecord(metadata: unknown): boolean {
  if (!isRecord(metadata)) return false;
  const entries = Object.entries(metadata);
  return entries.length <= 50 && entries.every(([key, value]) => key.length <= 40 && isMetadataValue(value));
}

function isMetadataValue(value: unknown): boolean {
  return typeof value === 'string' ? value.length <= 500 : typeof value === 'number' || isBoolean(value);
}

function eventTypeProblems({ eventTypeId, eventTypeSlug, username, teamSlug }: Fields): Problem[] {
  if (eventTypeId || (eventTypeSlug && (username || teamSlug))) return [];
  const rule = 'Either eventTypeId or eventTypeSlug + username or eventTypeSlug + teamSlug must be provided';
  return problem('eventTypeId or eventTypeSlug + username', rule);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isStringArray(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}

function isPositiveInteger(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1;
}

function isEmailLike(value: unknown): boolean {
  return isString(value) && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}

function isTimeZone(value: unknown): boolean {
  if (!isString(value) || value === '') return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
