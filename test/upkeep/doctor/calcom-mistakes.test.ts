import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventType } from '../../../sandbox/calcom/world.ts';
import { createSandboxClock } from '../../../sandbox/clock.ts';
import { createCalcom } from '../../../src/calcom/client.ts';
import { checkCalcom } from '../../../src/upkeep/doctor/calcom-access.ts';
import { createRecordedLog } from '../../slack/slack-fixtures.ts';
import { databases } from '../../support/databases.ts';
import { NOON } from '../../support/salon.ts';
import { API_KEY } from '../../support/test-engine.ts';
import { type Installation, kindsOf, openInstallation } from './installation.ts';

interface Mistake {
  title: string;
  make: (installation: Installation) => unknown;
  change?: Record<string, string>;
  found: string[];
  says: RegExp;
}

const ofEventType = (change: Partial<EventType>) => (installation: Installation) =>
  Object.assign(installation.calcom.state.eventTypes[0] ?? {}, change);

const mistakes: Mistake[] = [
  {
    title: 'a key that Cal.com refuses',
    make: () => {},
    change: { CALCOM_API_KEY: 'cal_of_yesterday' },
    found: ['failed calcom.key', 'skipped calcom.event_types'],
    says: /refuses the key.*CALCOM_API_KEY/s,
  },
  {
    title: 'an address at which nothing answers',
    make: ({ calcom }) => calcom.pause(),
    found: ['failed calcom.key', 'skipped calcom.event_types'],
    says: /does not answer \(ECONNREFUSED\)/,
  },
  {
    title: 'an address at which something else answers',
    make: () => {},
    change: { CALCOM_API_URL: 'slack' },
    found: ['failed calcom.key', 'skipped calcom.event_types'],
    says: /is not Cal\.com's API v2 \(status 200\)/,
  },
  {
    title: 'an event type that Cal.com does not show',
    make: ({ db }) => db('calcom_event_map').where({ event_type_id: 22 }).update({ event_type_id: 99 }),
    found: ['failed calcom.visible'],
    says: /99 \(service 2, staff \S+b\)/,
  },
  {
    title: 'the parent of managed event types',
    make: ofEventType({ schedulingType: 'managed' }),
    found: ['failed calcom.managed'],
    says: /parents of managed ones: 11\..*child/s,
  },
  {
    title: 'an event type without a host',
    make: ofEventType({ schedulingType: 'roundRobin', hostIds: [] }),
    found: ['failed calcom.hosts'],
    says: /without a host: 11\./,
  },
  {
    title: 'a required field that the bot does not send',
    make: ofEventType({ fields: [{ slug: 'birthday', type: 'text', required: true }] }),
    found: ['failed calcom.fields'],
    says: /require the booking field "birthday": 11\..*optional/s,
  },
  {
    title: 'a required phone number, which not every customer has',
    make: ofEventType({ phoneFieldRequired: true }),
    found: ['warning calcom.fields'],
    says: /require a phone number: 11\./,
  },
  {
    title: 'an event type that wants a code from the customer',
    make: ofEventType({ requiresEmailVerification: true }),
    found: ['failed calcom.verification'],
    says: /by a code: 11\./,
  },
  {
    title: 'an event type of one host that stands for two people',
    make: ({ db }) => db('calcom_event_map').where({ event_type_id: 12 }).update({ event_type_id: 11 }),
    found: ['warning calcom.shared'],
    says: /11 \(Anna Albers, Ben Brandt\)/,
  },
  {
    title: 'an event type of another length than its service',
    make: ofEventType({ lengthInMinutes: 45 }),
    found: ['warning calcom.length'],
    says: /11 \(45 min, service 1 30 min\)/,
  },
];

const [engine] = databases();
assert.ok(engine);

describe('the doctor finds of Cal.com', () => {
  for (const { title, make, change = {}, found, says } of mistakes)
    it(title, async (t) => {
      const installation = await openInstallation(t, engine);
      await make(installation);
      const isElsewhere = change.CALCOM_API_URL === 'slack';
      const elsewhere = { CALCOM_API_URL: installation.slack.url.replace(/\/$/, '') };
      const complained = await installation.complaints(isElsewhere ? elsewhere : change);
      assert.deepEqual(kindsOf(complained), found);
      const told = complained.filter(({ level }) => level !== 'skipped');
      assert.match(told.map(({ what, why, remedy }) => `${what} ${why} ${remedy}`).join('\n'), says);
    });

  it('nothing more when Cal.com wants a pause, which it hands on to the bot', async (t) => {
    const { db, calcom, complaints } = await openInstallation(t, engine);
    const headers = { 'x-ratelimit-reset-default': '60' };
    const fault = { kind: 'answer', status: 429, body: {}, headers } as const;
    calcom.faults.add({ path: /event-types\/12/, times: 1, fault });
    const complained = await complaints();
    assert.deepEqual(kindsOf(complained), ['warning calcom.event_types']);
    assert.match(String(complained[0]?.what), /^Event types that were not looked at \(3\): 12, 21, 22\.$/);
    const { next_call_us } = await db('pace').first();
    assert.ok(Number(next_call_us) / 1000 > Date.now());
  });

  it('in two minutes what it can, and tells what it left out', async (t) => {
    const { calcom } = await openInstallation(t, engine);
    const clock = createSandboxClock(NOON);
    clock.freeze();
    const options = { url: calcom.url, apiKey: API_KEY, timeoutMs: 5_000, log: createRecordedLog().log };
    const client = createCalcom(options);
    t.after(() => client.close());
    const pacing = { permit: async () => clock.advance(50_000), pause: async () => {} };
    const entry = { serviceId: 1, staffId: 'x', staffName: null, durationMinutes: null };
    const map = [11, 12, 21, 22].map((eventTypeId) => ({ ...entry, eventTypeId }));
    const found = await checkCalcom({ calcom: client, clock, ...pacing }, map);
    const [left] = found.filter(({ level }) => level !== 'ok');
    assert.equal(left?.what, 'Event types that were not looked at (1): 22.');
  });

  it('nothing that would stop the bot: its breaker stays closed, and no booking is touched', async (t) => {
    const { db, calcom, complaints } = await openInstallation(t, engine);
    await complaints({ CALCOM_API_KEY: 'cal_of_yesterday' });
    await complaints();
    assert.equal((await db('breaker').first()).state, 'closed');
    assert.deepEqual([...new Set(calcom.calls.map(({ method }) => method))], ['GET']);
  });

  it('takes its calls from the pace that it shares with the bot', async (t) => {
    const { db, complaints } = await openInstallation(t, engine);
    assert.deepEqual(await complaints({ CALCOM_CALLS_PER_MINUTE: '6000' }), []);
    assert.ok(Number((await db('pace').first()).next_call_us) > 0);
  });
});
