import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { parseScenario } from '../../sandbox/scenario.ts';
import type { Stage } from '../../sandbox/stage.ts';
import { MINUTE, SECOND } from '../../src/instant.ts';
import { startBot } from '../../src/main.ts';
import { openBreaker } from '../../src/sync/breaker.ts';
import { SIGNING_SECRET, signed } from '../slack/both-modes.ts';
import { databases } from '../support/databases.ts';
import { startWatchedStage } from '../support/nothing-private.ts';

const [sqlite] = databases();
assert.ok(sqlite);

const empty = parseScenario({
  clock: '2025-11-24T16:00:00Z',
  customers: [],
  staff: [],
  services: [],
  eventMap: [],
  appointments: [],
  calcom: { hosts: [], eventTypes: [], bookings: [], external: [] },
  steps: [],
  expect: {},
});

describe('the bot’s HTTP server', () => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.stop();
    stage = undefined;
  });

  async function start(settings: Record<string, string> = {}): Promise<Stage> {
    stage = await startWatchedStage(empty, { frozen: true, settings: { LOG_LEVEL: 'silent', ...settings } });
    return stage;
  }
  async function ready({ bot }: Stage) {
    const response = await fetch(`${bot.address}/health/ready`);
    const { checks } = (await response.json()) as { checks: { slack: { reason: string | null } } };
    return { status: response.status, checks };
  }
  const challenge = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
  const postChallenge = async ({ bot }: Stage, secret = SIGNING_SECRET) => {
    const headers = { 'content-type': 'application/json', ...signed(challenge, { secret }) };
    return (await fetch(`${bot.address}/slack/events`, { method: 'POST', body: challenge, headers })).status;
  };

  it('tells when the token is revoked or Slack is away, and that it is over, without a restart', async () => {
    const there = await start();
    await there.slack.waitFor(() => there.slack.connectedSockets() === 1);
    assert.equal((await ready(there)).status, 200);

    const revoked = there.slack.faults.add({ fault: { kind: 'error', error: 'token_revoked' } });
    there.clock.advance(MINUTE);
    const { status, checks } = await ready(there);
    assert.equal(status, 503);
    assert.match(checks.slack.reason ?? '', /token_revoked: install the app again/);
    revoked.remove();
    there.clock.advance(10 * SECOND);
    assert.equal((await ready(there)).status, 200);

    const opened = there.slack.calls.length;
    await there.slack.pause();
    there.clock.advance(MINUTE);
    assert.match((await ready(there)).checks.slack.reason ?? '', /cannot be reached|socket/);
    await there.slack.resume();
    while ((await ready(there)).status !== 200) there.clock.advance(SECOND);
    assert.ok(there.slack.calls.length > opened);
    assert.equal((await fetch(`${there.bot.address}/health/live`)).status, 200);
  });

  it('tells while Cal.com is away', async () => {
    const there = await start();
    await there.slack.waitFor(() => there.slack.connectedSockets() === 1);
    await openBreaker(there.db, { kind: 'unavailable', now: there.clock.now() });
    assert.equal((await ready(there)).status, 503);
  });

  it('takes Slack over HTTP when there is a signing secret and no app token', async () => {
    const there = await start({ SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: SIGNING_SECRET });
    assert.equal(await postChallenge(there), 200);
    assert.equal(await postChallenge(there, 'guessed'), 401);
    assert.equal((await ready(there)).status, 200);
    assert.equal(there.slack.connectedSockets(), 0);
  });

  it('takes Slack over the socket alone when there are both', async () => {
    const there = await start({ SLACK_SIGNING_SECRET: SIGNING_SECRET });
    await there.slack.waitFor(() => there.slack.connectedSockets() === 1);
    assert.equal(await postChallenge(there), 404);
  });

  it('closes its port when the bot stops, and names the port that it cannot have', async () => {
    const there = await start();
    const file = await sqlite.open();
    const config = {
      ...there.config,
      databaseUrl: file.url,
      port: Number(new URL(there.bot.address).port),
    };
    for (const _ of ['at first', 'and again: nothing is left of the first try']) {
      const started = startBot({ config, clock: there.clock, log: there.log });
      await assert.rejects(started, {
        message: `cannot listen on 127.0.0.1:${config.port}: set HTTP_HOST and PORT`,
      });
    }
    await file.drop();
    await there.stop();
    stage = undefined;
    await assert.rejects(fetch(`${there.bot.address}/health/live`));
  });
});
