// What seats, series, keys, limits of a booker and the machinery around the application answer, a row each.

import assert from 'node:assert/strict';
import type { CalcomWorld, EventType } from '../../../sandbox/calcom/world.ts';
import { planned } from './form-rows.ts';
import { accepted, bare, exception, type Row } from './row.ts';

const LATER = { start: '2025-11-28T10:00:00Z' };
const WHY = { cancellationReason: 'closed' };
const INTERNAL = 'Internal server error';
const attendee = { name: 'Eva', email: 'eva@example.com', timeZone: 'Europe/Berlin' };
const BUSY_BOOKER =
  "Attendee with this email can't book because the maximum number of active bookings has been reached.";

function robin(id: number, more: Partial<EventType> = {}): EventType {
  return {
    ...{ id, title: `Type ${id}`, lengthInMinutes: 60, hostIds: [1, 2], schedulingType: 'roundRobin' },
    ...more,
  };
}

export function createStateWorld(): CalcomWorld {
  const booked = (uid: string, eventTypeId: number, start: string, more: object = {}) => ({
    ...{ uid, eventTypeId, start, attendee },
    ...more,
  });
  return {
    hosts: [
      { id: 1, name: 'Anna', email: 'anna@example.com', apiKey: 'cal_anna' },
      { id: 2, name: 'Ben', email: 'ben@example.com', apiKey: 'cal_ben', apiKeyExpired: true },
      { id: 4, name: 'Dana', email: 'dana@example.com', deleted: true },
    ],
    eventTypes: [
      robin(10, { minimumRescheduleNoticeMinutes: 2880 }),
      robin(11, { bookerActiveLimit: 1 }),
      robin(12, { bookerActiveLimit: 1, bookerLimitOffersMove: true }),
      robin(13, { fixedHostIds: [1] }),
      robin(14, { roundRobinGroups: 2 }),
      robin(15, { hostIds: [1], schedulingType: 'individual', seats: 1 }),
      robin(16, { hostIds: [1], schedulingType: 'individual' }),
    ],
    bookings: [
      booked('annas', 10, '2025-11-25T10:00:00Z', { hostId: 1 }),
      booked('bens', 10, '2025-11-25T11:00:00Z', { hostId: 2 }),
      booked('one', 11, '2025-11-25T14:00:00Z', { hostId: 2 }),
      booked('two', 12, '2025-11-25T16:00:00Z', { hostId: 2 }),
      booked('fixed', 13, '2025-12-01T10:00:00Z', { hostId: 1 }),
      booked('grouped', 14, '2025-12-02T10:00:00Z', { hostId: 2 }),
      booked('seated', 15, '2025-12-03T10:00:00Z'),
      booked('full', 15, '2025-12-03T12:00:00Z'),
      booked('danas', 16, '2025-12-04T10:00:00Z', { hostId: 4 }),
      booked('weekly-1', 16, '2025-12-05T10:00:00Z', { seriesUid: 'weekly' }),
      booked('weekly-2', 16, '2025-12-12T10:00:00Z', { seriesUid: 'weekly' }),
    ],
    external: [],
  };
}

const withKey = (key: string | null, row: Row): Row => ({ ...row, key });
const on = (path: string, row: Row): Row => ({ ...row, path: `/v2/bookings${path}` });
const get = (row: Row): Row => ({ ...row, method: 'GET' });
const book = (eventTypeId: number) => ({ eventTypeId, attendee, ...LATER });
const uids = (...wanted: string[]) => {
  return (data: unknown) =>
    assert.deepEqual((data as { uid: string }[]).map(({ uid }) => uid).sort(), wanted);
};

/** The request names the seat of `uid` as its own; seats get their uids from the look-alike. */
function withSeatOf(uid: string, row: Row): Row {
  const name = (seats: { uid: string }[] | undefined) => Object.assign(seats?.[0] ?? {}, { uid: 'seat' });
  return { ...row, prepare: ({ state }) => name(state.bookings.find((each) => each.uid === uid)?.seats) };
}

const KEYS_AND_LIMITS: Row[] = [
  get(
    accepted(
      'list-scope: an admin lists all',
      undefined,
      (data) => assert.equal(Object(data).length, 11),
      200,
    ),
  ),
  withKey(
    'cal_anna',
    get(
      accepted(
        'list-scope: a member lists own ones',
        undefined,
        uids('annas', 'fixed', 'full', 'seated', 'weekly-1', 'weekly-2'),
        200,
      ),
    ),
  ),
  withKey(
    'cal_ben',
    get(
      exception(
        'key-refused: expired',
        undefined,
        'ApiAuthStrategy - api key - Your api key is expired',
        401,
      ),
    ),
  ),
  withKey(
    'cal_anna',
    on(
      '/annas/reassign',
      exception('reassign-permission', undefined, 'You do not have permission to reassign this booking', 403),
    ),
  ),
  exception('booker-limit', book(11), BUSY_BOOKER),
  exception(
    'booker-limit: who may move',
    book(12),
    `${BUSY_BOOKER} You can reschedule your existing booking (two) to a new timeslot instead.`,
  ),
  on(
    '/annas/reschedule',
    bare(
      'move-notice',
      LATER,
      403,
      'Rescheduling is not allowed within the minimum notice period before the event',
    ),
  ),
  withKey(
    'cal_anna',
    on(
      '/annas/reschedule',
      accepted('move-notice: does not bind the host', LATER, ({ uid, rescheduledFromUid }) => {
        assert.notEqual(uid, 'annas', 'a move makes a new uid');
        assert.equal(rescheduledFromUid, 'annas');
      }),
    ),
  ),
  withKey('cal_anna', on('/bens/cancel', accepted('reason-missing: allowed to others', {}, assert.ok, 200))),
];

