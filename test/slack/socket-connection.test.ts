import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock.ts';
import type { SlackLookAlike } from '../../sandbox/slack/start-slack.ts';
import type { Clock } from '../../src/clock.ts';
import { type Slack, startSlack } from '../../src/slack/start-slack.ts';
import { type AlertDatabase, CHANNEL, NOW, openAlertDatabase } from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';
import {
  createRecordedLog,
  noCalls,
  type RecordedLog,
  slackSettings,
  startWorkspace,
} from './slack-fixtures.ts';

const [sqlite] = databases();
assert.ok(sqlite);

const INFO = 30;
const WARN = 40;

describe('the connection to Slack', () => {
  let opened: AlertDatabase;
  let clock: SandboxClock;
  let pauses: number[];
  let slack: SlackLookAlike;
  let recorded: RecordedLog;
  let bot: Slack | undefined;

  beforeEach(async () => {
    opened = await openAlertDatabase(sqlite);
    clock = createSandboxClock(NOW);
    pauses = [];
    slack = await startWorkspace(clock);
    recorded = createRecordedLog();
  });
  afterEach(async () => {
    await bot?.stop();
    bot = undefined;
    await slack.stop();
    await opened.close();
  });

  /** On this clock the pauses between two tries cost no time; the patience while connecting is longer than they. */
  const hastyClock = (): Clock => ({
    now: clock.now,
    sleep(ms, signal) {
      if (ms >= 30_000) return clock.sleep(ms, signal);
      pauses.push(ms);
      clock.advance(ms);
      return Promise.resolve();
    },
  });
  const start = async (change: { slackAppToken?: string | null } = {}, startClock: Clock = clock) => {
    bot = await startSlack({
      config: slackSettings(slack.url, change),
      db: opened.db,
      clock: startClock,
      log: recorded.log,
      calls: noCalls,
      replica: 'salon:1',
      nudge: () => {},
    });
    return bot;
  };
  const connected = (sockets = 1) => slack.waitFor(() => slack.connectedSockets() === sockets);
  /** The second socket is opened a minute after the first. */
  async function startBoth(startClock: Clock): Promise<void> {
    await start({}, startClock);
    await recorded.linesAt(INFO);
    clock.advance(60_000);
    await recorded.linesAt(INFO, 2);
  }
  const openings = () => slack.calls.filter(({ method }) => method === 'apps.connections.open').length;
  const ask = () =>
    slack.command({ user: 'U0EMIL', channel: CHANNEL, command: '/sync-status', text: 'help' });

  it('starts while Slack is away, and connects when it is back', async () => {
    await slack.pause();
    await start({}, hastyClock());
    await recorded.linesAt(WARN);
    await slack.resume();
    await connected();
    assert.ok((await ask()).acknowledged);
    assert.equal(
      recorded.lines.filter(({ level }) => Number(level) >= 40).length,
      1,
      'an outage is one line',
    );
  });

  it('connects anew without a pause when Slack recycles the socket', async () => {
    await startBoth(hastyClock());
    for (const reason of ['refresh_requested', 'warning'] as const) {
      clock.advance(3_600_000);
      const before = openings();
      slack.disconnectSockets(reason);
      await recorded.linesAt(INFO, before + 2);
      assert.equal(openings(), before + 2);
      assert.ok((await ask()).acknowledged);
    }
    assert.deepEqual(pauses, []);
  });

  it('hears every click while Slack recycles one of its two sockets', async () => {
    await startBoth(hastyClock());
    for (const reason of ['refresh_requested', 'warning', 'refresh_requested'] as const) {
      clock.advance(3_600_000);
      const before = openings();
      slack.disconnectSockets(reason, 1);
      const answers = await Promise.all([ask(), ask(), ask()]);
      assert.deepEqual(
        answers.map(({ acknowledged }) => acknowledged),
        [true, true, true],
      );
      await recorded.linesAt(INFO, before + 1);
    }
  });

  it('pauses longer and longer when Slack closes every socket at once', async () => {
    await start({}, hastyClock());
    for (let times = 1; times <= 4; times++) {
      await recorded.linesAt(INFO, times);
      slack.disconnectSockets('refresh_requested');
    }
    await recorded.linesAt(INFO, 5);
    assert.deepEqual(pauses, [2_000, 4_000, 8_000]);
  });

  it('outlives refusals, broken answers and an unknown token', async () => {
    for (const fault of [
      { kind: 'http', status: 500 },
      { kind: 'reset' },
      { kind: 'error', error: 'invalid_auth' },
      { kind: 'rate_limited', retryAfterSeconds: 1 },
    ] as const) {
      slack.faults.add({ method: 'apps.connections.open', times: 1, fault });
    }
    await start({}, hastyClock());
    await connected();
    assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000]);
  });

  it('stops for good, and waits for the answer that is under way', async () => {
    const running = await start();
    await connected();
    slack.faults.add({ method: 'users.info', times: 1, fault: { kind: 'slow', ms: 300 } });
    const interaction = await ask();
    assert.ok(interaction.acknowledged);
    assert.equal(interaction.responses.length, 0);
    await running.stop();
    assert.equal(interaction.responses.length, 1);
    assert.equal(slack.connectedSockets(), 0);
    clock.advance(600_000);
    assert.equal(openings(), 1);
  });

  it('stops while it is still trying to connect', async () => {
    slack.faults.add({ method: 'apps.connections.open', fault: { kind: 'error', error: 'invalid_auth' } });
    const running = await start();
    await slack.waitFor(() => openings() === 1);
    await running.stop();
    slack.faults.clear();
    clock.advance(600_000);
    assert.equal(slack.connectedSockets(), 0);
  });

  it('without an app token only posts, and says so', async () => {
    await start({ slackAppToken: null });
    assert.match(JSON.stringify(recorded.lines), /SLACK_APP_TOKEN/);
    assert.equal(openings(), 0);
  });

  it('writes no token into the log', async () => {
    slack.faults.add({ times: 3, fault: { kind: 'error', error: 'invalid_auth' } });
    await start();
    await recorded.linesAt(WARN);
    assert.doesNotMatch(JSON.stringify(recorded.lines), /xapp-|xoxb-/);
  });
});
