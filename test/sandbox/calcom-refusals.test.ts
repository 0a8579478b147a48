// One row per refusal of everything but a create: what is sent, and the status, body shape and sentence.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CalcomLookAlike, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import type { CalcomWorld, EventType } from '../../sandbox/calcom/world.ts';

const KEY = 'cal_test_key';
const NOW = new Date('2025-11-24T10:00:00Z'); // a Monday
const USER_BUSY = 'User either already has booking at this time or is not available';
const INTERNAL = 'Internal server error';
const NO_START = 'start - Expected string, received null, end - Expected string, received null, ';
function eventType(id: number, more: Partial<EventType> = {}): EventType {
  return { id, title: `Type ${id}`, lengthInMinutes: 60, hostIds: [1], ...more };
}

function world(): CalcomWorld {
  return {
    hosts: [
      { id: 1, name: 'Anna Adler', email: 'anna@example.com' },
      { id: 2, name: 'Ben Busch', email: 'ben@example.com' },
      { id: 3, name: 'Cem Can', email: 'cem@example.com' },
    ],
    eventTypes: [
      eventType(10),
      eventType(20, { hostIds: [1, 2], schedulingType: 'roundRobin' }),
      eventType(21, { hostIds: [1, 2], schedulingType: 'collective' }),
      eventType(28, { disableCancelling: true }),
    ],
    bookings: [
      booked('held', 10, '2025-11-26T10:00:00Z'),
      booked('other', 10, '2025-11-26T12:00:00Z'),
      booked('gone', 10, '2025-11-26T14:00:00Z', { status: 'cancelled' }),
      booked('old', 10, '2025-11-26T15:00:00Z', { status: 'cancelled', rescheduledToUid: 'new' }),
      booked('new', 10, '2025-11-27T15:00:00Z'),
      booked('no', 10, '2025-11-26T16:00:00Z', { status: 'rejected' }),
      booked('over', 10, '2025-11-24T08:00:00Z'),
      booked('kept', 28, '2025-11-28T08:00:00Z'),
      booked('robin', 20, '2025-11-28T10:00:00Z'),
      booked('joint', 21, '2025-12-01T10:00:00Z'),
    ],
    external: [{ hostId: 2, start: '2025-11-26T11:00:00+01:00', end: '2025-11-26T12:00:00+01:00' }],
  };
}

function booked(uid: string, eventTypeId: number, start: string, more: object = {}) {
  return { uid, eventTypeId, start, attendee: { name: 'Eva', email: 'eva@example.com' }, ...more };
}

