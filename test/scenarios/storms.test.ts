import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SlackLookAlike } from '../../sandbox/slack/start-slack.ts';
import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { keepWaitingList } from '../../src/alerts/waiting-alerts.ts';
import { raiseAlert, subjectOf } from '../../src/appointments/alerts.ts';
import { HOUR, MINUTE, SECOND } from '../../src/instant.ts';
import { createPoster } from '../../src/slack/poster.ts';
import { createSlackHealth } from '../../src/slack/slack-health.ts';
import {
  type AlertDatabase,
  CHANNEL,
  createTestClock,
  insertFailed,
  openAlertDatabase,
  type TestClock,
} from '../alerts/alert-fixtures.ts';
import { readMessage } from '../slack/read-message.ts';
import {
  createRecordedLog,
  createTestClient,
  type RecordedLog,
  startWorkspace,
} from '../slack/slack-fixtures.ts';
import { databases } from '../support/databases.ts';

const [sqlite] = databases();
assert.ok(sqlite);
const STORM = 300;
const idsOf = (text: string) => [...text.matchAll(/#(\d+)/g)].map(([, id]) => Number(id));

describe('a storm of alerts', () => {
  let opened: AlertDatabase;
  let clock: TestClock;
  let slack: SlackLookAlike;
  let recorded: RecordedLog;
  let health: ReturnType<typeof createSlackHealth>;
  let pass: () => Promise<Date | null>;

  beforeEach(async () => {
    opened = await openAlertDatabase(sqlite);
    clock = createTestClock();
    recorded = createRecordedLog();
    slack = await startWorkspace(clock);
    // Longer than one look-alike may take on a busy machine.
    const client = createTestClient(slack.url, 10_000);
    health = createSlackHealth({ client, clock, channel: CHANNEL });
    const { log } = recorded;
    const poster = createPoster({ client, clock, log, health });
    const settings = {
      channel: CHANNEL,
      timeZone: 'Europe/Berlin',
      locale: 'de',
      routes: [],
      quietHours: null,
      alertLookupMs: MINUTE,
    } as const;
    pass = async () => {
      await keepWaitingList(opened.db, clock.now());
      const { nextAt } = await deliverAlerts({ db: opened.db, clock, log, poster, holder: 'one', settings });
      return nextAt;
    };
  });
  afterEach(async () => {
    await slack.stop();
    await opened.close();
  });

  /** The higher the number, the nearer the start. */
  async function fail(...ids: number[]): Promise<void> {
    for (const id of ids) await insertFailed(opened.db, id, { startsInMs: 48 * HOUR - id * MINUTE });
    const now = clock.now();
    await opened.db.transaction(async (tx) => {
      for (const id of ids) await raiseAlert(tx, { subject: subjectOf(id), appointmentId: id, now });
    });
  }
  const live = () => slack.messages(CHANNEL).filter(({ deleted }) => !deleted);
  const shown = () => live().flatMap((message) => /Termin #(\d+)/.exec(readMessage(message))?.[1] ?? []);
  const rollUps = () =>
    live().filter((message) => /Noch nicht gezeigt|stehen jetzt/.test(readMessage(message)));
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
  const nearestFirst = (count: number) => numbers(count).reverse().map(String);
  async function passUntil(isSo: () => boolean): Promise<void> {
    for (let passes = 0; !isSo(); passes++) {
      assert.ok(passes < 500, 'it comes to an end');
      await pass();
      clock.advance(SECOND);
    }
  }

  it('of 300 failures in a minute is shown at Slack’s pace, nearest start first, under one list of the rest', async () => {
    await fail(...numbers(STORM));
    await pass();
    const [first, ...others] = rollUps();
    assert.ok(first);
    assert.deepEqual(others, []);
    assert.equal(live()[0]?.ts, first.ts, 'the list stands above');
    assert.deepEqual(idsOf(readMessage(first)), numbers(STORM).reverse());

    await passUntil(() => shown().length >= STORM / 2);
    clock.advance(15 * SECOND);
    const before = shown();
    await pass();
    const listed = idsOf(readMessage(rollUps()[0] ?? { blocks: [] })).map(String);
    assert.deepEqual(listed, nearestFirst(STORM).slice(before.length), 'exactly those that still wait');

    await passUntil(() => shown().length === STORM);
    await pass();
    assert.deepEqual(shown(), nearestFirst(STORM));
    assert.equal(rollUps().length, 1);
    const ended = readMessage(rollUps()[0] ?? { blocks: [] });
    assert.match(ended, /^✅ Alle Meldungen, die gewartet haben, stehen jetzt im Kanal\.$/);
    const posts = slack.calls.filter(({ method }) => method === 'chat.postMessage');
    const gaps = posts.slice(1).map(({ at }, n) => at.getTime() - (posts[n]?.at.getTime() ?? 0));
    assert.ok(Math.min(...gaps) >= SECOND, 'never more than one a second');
    assert.deepEqual(slack.refusals, []);
  });

  it('that is over before the list was posted leaves no list', async () => {
    await fail(...numbers(31));
    await keepWaitingList(opened.db, clock.now());
    await opened.db('alerts').where('subject', 'like', 'appointment:%').update({ deliver_at: null });
    await pass();
    assert.deepEqual(live(), []);
  });

  it('during an hour without Slack is caught up in order, nothing lost and nothing twice', async () => {
    await slack.pause();
    for (let minutes = 0; minutes < 60; minutes++) {
      if (minutes < 40) await fail(minutes + 1);
      await pass();
      clock.advance(MINUTE);
    }
    assert.equal((await health.check()).ok, false);
    await slack.resume();
    clock.advance(MINUTE);
    await passUntil(() => shown().length === 40);
    await pass();
    assert.deepEqual(shown(), nearestFirst(40));
    assert.equal(rollUps().length, 1);
    assert.equal((await health.check()).ok, true);
  });

  const CLOSED: [string, RegExp][] = [
    ['is_archived', /unarchive the channel/],
    ['not_in_channel', /invite the bot/],
    ['token_revoked', /install the app again/],
  ];
  for (const [error, remedy] of CLOSED) {
    it(`that meets ${error} makes health red and one line that says what to do, and goes on without a restart`, async () => {
      const closed = slack.faults.add({ fault: { kind: 'error', error } });
      await fail(1, 2, 3);
      for (let minutes = 0; minutes < 5; minutes++) {
        await pass();
        clock.advance(MINUTE);
      }
      const { ok, reason } = await health.check();
      assert.equal(ok, false);
      assert.match(reason ?? '', remedy);
      const complaints = recorded.lines.filter(({ code }) => code === error);
      assert.equal(complaints.length, 1);
      assert.match(String(complaints[0]?.remedy), remedy);
      closed.remove();
      clock.advance(MINUTE);
      await passUntil(() => shown().length === 3);
      assert.deepEqual(shown(), nearestFirst(3));
      assert.equal((await health.check()).ok, true);
    });
  }
});
