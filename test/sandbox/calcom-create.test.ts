// One row per refusal of POST /v2/bookings: what is sent, and the status, body shape and sentence.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CalcomLookAlike, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import type { CalcomWorld, EventType } from '../../sandbox/calcom/world.ts';

const KEY = 'cal_test_key';
const NOW = new Date('2025-11-24T10:00:00Z'); // a Monday
const START = '2025-11-25T10:00:00Z';
const USER_BUSY = 'User either already has booking at this time or is not available';
const HOSTS_BUSY = 'One of the hosts either already has booking at this time or is not available';
const EITHER_ID =
  'eventTypeId or eventTypeSlug + username property is wrong,' +
  'Either eventTypeId or eventTypeSlug + username or eventTypeSlug + teamSlug must be provided ';
const NO_CONTACT =
  'attendee property is wrong, attendee email or phone property is wrong,' +
  'Attendee must have at least one contact method (email or phone number) ';

const OUT_OF_BOUNDS =
  'The event type can\'t be booked at the "start" time provided. This could be because it\'s too soon ' +
  "(violating the minimum booking notice) or too far in the future (outside the event's scheduling " +
  'window). Try fetching available slots first using the GET /v2/slots endpoint and then make a booking ' +
  'with "start" time equal to one of the available slots.';
const METADATA =
  'metadata property is wrong,Metadata must have at most 50 keys, each key up to 40 characters, and string ' +
  'values up to 500 characters. ';
const NO_START = 'start - Expected string, received null, end - Expected string, received null, ';
const NO_LENGTH =
  "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, " +
  "remove the 'lengthInMinutes' field from the request.";

function eventType(id: number, more: Partial<EventType> = {}): EventType {
  return { id, title: `Type ${id}`, lengthInMinutes: 60, hostIds: [1], ...more };
}

function world(): CalcomWorld {
  return {
    hosts: [
      { id: 1, name: 'Anna Adler', email: 'anna@example.com' },
      { id: 2, name: 'Ben Busch', email: 'ben@example.com' },
      { id: 3, name: 'Cem Can', email: 'cem@example.com', calendarBroken: true },
    ],
    eventTypes: [
      eventType(10),
      eventType(20, { hostIds: [1, 2], schedulingType: 'roundRobin' }),
      eventType(21, { hostIds: [1, 2], schedulingType: 'collective' }),
      eventType(22, { schedulingType: 'managed' }),
      eventType(23, { hostIds: [], schedulingType: 'roundRobin' }),
      eventType(24, { phoneFieldVisible: true }),
      eventType(26, { minimumNoticeMinutes: 120, windowDays: 7 }),
      eventType(27, { bookingLimitPerDay: 1 }),
      eventType(30, { hostIds: [3] }),
      eventType(31, { phoneFieldRequired: true }),
      eventType(32, { hostIds: [] }),
      eventType(33, { requiredFields: ['birthday'] }),
      eventType(34, { requiresEmailVerification: true }),
    ],
    bookings: [booked('held', 10, '2025-11-26T10:00:00Z'), booked('limited', 27, '2025-11-26T12:00:00Z')],
    external: [{ hostId: 2, start: '2025-11-26T11:00:00+01:00', end: '2025-11-26T12:00:00+01:00' }],
  };
}

function booked(uid: string, eventTypeId: number, start: string) {
  return { uid, eventTypeId, start, attendee: { name: 'Eva', email: 'eva@example.com' } };
}

interface Row {
  rule: string;
  body: unknown;
  status: number;
  shape: 'exception' | 'schema' | 'bare';
  code?: string;
  message: string;
}

/** A body for POST /v2/bookings with some of its fields exchanged; undefined leaves one out. */
function asked(changes: object = {}, person: object = {}): object {
  const attendee = { name: 'Eva', email: 'eva@example.com', timeZone: 'Europe/Berlin', ...person };
  return { eventTypeId: 10, start: START, attendee, ...changes };
}

function exception(rule: string, body: unknown, message: string, status = 400): Row {
  return { rule, body, status, shape: 'exception', message };
}

function schema(rule: string, body: unknown, message: string): Row {
  return { rule, body, status: 400, shape: 'schema', message };
}

function bare(rule: string, body: unknown, status: number, message: string): Row {
  return { rule, body, status, shape: 'bare', message };
}

