import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { raiseAlert, subjectOf } from '../../src/appointments/alerts.ts';
import { addMs, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { silentLog } from '../../src/log.ts';
import { createPoster } from '../../src/slack/poster.ts';
import { createSlackHealth } from '../../src/slack/slack-health.ts';
import { failureKinds, needsPerson } from '../../src/sync/failure-kinds.ts';
import {
  type AlertDatabase,
  CHANNEL,
  createTestClock,
  NOW,
  openAlertDatabase,
  STAFF_ID,
} from '../alerts/alert-fixtures.ts';
import { type BothSides, startBothSides } from '../slack/both-modes.ts';
import { drawBlocks } from '../slack/draw-message.ts';
import { readMessage } from '../slack/read-message.ts';
import { createTestClient } from '../slack/slack-fixtures.ts';
import { databases } from '../support/databases.ts';

// Everything that people see while five hundred appointments have failed at once, in words as long as they can be.

const FAILURES = 500;
const EMIL = 'U0EMIL';
const long = (text: string) => `${text} <!channel> & ${'ä👩‍👩‍👧‍👧'.repeat(20)}`.slice(0, 190);
const kinds = failureKinds.filter(needsPerson);
/** Later ones have smaller numbers, so that an order by number would show. */
const startOf = (id: number) => addMs(NOW, 2 * HOUR + (FAILURES - id) * 7 * MINUTE);
const numbersIn = (text: string) => [...text.matchAll(/#(\d+) ·/g)].map(([, id]) => Number(id));
const mostUrgentFirst = Array.from({ length: FAILURES }, (_, index) => FAILURES - index);

const [sqlite] = databases();
assert.ok(sqlite);

describe('five hundred failures', () => {
  const clock = createSandboxClock(NOW);
  let opened: AlertDatabase;
  let sides: BothSides;

  before(async () => {
    opened = await openAlertDatabase(sqlite);
    const { db } = opened;
    await db('customers').update({ name: long('Kundin'), email: `k@${'a'.repeat(60)}.example` });
    await db('staff').update({ name: long('Person') });
    await db('services').update({ name: long('Leistung') });
    const ids = Array.from({ length: FAILURES }, (_, index) => index + 1);
    await db.batchInsert('appointments', ids.map(rowOf), 50);
    await db.batchInsert('appointment_syncs', ids.map(recordOf), 50);
    await db.transaction(async (tx) => {
      for (const id of ids) await raiseAlert(tx, { subject: subjectOf(id), appointmentId: id, now: NOW });
    });
    const world = {
      users: [{ id: EMIL, name: 'emil', locale: 'de-DE' }],
      channels: [{ id: CHANNEL, name: 'alerts', members: [EMIL], botIsMember: true }],
    };
    const config = { accessEngineers: [EMIL] };
    sides = await startBothSides({ mode: 'HTTP', world, config, db, clock, log: silentLog });
  });
  after(async () => {
    await sides.stop();
    await opened.close();
  });

  const rowOf = (id: number) => ({
    ...{ id, customer_id: 1, service_id: 1, staff_id: STAFF_ID, starts_at: toSqlInstant(startOf(id)) },
    ...{ ends_at: toSqlInstant(addMs(startOf(id), HOUR)), created_at: toSqlInstant(NOW) },
  });
  const recordOf = (id: number) => ({
    ...{ appointment_id: id, state: 'failed', attempts: 3, failure_kind: String(kinds[id % kinds.length]) },
    ...{ starts_at: toSqlInstant(startOf(id)), first_failed_at: toSqlInstant(NOW) },
    ...{ failure_text: long('Text'), taken_by: EMIL, touched_at: toSqlInstant(NOW) },
  });

  async function ask(command: string, text = ''): Promise<string> {
    const asked = await sides.slack.command({ user: EMIL, channel: CHANNEL, command, text });
    await sides.slack.waitFor(() => asked.responses.length > 0);
    return readMessage(asked.responses[0] ?? { blocks: [] });
  }

  it('are posted one a second, the nearest start first, and none is refused', async () => {
    // Waiting for Slack's pace costs no time.
    const quick = createTestClock();
    const client = createTestClient(sides.slack.url);
    const health = createSlackHealth({ client, clock: quick, channel: CHANNEL });
    const poster = createPoster({ client, clock: quick, log: silentLog, health });
    const settings = { channel: CHANNEL, routes: [], quietHours: null, timeZone: 'Europe/Berlin' };
    for (let rounds = 0; sides.slack.messages(CHANNEL).length < FAILURES; rounds++) {
      assert.ok(rounds < FAILURES, `${sides.slack.messages(CHANNEL).length} are posted`);
      await deliverAlerts({
        ...{ db: opened.db, clock: quick, log: silentLog, poster, holder: 'one' },
        settings: { ...settings, locale: 'de', alertLookupMs: MINUTE },
      });
    }
    assert.ok(quick.now() >= addMs(NOW, (FAILURES - 1) * SECOND));
    const order = sides.slack.messages(CHANNEL).map(({ text }) => Number(/#(\d+)/.exec(text)?.[1]));
    assert.deepEqual(order, mostUrgentFirst);
    assert.deepEqual(sides.slack.refusals, []);
  });

  it('are counted rightly and listed from the most urgent on, on the first page and on the last', async () => {
    const first = await ask('/sync-status');
    assert.match(first, /Fehlgeschlagen.* 500/);
    assert.equal(numbersIn(first)[0], FAILURES);
    const listed = numbersIn(first);
    while (listed.length < FAILURES) {
      const more = numbersIn(await ask('/sync-status', `page ${listed.length / 10 + 1}`));
      assert.equal(more.length, 10, `a full page after ${listed.length}`);
      listed.push(...more);
    }
    assert.deepEqual(listed, mostUrgentFirst);
    await ask('/sync-summary');
    await ask('/resync', 'failed');
    assert.deepEqual(sides.slack.refusals, []);
  });

  it('are an App Home that one can turn over, and a plan that one can open', async () => {
    const home = () => drawBlocks(sides.slack.homeOf(EMIL)?.blocks ?? []);
    await sides.slack.openHome(EMIL);
    await sides.slack.waitFor(() => /500/.test(home()));
    assert.equal(numbersIn(home())[0], FAILURES);
    const first = numbersIn(home());
    const viewId = sides.slack.homeOf(EMIL)?.id ?? '';
    await sides.slack.clickInView({ user: EMIL, viewId, actionId: 'home_next' });
    await sides.slack.waitFor(() => /Seite 2 von 34/.test(home()));
    assert.deepEqual([...first, ...numbersIn(home())], mostUrgentFirst.slice(0, 30));
    await opened.db('opened_homes').update({ page: 34 });
    await sides.slack.openHome(EMIL);
    await sides.slack.waitFor(() => /Seite 34 von 34/.test(home()));
    assert.deepEqual(numbersIn(home()), mostUrgentFirst.slice(-5));
    await sides.slack.command({ user: EMIL, channel: CHANNEL, command: '/sync-cleanup', text: '' });
    await sides.slack.waitFor(() => {
      const view = JSON.stringify(sides.slack.viewOf(EMIL)?.blocks ?? 'Einen Moment');
      return !/Einen Moment/.test(view);
    });
    assert.deepEqual(sides.slack.refusals, []);
  });
});
