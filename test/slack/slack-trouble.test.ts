import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Fault } from '../../sandbox/slack/slack-look-alike.ts';
import type { SlackLookAlike } from '../../sandbox/slack/start-slack.ts';
import { slackTrouble } from '../../src/slack/slack-trouble.ts';
import { CHANNEL, createTestClock } from '../alerts/alert-fixtures.ts';
import { createTestClient, startWorkspace } from './slack-fixtures.ts';

describe('what a failed call means', () => {
  let slack: SlackLookAlike;

  before(async () => {
    slack = await startWorkspace(createTestClock());
  });
  after(() => slack.stop());

  async function troubleAt(url: string) {
    const client = createTestClient(url, 200);
    const error = await client.chat.postMessage({ channel: CHANNEL, text: 'x' }).then(
      () => assert.fail('the call should fail'),
      (failure: unknown) => failure,
    );
    return slackTrouble(error);
  }

  const error = (name: string): Fault => ({ kind: 'error', error: name });
  const rows: [string, Fault, object][] = [
    ['no answer in time', { kind: 'hang' }, { is: 'lost' }],
    ['a broken connection', { kind: 'reset' }, { is: 'lost' }],
    ['a server error', { kind: 'http', status: 503 }, { is: 'lost' }],
    ['a page instead of an answer', { kind: 'http', status: 200, body: '<html>' }, { is: 'lost' }],
    ['an answer without a body', { kind: 'http', status: 200, body: '' }, { is: 'lost' }],
    ['a refusal on the way', { kind: 'http', status: 403, body: 'proxy' }, { is: 'unreached' }],
    ['an error after which part may be done', error('fatal_error'), { is: 'lost' }],
    ['a rate limit', { kind: 'rate_limited', retryAfterSeconds: 7 }, { is: 'limited', retryAfterSeconds: 7 }],
    ['a rate limit without a wait', error('ratelimited'), { is: 'limited', retryAfterSeconds: 30 }],
    ['a deleted message', error('message_not_found'), { is: 'gone' }],
    ['a message of another', error('cant_update_message'), { is: 'gone' }],
    ['an archived channel', error('is_archived'), { is: 'closed', where: 'channel', code: 'is_archived' }],
    [
      'a channel without the bot',
      error('not_in_channel'),
      { is: 'closed', where: 'channel', code: 'not_in_channel' },
    ],
    ['a revoked token', error('token_revoked'), { is: 'closed', where: 'workspace', code: 'token_revoked' }],
    ['a missing scope', error('missing_scope'), { is: 'closed', where: 'method', code: 'missing_scope' }],
    ['a bad form', error('invalid_blocks'), { is: 'refused', code: 'invalid_blocks', details: [] }],
    ['an error that nobody knows', error('brand_new'), { is: 'refused', code: 'brand_new', details: [] }],
  ];
  for (const [name, fault, trouble] of rows) {
    it(`${name}: ${JSON.stringify(trouble)}`, async () => {
      slack.faults.add({ times: 1, fault });
      assert.deepEqual(await troubleAt(slack.url), trouble);
    });
  }

  it('a refused connection: nothing was sent', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    assert.deepEqual(await troubleAt(`http://127.0.0.1:${port}/api/`), { is: 'unreached' });
  });

  it('a name that does not resolve: nothing was sent', async () => {
    assert.deepEqual(await troubleAt('http://slack.invalid/api/'), { is: 'unreached' });
  });

  it('an error of our own code is no word of Slack’s, so the call may have been done', () => {
    assert.deepEqual(slackTrouble(new TypeError('x')), { is: 'lost' });
  });
});
