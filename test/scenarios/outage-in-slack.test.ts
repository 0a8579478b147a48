import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { parseScenario } from '../../sandbox/scenario.ts';
import type { StoredMessage } from '../../sandbox/slack/start-slack.ts';
import { ALERT_CHANNEL, type Stage } from '../../sandbox/stage.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { readMessage } from '../slack/read-message.ts';
import { startWatchedStage } from '../support/nothing-private.ts';
import { NOON } from '../support/salon.ts';

const DUE = 5_000;
const STAFF = 10;
const HALF_HOURS_A_DAY = 20;
const NEAREST = 200;
const CONCURRENCY = 8;
const STEP_MS = 100;
const REAL_MS_MAX = 120_000;
const people = Array.from({ length: STAFF }, (_, n) => ({
  id: `00000000-0000-4000-8000-0000000000${10 + n}`,
  name: `Stylist ${n}`,
}));

const salon = parseScenario({
  clock: NOON.toISOString(),
  customers: [],
  staff: people,
  services: [{ id: 1, name: 'Haarschnitt', duration_minutes: 30 }],
  eventMap: people.map(({ id }, n) => ({ service_id: 1, staff_id: id, event_type_id: n + 1 })),
  appointments: [],
  calcom: {
    hosts: people.map(({ name }, n) => ({ id: n + 1, name, email: `stylist${n}@salon.example` })),
    eventTypes: people.map(({ name }, n) => ({
      ...{ id: n + 1, title: `Haarschnitt ${name}`, lengthInMinutes: 30, hostIds: [n + 1] },
    })),
    bookings: [],
    external: [],
  },
  steps: [],
});

/** Each of the staff has all half-hours of a day, from tomorrow on, without Sundays. */
function rowOf(id: number): Record<string, unknown> {
  const slot = Math.floor((id - 1) / STAFF);
  const workday = Math.floor(slot / HALF_HOURS_A_DAY);
  const day = workday + Math.floor((workday + 1) / 6);
  const startsAt = addMs(
    new Date('2025-11-25T07:00:00Z'),
    day * DAY + (slot % HALF_HOURS_A_DAY) * 30 * MINUTE,
  );
  return {
    ...{ id, customer_id: id, service_id: 1, staff_id: people[id % STAFF]?.id, status: 'booked' },
    ...{ starts_at: toSqlInstant(startsAt), ends_at: toSqlInstant(addMs(startsAt, 30 * MINUTE)) },
  };
}

async function insert(db: Db, from: number, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, n) => from + n);
  const customers = ids.map((id) => ({ id, name: `Customer ${id}`, email: `customer${id}@example.com` }));
  await db.batchInsert('customers', customers, 250);
  await db.batchInsert('appointments', ids.map(rowOf), 100);
}

describe('Cal.com down with 5,000 appointments due, as Slack sees it', () => {
  let stage: Stage;
  before(async () => {
    const settings = { LOG_LEVEL: 'fatal', START_HELD: 'never', CALCOM_CALLS_PER_MINUTE: '6000' };
    stage = await startWatchedStage(salon, { frozen: true, rateLimit: null, settings });
  });
  after(() => stage.stop());

  async function whileTimePasses(what: string, isSo: () => Promise<boolean>, stepMs = SECOND): Promise<void> {
    for (const giveUpAt = performance.now() + REAL_MS_MAX; !(await isSo()); ) {
      assert.ok(performance.now() < giveUpAt, `waited in vain until ${what}`);
      stage.clock.advance(stepMs);
      await delay(5);
    }
  }
  const messages = () => stage.slack.messages(ALERT_CHANNEL);
  /** The appointments that were sent, in this order. */
  const booked = () => stage.calcom.state.bookings.map(({ metadata }) => Number(metadata.appointmentId));
  const isShown = async () =>
    (await stage.db('alerts').whereRaw('shown_revision < revision').first('id')) === undefined;

  it('is one message, edited while it lasts and when it is over', async () => {
    await whileTimePasses('it runs', async () => (await stage.db('installation').first()).mode === 'running');
    const outage = stage.calcom.faults.add({ fault: { kind: 'down' } });
    await insert(stage.db, 1, DUE);
    await whileTimePasses('the incident is told', async () => messages().length > 0);
    await insert(stage.db, DUE + 1, 1);
    const later = addMs(stage.clock.now(), 10 * MINUTE);
    await whileTimePasses('ten minutes are over', async () => stage.clock.now() >= later);
    const [incident] = messages();
    assert.ok(incident);
    assert.match(readMessage(incident), /antwortet nicht(.|\n)*Warten auf Cal.com: 5001/);
    assert.ok(incident.edits >= 1 && incident.edits <= 3, `edited ${incident.edits} times`);

    outage.remove();
    await whileTimePasses('the nearest are booked', async () => booked().length >= NEAREST, STEP_MS);
    await whileTimePasses('the channel shows it', isShown);
    assert.match(readMessage(messages()[0] as StoredMessage), /Störung mit Cal.com ist vorbei/);
    assert.ok(
      booked().every((id, at) => Math.abs(at + 1 - id) <= 2 * CONCURRENCY),
      'the nearest start first',
    );
  });

  it('goes on with all that waited, each once, and says nothing else in the channel', async () => {
    assert.equal(new Set(booked()).size, booked().length, 'none was sent twice');
    const waiting = await stage
      .db('appointment_syncs')
      .where({ state: 'pending' })
      .whereNotNull('due_at')
      .pluck('appointment_id');
    assert.deepEqual(
      [...new Set([...waiting.map(Number), ...booked()])].toSorted((one, other) => one - other),
      Array.from({ length: DUE + 1 }, (_, n) => n + 1),
    );
    const [incident, ...others] = messages();
    assert.ok(incident);
    assert.deepEqual(others, []);
    assert.equal(stage.slack.thread(ALERT_CHANNEL, incident.ts).length, 0);
    const posts = stage.slack.calls.filter(({ method }) => method === 'chat.postMessage');
    assert.equal(posts.length, 1);
  });
});
