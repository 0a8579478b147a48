import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import type { CalcomWorld } from '../../sandbox/calcom/world.ts';

const KEY = 'cal_test_key';
const EVA = { name: 'Eva', email: 'eva@example.com' };
const WORKDAY = [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '12:00' }];

function world(): CalcomWorld {
  return {
    hosts: [
      { id: 1, name: 'Anna Adler', email: 'anna@example.com', workingHours: WORKDAY },
      { id: 2, name: 'Ben Busch', email: 'ben@example.com', workingHours: WORKDAY },
    ],
    eventTypes: [
      { id: 10, title: 'Schneiden & Föhnen', lengthInMinutes: 60, hostIds: [1], slotIntervalMinutes: 30 },
      {
        id: 11,
        title: 'Soon',
        lengthInMinutes: 60,
        hostIds: [1],
        slotIntervalMinutes: 60,
        minimumNoticeMinutes: 90,
        windowDays: 1,
      },
      {
        id: 12,
        title: 'Once',
        lengthInMinutes: 60,
        hostIds: [2],
        slotIntervalMinutes: 60,
        bookingLimitPerDay: 1,
        requiresConfirmation: true,
        disableCancelling: true,
      },
      {
        id: 20,
        title: 'Either',
        lengthInMinutes: 60,
        hostIds: [1, 2],
        slotIntervalMinutes: 60,
        schedulingType: 'roundRobin',
      },
      {
        id: 21,
        title: 'Both',
        lengthInMinutes: 60,
        hostIds: [1, 2],
        slotIntervalMinutes: 60,
        schedulingType: 'collective',
        hidden: true,
      },
    ],
    bookings: [
      { uid: 'held', eventTypeId: 10, start: '2025-11-25T10:00:00+01:00', attendee: EVA },
      { uid: 'once', eventTypeId: 12, start: '2025-11-26T09:00:00+01:00', attendee: EVA },
    ],
    external: [{ hostId: 2, start: '2025-11-25T09:00:00+01:00', end: '2025-11-25T10:30:00+01:00' }],
  };
}

// biome-ignore lint/suspicious/noExplicitAny: bodies of many forms are read here.
type Body = any;

async function setup(t: TestContext, now = '2025-11-24T08:00:00Z') {
  const clock = { now: () => new Date(now), sleep: () => Promise.resolve() };
  const look = await startCalcom({ clock, world: world(), apiKey: KEY });
  t.after(() => look.stop());
  async function get(path: string, version: string, key: string | null = KEY): Promise<Body> {
    const headers: Record<string, string> = { 'cal-api-version': version };
    if (key) headers.authorization = `Bearer ${key}`;
    return (await fetch(look.url + path, { headers })).json();
  }
  const slots = async (query: string): Promise<Body> =>
    (await get(`/v2/slots?timeZone=Europe/Berlin&${query}`, '2024-09-04', null)).data;
  /** The slots as `HH:MM` by day. */
  async function times(query: string): Promise<Record<string, string[]>> {
    const found: Record<string, { start: string }[]> = await slots(query);
    return Object.fromEntries(
      Object.entries(found).map(([day, list]) => [day, list.map(({ start }) => start.slice(11, 16))]),
    );
  }
  return { look, get, slots, times };
}

const TUESDAY = 'start=2025-11-25&end=2025-11-25';

describe('Cal.com look-alike, slots', () => {
  it('offers what working hours and bookings leave, without a key', async (t) => {
    const { times } = await setup(t);
    assert.deepEqual(await times(`eventTypeId=10&${TUESDAY}`), { '2025-11-25': ['09:00', '11:00'] });
  });

  it('does not even look at a key', async (t) => {
    const { get } = await setup(t);
    assert.equal(
      (await get(`/v2/slots?eventTypeId=10&${TUESDAY}`, '2024-09-04', 'cal_other')).status,
      'success',
    );
  });

  it('does not count the booking that is being moved', async (t) => {
    const { times } = await setup(t);
    assert.deepEqual(await times(`eventTypeId=10&${TUESDAY}&bookingUidToReschedule=held`), {
      '2025-11-25': ['09:00', '09:30', '10:00', '10:30', '11:00'],
    });
  });

  it('keeps notice and window', async (t) => {
    const { times } = await setup(t);
    assert.deepEqual(await times('eventTypeId=11&start=2025-11-24&end=2025-11-30'), {
      '2025-11-24': ['11:00'],
      '2025-11-25': ['09:00', '11:00'],
    });
  });

  it('offers nothing on a day whose limit is reached', async (t) => {
    const { times } = await setup(t);
    assert.deepEqual(await times('eventTypeId=12&start=2025-11-26&end=2025-11-27'), {
      '2025-11-27': ['09:00', '10:00', '11:00'],
    });
  });

  it('asks one host of a round robin and every host of a collective to be free', async (t) => {
    const { times } = await setup(t);
    assert.deepEqual(await times(`eventTypeId=20&${TUESDAY}`), { '2025-11-25': ['09:00', '11:00'] });
    assert.deepEqual(await times(`eventTypeId=21&${TUESDAY}`), { '2025-11-25': ['11:00'] });
  });

  it('offers nothing for a host whose calendar is broken', async (t) => {
    const { look, slots } = await setup(t);
    Object.assign(look.state.hosts[0] ?? {}, { calendarBroken: true });
    assert.deepEqual(await slots('eventTypeId=10&start=2025-11-24&end=2025-12-24'), {});
  });

  it('prints UTC days by default, offsets otherwise, and ends when asked', async (t) => {
    const { get, slots } = await setup(t);
    const path = `/v2/slots?eventTypeId=10&${TUESDAY}`;
    assert.equal((await get(path, '2024-09-04')).data['2025-11-25'][0].start, '2025-11-25T08:00:00.000Z');
    assert.deepEqual((await slots(`eventTypeId=10&${TUESDAY}&format=range`))['2025-11-25'][0], {
      start: '2025-11-25T09:00:00.000+01:00',
      end: '2025-11-25T10:00:00.000+01:00',
    });
  });

  it('keeps local working hours over the end of summer time', async (t) => {
    const { times, slots } = await setup(t, '2025-10-23T08:00:00Z');
    assert.deepEqual((await times('eventTypeId=20&start=2025-10-24&end=2025-10-27'))['2025-10-27'], [
      '09:00',
      '10:00',
      '11:00',
    ]);
    const days = await slots('eventTypeId=20&start=2025-10-24&end=2025-10-27');
    assert.match(days['2025-10-24'][0].start, /\+02:00$/);
    assert.match(days['2025-10-27'][0].start, /\+01:00$/);
  });

  it('refuses a query without a range or with an unknown zone', async (t) => {
    const { get } = await setup(t);
    const { error } = await get('/v2/slots?eventTypeId=10&timeZone=Berlin', '2024-09-04');
    assert.equal(error.message, 'Bad Request Exception');
    assert.deepEqual(
      error.details.errors.map(({ property }: { property: string }) => property),
      ['start', 'end', 'timeZone'],
    );
  });
});

