import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { type SlackLookAlike, startSlack } from '../../sandbox/slack/start-slack.ts';

const WORLD = {
  users: [{ id: 'U1', name: 'maya' }],
  channels: [{ id: 'C1', name: 'alerts', members: ['U1'], botIsMember: true }],
};

describe('delivery over signed HTTP', () => {
  let slack: SlackLookAlike;
  let server: Server;

  afterEach(async () => {
    await slack.stop();
    server.closeAllConnections();
    server.close();
  });

  async function startAround(serve: Server, signingSecret: string) {
    server = serve;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    slack = await startSlack({
      clock: { now: () => new Date('2025-11-24T16:00:00Z') },
      world: WORLD,
      botToken: 'xoxb-1',
      appToken: 'xapp-1',
      signingSecret,
      deliver: { http: `http://127.0.0.1:${port}/slack/events` },
    });
  }

  async function startBolt(signingSecret: string) {
    const receiver = new HTTPReceiver({ signingSecret: 'secret', logLevel: LogLevel.ERROR });
    await startAround(
      createServer((request, response) => receiver.requestListener(request, response)),
      signingSecret,
    );
    const app = new App({
      token: 'xoxb-1',
      receiver,
      logLevel: LogLevel.ERROR,
      clientOptions: { slackApiUrl: slack.url, retryConfig: { retries: 0 } },
    });
    app.command('/ask', ({ ack, command }) => ack(`you said ${command.text}`));
    app.action('handle', async ({ ack, respond }) => {
      await ack();
      await respond({ replace_original: true, text: 'handled' });
    });
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [{ type: 'divider' }] },
      });
    });
    return app;
  }

  it('reaches a Bolt app with commands, clicks and events', async () => {
    const app = await startBolt('secret');
    const asked = await slack.command({ user: 'U1', channel: 'C1', command: '/ask', text: 'hi & bye' });
    assert.equal(asked.responses[0]?.text, 'you said hi & bye');
    const { ts } = await app.client.chat.postMessage({
      channel: 'C1',
      text: 'alert',
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'handle', text: { type: 'plain_text', text: 'Go' } }],
        },
      ],
    });
    const click = await slack.click({ user: 'U1', channel: 'C1', ts: String(ts), actionId: 'handle' });
    assert.equal(click.acknowledged, true);
    await slack.waitFor(() => slack.messages('C1')[0]?.text === 'handled');
    assert.deepEqual(slack.messages('C1')[0]?.blocks, []);
    await slack.openHome('U1');
    await slack.waitFor(() => slack.homeOf('U1') !== undefined);
    assert.deepEqual(slack.refusals, []);
  });

  it('is turned away when the signature is wrong', async () => {
    await startBolt('another secret');
    const asked = await slack.command({ user: 'U1', channel: 'C1', command: '/ask' });
    assert.deepEqual(
      [asked.acknowledged, asked.personSaw],
      [false, '/ask failed with the error "dispatch_failed"'],
    );
  });

  it('tries an event again, and says so in the headers', async () => {
    const tries: unknown[] = [];
    const flaky = createServer((request, response) => {
      tries.push([request.headers['x-slack-retry-num'], request.headers['x-slack-retry-reason']]);
      response.writeHead(tries.length < 3 ? 500 : 200).end();
    });
    await startAround(flaky, 'secret');
    await slack.openHome('U1');
    assert.deepEqual(tries, [
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
    ]);
  });
});