const SEATS_AND_SERIES: Row[] = [
  on(
    '/seated/reschedule',
    exception(
      'move-seat-missing',
      LATER,
      'Booking with uid=seated is a seated booking which means you have to provide seatUid in the request body ' +
        'to specify which seat specifically you want to reschedule. First, fetch the booking using ' +
        'https://cal.com/docs/api-reference/v2/bookings/get-a-booking and then within the attendees array you ' +
        'will find the seatUid of the booking you want to reschedule. Second, provide the seatUid in the ' +
        'request body to specify which seat specifically you want to reschedule using the reschedule endpoint ' +
        'https://cal.com/docs/api-reference/v2/bookings/reschedule-a-booking#option-2',
    ),
  ),
  withSeatOf(
    'full',
    on(
      '/seated/reschedule',
      exception(
        'move-unknown: the seat of another booking',
        { ...LATER, seatUid: 'seat' },
        'Attendee with e-mail eva@example.com for booking with uid=seated and seatUid=seat not found',
        404,
      ),
    ),
  ),
  withSeatOf(
    'seated',
    on(
      '/seated/reschedule',
      bare(
        'seats-move-full',
        { start: '2025-12-03T12:00:00Z', seatUid: 'seat' },
        409,
        'booking_seats_full_error',
      ),
    ),
  ),
  withSeatOf(
    'seated',
    on('/seated/reschedule', accepted('seats-moved', { ...LATER, seatUid: 'seat' }, assert.ok)),
  ),
  planned(
    'seats-not-enough',
    on(
      '/seated/reschedule',
      bare('seats-move-full: not enough', LATER, 409, 'not_enough_available_seats_error'),
    ),
  ),
  on(
    '/seated/cancel',
    exception(
      'seat-unknown',
      { ...WHY, seatUid: 'none' },
      'Invalid seatUid: this seat does not exist or has already been cancelled.',
    ),
  ),
  withKey(
    null,
    on(
      '/seated/cancel',
      bare('cancel-not-host', WHY, 401, 'User not a host of this event or an admin of the booking user'),
    ),
  ),
  on('/danas/cancel', bare('cancel-user-gone', WHY, 400, 'User not found')),
  on(
    '/weekly/cancel',
    exception(
      'cancel-subsequent',
      { ...WHY, cancelSubsequentBookings: true },
      'Cannot cancel subsequent bookings for recurring event - you have to provide uid of one of the ' +
        'individual bookings of a recurring booking.',
    ),
  ),
  on('/weekly/cancel', accepted('series: cancels what is left', WHY, uids('weekly-1', 'weekly-2'), 200)),
  on('/weekly', get(accepted('series: is read as a list', undefined, uids('weekly-1', 'weekly-2'), 200))),
  {
    ...on(
      '/danas/reschedule',
      exception('move-unknown: no event type', LATER, 'Booking with uid=danas is missing event type', 404),
    ),
    prepare: ({ state }) => state.eventTypes.splice(6),
  },
];

const MACHINERY: Row[] = [
  on('/fixed/reassign', bare('reassign-untranslated: a fixed host', undefined, 500, INTERNAL)),
  on('/grouped/reassign', bare('reassign-untranslated: groups', undefined, 500, INTERNAL)),
  {
    ...on('/annas/reassign', bare('reassign-untranslated: no hosts', undefined, 500, INTERNAL)),
    prepare: ({ state }) => state.eventTypes[0]?.hostIds.splice(0),
  },
  planned(
    'no-original',
    on('/annas/reschedule', bare('move-no-original', LATER, 404, 'Could not find original booking')),
  ),
  planned(
    'cancelled-meanwhile',
    on('/annas/cancel', bare('cancelled-meanwhile', WHY, 400, 'This booking has already been cancelled.')),
  ),
  planned('record-exists', {
    ...exception('record-exists', {}, 'Invalid Input: Trying to create a record that already exists.', 409),
    shape: 'schema',
    code: 'CONFLICT',
  }),
  planned('database', {
    ...exception('database', {}, 'There was an error, please try again later.', 500),
    shape: 'schema',
    code: 'INTERNAL_SERVER_ERROR',
  }),
  planned(
    'licence',
    exception(
      'key-refused: no licence',
      {},
      'ApiAuthStrategy - api key - Invalid or missing CALCOM_LICENSE_KEY environment variable',
      401,
    ),
  ),
  planned(
    'throttler-key',
    exception('key-refused: by the throttler', {}, 'CustomThrottlerGuard - Invalid API Key', 401),
  ),
  planned(
    'permissions',
    exception(
      'no-permission: of the client',
      {},
      'PermissionsGuard - oAuth client with id=sandbox does not have the required permissions=BOOKING_READ. ' +
        'Go to platform dashboard settings and add the required permissions to the oAuth client.',
      403,
    ),
  ),
];

export const stateRows: Row[] = [...KEYS_AND_LIMITS, ...SEATS_AND_SERIES, ...MACHINERY];