interface Row {
  rule: string;
  method?: string;
  path?: string;
  version?: string | null;
  key?: string | null;
  body?: unknown;
  status: number;
  shape: 'exception' | 'schema' | 'bare' | 'fields';
  code?: string;
  message: string;
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

function change(action: string, row: Omit<Row, 'path'>): Row {
  return { ...row, path: `/v2/bookings/${action}` };
}

const NOT_FOUND = 'Booking with uid=none was not found in the database';
const LATER = { start: '2025-11-27T10:00:00Z' };
const WHY = { cancellationReason: 'closed' };

const CHANGES: Row[] = [
  change('none/reschedule', exception('move an unknown booking', LATER, NOT_FOUND, 404)),
  change(
    'gone/reschedule',
    exception(
      'move a cancelled one',
      LATER,
      moved('gone', '. Please provide uid of a booking that is not cancelled.'),
    ),
  ),
  change(
    'old/reschedule',
    exception(
      'move one that was moved',
      LATER,
      moved(
        'old',
        ' and rescheduled already to booking with uid=new. You probably want to reschedule new instead by ' +
          'passing it within the request URL.',
      ),
    ),
  ),
  change(
    'no/reschedule',
    bare('move a rejected one', LATER, 400, 'cancelled_bookings_cannot_be_rescheduled'),
  ),
  change('held/reschedule', exception('move into a conflict', { start: '2025-11-26T12:30:00Z' }, USER_BUSY)),
  change(
    'robin/reschedule',
    exception('a conflict of a team type, too', { start: '2025-11-26T10:00:00Z' }, USER_BUSY),
  ),
  change(
    'held/reschedule',
    exception(
      'move without a start',
      {},
      'start property is wrong,start must be a valid ISO 8601 date string ',
    ),
  ),
  change(
    'held/reschedule',
    schema('move to an unreadable start', { start: '2025-11-27 10:00:00' }, NO_START),
  ),
  change(
    'held/reschedule',
    exception(
      'move into the past',
      { start: '2025-11-24T09:00:00Z' },
      'Attempting to book a meeting in the past.',
    ),
  ),
  change('none/cancel', exception('cancel an unknown booking', WHY, 'Booking with uid=none not found', 404)),
  change(
    'gone/cancel',
    exception(
      'cancel twice',
      WHY,
      "Can't cancel booking with uid=gone because it has been cancelled already. Please provide uid of a " +
        'booking that is not cancelled.',
    ),
  ),
  change(
    'held/cancel',
    exception(
      'an unknown key',
      { reason: 'x' },
      'reason property is wrong,property reason should not exist ',
    ),
  ),
  change(
    'held/cancel',
    bare('cancel without a reason', {}, 400, 'Cancellation reason is required when you are the host'),
  ),
  change(
    'over/cancel',
    bare('cancel what is over', WHY, 400, 'Cannot cancel a booking that has already ended'),
  ),
  change(
    'kept/cancel',
    bare('cancel where it is not allowed', WHY, 400, 'This event type does not allow cancellations'),
  ),
  change('none/reassign', exception('reassign an unknown booking', undefined, NOT_FOUND, 404)),
  change(
    'held/reassign',
    exception(
      'no other host',
      undefined,
      "Can't reassign the booking because no other host is available at that time.",
    ),
  ),
  change(
    'robin/reassign/99',
    exception('an unknown user', undefined, 'User with id=99 was not found in the database', 404),
  ),
  change(
    'robin/reassign/ben',
    exception('a user that is no number', undefined, 'Validation failed (numeric string is expected)'),
  ),
  change(
    'robin/reassign/3',
    exception(
      'a user who does not host it',
      undefined,
      'User with id=3 is not a valid Round Robin host - the user to which you reassign this booking must ' +
        'be one of the booking hosts.',
    ),
  ),
  change('joint/reassign/2', bare('a fixed host', undefined, 500, INTERNAL)),
];

function moved(uid: string, rest: string): string {
  return `Can't reschedule booking with uid=${uid} because it has been cancelled${rest}`;
}

const NO_KEY =
  "ApiAuthStrategy - No authentication method provided. Either pass an API key as 'Bearer' header or OAuth " +
  "client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers";
const NO_PERMISSION =
  'PermissionsGuard - no authentication provided. Provide either authorization bearer token containing ' +
  "managed user access token or oAuth client id in 'x-cal-client-id' header.";
const WRONG_KEY = 'ApiAuthStrategy - api key - Your api key is not valid';
const SLOTS = '/v2/slots?eventTypeId=10&start=2025-11-25&end=2025-11-26';

function get(path: string, row: Omit<Row, 'path' | 'method'>): Row {
  return { ...row, method: 'GET', path };
}

function withVersion(version: string | null, row: Row): Row {
  return { ...row, version };
}

function withKey(key: string | null, row: Row): Row {
  return { ...row, key };
}

const REST: Row[] = [
  withKey('cal_other', get('/v2/me', exception('a wrong key', undefined, WRONG_KEY, 401))),
  withKey('cal_other', exception('a wrong key where none is needed', {}, WRONG_KEY, 401)),
  withKey(null, get('/v2/me', exception('no key', undefined, NO_KEY, 401))),
  withKey(null, get('/v2/bookings', exception('a list without a key', undefined, NO_PERMISSION, 403))),
  withVersion(null, {
    rule: 'a create without a version meets the oldest dialect',
    body: {},
    status: 400,
    shape: 'fields',
    message: 'Bad Request Exception',
  }),
  withVersion(
    '2024-08-13"',
    change(
      'held/reschedule',
      exception('a move with a wrong version', LATER, 'Cannot POST /v2/bookings/held/reschedule', 404),
    ),
  ),
  withVersion(
    null,
    change(
      'held/reassign',
      exception('a reassign without one', undefined, 'Cannot POST /v2/bookings/held/reassign', 404),
    ),
  ),
  withVersion(
    '2024-08-13',
    get(SLOTS, exception('slots with another version', undefined, `Cannot GET ${SLOTS}`, 404)),
  ),
  withVersion(
    '2024-08-13',
    get(
      '/v2/event-types',
      exception('event types with another', undefined, 'Cannot GET /v2/event-types', 404),
    ),
  ),
  get('/v2/bookings/none', exception('an unknown booking', undefined, NOT_FOUND, 404)),
  get('/v2/nothing', exception('an unknown path', undefined, 'Cannot GET /v2/nothing', 404)),
  withVersion(
    '2024-06-14',
    get(
      '/v2/event-types/99',
      exception('an unknown event type', undefined, 'Event type with id 99 not found', 404),
    ),
  ),
  withVersion(
    '2024-09-04',
    get(
      '/v2/slots?eventTypeId=99&start=2025-11-25&end=2025-11-26',
      exception('its slots', undefined, 'Event Type not found', 404),
    ),
  ),
  withVersion(
    '2024-09-04',
    get(
      '/v2/slots?eventTypeId=10&start=2025-11-26&end=2025-11-25T10:00:00Z',
      exception(
        'slots from late to early',
        undefined,
        "Invalid time range given - check the 'start' and 'end' query parameters.",
      ),
    ),
  ),
  ...['take=251', 'take=0', 'skip=-1', 'status=open', 'afterStart=soon', 'sortStart=up', 'eventTypeId=x'].map(
    (query): Row =>
      get(`/v2/bookings?${query}`, {
        rule: `a list with ${query}`,
        status: 400,
        shape: 'fields',
        message: 'Bad Request Exception',
      }),
  ),
  get('/v2/bookings?eventTypeId=99', {
    rule: 'a list of an unknown event type',
    status: 400,
    shape: 'schema',
    code: 'TRPCError',
    message: 'Bad request: Please check your request data and try again',
  }),
];

const CODES: Record<number, string> = {
  400: 'BadRequestException',
  401: 'UnauthorizedException',
  403: 'ForbiddenException',
  404: 'NotFoundException',
};

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
  const { method = 'POST', path = '/v2/bookings', version = '2024-08-13', key = KEY, body } = row;
  const headers: Record<string, string> = {};
  if (version !== null) headers['cal-api-version'] = version;
  if (key !== null) headers.authorization = `Bearer ${key}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  return fetch(look.url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
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
  assert.equal(body.path, row.path ?? '/v2/bookings');
  assert.equal(error.code, row.code ?? (shape === 'schema' ? 'BAD_REQUEST' : CODES[status]));
  if (shape === 'schema') assert.equal('details' in error, false);
  if (shape === 'exception')
    assert.deepEqual([error.details?.message, error.details?.statusCode], [message, status]);
  if (shape === 'fields') assert.ok((error.details?.errors as unknown[]).length > 0);
}

for (const [name, rows] of Object.entries({ changes: CHANGES, 'keys, versions and reads': REST })) {
  describe(`Cal.com look-alike, refusals: ${name}`, () => {
    for (const row of rows) {
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
}
