import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { webApi } from '@slack/bolt';
import { silentLog } from '../../src/log.ts';
import { measuredFetch } from '../../src/slack/measured-fetch.ts';
import { webClient } from '../../src/slack/web-client.ts';
import { CHANNEL, createTestClock } from '../alerts/alert-fixtures.ts';
import { collectMeasures } from '../support/collect-measures.ts';
import { startWorkspace, tokens } from './slack-fixtures.ts';

describe('the measuring of calls to Slack', () => {
  let slack: Awaited<ReturnType<typeof startWorkspace>>;
  let seen: ReturnType<typeof collectMeasures>;
  let client: webApi.WebClient;
  beforeEach(async () => {
    slack = await startWorkspace(createTestClock());
    seen = collectMeasures();
    const options = { log: silentLog, timeoutMs: 300, measures: seen.measures };
    client = webClient({ slackBotToken: tokens.botToken, slackApiUrl: slack.url }, options);
  });
  afterEach(() => slack.stop());

  const post = () => client.chat.postMessage({ channel: CHANNEL, text: 'Hello' });
  const results = () => seen.told.slackCall.map(({ method, result }) => [method, result]);

  it('tells the method and that it was done, and the caller gets the answer whole', async () => {
    const { ts } = await post();
    assert.ok(ts);
    assert.deepEqual(results(), [['chat.postMessage', 'ok']]);
    assert.ok(Number(seen.told.slackCall[0]?.tookMs) > 0);
  });

  it('tells in which way a call failed, and the caller hears it as ever', async () => {
    const faults = [
      { result: 'refused', fault: { kind: 'error', error: 'is_archived' } },
      { result: 'limited', fault: { kind: 'rate_limited', retryAfterSeconds: 30 } },
      { result: 'error', fault: { kind: 'http', status: 502, body: '<html>bad gateway</html>' } },
      { result: 'error', fault: { kind: 'http', status: 200, body: '<html>captive portal</html>' } },
      { result: 'timeout', fault: { kind: 'hang' } },
      { result: 'no_answer', fault: { kind: 'reset' } },
    ] as const;
    for (const { fault } of faults) {
      slack.faults.add({ method: 'chat.postMessage', times: 1, fault });
      await assert.rejects(post());
    }
    assert.deepEqual(
      results(),
      faults.map(({ result }) => ['chat.postMessage', result]),
    );
  });

  it('never tells the address of an answer, and leaves its body alone', async () => {
    const { measures, told } = collectMeasures();
    const answered: typeof fetch = async () => new Response('ok');
    const measured = measuredFetch(answered, { slackApiUrl: 'https://slack.com/api/', measures });
    const response = await measured('https://hooks.slack.com/commands/T0/123/secret', { method: 'POST' });
    assert.equal(await response.text(), 'ok');
    assert.deepEqual(
      told.slackCall.map(({ method, result }) => [method, result]),
      [['response_url', 'ok']],
    );
  });

  it('is fetch itself when nobody listens', () => {
    assert.equal(measuredFetch(fetch, { slackApiUrl: 'https://slack.com/api/' }), fetch);
  });
});
