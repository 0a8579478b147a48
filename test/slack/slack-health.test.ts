import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { type SlackLookAlike, startSlack as startLookAlike } from '../../sandbox/slack/start-slack.ts';
import { content } from '../../src/alerts/content.ts';
import { MINUTE, SECOND } from '../../src/instant.ts';
import { silentLog } from '../../src/log.ts';
import { createPoster } from '../../src/slack/poster.ts';
import { createSlackHealth } from '../../src/slack/slack-health.ts';
import { CHANNEL, NOW } from '../alerts/alert-fixtures.ts';
import { createTestClient, tokens } from './slack-fixtures.ts';

const OLD_CHANNEL = 'C0OLD';
const PRIVATE_CHANNEL = 'G0SECRET';
const message = content({ tone: 'plain', headline: 'hello' });
const mark = { installationId: 'one', alertId: 1 };

describe('how Slack is', () => {
  const clock = createSandboxClock(NOW);
  clock.freeze();
  let slack: SlackLookAlike;
  afterEach(() => slack.stop());

  async function start({
    archived = false,
    botIsMember = true,
    channel = CHANNEL,
    scopes = [] as string[],
  } = {}) {
    slack = await startLookAlike({
      clock,
      ...tokens,
      ...(scopes.length > 0 && { scopes }),
      world: {
        users: [],
        channels: [
          { id: CHANNEL, name: 'alerts', members: [], botIsMember, archived },
          { id: OLD_CHANNEL, name: 'old', members: [], botIsMember: true, archived: true },
          { id: PRIVATE_CHANNEL, name: 'secret', members: [], botIsMember: false },
        ],
      },
    });
    const client = createTestClient(slack.url);
    const health = createSlackHealth({ client, clock, channel });
    return { health, poster: createPoster({ client, clock, log: silentLog, health }) };
  }
  const asked = () => slack.calls.filter(({ method }) => method === 'conversations.info').length;

  it('is asked of Slack when nothing is known yet, and not again for a minute', async () => {
    const { health } = await start();
    await Promise.all([health.check(), health.check()]);
    clock.advance(MINUTE - SECOND);
    assert.deepEqual(await health.check(), { ok: true, reason: null });
    assert.equal(asked(), 1);
    clock.advance(SECOND);
    await health.check();
    assert.equal(asked(), 2);
  });

  it('says what to do when the channel is archived, foreign or gone', async () => {
    const archived = await (await start({ archived: true })).health.check();
    assert.match(
      archived.reason ?? '',
      /is_archived: unarchive the channel, or set another one in SLACK_ALERT_CHANNEL/,
    );
    await slack.stop();
    const foreign = await (await start({ botIsMember: false })).health.check();
    assert.match(foreign.reason ?? '', /not_in_channel: invite the bot/);
    await slack.stop();
    const gone = await (await start({ channel: PRIVATE_CHANNEL })).health.check();
    assert.match(gone.reason ?? '', /channel_not_found: check SLACK_ALERT_CHANNEL/);
    await slack.stop();
    const mute = await (await start({ scopes: ['chat:write'] })).health.check();
    assert.match(mute.reason ?? '', /missing_scope: give the app the scopes of manifest\.yml/);
  });

  it('follows what calls of the bot show, at once', async () => {
    const { health, poster } = await start();
    slack.faults.add({
      method: 'chat.postMessage',
      times: 1,
      fault: { kind: 'error', error: 'token_revoked' },
    });
    await poster.post(CHANNEL, message, mark);
    const { ok, reason } = await health.check();
    assert.equal(ok, false);
    assert.match(reason ?? '', /token_revoked: install the app again and set the new SLACK_BOT_TOKEN/);
    clock.advance(MINUTE);
    await poster.post(CHANNEL, message, mark);
    assert.deepEqual(await health.check(), { ok: true, reason: null });
    assert.equal(asked(), 0, 'the calls told enough');
  });

  it('finds out by itself that the trouble is over', async () => {
    const { health } = await start();
    await slack.pause();
    assert.match((await health.check()).reason ?? '', /cannot be reached/);
    await slack.resume();
    assert.equal((await health.check()).ok, false, 'it is not asked with every request');
    clock.advance(10 * SECOND);
    assert.deepEqual(await health.check(), { ok: true, reason: null });
  });

  it('takes a silent Slack for a trouble, and a busy one not', async () => {
    const { health } = await start();
    const silence = slack.faults.add({ fault: { kind: 'hang' } });
    assert.match((await health.check()).reason ?? '', /does not answer/);
    silence.remove();
    clock.advance(10 * SECOND);
    assert.equal((await health.check()).ok, true);
    slack.faults.add({ fault: { kind: 'rate_limited', retryAfterSeconds: 30 } });
    clock.advance(MINUTE);
    assert.equal((await health.check()).ok, true);
    const before = asked();
    await health.check();
    assert.equal(asked(), before, 'a busy Slack is not asked with every request');
  });

  it('counts no trouble of a channel that is not the alert channel any more', async () => {
    const { health, poster } = await start();
    const later = await poster.post(OLD_CHANNEL, message, mark);
    assert.equal(later.is, 'later');
    assert.deepEqual(await health.check(), { ok: true, reason: null });
  });
});
