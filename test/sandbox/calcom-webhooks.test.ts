// What subscribers are told, when, and what may happen to it on the way.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { type CalcomOptions, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import { createSandboxClock } from '../../sandbox/clock.ts';

const KEY = 'cal_test_key';
const NOW = new Date('2025-11-24T10:00:00Z'); // a Monday
const START = '2025-11-25T10:00:00Z';
const LATER = '2025-11-26T10:00:00Z';
const EVA = { name: 'Eva', email: 'eva@example.com', timeZone: 'Europe/Berlin' };
const ALL = [
  'BOOKING_CREATED',
  'BOOKING_REQUESTED',
  'BOOKING_RESCHEDULED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
];

// biome-ignore lint/suspicious/noExplicitAny: bodies of many forms are read here.
type Body = any;

interface Heard {
  headers: IncomingHttpHeaders;
  raw: string;
  event: Body;
}

/** A subscriber that answers each delivery as `answer` says, after `look` had its look; 0 never answers. */
async function receiver(t: TestContext, answer: () => number = () => 200, look: () => void = () => {}) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const raw = Buffer.concat(await request.toArray()).toString();
    heard.push({ headers: request.headers, raw, event: JSON.parse(raw) });
    look();
    const status = answer();
    if (status !== 0) response.writeHead(status, { location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { url, heard, triggers: () => heard.map(({ event }) => event.triggerEvent) };
}

async function setup(t: TestContext, options: Partial<CalcomOptions> = {}) {
  const clock = createSandboxClock(NOW);
  clock.freeze();
  const world = {
    hosts: [
      { id: 1, name: 'Anna', email: 'anna@example.com' },
      { id: 2, name: 'Ben', email: 'ben@example.com', apiKey: 'cal_ben' },
    ],
    eventTypes: [
      { id: 10, title: 'Cut', lengthInMinutes: 60, hostIds: [1] },
      { id: 20, title: 'Robin', lengthInMinutes: 60, hostIds: [1, 2], schedulingType: 'roundRobin' as const },
      { id: 25, title: 'Asked', lengthInMinutes: 60, hostIds: [1], requiresConfirmation: true },
    ],
    bookings: [],
    external: [],
  };
  const look = await startCalcom({ clock, world, apiKey: KEY, ...options });
  t.after(() => look.stop());

  async function send(method: string, path: string, body?: object, key = KEY) {
    const headers = {
      'cal-api-version': '2024-08-13',
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
    };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(look.url + path, init);
    const answer: Body = await response.json();
    return { status: response.status, answer, data: answer.data as Body };
  }
  const subscribe = (url: string, more: object = {}, key = KEY) =>
    send('POST', '/v2/webhooks', { subscriberUrl: url, triggers: ALL, active: true, ...more }, key);
  const book = (eventTypeId = 10, start = START) =>
    send('POST', '/v2/bookings', { eventTypeId, start, attendee: EVA, metadata: { appointmentId: '7' } });
  return { look, send, subscribe, book };
}

describe('Cal.com look-alike, registering webhooks', () => {
  it('keeps, shows, changes and forgets them, and refuses the same address twice', async (t) => {
    const { send, subscribe } = await setup(t);
    const { status, data } = await subscribe('http://127.0.0.1:9/hook', { secret: 's' });
    assert.equal(status, 201);
    assert.equal(data.userId, 90_001);
    const twice = await subscribe('http://127.0.0.1:9/hook');
    assert.equal(twice.status, 409);
    assert.equal(twice.answer.error.code, 'ConflictException');
    assert.equal(twice.answer.error.message, 'Webhook with this subscriber url already exists for this user');
    const changed = await send('PATCH', `/v2/webhooks/${data.id}`, { active: false });
    assert.deepEqual(changed.data, { ...data, active: false });
    assert.deepEqual((await send('GET', '/v2/webhooks')).data, [changed.data]);
    assert.equal((await send('DELETE', `/v2/webhooks/${data.id}`)).status, 200);
    assert.equal((await send('GET', `/v2/webhooks/${data.id}`)).status, 404);
  });

  it('refuses a trigger that does not exist, and takes the address again for an event type', async (t) => {
    const { send, subscribe } = await setup(t);
    const wrong = await subscribe('http://127.0.0.1:9/hook', { triggers: ['BOOKING_CONFIRMED'] });
    assert.equal(wrong.status, 400);
    assert.equal(wrong.answer.error.details.errors[0].property, 'triggers');
    const body = { subscriberUrl: 'http://127.0.0.1:9/hook', triggers: ALL, active: true };
    assert.equal((await send('POST', '/v2/webhooks', body)).status, 201);
    const { status, data } = await send('POST', '/v2/event-types/10/webhooks', body);
    assert.deepEqual([status, data.eventTypeId], [201, 10]);
    assert.equal((await send('POST', '/v2/event-types/99/webhooks', body)).status, 404);
  });
});

describe('Cal.com look-alike, telling webhooks', () => {
  it('signs the raw body, or says that there is no secret', async (t) => {
    const { subscribe, book } = await setup(t);
    const signed = await receiver(t);
    const open = await receiver(t);
    await subscribe(signed.url, { secret: 'quiet' });
    await subscribe(open.url);
    await book();
    const [{ headers, raw } = {} as Heard] = signed.heard;
    assert.equal(headers['x-cal-signature-256'], createHmac('sha256', 'quiet').update(raw).digest('hex'));
    assert.equal(headers['x-cal-webhook-version'], '2021-10-20');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(open.heard[0]?.headers['x-cal-signature-256'], 'no-secret-provided');
  });

  it('tells of a booking, its move and its end, each before the caller has an answer', async (t) => {
    const { look, subscribe, send, book } = await setup(t);
    const statuses: string[] = [];
    const hook = await receiver(
      t,
      () => 200,
      () => {
        const asked = look.calls.at(-1)?.status;
        statuses.push(`${asked} ${look.state.bookings.map(({ status }) => status)}`);
      },
    );
    await subscribe(hook.url);
    const first = (await book()).data;
    const second = (await send('POST', `/v2/bookings/${first.uid}/reschedule`, { start: LATER })).data;
    await send('POST', `/v2/bookings/${second.uid}/cancel`, { cancellationReason: 'closed' });
    const [created, moved, ended] = hook.heard.map(({ event }) => event.payload);
    assert.deepEqual(hook.triggers(), ['BOOKING_CREATED', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED']);
    assert.deepEqual(
      [created.uid, created.status, created.startTime, created.metadata],
      [first.uid, 'ACCEPTED', '2025-11-25T10:00:00Z', { appointmentId: '7' }],
    );
    assert.deepEqual(
      [moved.uid, moved.rescheduleUid, moved.rescheduleStartTime, moved.metadata.appointmentId],
      [second.uid, first.uid, '2025-11-25T10:00:00Z', '7'],
    );
    assert.deepEqual(
      [ended.uid, ended.status, ended.cancellationReason, ended.startTime, ended.requestReschedule],
      [second.uid, 'CANCELLED', 'closed', '2025-11-26T10:00:00+00:00', false],
    );
    assert.equal('metadata' in ended, false);
    assert.deepEqual(statuses, ['none accepted', 'none cancelled,accepted', 'none cancelled,accepted']);
  });

  it('calls what waits for confirmation requested, moved or new, and tells of the answer', async (t) => {
    const { look, subscribe, send, book } = await setup(t);
    const hook = await receiver(t);
    await subscribe(hook.url);
    const { uid } = (await book(25)).data;
    const moved = (await send('POST', `/v2/bookings/${uid}/reschedule`, { start: LATER })).data;
    await look.hands.reject(moved.uid, 'no time');
    assert.deepEqual(hook.triggers(), ['BOOKING_REQUESTED', 'BOOKING_REQUESTED', 'BOOKING_REJECTED']);
    assert.equal(hook.heard[1]?.event.payload.rescheduleUid, uid);
    assert.equal(hook.heard[2]?.event.payload.rejectionReason, 'no time');
  });

  it('says nothing of a reassignment, of a repeat, or to an inactive webhook', async (t) => {
    const { subscribe, send, book } = await setup(t);
    const hook = await receiver(t);
    const { data } = await subscribe(hook.url);
    const { uid } = (await book(20)).data;
    assert.equal((await book(20)).data.uid, uid);
    assert.equal((await send('POST', `/v2/bookings/${uid}/reassign`)).status, 200);
    await send('PATCH', `/v2/webhooks/${data.id}`, { active: false });
    await book(10, LATER);
    assert.deepEqual(hook.triggers(), ['BOOKING_CREATED']);
  });

  it("tells a member of the member's own bookings alone, and each level for itself", async (t) => {
    const { subscribe, send, book } = await setup(t);
    const member = await receiver(t);
    const type = await receiver(t);
    await subscribe(member.url, {}, 'cal_ben');
    const body = { subscriberUrl: type.url, triggers: ALL, active: true };
    await send('POST', '/v2/event-types/20/webhooks', body);
    const { uid } = (await book(20)).data;
    await send('POST', `/v2/bookings/${uid}/reassign/2`);
    await send('POST', `/v2/bookings/${uid}/cancel`, { cancellationReason: 'closed' });
    await book(10, LATER);
    assert.deepEqual(member.triggers(), ['BOOKING_CANCELLED']);
    assert.deepEqual(type.triggers(), ['BOOKING_CREATED', 'BOOKING_CANCELLED']);
  });

  it('hears what a person does in Cal.com itself', async (t) => {
    const { look, subscribe, book } = await setup(t);
    const hook = await receiver(t);
    await subscribe(hook.url);
    await look.hands.move((await book()).data.uid, new Date(LATER));
    await look.hands.requestReschedule(look.liveBookings()[0]?.uid ?? '', 'ill');
    assert.deepEqual(hook.triggers(), ['BOOKING_CREATED', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED']);
    assert.equal(hook.heard[2]?.event.payload.requestReschedule, true);
  });
});

describe('Cal.com look-alike, deliveries that go wrong', () => {
  for (const status of [500, 302]) {
    it(`tries once and answers its caller when the receiver says ${status}`, async (t) => {
      const { look, subscribe, book } = await setup(t);
      const hook = await receiver(t, () => status);
      await subscribe(hook.url);
      assert.equal((await book()).status, 201);
      assert.deepEqual(
        look.deliveries.sent.map(({ outcome }) => outcome),
        [status],
      );
      assert.equal(hook.heard.length, 1);
    });
  }

  it('waits for a slow receiver, but not for ever', async (t) => {
    const { look, subscribe, book } = await setup(t, { receiverMs: 50 });
    const hook = await receiver(t, () => 0);
    await subscribe(hook.url);
    assert.equal((await book()).status, 201);
    assert.deepEqual(
      look.deliveries.sent.map(({ outcome }) => outcome),
      ['failed'],
    );
  });

  it('holds, and tells what it held in either order', async (t) => {
    const { look, subscribe, book } = await setup(t);
    const hook = await receiver(t);
    await subscribe(hook.url);
    const rule = look.deliveries.meet({ do: 'hold' });
    const first = (await book()).data.uid;
    const second = (await book(10, LATER)).data.uid;
    assert.equal(hook.heard.length, 0);
    rule.remove();
    await look.deliveries.release('newest first');
    assert.deepEqual(
      hook.heard.map(({ event }) => event.payload.uid),
      [second, first],
    );
  });

  it('drops one and doubles the next with the same body', async (t) => {
    const { look, subscribe, book } = await setup(t);
    const hook = await receiver(t);
    await subscribe(hook.url);
    look.deliveries.meet({ trigger: 'BOOKING_CREATED', times: 1, do: 'drop' });
    look.deliveries.meet({ times: 1, do: 'double' });
    await book();
    await book(10, LATER);
    assert.equal(hook.heard.length, 2);
    assert.equal(hook.heard[0]?.raw, hook.heard[1]?.raw);
    assert.deepEqual(
      look.deliveries.sent.map(({ outcome }) => outcome),
      ['dropped', 200, 200],
    );
  });

  it('refuses a cancellation that somebody else was quicker with', async (t) => {
    const { look, subscribe, send, book } = await setup(t);
    const { uid } = (await book()).data;
    const hook = await receiver(
      t,
      () => 200,
      () => {
        const [booking] = look.state.bookings;
        if (booking) booking.status = 'cancelled';
      },
    );
    await subscribe(hook.url);
    const { status, answer } = await send('POST', `/v2/bookings/${uid}/cancel`, { cancellationReason: 'x' });
    assert.equal(status, 400);
    assert.deepEqual(answer, { statusCode: 400, message: 'This booking has already been cancelled.' });
  });
});
