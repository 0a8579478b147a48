import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Calcom } from '../../src/calcom/client.ts';
import {
  API_KEY,
  BOOKING,
  book,
  EMAIL,
  envelope,
  failure,
  json,
  REQUEST,
  type Reply,
  read,
  serve,
  startClient,
  success,
} from './serve-answers.ts';

const FROM = new Date('2026-03-02T00:00:00Z');
const TO = new Date('2026-03-03T00:00:00Z');

test('a booking is created with exactly the keys that Cal.com accepts, its start in UTC', async () => {
  const { calcom, received } = await serve(json(201, { status: 'success', data: BOOKING }));
  const booking = await book(calcom);

  const [sent] = received;
  assert.equal(`${sent?.method} ${sent?.url.pathname}`, 'POST /v2/bookings');
  assert.equal(sent?.headers.authorization, `Bearer ${API_KEY}`);
  assert.equal(sent?.headers['content-type'], 'application/json');
  assert.deepEqual(sent?.body, { ...REQUEST, start: '2026-03-02T09:00:00.000Z' });
  assert.deepEqual(booking, {
    uid: 'uid-7',
    status: 'accepted',
    start: new Date('2026-03-02T09:00:00Z'),
    end: new Date('2026-03-02T10:00:00Z'),
    eventTypeId: 50,
    hosts: [{ id: 3, name: 'Ada', email: 'ada@example.com' }],
    attendees: [{ name: 'Erika', email: EMAIL, phoneNumber: null }],
    metadata: { installation: 'i-1', appointmentId: '748' },
    rescheduledToUid: null,
    rescheduledFromUid: null,
    cancellationReason: null,
    updatedAt: null,
  });
});

const EVENT_TYPE = { id: 50, title: 'Haircut', lengthInMinutes: 60, minimumBookingNotice: 120 };
const CALLS: {
  sends: string;
  version: string;
  body?: object;
  data: unknown;
  call: (calcom: Calcom) => Promise<unknown>;
}[] = [
  {
    sends: 'GET /v2/bookings/a%2Fb',
    version: '2024-08-13',
    data: BOOKING,
    call: (calcom) => calcom.getBooking('a/b'),
  },
  {
    sends: 'POST /v2/bookings/u/reschedule',
    version: '2024-08-13',
    body: { start: '2026-03-02T00:00:00.000Z', reschedulingReason: 'asked' },
    data: BOOKING,
    call: (calcom) => calcom.rescheduleBooking('u', { start: FROM, reason: 'asked' }),
  },
  {
    sends: 'POST /v2/bookings/u/cancel',
    version: '2024-08-13',
    body: { cancellationReason: 'asked' },
    data: { anything: true },
    call: (calcom) => calcom.cancelBooking('u', 'asked'),
  },
  {
    sends: 'POST /v2/bookings/u/reassign/9',
    version: '2024-08-13',
    body: { reason: 'asked' },
    data: { bookingUid: 'u', reassignedTo: { id: 9, name: 'Bo', email: 'bo@example.com' } },
    call: (calcom) => calcom.reassignBooking('u', 9, 'asked'),
  },
  {
    sends:
      'GET /v2/slots?eventTypeId=50&start=2026-03-02T00%3A00%3A00.000Z&end=2026-03-03T00%3A00%3A00.000Z&bookingUidToReschedule=u',
    version: '2024-09-04',
    data: {},
    call: (calcom) => calcom.slots({ eventTypeId: 50, from: FROM, to: TO, bookingUidToReschedule: 'u' }),
  },
  {
    sends: 'GET /v2/event-types/50',
    version: '2024-06-14',
    data: EVENT_TYPE,
    call: (calcom) => calcom.eventType(50),
  },
  {
    sends: 'GET /v2/event-types',
    version: '2024-06-14',
    data: [EVENT_TYPE],
    call: (calcom) => calcom.eventTypes(),
  },
  {
    sends: 'GET /v2/me',
    version: '2024-08-13',
    data: { id: 1, username: 'salon', email: EMAIL, timeZone: 'Europe/Berlin' },
    call: (calcom) => calcom.me(),
  },
];
for (const { sends, version, body, data, call } of CALLS) {
  test(`${sends.split('?')[0]} carries version ${version} and what the endpoint wants`, async () => {
    const { calcom, received } = await serve(success(data));
    await call(calcom);
    const [sent] = received;
    assert.equal(`${sent?.method} ${sent?.url.pathname}${sent?.url.search}`, sends);
    assert.equal(sent?.headers['cal-api-version'], version);
    assert.deepEqual(sent?.body, body ?? '');
  });
}

