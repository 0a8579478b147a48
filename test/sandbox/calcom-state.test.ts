// What the look-alike accepts, and what it then knows.

import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { type CalcomLookAlike, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import type { CalcomWorld, EventType } from '../../sandbox/calcom/world.ts';
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock.ts';

const KEY = 'cal_test_key';
const NOW = new Date('2025-11-24T10:00:00Z'); // a Monday
const EVA = { name: 'Eva', email: 'eva@example.com', timeZone: 'Europe/Berlin' };
const REASON = { cancellationReason: 'closed' };

function eventType(id: number, more: Partial<EventType> = {}): EventType {
  return { id, title: `Type ${id}`, lengthInMinutes: 60, hostIds: [1], ...more };
}

function world(): CalcomWorld {
  return {
    hosts: [
      { id: 1, name: 'Anna Adler', email: 'anna@example.com' },
      { id: 2, name: 'Ben Busch', email: 'ben@example.com' },
    ],
    eventTypes: [
      eventType(10),
      eventType(11, { lengthInMinutes: 30, bufferBeforeMinutes: 10, bufferAfterMinutes: 20 }),
      eventType(20, { hostIds: [1, 2], schedulingType: 'roundRobin' }),
      eventType(21, { hostIds: [1, 2], schedulingType: 'collective' }),
      eventType(25, { requiresConfirmation: true }),
      eventType(27, {
        bookingLimitPerDay: 1,
        phoneFieldVisible: true,
        minimumNoticeMinutes: 60,
        windowDays: 3,
      }),
    ],
    bookings: [],
    external: [],
  };
}

// biome-ignore lint/suspicious/noExplicitAny: bodies of many forms are read here.
type Body = any;

async function setup(t: TestContext) {
  const clock: SandboxClock = createSandboxClock(NOW);
  clock.freeze();
  clock.moveTo(NOW, { backwards: true });
  const look = await startCalcom({ clock, world: world(), apiKey: KEY });
  t.after(() => look.stop());
  return { look, clock, ...client(look) };
}

function client(look: CalcomLookAlike) {
  async function send(method: string, path: string, more: { body?: object; version?: string } = {}) {
    const { body, version = '2024-08-13' } = more;
    const headers: Record<string, string> = { authorization: `Bearer ${KEY}`, 'cal-api-version': version };
    if (body) headers['content-type'] = 'application/json';
    const response = await fetch(look.url + path, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer: Body = await response.json();
    return { status: response.status, answer, data: answer.data as Body };
  }
  return {
    get: (path: string, version?: string) => send('GET', path, version === undefined ? {} : { version }),
    post: (path: string, body?: object, version = '2024-08-13') =>
      send('POST', path, { version, ...(body && { body }) }),
    book: (eventTypeId: number, start: string, more: object = {}) =>
      send('POST', '/v2/bookings', { body: { eventTypeId, start, attendee: EVA, ...more } }),
  };
}

describe('Cal.com look-alike, booking', () => {
  it('answers 201 with the booking, which the same read then returns', async (t) => {
    const { book, get } = await setup(t);
    const { status, data } = await book(10, '2025-11-25T11:07:00+01:00', {
      metadata: { appointmentId: '7' },
    });
    assert.equal(status, 201);
    const { uid, icsUid: _icsUid, ...rest } = data;
    assert.deepEqual(rest, {
      id: 1,
      title: 'Type 10 between Anna Adler and Eva',
      description: '',
      hosts: [
        {
          id: 1,
          name: 'Anna Adler',
          email: 'anna@example.com',
          displayEmail: 'anna@example.com',
          username: 'anna-adler',
          timeZone: 'Europe/Berlin',
        },
      ],
      status: 'accepted',
      start: '2025-11-25T10:07:00.000Z',
      end: '2025-11-25T11:07:00.000Z',
      duration: 60,
      eventTypeId: 10,
      eventType: { id: 10, slug: 'type-10' },
      location: null,
      meetingUrl: null,
      absentHost: false,
      createdAt: NOW.toISOString(),
      updatedAt: NOW.toISOString(),
      metadata: { appointmentId: '7' },
      rating: null,
      attendees: [{ ...EVA, displayEmail: EVA.email, language: 'en', absent: false }],
      guests: [],
      bookingFieldsResponses: { name: 'Eva', email: EVA.email, guests: [] },
    });
    assert.deepEqual((await get(`/v2/bookings/${uid}`)).data, data);
  });

  it('reads a start without an offset as UTC', async (t) => {
    const { book } = await setup(t);
    assert.equal((await book(10, '2025-11-25T10:00:00')).data.start, '2025-11-25T10:00:00.000Z');
  });

  it('lets a booking take the host from every event type, until it is cancelled', async (t) => {
    const { book, post } = await setup(t);
    const first = await book(10, '2025-11-25T10:00:00Z');
    assert.equal((await book(25, '2025-11-25T10:30:00Z')).status, 400);
    assert.equal((await book(25, '2025-11-25T11:00:00Z')).status, 201);
    const cancelled = await post(`/v2/bookings/${first.data.uid}/cancel`, REASON);
    assert.deepEqual(
      [cancelled.status, cancelled.data.status, cancelled.data.cancellationReason],
      [200, 'cancelled', 'closed'],
    );
    assert.equal((await book(10, '2025-11-25T10:00:00Z')).status, 201);
  });

  it('keeps both buffers free before and after a booking', async (t) => {
    const { book } = await setup(t);
    await book(10, '2025-11-25T10:00:00Z');
    assert.equal((await book(11, '2025-11-25T11:09:00Z')).status, 400);
    assert.equal((await book(11, '2025-11-25T11:10:00Z')).status, 201);
    assert.equal((await book(11, '2025-11-25T09:11:00Z')).status, 400);
    assert.equal((await book(11, '2025-11-25T09:10:00Z')).status, 201);
    assert.equal((await book(10, '2025-11-25T11:59:00Z')).status, 400);
    assert.equal((await book(10, '2025-11-25T12:00:00Z')).status, 201);
    assert.equal((await book(10, '2025-11-25T08:01:00Z')).status, 400);
    assert.equal((await book(10, '2025-11-25T08:00:00Z')).status, 201);
  });

  it('accepts a start at this very instant', async (t) => {
    const { book } = await setup(t);
    assert.equal((await book(10, NOW.toISOString())).status, 201);
  });

  it('looks at no phone that its form does not show', async (t) => {
    const { book } = await setup(t);
    const attendee = { ...EVA, phoneNumber: 'anonymous_1' };
    const { data } = await book(10, '2025-11-25T10:00:00Z', { attendee });
    assert.equal(data.attendees[0].phoneNumber, 'anonymous_1');
    assert.equal((await book(27, '2025-11-25T12:00:00Z', { attendee })).status, 400);
  });

  it('counts only other accepted bookings of the day against its limit', async (t) => {
    const { book, post } = await setup(t);
    const { uid } = (await book(27, '2025-11-25T10:00:00Z')).data;
    const moved = await post(`/v2/bookings/${uid}/reschedule`, { start: '2025-11-25T12:00:00Z' });
    assert.equal(moved.status, 201);
    assert.equal((await book(27, '2025-11-25T14:00:00Z')).status, 401);
    await post(`/v2/bookings/${moved.data.uid}/cancel`, REASON);
    assert.equal((await book(27, '2025-11-25T14:00:00Z')).status, 201);
  });

  it('sees an edit of its state with the next request', async (t) => {
    const { look, book } = await setup(t);
    const entry = { hostId: 1, start: '2025-11-25T11:00:00+01:00', end: '2025-11-25T12:00:00+01:00' };
    look.state.external.push(entry);
    assert.equal((await book(10, '2025-11-25T10:00:00Z')).status, 400);
    look.state.external.length = 0;
    assert.equal((await book(10, '2025-11-25T10:00:00Z')).status, 201);
  });

  it('does not take a pending booking for busy time unless the event type says so', async (t) => {
    const { look, book } = await setup(t);
    assert.equal((await book(25, '2025-11-25T10:00:00Z')).data.status, 'pending');
    Object.assign(look.state.eventTypes.find(({ id }) => id === 25) ?? {}, { confirmationBlocksSlot: true });
    assert.equal((await book(10, '2025-11-25T10:00:00Z')).status, 400);
    Object.assign(look.state.eventTypes.find(({ id }) => id === 25) ?? {}, { confirmationBlocksSlot: false });
    assert.equal((await book(10, '2025-11-25T10:00:00Z')).status, 201);
  });

  for (const id of [20, 25]) {
    it(`returns the existing booking for a repeat on event type ${id}`, async (t) => {
      const { look, book } = await setup(t);
      const first = await book(id, '2025-11-25T10:00:00Z', { metadata: { revision: '1' } });
      const second = await book(id, '2025-11-25T10:00:00Z', { metadata: { revision: '2' } });
      assert.equal(second.status, 201);
      assert.deepEqual(second.data, first.data);
      assert.equal(look.liveBookings().length, 1);
    });
  }

  it('shares round robin bookings out, and takes all hosts for a collective one', async (t) => {
    const { book } = await setup(t);
    const other = { attendee: { ...EVA, email: 'ida@example.com' } };
    const hosts = [
      (await book(20, '2025-11-25T10:00:00Z')).data.hosts[0].id,
      (await book(20, '2025-11-25T10:00:00Z', other)).data.hosts[0].id,
    ];
    assert.deepEqual(hosts, [1, 2]);
    assert.equal((await book(21, '2025-11-25T12:00:00Z')).status, 201);
    assert.equal((await book(20, '2025-11-25T12:00:00Z')).status, 400);
  });

  it('accepts the override flags of 2026-02-25 and ignores them for a key that hosts nothing', async (t) => {
    const { book, post } = await setup(t);
    await book(10, '2025-11-25T10:00:00Z');
    const body = { eventTypeId: 10, start: '2025-11-25T10:00:00Z', attendee: EVA, allowConflicts: true };
    assert.match(
      (await post('/v2/bookings', body, '2026-02-25')).answer.error.message,
      /^User either already/,
    );
  });
});

describe('Cal.com look-alike, changing', () => {
  it('moves into a new booking that keeps metadata and attendee, and cancels the old one', async (t) => {
    const { book, get, post, clock } = await setup(t);
    const old = (await book(10, '2025-11-25T10:00:00Z', { metadata: { appointmentId: '7' } })).data;
    clock.advance(1000);
    const moved = await post(`/v2/bookings/${old.uid}/reschedule`, {
      start: '2025-11-25T10:30:00Z',
      reschedulingReason: 'ill',
    });
    assert.equal(moved.status, 201);
    assert.notEqual(moved.data.uid, old.uid);
    assert.deepEqual(moved.data.metadata, { appointmentId: '7' });
    assert.deepEqual(moved.data.attendees, old.attendees);
    assert.deepEqual([moved.data.rescheduledFromUid, moved.data.reschedulingReason], [old.uid, 'ill']);
    const { data: after } = await get(`/v2/bookings/${old.uid}`);
    assert.deepEqual([after.status, after.rescheduledToUid], ['cancelled', moved.data.uid]);
    assert.equal(after.updatedAt, '2025-11-24T10:00:01.000Z');
  });

  it('moves a confirmed booking back to pending unless its host moves it', async (t) => {
    const { book, post } = await setup(t);
    const { uid } = (await book(25, '2025-11-25T10:00:00Z')).data;
    const first = await post(`/v2/bookings/${uid}/reschedule`, {
      start: '2025-11-25T12:00:00Z',
      rescheduledBy: 'anna@example.com',
    });
    assert.equal(first.data.status, 'accepted');
    const second = await post(`/v2/bookings/${first.data.uid}/reschedule`, { start: '2025-11-25T14:00:00Z' });
    assert.equal(second.data.status, 'pending');
  });

  it('reassigns to a free host, and to a named one even when that host is busy', async (t) => {
    const { book, post, get } = await setup(t);
    const { uid } = (await book(20, '2025-11-25T10:00:00Z')).data;
    const auto = await post(`/v2/bookings/${uid}/reassign`);
    const ben = { id: 2, name: 'Ben Busch', email: 'ben@example.com', displayEmail: 'ben@example.com' };
    assert.deepEqual(auto.data, { bookingUid: uid, reassignedTo: ben });
    assert.equal((await book(10, '2025-11-25T10:00:00Z')).status, 201);
    assert.match(
      (await post(`/v2/bookings/${uid}/reassign`)).answer.error.message,
      /no other host is available/,
    );
    assert.equal((await post(`/v2/bookings/${uid}/reassign/1`, { reason: 'ill' })).status, 200);
    assert.equal((await get(`/v2/bookings/${uid}`)).data.hosts[0].id, 1);
    await post(`/v2/bookings/${uid}/reassign/2`);
    assert.equal((await get(`/v2/bookings/${uid}`)).data.title, 'Type 20 between Ben Busch and Eva');
  });
});

describe('Cal.com look-alike, lists', () => {
  async function withFive(t: TestContext) {
    const desk = await setup(t);
    const uids: string[] = [];
    for (const hour of ['08', '10', '12', '14']) {
      desk.clock.advance(1000);
      uids.push((await desk.book(10, `2025-11-25T${hour}:00:00Z`)).data.uid);
    }
    uids.push((await desk.book(25, '2025-11-25T16:00:00Z')).data.uid);
    await desk.post(`/v2/bookings/${uids[3]}/cancel`, REASON);
    const list = async (query: string, version?: string) => {
      const { data, answer } = await desk.get(`/v2/bookings?${query}`, version);
      return {
        found: data.map(({ uid }: { uid: string }) => uids.indexOf(uid)),
        pagination: answer.pagination,
      };
    };
    return { ...desk, uids, list };
  }

  const rows: [query: string, found: number[]][] = [
    ['', [0, 1, 2, 3, 4]],
    ['status=upcoming', [0, 1, 2, 4]],
    ['status=unconfirmed', [4]],
    ['status=cancelled', [3]],
    ['status=past,cancelled', [3]],
    ['sortStart=desc', [4, 3, 2, 1, 0]],
    ['attendeeEmail=eva@example.com&eventTypeId=25', [4]],
    ['attendeeEmail=Eva@example.com', []],
    ['eventTypeIds=25,10&eventTypeId=25', [0, 1, 2, 3, 4]],
    ['afterStart=2025-11-25T10:00:00Z&beforeEnd=2025-11-25T13:00:00Z', [1, 2]],
    ['afterUpdatedAt=2025-11-24T10:00:03Z&sortUpdatedAt=asc', [2, 3, 4]],
    ['beforeCreatedAt=2025-11-24T10:00:02Z', [0, 1]],
    ['attendeEmail=typo', [0, 1, 2, 3, 4]],
  ];
  for (const [query, found] of rows) {
    it(`finds ${JSON.stringify(found)} for ${query || 'no filter'}`, async (t) => {
      const { list } = await withFive(t);
      assert.deepEqual((await list(query)).found, found);
    });
  }

  it('lists what was rejected with the cancelled, and finds an address with a plus', async (t) => {
    const { look, list } = await withFive(t);
    const [first, second] = look.state.bookings;
    if (first) first.status = 'rejected';
    if (second) second.attendee.email = 'eva+cut@example.com';
    assert.deepEqual((await list('status=cancelled')).found, [3, 0]);
    assert.deepEqual((await list('attendeeEmail=eva+cut@example.com')).found, [1]);
  });

  it('pages by offset', async (t) => {
    const { list } = await withFive(t);
    assert.deepEqual(await list('take=2&skip=2'), {
      found: [2, 3],
      pagination: {
        returnedItems: 2,
        totalItems: 5,
        itemsPerPage: 2,
        remainingItems: 1,
        currentPage: 2,
        totalPages: 3,
        hasNextPage: true,
        hasPreviousPage: true,
      },
    });
    assert.equal((await list('take=2&skip=4')).pagination.hasNextPage, false);
  });

  it('pages by cursor in 2026-05-01, what is to come forward and the rest backward', async (t) => {
    const { list } = await withFive(t);
    const first = await list('status=upcoming&limit=3', '2026-05-01');
    assert.deepEqual([first.found, first.pagination.hasMore], [[0, 1, 2], true]);
    const second = await list(`status=upcoming&limit=3&cursor=${first.pagination.nextCursor}`, '2026-05-01');
    assert.deepEqual(second, { found: [4], pagination: { nextCursor: null, hasMore: false } });
    assert.deepEqual((await list('', '2026-05-01')).found, [4, 3, 2, 1, 0]);
  });

  it('answers an old version with another form in the same envelope', async (t) => {
    const { get } = await withFive(t);
    const { data } = await get('/v2/bookings', '2024-04-15');
    assert.equal(data.bookings.length, 4);
  });
});