const CREATE: Row[] = [
  exception('no contact at all', asked({}, { email: undefined }), NO_CONTACT),
  exception('empty contact', asked({}, { email: '', phoneNumber: null }), NO_CONTACT),
  exception(
    'a name that is no text',
    asked({}, { name: 5 }),
    'attendee property is wrong, name property is wrong,name must be a string ',
  ),
  exception(
    'an unknown time zone',
    asked({}, { timeZone: 'Berlin' }),
    'attendee property is wrong, timeZone property is wrong,timeZone must be a valid IANA time-zone ',
  ),
  exception(
    'an unknown key of the attendee',
    asked({}, { phone: '1' }),
    'attendee property is wrong, phone property is wrong,property phone should not exist ',
  ),
  exception(
    'no attendee',
    asked({ attendee: undefined }),
    'attendee property is wrong,attendee should not be null or undefined ',
  ),
  exception(
    'several problems',
    asked({ foo: 1, start: 'soon' }),
    'foo property is wrong,property foo should not exist , ' +
      'start property is wrong,start must be a valid ISO 8601 date string ',
  ),
  exception(
    'an override flag in dialect A',
    asked({ allowConflicts: true }),
    'allowConflicts property is wrong,property allowConflicts should not exist ',
  ),
  exception('no event type', asked({ eventTypeId: undefined }), EITHER_ID),
  exception('event type 0', asked({ eventTypeId: 0 }), EITHER_ID),
  exception(
    'an event type as text',
    asked({ eventTypeId: '10' }),
    'eventTypeId property is wrong,eventTypeId must be an integer number ',
  ),
  exception('51 metadata keys', asked({ metadata: manyKeys(51) }), METADATA),
  exception('a metadata key of 41', asked({ metadata: { ['k'.repeat(41)]: 'v' } }), METADATA),
  exception('a metadata value of 501', asked({ metadata: { k: 'v'.repeat(501) } }), METADATA),
  exception('no body', undefined, 'Body is required'),
  exception('a body that is no object', 'text', 'Body should be an object'),
  exception('an unknown event type', asked({ eventTypeId: 99 }), 'Event type with id 99 not found.', 404),
  exception(
    'an unknown user name',
    asked({ eventTypeId: undefined, eventTypeSlug: 'type-10', username: 'nobody' }),
    'User with username nobody not found',
    404,
  ),
  exception(
    'a managed parent',
    asked({ eventTypeId: 22 }),
    "Event type with id=22 is the parent managed event type that can't be booked. You have to provide the " +
      'child event type id aka id of event type that has been assigned to one of the users.',
  ),
  {
    rule: 'a team type without hosts',
    body: asked({ eventTypeId: 23 }),
    status: 422,
    shape: 'exception',
    code: 'UnprocessableEntityException',
    message:
      "Can't book this team event type because it has no hosts. Please, add at least 1 host to event type " +
      'with id=23 and try again.',
  },
  exception(
    'a required field of its own',
    asked({ eventTypeId: 33 }),
    'Missing required booking field response: birthday - it is required by the event type booking fields, ' +
      'but missing in the bookingFieldsResponses.',
  ),
  bare('an unproven address', asked({ eventTypeId: 34 }), 400, 'email_verification_required'),
  bare('a type whose user is gone', asked({ eventTypeId: 32 }), 404, 'eventTypeUser.notFound'),
  exception('a length of its own', asked({ lengthInMinutes: 30 }), NO_LENGTH),
  exception(
    'a location that is not offered',
    asked({ location: { type: 'address' } }),
    'Booking location with type address not valid for event type with id=10.',
  ),
  schema(
    'an invalid phone where it is shown',
    asked({ eventTypeId: 24 }, { phoneNumber: '0151 123' }),
    'responses - {attendeePhoneNumber}invalid_number, ',
  ),
  schema(
    'an umlaut in the address',
    asked({}, { email: 'jörg@example.com' }),
    'responses - {email}email_validation_error, ',
  ),
  ...['.eva@example.com', 'e..va@example.com', 'eva@example', 'eva', 'e va@example.com'].map((email) =>
    schema(`the address ${email}`, asked({}, { email }), 'responses - {email}email_validation_error, '),
  ),
  schema(
    'a domain with an umlaut',
    asked({}, { email: 'eva@müller.example' }),
    'responses - {email}email_validation_error, ',
  ),
  schema(
    'a phone alone',
    asked({}, { email: undefined, phoneNumber: '+4915112345678' }),
    'responses - {email}error_required_field, ',
  ),
  schema('an empty name', asked({}, { name: '' }), 'responses - {name}error_required_field, '),
  schema('a blank name', asked({}, { name: '  ' }), 'responses - {name}Invalid string, '),
  schema('a wrong guest', asked({ guests: ['x'] }), 'responses - {guests}email_validation_error, '),
  schema('a start as databases print it', asked({ start: '2025-11-25 10:00:00' }), NO_START),
  schema('a day that does not exist', asked({ start: '2025-02-31T10:00:00Z' }), NO_START),
  schema(
    'metadata that is a number',
    asked({ metadata: { appointmentId: 7 } }),
    'metadata.appointmentId - Expected string, received number, ',
  ),
  exception(
    'a missing phone that is required',
    asked({ eventTypeId: 31 }),
    'Missing attendee phone number - it is required by the event type. Pass it as "attendee.phoneNumber" ' +
      'string in the request.',
  ),
  exception('a busy host', asked({ start: '2025-11-26T10:30:00Z' }), USER_BUSY),
  exception('a time outside working hours', asked({ start: '2025-11-30T10:00:00Z' }), USER_BUSY),
  exception('a broken calendar', asked({ eventTypeId: 30 }), USER_BUSY),
  exception(
    'every host of a team busy',
    asked({ eventTypeId: 20, start: '2025-11-26T10:00:00Z' }),
    HOSTS_BUSY,
  ),
  bare(
    'some host of a collective busy',
    asked({ eventTypeId: 21, start: '2025-11-26T12:00:00Z' }),
    500,
    'Internal server error',
  ),
  exception(
    'a start in the past',
    asked({ start: '2025-11-24T09:59:59Z' }),
    'Attempting to book a meeting in the past.',
  ),
  exception('too soon', asked({ eventTypeId: 26, start: '2025-11-24T11:59:00Z' }), OUT_OF_BOUNDS),
  exception('beyond the window', asked({ eventTypeId: 26, start: '2025-12-02T10:00:00Z' }), OUT_OF_BOUNDS),
  bare('a full day', asked({ eventTypeId: 27, start: '2025-11-26T09:00:00Z' }), 401, 'booking_limit_reached'),
];