test('a list asks for live bookings with those that wait for confirmation, and for all when nothing is said', async () => {
  const page = { status: 'success', data: [BOOKING], pagination: { hasNextPage: true, totalItems: 2 } };
  const { calcom, received } = await serve(json(200, page));
  const filter = {
    eventTypeId: 50,
    attendeeEmail: 'a+b@example.com',
    startsFrom: FROM,
    endsBy: TO,
    updatedFrom: FROM,
  };
  const { bookings, hasNextPage } = await calcom.listBookings(
    { ...filter, status: 'upcoming' },
    { take: 100, skip: 200 },
  );
  await calcom.listBookings({}, { take: 1, skip: 0 });

  assert.deepEqual([bookings.length, bookings[0]?.uid, hasNextPage], [1, 'uid-7', true]);
  assert.deepEqual(Object.fromEntries(received[0]?.url.searchParams ?? []), {
    status: 'upcoming,unconfirmed',
    eventTypeId: '50',
    attendeeEmail: 'a+b@example.com',
    afterStart: '2026-03-02T00:00:00.000Z',
    beforeEnd: '2026-03-03T00:00:00.000Z',
    afterUpdatedAt: '2026-03-02T00:00:00.000Z',
    sortStart: 'asc',
    take: '100',
    skip: '200',
  });
  assert.equal(received[1]?.url.searchParams.get('status'), 'upcoming,recurring,past,cancelled,unconfirmed');
});

test('a booking with a vanished host, odd metadata and a foreign status is still read', async () => {
  const odd = {
    uid: 'x',
    status: 'awaiting_host',
    start: '2026-03-02T10:00:00+01:00',
    end: '2026-03-02T11:00:00+01:00',
    hosts: [{ id: 'unknown', name: 'unknown' }],
    metadata: { count: 3, name: 'n' },
  };
  const { calcom } = await serve(success(odd));
  const booking = await read(calcom);
  assert.equal(booking.status, 'pending');
  assert.deepEqual(booking.start, new Date('2026-03-02T09:00:00Z'));
  assert.deepEqual(booking.hosts, [{ id: null, name: 'unknown', email: null }]);
  assert.deepEqual(booking.metadata, { count: '3', name: 'n' });
  assert.deepEqual([booking.eventTypeId, booking.attendees], [null, []]);
});

test('slots are ascending and end before the end that was asked for', async () => {
  const days = {
    '2026-03-03': [{ start: '2026-03-03T00:00:00.000Z' }],
    '2026-03-02': [{ start: '2026-03-02T12:00:00.000Z' }, { start: '2026-03-02T10:00:00.000+01:00' }],
  };
  const { calcom } = await serve(success(days));
  const starts = await calcom.slots({ eventTypeId: 50, from: FROM, to: TO });
  assert.deepEqual(
    starts.map((start) => start.toISOString()),
    ['2026-03-02T09:00:00.000Z', '2026-03-02T12:00:00.000Z'],
  );
});

test("the hosts of a team's event type and the users of a person's own are both its hosts", async () => {
  const team = {
    ...EVENT_TYPE,
    schedulingType: 'roundRobin',
    hosts: [{ userId: 3, name: 'Ada' }],
    bookingWindow: [{ type: 'range' }],
    bookingFields: [{ slug: 'birthday', required: true, hidden: false }],
    requiresBookerEmailVerification: true,
  };
  const own = { ...EVENT_TYPE, users: [{ id: 4, name: null }] };
  const { calcom } = await serve(success([team, own]));
  const [first, second] = await calcom.eventTypes();
  assert.deepEqual(first, { ...team, minimumBookingNotice: 120 });
  assert.deepEqual(
    [second?.hosts, second?.schedulingType, second?.bookingWindow],
    [[{ userId: 4, name: '' }], null, null],
  );
  assert.deepEqual([second?.bookingFields, second?.requiresBookerEmailVerification], [[], false]);
});

test('every call is logged and reported with operation, status, duration and request id', async () => {
  const { calcom, lines, reports } = await serve(json(201, { status: 'success', data: BOOKING }));
  await book(calcom);
  const { level, operation, status, tookMs, requestId } = JSON.parse(lines[0] ?? '');
  assert.deepEqual(
    { level, operation, status, requestId },
    { level: 20, operation: 'createBooking', status: 201, requestId: 'req-1' },
  );
  assert.deepEqual(reports, [{ operation, status, result: '2xx', tookMs, requestId }]);
  assert.equal(Number.isInteger(tookMs), true);
});

test('every call is reported with what came of it, in one word', async () => {
  const resultOf = async (reply: Reply, timeoutMs?: number) => {
    const { calcom, reports } = await serve(reply, timeoutMs);
    await failure(read(calcom));
    return reports.map((report) => report.result);
  };
  assert.deepEqual(await resultOf(json(404, envelope('not found'))), ['4xx']);
  assert.deepEqual(await resultOf(json(429, envelope('too many'))), ['429']);
  assert.deepEqual(await resultOf(json(503, 'down')), ['5xx']);
  assert.deepEqual(await resultOf(() => {}, 50), ['timeout']);
  assert.deepEqual(await resultOf((response) => void response.destroy()), ['no_answer']);
  const halfAnAnswer: Reply = (response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{', () => response.destroy());
  };
  assert.deepEqual(await resultOf(halfAnAnswer), ['no_answer']);
  const nobody = startClient('http://127.0.0.1:1');
  await failure(read(nobody.calcom));
  assert.deepEqual(
    nobody.reports.map(({ status, result }) => [status, result]),
    [['none', 'no_answer']],
  );
});
