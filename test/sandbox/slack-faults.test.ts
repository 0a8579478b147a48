import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type SlackLookAlike, startSlack } from '../../sandbox/slack/start-slack.ts';

const WORLD = {
  users: [{ id: 'U1', name: 'maya' }],
  channels: [{ id: 'C1', name: 'alerts', members: ['U1'], botIsMember: true }],
};
const OPTIONS = {
  clock: { now: () => new Date('2025-11-24T16:00:00Z') },
  world: WORLD,
  botToken: 'xoxb-1',
  appToken: 'xapp-1',
};

function post(slack: SlackLookAlike, text: string, timeoutMs = 5_000): Promise<Response> {
  return fetch(`${slack.url}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-1' },
    body: JSON.stringify({ channel: 'C1', text }),
    signal: AbortSignal.timeout(timeoutMs),
  });
}

describe('faults of the Slack look-alike', () => {
  let slack: SlackLookAlike;
  const texts = () => slack.messages('C1').map((message) => message.text);

  before(async () => {
    slack = await startSlack(OPTIONS);
  });
  afterEach(() => slack.faults.clear());
  after(() => slack.stop());

  it('an error meets as many calls of its method as it was told to', async () => {
    slack.faults.add({
      method: 'chat.postMessage',
      times: 1,
      fault: { kind: 'error', error: 'token_revoked' },
    });
    assert.deepEqual(await (await post(slack, 'a')).json(), { ok: false, error: 'token_revoked' });
    assert.equal(((await (await post(slack, 'b')).json()) as { ok: boolean }).ok, true);
    assert.deepEqual(texts(), ['b']);
    assert.deepEqual(slack.refusals, []);
  });

  it('a rate limit answers 429 with the seconds to wait', async () => {
    const rule = slack.faults.add({ fault: { kind: 'rate_limited', retryAfterSeconds: 7 } });
    const response = await post(slack, 'limited');
    assert.deepEqual([response.status, response.headers.get('retry-after')], [429, '7']);
    rule.remove();
    assert.equal((await post(slack, 'after')).status, 200);
  });

  it('an HTTP failure answers with its status and body', async () => {
    slack.faults.add({ times: 1, fault: { kind: 'http', status: 503, body: 'upstream connect error' } });
    const response = await post(slack, 'never');
    assert.deepEqual([response.status, await response.text()], [503, 'upstream connect error']);
  });

  it('a reset or a hang leaves nothing behind', async () => {
    slack.faults.add({ times: 1, fault: { kind: 'reset' } });
    await assert.rejects(post(slack, 'reset'), TypeError);
    slack.faults.add({ times: 1, fault: { kind: 'hang' } });
    await assert.rejects(post(slack, 'hang', 100), { name: 'TimeoutError' });
    assert(!texts().includes('reset') && !texts().includes('hang'));
    assert.deepEqual(
      slack.calls.slice(-2).map(({ fault, answer }) => [fault, answer]),
      [
        ['reset', undefined],
        ['hang', undefined],
      ],
    );
  });

  it('a message may land although its answer is lost', async () => {
    slack.faults.add({ times: 1, fault: { kind: 'lands_then_reset' } });
    await assert.rejects(post(slack, 'landed, reset'), TypeError);
    slack.faults.add({ times: 1, fault: { kind: 'lands_then_hangs' } });
    await assert.rejects(post(slack, 'landed, hung', 100), { name: 'TimeoutError' });
    assert.deepEqual(texts().slice(-2), ['landed, reset', 'landed, hung']);
  });

  it('a slow message lands after its sender has gone', async () => {
    slack.faults.add({ times: 1, fault: { kind: 'slow', ms: 300 } });
    await assert.rejects(post(slack, 'slow', 50), { name: 'TimeoutError' });
    assert(!texts().includes('slow'));
    await slack.waitFor(() => texts().includes('slow'));
  });

  it('waiting for what never happens says what was called last', async () => {
    await assert.rejects(
      slack.waitFor(() => false, 20),
      /not true within 20 ms: \(\) => false\nthe last calls: .*chat\.postMessage/,
    );
  });
});

describe('rate limits of the Slack look-alike', () => {
  it('allow one message a second for each channel after a short burst', async () => {
    const slack = await startSlack({ ...OPTIONS, rateLimits: true });
    const statuses: number[] = [];
    for (let at = 0; at < 5; at += 1) statuses.push((await post(slack, `${at}`)).status);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
    assert.equal((await post(slack, 'more')).headers.get('retry-after'), '1');
    await slack.stop();
  });
});