describe('Cal.com look-alike, event types and the key', () => {
  it('shows an individual event type with its rules and its owner', async (t) => {
    const { get } = await setup(t);
    const { data } = await get('/v2/event-types/12', '2024-06-14');
    assert.equal(data.bookingUrl, 'https://cal.com/ben-busch/once');
    assert.deepEqual(data.confirmationPolicy, { type: 'always', blockUnconfirmedBookingsInBooker: false });
    assert.deepEqual(data.bookingLimitsCount, { day: 1 });
    assert.deepEqual(data.disableCancelling, { disabled: true });
    assert.deepEqual([data.ownerId, data.users[0].id, data.schedulingType], [2, 2, undefined]);
  });

  it('shows what the booker has to fill in', async (t) => {
    const { look, get } = await setup(t);
    Object.assign(look.state.eventTypes[0] ?? {}, {
      fields: [{ slug: 'birthday', type: 'text', required: true }],
      requiresEmailVerification: true,
    });
    const { data } = await get('/v2/event-types/10', '2024-06-14');
    const { slug, required, hidden } = data.bookingFields.at(-1);
    assert.deepEqual([slug, required, hidden], ['birthday', true, false]);
    assert.equal(data.requiresBookerEmailVerification, true);
  });

  it('shows hosts of a team event type, notice and window', async (t) => {
    const { get } = await setup(t);
    const { data: types } = await get('/v2/event-types', '2024-06-14');
    assert.deepEqual(
      types.map(({ id }: { id: number }) => id),
      [10, 11, 12, 20, 21],
    );
    assert.equal(types[0].slug, 'schneiden-fohnen');
    assert.deepEqual(
      types[3].hosts.map(({ userId }: { userId: number }) => userId),
      [1, 2],
    );
    assert.equal(types[3].schedulingType, 'roundRobin');
    assert.equal(types[1].minimumBookingNotice, 90);
    assert.deepEqual(types[1].bookingWindow, { type: 'calendarDays', value: 1, rolling: false });
  });

  it('shows strangers only what a named user offers openly', async (t) => {
    const { get } = await setup(t);
    const ids = async (query: string) =>
      (await get(`/v2/event-types${query}`, '2024-06-14', null)).data.map(({ id }: { id: number }) => id);
    assert.deepEqual(await ids(''), []);
    assert.deepEqual(await ids('?username=ben-busch'), [12, 20]);
    assert.deepEqual(await ids('?username=ben-busch&eventSlug=once'), [12]);
  });

  it('names the owner of the key, whatever the version', async (t) => {
    const { get } = await setup(t);
    assert.equal((await get('/v2/me', 'none')).data.username, 'key-owner');
  });

  it('leaves the world that it was given alone', async (t) => {
    const clock = { now: () => new Date('2025-11-24T08:00:00Z'), sleep: () => Promise.resolve() };
    const given = world();
    const look = await startCalcom({ clock, world: given, apiKey: KEY });
    t.after(() => look.stop());
    look.state.external.length = 0;
    Object.assign(look.state.hosts[0] ?? {}, { calendarBroken: true });
    assert.deepEqual(given, world());
  });

  it('refuses to start on a world that contradicts itself', async () => {
    const clock = { now: () => new Date(), sleep: () => Promise.resolve() };
    const lonely: CalcomWorld = { ...world(), hosts: [] };
    await assert.rejects(
      startCalcom({ clock, world: lonely, apiKey: KEY }),
      /names host 1, which does not exist/,
    );
    const orphan: CalcomWorld = { ...world(), eventTypes: [] };
    await assert.rejects(
      startCalcom({ clock, world: orphan, apiKey: KEY }),
      /booking held names an event type/,
    );
  });
});

describe('Cal.com look-alike, old versions', () => {
  it('cancels for real through the oldest dialect, too', async (t) => {
    const { look, get } = await setup(t);
    assert.equal((await get('/v2/bookings/held', '2024-04-15')).data.startTime, '2025-11-25T09:00:00.000Z');
    const response = await fetch(`${look.url}/v2/bookings/held/cancel`, { method: 'POST' });
    assert.equal(response.status, 201);
    assert.equal(look.state.bookings[0]?.status, 'cancelled');
    assert.equal((await get('/v2/event-types', '2024-04-15')).data.eventTypeGroups[0].eventTypes.length, 5);
  });
});
