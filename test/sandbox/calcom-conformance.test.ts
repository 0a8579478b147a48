// Every published rule of Cal.com's API that the bot can meet, and that the look-alike keeps each of them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import { changeRows, createChangeWorld, restRows } from './conformance/change-rows.ts';
import { createRows, createWorld } from './conformance/create-rows.ts';
import { createFormWorld, formRows } from './conformance/form-rows.ts';
import { checkRow, idOf, KEY } from './conformance/row.ts';
import { createStateWorld, stateRows } from './conformance/state-rows.ts';

/** The ids of the published rows; one that no row below has, or a row with an id that is not here, fails. */
const PUBLISHED = {
  'bodies and queries': [
    'no-body',
    'body-unreadable',
    'body-too-large',
    'other-field',
    'attendee-field',
    'contact-missing',
    'metadata-limits',
    'metadata-not-text',
    'start-unreadable',
    'zone-unsupported',
    'no-event-type',
    'list-query',
    'slots-range',
  ],
  'the form': [
    'phone-invalid',
    'phone-required',
    'phone-only',
    'email-invalid',
    'email-required',
    'email-lists',
    'email-unproven',
    'field-required',
    'custom-field',
    'guests',
    'length',
    'location',
    'event-length',
  ],
  'the attendee': ['attendee-blocked', 'watch-listed', 'booker-limit'],
  'time and hosts': [
    'host-busy',
    'team-busy',
    'team-partly-busy',
    'calendar-unreadable',
    'calendar-app',
    'same-start',
    'start-past',
    'not-open',
    'event-type-limit',
    'overrides',
    'slot-in-buffer',
  ],
  seats: [
    'seats-joined',
    'seats-already',
    'seats-none-left',
    'seats-moved',
    'seats-move-full',
    'seat-unknown',
  ],
  'the event type': [
    'event-type-unknown',
    'managed-parent',
    'team-without-hosts',
    'host-gone',
    'authentication',
    'configuration',
    'slots-unknown',
  ],
  moving: [
    'move-unknown',
    'move-cancelled',
    'move-moved',
    'move-rejected',
    'move-seat-missing',
    'move-no-original',
    'move-notice',
    'move-busy',
  ],
  cancelling: [
    'booking-unknown',
    'cancelled-already',
    'cancelled-meanwhile',
    'reason-missing',
    'cancel-not-allowed',
    'cancel-ended',
    'cancel-user-gone',
    'cancel-not-host',
    'cancel-subsequent',
    'series',
  ],
  reassigning: [
    'reassign-permission',
    'reassign-nobody',
    'reassign-not-a-host',
    'reassign-unknown-user',
    'reassign-untranslated',
  ],
  'any call': [
    'internal',
    'record-exists',
    'database',
    'key-refused',
    'no-permission',
    'no-route',
    'list-scope',
    'throttled',
    'edge',
  ],
};

const tables = [
  { rows: createRows, createWorld },
  { rows: [...changeRows, ...restRows], createWorld: createChangeWorld },
  { rows: formRows, createWorld: createFormWorld },
  { rows: stateRows, createWorld: createStateWorld },
];
const standing = { now: () => new Date('2025-11-24T10:00:00Z'), sleep: () => Promise.resolve() };
/** Rows that need more than one request, or no JSON; each has its own test below. */
const OWN_TESTS = ['body-unreadable', 'body-too-large', 'throttled', 'edge'];

describe('Cal.com look-alike, conformance', () => {
  it('has a row for every published rule, and none that is not published', () => {
    const tested = [...tables.flatMap(({ rows }) => rows.map(idOf)), ...OWN_TESTS];
    assert.deepEqual([...new Set(tested)].sort(), Object.values(PUBLISHED).flat().sort());
  });

  for (const { rows, createWorld: build } of tables)
    for (const row of rows) it(row.rule, () => checkRow(row, build()));

  it('body-unreadable, body-too-large: 400, and a bare 413', async (t) => {
    const look = await startCalcom({ clock: standing, world: createFormWorld(), apiKey: KEY });
    t.after(() => look.stop());
    const headers = { 'cal-api-version': '2024-08-13', 'content-type': 'application/json' };
    const post = (body: string) => fetch(`${look.url}/v2/bookings`, { method: 'POST', headers, body });
    const large = await post(`"${'x'.repeat(101 * 1024)}"`);
    assert.equal((await post('{"start":')).status, 400);
    assert.equal(look.calls[1]?.body, '{"start":');
    assert.equal(large.status, 413);
    assert.deepEqual(await large.json(), { statusCode: 413, message: 'request entity too large' });
  });

  it('throttled: 429 with seconds to the end of the block, and no later for asking again', async (t) => {
    let nowMs = Date.parse('2025-11-24T10:00:00Z');
    const clock = { now: () => new Date(nowMs), sleep: () => Promise.resolve() };
    const rateLimit = { limit: 1, windowMs: 60_000, blockMs: 60_000 };
    const look = await startCalcom({ clock, world: createFormWorld(), apiKey: KEY, rateLimit });
    t.after(() => look.stop());
    const ask = () => fetch(`${look.url}/v2/me`, { headers: { authorization: `Bearer ${KEY}` } });
    assert.equal((await ask()).status, 200);
    nowMs += 30_000;
    const refused = await ask();
    const { error } = (await refused.json()) as { error: object };
    const message = 'CustomThrottlerGuard - Too many requests. Please try again later.';
    assert.deepEqual(
      [refused.status, error],
      [429, { code: 'ThrottlerException', message, details: message }],
    );
    assert.equal(refused.headers.get('x-ratelimit-reset-default'), '60');
    assert.equal(refused.headers.get('retry-after'), null);
    nowMs += 59_000;
    assert.equal((await ask()).headers.get('x-ratelimit-reset-default'), '1');
    nowMs += 1_000;
    assert.equal((await ask()).status, 200);
  });

  it('edge: 503 without JSON, and nothing committed', async (t) => {
    const look = await startCalcom({ clock: standing, world: createFormWorld(), apiKey: KEY });
    t.after(() => look.stop());
    look.faults.add({ fault: { kind: 'down' } });
    const answer = await fetch(`${look.url}/v2/bookings/held/cancel`, { method: 'POST' });
    assert.equal(answer.status, 503);
    assert.match(answer.headers.get('content-type') ?? '', /html/);
    assert.equal(look.state.bookings.find(({ uid }) => uid === 'held')?.status, 'accepted');
  });
});
