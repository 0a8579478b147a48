// What every call but a create refuses, a row each.

import type { CalcomWorld, EventType } from '../../../sandbox/calcom/world.ts';
import { bare, exception, type Row, schema } from './row.ts';

const USER_BUSY = 'User either already has booking at this time or is not available';
const INTERNAL = 'Internal server error';
const NO_START = 'start - Expected string, received null, end - Expected string, received null, ';
function eventType(id: number, more: Partial<EventType> = {}): EventType {
  return { id, title: `Type ${id}`, lengthInMinutes: 60, hostIds: [1], ...more };
}

export function createChangeWorld(): CalcomWorld {
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

function change(action: string, row: Omit<Row, 'path'>): Row {
  return { ...row, path: `/v2/bookings/${action}` };
}

const NOT_FOUND = 'Booking with uid=none was not found in the database';
const LATER = { start: '2025-11-27T10:00:00Z' };
const WHY = { cancellationReason: 'closed' };

export const changeRows: Row[] = [
  change('none/reschedule', exception('move-unknown: move an unknown booking', LATER, NOT_FOUND, 404)),
  change(
    'gone/reschedule',
    exception(
      'move-cancelled: move a cancelled one',
      LATER,
      moved('gone', '. Please provide uid of a booking that is not cancelled.'),
    ),
  ),
  change(
    'old/reschedule',
    exception(
      'move-moved: move one that was moved',
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
    bare('move-rejected: move a rejected one', LATER, 400, 'cancelled_bookings_cannot_be_rescheduled'),
  ),
  change(
    'held/reschedule',
    exception('move-busy: move into a conflict', { start: '2025-11-26T12:30:00Z' }, USER_BUSY),
  ),
  change(
    'robin/reschedule',
    exception('move-busy: a conflict of a team type, too', { start: '2025-11-26T10:00:00Z' }, USER_BUSY),
  ),
  change(
    'held/reschedule',
    exception(
      'other-field: move without a start',
      {},
      'start property is wrong,start must be a valid ISO 8601 date string ',
    ),
  ),
  change(
    'held/reschedule',
    schema('start-unreadable: move to an unreadable start', { start: '2025-11-27 10:00:00' }, NO_START),
  ),
  change(
    'held/reschedule',
    exception(
      'start-past: move into the past',
      { start: '2025-11-24T09:00:00Z' },
      'Attempting to book a meeting in the past.',
    ),
  ),
  change(
    'none/cancel',
    exception('booking-unknown: cancel an unknown booking', WHY, 'Booking with uid=none not found', 404),
  ),
  change(
    'gone/cancel',
    exception(
      'cancelled-already: cancel twice',
      WHY,
      "Can't cancel booking with uid=gone because it has been cancelled already. Please provide uid of a " +
        'booking that is not cancelled.',
    ),
  ),
  change(
    'held/cancel',
    exception(
      'other-field: an unknown key',
      { reason: 'x' },
      'reason property is wrong,property reason should not exist ',
    ),
  ),
  change(
    'held/cancel',
    bare(
      'reason-missing: cancel without a reason',
      {},
      400,
      'Cancellation reason is required when you are the host',
    ),
  ),
  change(
    'over/cancel',
    bare('cancel-ended: cancel what is over', WHY, 400, 'Cannot cancel a booking that has already ended'),
  ),
  change(
    'kept/cancel',
    bare(
      'cancel-not-allowed: cancel where it is not allowed',
      WHY,
      400,
      'This event type does not allow cancellations',
    ),
  ),
  change(
    'none/reassign',
    exception('booking-unknown: reassign an unknown booking', undefined, NOT_FOUND, 404),
  ),
  change(
    'held/reassign',
    exception(
      'reassign-nobody: no other host',
      undefined,
      "Can't reassign the booking because no other host is available at that time.",
    ),
  ),
  change(
    'robin/reassign/99',
    exception(
      'reassign-unknown-user: an unknown user',
      undefined,
      'User with id=99 was not found in the database',
      404,
    ),
  ),
  change(
    'robin/reassign/ben',
    exception(
      'reassign-unknown-user: a user that is no number',
      undefined,
      'Validation failed (numeric string is expected)',
    ),
  ),
  change(
    'robin/reassign/3',
    exception(
      'reassign-not-a-host: a user who does not host it',
      undefined,
      'User with id=3 is not a valid Round Robin host - the user to which you reassign this booking must ' +
        'be one of the booking hosts.',
    ),
  ),
  change('joint/reassign/2', bare('reassign-untranslated: a fixed host', undefined, 500, INTERNAL)),
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

export const restRows: Row[] = [
  withKey('cal_other', get('/v2/me', exception('key-refused: a wrong key', undefined, WRONG_KEY, 401))),
  withKey('cal_other', exception('key-refused: a wrong key where none is needed', {}, WRONG_KEY, 401)),
  withKey(null, get('/v2/me', exception('key-refused: no key', undefined, NO_KEY, 401))),
  withKey(
    null,
    get('/v2/bookings', exception('no-permission: a list without a key', undefined, NO_PERMISSION, 403)),
  ),
  withVersion(null, {
    rule: 'no-route: a create without a version meets the oldest dialect',
    body: {},
    status: 400,
    shape: 'fields',
    message: 'Bad Request Exception',
  }),
  withVersion(
    '2024-08-13"',
    change(
      'held/reschedule',
      exception(
        'no-route: a move with a wrong version',
        LATER,
        'Cannot POST /v2/bookings/held/reschedule',
        404,
      ),
    ),
  ),
  withVersion(
    null,
    change(
      'held/reassign',
      exception('no-route: a reassign without one', undefined, 'Cannot POST /v2/bookings/held/reassign', 404),
    ),
  ),
  withVersion(
    '2024-08-13',
    get(SLOTS, exception('no-route: slots with another version', undefined, `Cannot GET ${SLOTS}`, 404)),
  ),
  withVersion(
    '2024-08-13',
    get(
      '/v2/event-types',
      exception('no-route: event types with another', undefined, 'Cannot GET /v2/event-types', 404),
    ),
  ),
  get('/v2/bookings/none', exception('booking-unknown: an unknown booking', undefined, NOT_FOUND, 404)),
  get('/v2/nothing', exception('no-route: an unknown path', undefined, 'Cannot GET /v2/nothing', 404)),
  withVersion(
    '2024-06-14',
    get(
      '/v2/event-types/99',
      exception(
        'event-type-unknown: an unknown event type',
        undefined,
        'Event type with id 99 not found',
        404,
      ),
    ),
  ),
  withVersion(
    '2024-09-04',
    get(
      '/v2/slots?eventTypeId=99&start=2025-11-25&end=2025-11-26',
      exception('slots-unknown: its slots', undefined, 'Event Type not found', 404),
    ),
  ),
  withVersion(
    '2024-09-04',
    get(
      '/v2/slots?eventTypeId=10&start=2025-11-26&end=2025-11-25T10:00:00Z',
      exception(
        'slots-range: slots from late to early',
        undefined,
        "Invalid time range given - check the 'start' and 'end' query parameters.",
      ),
    ),
  ),
  ...['take=251', 'take=0', 'skip=-1', 'status=open', 'afterStart=soon', 'sortStart=up', 'eventTypeId=x'].map(
    (query): Row =>
      get(`/v2/bookings?${query}`, {
        rule: `list-query: a list with ${query}`,
        status: 400,
        shape: 'fields',
        message: 'Bad Request Exception',
      }),
  ),
  get('/v2/bookings?eventTypeId=99', {
    rule: 'list-query: a list of an unknown event type',
    status: 400,
    shape: 'schema',
    code: 'TRPCError',
    message: 'Bad request: Please check your request data and try again',
  }),
];