function manyKeys(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
}

const CODES: Record<number, string> = { 400: 'BadRequestException', 404: 'NotFoundException' };

async function withLookAlike(run: (look: CalcomLookAlike) => Promise<void>): Promise<void> {
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const look = await startCalcom({ clock, world: world(), apiKey: KEY });
  try {
    await run(look);
  } finally {
    await look.stop();
  }
}

async function send(look: CalcomLookAlike, row: Row): Promise<Response> {
  const headers = {
    'cal-api-version': '2024-08-13',
    authorization: `Bearer ${KEY}`,
    'content-type': 'application/json',
  };
  const body = row.body === undefined ? null : JSON.stringify(row.body);
  return fetch(`${look.url}/v2/bookings`, { method: 'POST', headers, body });
}

function checkBody(row: Row, body: Record<string, unknown>): void {
  const { message, status, shape } = row;
  if (shape === 'bare') {
    assert.deepEqual(body, { statusCode: status, message });
    return;
  }
  const error = body.error as { code: string; message: string; details?: Record<string, unknown> };
  assert.equal(error.message, message);
  assert.equal(body.status, 'error');
  assert.equal(body.timestamp, NOW.toISOString());
  assert.equal(body.path, '/v2/bookings');
  assert.equal(error.code, row.code ?? (shape === 'schema' ? 'BAD_REQUEST' : CODES[status]));
  if (shape === 'schema') assert.equal('details' in error, false);
  if (shape === 'exception')
    assert.deepEqual([error.details?.message, error.details?.statusCode], [message, status]);
}

describe('Cal.com look-alike, POST /v2/bookings refuses', () => {
  for (const row of CREATE) {
    it(row.rule, () =>
      withLookAlike(async (look) => {
        const before = structuredClone(look.state);
        const response = await send(look, row);
        const body = (await response.json()) as Record<string, unknown>;
        assert.equal(response.status, row.status, JSON.stringify(body));
        checkBody(row, body);
        assert.ok(response.headers.get('x-request-id'));
        assert.ok(response.headers.get('x-ratelimit-remaining-default'));
        assert.deepEqual(look.state, before, 'a refusal commits nothing');
      }),
    );
  }
});

describe('Cal.com look-alike, bodies that are no JSON object', () => {
  it('answers unreadable JSON with 400 and too large a body with a bare 413', () =>
    withLookAlike(async (look) => {
      const headers = { 'cal-api-version': '2024-08-13', 'content-type': 'application/json' };
      const url = `${look.url}/v2/bookings`;
      const broken = await fetch(url, { method: 'POST', headers, body: '{"start":' });
      const large = await fetch(url, { method: 'POST', headers, body: `"${'x'.repeat(101 * 1024)}"` });
      assert.equal(broken.status, 400);
      assert.equal(large.status, 413);
      assert.deepEqual(await large.json(), { statusCode: 413, message: 'request entity too large' });
      assert.equal(look.calls[0]?.body, '{"start":');
    }));
});
