import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Fault } from '../../sandbox/calcom/faults.ts';
import { type CalcomLookAlike, type CalcomOptions, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock.ts';

const KEY = 'cal_test_key';
const NOW = new Date('2025-11-24T10:00:00Z');
const MINUTE_MS = 60_000;
const START = '2025-11-25T10:00:00Z';
const HEADERS = {
  'cal-api-version': '2024-08-13',
  authorization: `Bearer ${KEY}`,
  'content-type': 'application/json',
};

async function setup(
  t: TestContext,
  options: Partial<CalcomOptions> = {},
): Promise<{ look: CalcomLookAlike; clock: SandboxClock }> {
  const clock = createSandboxClock(NOW);
  clock.freeze();
  clock.moveTo(NOW, { backwards: true });
  const world = {
    hosts: [{ id: 1, name: 'Anna', email: 'anna@example.com' }],
    eventTypes: [{ id: 10, title: 'Cut', lengthInMinutes: 60, hostIds: [1] }],
    bookings: [],
    external: [],
  };
  const look = await startCalcom({ clock, world, apiKey: KEY, ...options });
  t.after(() => look.stop());
  return { look, clock };
}

function book(look: CalcomLookAlike, signal?: AbortSignal): Promise<Response> {
  const attendee = { name: 'Eva', email: 'eva@example.com', timeZone: 'Europe/Berlin' };
  const body = JSON.stringify({ eventTypeId: 10, start: START, attendee, metadata: { appointmentId: '7' } });
  return fetch(`${look.url}/v2/bookings`, {
    method: 'POST',
    headers: HEADERS,
    body,
    ...(signal && { signal }),
  });
}

function me(look: CalcomLookAlike): Promise<Response> {
  return fetch(`${look.url}/v2/me`, { headers: HEADERS });
}

describe('Cal.com look-alike, faults that answer', () => {
  const rows: { fault: Fault; status: number; text: RegExp; isCommitted: boolean }[] = [
    { fault: { kind: 'down' }, status: 503, text: /^<html>/, isCommitted: false },
    { fault: { kind: 'garbage' }, status: 200, text: /^<!doctype html>/, isCommitted: false },
    { fault: { kind: 'empty' }, status: 200, text: /^$/, isCommitted: false },
    {
      fault: { kind: 'answer', status: 500, body: { a: 1 } },
      status: 500,
      text: /^{"a":1}$/,
      isCommitted: false,
    },
    {
      fault: { kind: 'commit_then_answer', status: 502, body: 'Bad Gateway' },
      status: 502,
      text: /^Bad Gateway$/,
      isCommitted: true,
    },
  ];
  for (const { fault, status, text, isCommitted } of rows) {
    it(`${fault.kind} answers ${status} and commits ${isCommitted ? 1 : 0} bookings`, async (t) => {
      const { look } = await setup(t);
      look.faults.add({ fault, times: 1 });
      const response = await book(look);
      assert.equal(response.status, status);
      assert.match(await response.text(), text);
      assert.equal(look.liveBookings().length, isCommitted ? 1 : 0);
      assert.equal((await book(look)).status, isCommitted ? 400 : 201, 'the fault is used up');
    });
  }

  it('gives a set answer its own headers', async (t) => {
    const { look } = await setup(t);
    const headers = { 'X-RateLimit-Reset-Default': '7' };
    look.faults.add({ fault: { kind: 'answer', status: 429, body: {}, headers } });
    const response = await me(look);
    assert.equal(response.headers.get('x-ratelimit-reset-default'), '7');
    assert.ok(response.headers.get('x-request-id'));
  });
});

describe('Cal.com look-alike, faults that break the connection', () => {
  for (const [kind, committed] of [
    ['reset', 0],
    ['half_body', 0],
    ['commit_then_reset', 1],
  ] as const) {
    it(`${kind} leaves ${committed} bookings and no readable answer`, async (t) => {
      const { look } = await setup(t);
      look.faults.add({ fault: { kind } });
      await assert.rejects(async () => (await book(look)).json());
      assert.equal(look.liveBookings({ appointmentId: '7' }).length, committed);
    });
  }

  for (const [kind, committed] of [
    ['hang', 0],
    ['commit_then_hang', 1],
  ] as const) {
    it(`${kind} never answers and leaves ${committed} bookings`, async (t) => {
      const { look } = await setup(t);
      look.faults.add({ fault: { kind } });
      const leaving = new AbortController();
      const answer = book(look, leaving.signal);
      await look.waitFor(() => look.calls.length === 1 && look.liveBookings().length === committed);
      leaving.abort();
      await assert.rejects(answer, { name: 'AbortError' });
      assert.equal(look.calls[0]?.status, 'none');
    });
  }
});

describe('Cal.com look-alike, faults in time', () => {
  it('executes a late commit when the clock gets there, on the state of then', async (t) => {
    const { look, clock } = await setup(t);
    look.faults.add({ times: 1, fault: { kind: 'late_commit', afterMs: 2 * MINUTE_MS } });
    const leaving = new AbortController();
    const answer = book(look, leaving.signal);
    await look.waitFor(() => look.calls.length === 1);
    leaving.abort();
    await assert.rejects(answer);
    clock.advance(2 * MINUTE_MS - 1);
    assert.equal(look.liveBookings().length, 0);
    clock.advance(1);
    await look.waitFor(() => look.liveBookings().length === 1);
    assert.equal(look.state.bookings[0]?.createdAt.toISOString(), '2025-11-24T10:02:00.000Z');
  });

  it('lets a late commit lose against what was booked meanwhile', async (t) => {
    const { look, clock } = await setup(t);
    look.faults.add({ times: 1, fault: { kind: 'late_commit', afterMs: MINUTE_MS } });
    const leaving = new AbortController();
    const late = book(look, leaving.signal);
    await look.waitFor(() => look.calls.length === 1);
    assert.equal((await book(look)).status, 201);
    let looks = 0;
    const landed = look.waitFor(() => ++looks > 1);
    clock.advance(MINUTE_MS);
    await landed;
    assert.equal(look.liveBookings().length, 1);
    leaving.abort();
    await assert.rejects(late);
  });

  it('never executes what is still late when it stops', async (t) => {
    const { look, clock } = await setup(t);
    look.faults.add({ fault: { kind: 'late_commit', afterMs: MINUTE_MS } });
    const answer = assert.rejects(book(look));
    await look.waitFor(() => look.calls.length === 1);
    await look.stop();
    await answer;
    clock.advance(MINUTE_MS);
    await new Promise(setImmediate);
    assert.equal(look.state.bookings.length, 0);
  });

  it('executes and answers a slow request when the clock gets there', async (t) => {
    const { look, clock } = await setup(t);
    look.faults.add({ fault: { kind: 'slow', ms: 9_000 } });
    const answer = book(look);
    await look.waitFor(() => look.calls.length === 1);
    assert.equal(look.liveBookings().length, 0);
    clock.advance(9_000);
    assert.equal((await answer).status, 201);
  });

  it('executes at once what it answers late, and answers it when the clock gets there', async (t) => {
    const { look, clock } = await setup(t);
    look.faults.add({ fault: { kind: 'commit_then_slow', ms: 9_000 } });
    const answer = book(look);
    await look.waitFor(() => look.liveBookings().length === 1);
    assert.equal(look.calls[0]?.status, 'none');
    clock.advance(9_000);
    assert.equal((await answer).status, 201);
  });
});

describe('Cal.com look-alike, fault rules', () => {
  it('uses the first rule that matches method and path, as often as it says', async (t) => {
    const { look } = await setup(t);
    look.faults.add({
      method: 'GET',
      path: /\/v2\/me$/g,
      times: 2,
      fault: { kind: 'answer', status: 500, body: {} },
    });
    look.faults.add({ fault: { kind: 'answer', status: 502, body: {} } });
    const statuses = [await me(look), await book(look), await me(look), await me(look)].map(
      ({ status }) => status,
    );
    assert.deepEqual(statuses, [500, 502, 500, 502]);
  });

  it('forgets a removed rule, and all rules when cleared', async (t) => {
    const { look } = await setup(t);
    const first = look.faults.add({ fault: { kind: 'answer', status: 500, body: {} } });
    look.faults.add({ fault: { kind: 'answer', status: 502, body: {} } });
    first.remove();
    assert.equal((await me(look)).status, 502);
    look.faults.clear();
    assert.equal((await me(look)).status, 200);
  });
});

describe('Cal.com look-alike, rate limit', () => {
  const rateLimit = { limit: 2, windowMs: MINUTE_MS, blockMs: 90_000 };

  it('counts down in its headers, then blocks from the hit too many, whatever comes', async (t) => {
    const { look, clock } = await setup(t, { rateLimit });
    const first = await me(look);
    assert.equal(first.headers.get('x-ratelimit-limit-default'), '2');
    assert.equal(first.headers.get('x-ratelimit-remaining-default'), '1');
    assert.equal(first.headers.get('x-ratelimit-reset-default'), '60');
    await me(look);
    clock.advance(10_000);
    const blocked = await me(look);
    assert.equal(blocked.status, 429);
    assert.equal(blocked.headers.get('x-ratelimit-reset-default'), '90');
    assert.equal(blocked.headers.get('retry-after'), null);
    const { error } = (await blocked.json()) as { error: object };
    const message = 'CustomThrottlerGuard - Too many requests. Please try again later.';
    assert.deepEqual(error, { code: 'ThrottlerException', message, details: message });
    clock.advance(89_999);
    assert.equal((await me(look)).status, 429);
    clock.advance(1);
    assert.equal((await me(look)).status, 200);
  });

  it('starts a new window when the old one is over', async (t) => {
    const { look, clock } = await setup(t, { rateLimit });
    await me(look);
    await me(look);
    clock.advance(MINUTE_MS);
    assert.equal((await me(look)).headers.get('x-ratelimit-remaining-default'), '1');
  });

  it('counts refused requests too, and every key for itself', async (t) => {
    const { look } = await setup(t, { rateLimit });
    const wrong = { headers: { authorization: 'Bearer cal_other' } };
    const statuses = [];
    for (let hit = 0; hit < 3; hit += 1) statuses.push((await fetch(`${look.url}/v2/me`, wrong)).status);
    assert.deepEqual(statuses, [401, 401, 429]);
    assert.equal((await me(look)).status, 200);
  });

  it('limits nothing when switched off, and 120 a minute by itself', async (t) => {
    const { look: free } = await setup(t, { rateLimit: null });
    assert.equal((await me(free)).headers.get('x-ratelimit-limit-default'), null);
    const { look } = await setup(t);
    assert.equal((await me(look)).headers.get('x-ratelimit-limit-default'), '120');
  });
});

describe('Cal.com look-alike, the server', () => {
  it('refuses connections while paused and comes back on the same port with its state', async (t) => {
    const { look } = await setup(t);
    await book(look);
    await look.pause();
    await assert.rejects(
      me(look),
      (error: Error) => (error.cause as { code: string }).code === 'ECONNREFUSED',
    );
    await look.resume();
    assert.equal((await me(look)).status, 200);
    assert.equal(look.liveBookings().length, 1);
  });

  it('records every request in order, with its body, version and answer', async (t) => {
    const { look } = await setup(t);
    await book(look);
    await fetch(`${look.url}/v2/me?x=1`);
    const [first, second] = look.calls;
    assert.equal((first?.body as { start: string }).start, START);
    assert.deepEqual([first?.method, first?.version, first?.status], ['POST', '2024-08-13', 201]);
    assert.deepEqual(second, { method: 'GET', path: '/v2/me?x=1', status: 401, at: NOW });
  });

  it('says what it waited for when waiting takes too long', async (t) => {
    const { look } = await setup(t);
    await assert.rejects(
      look.waitFor(() => look.calls.length > 5, 20),
      /20 ms for .*calls\.length > 5.*0 requests/,
    );
    const broken = () => {
      throw new Error('broken predicate');
    };
    await assert.rejects(look.waitFor(broken), /broken predicate/);
  });
});
