import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { type SlackLookAlike, startSlack } from '../../sandbox/slack/start-slack.ts';

const CHANNEL = 'C0ALERTS';
const WORLD = {
  users: [
    { id: 'U0MAYA', name: 'maya', locale: 'de-DE' },
    { id: 'U0OTTO', name: 'otto' },
  ],
  channels: [{ id: CHANNEL, name: 'alerts', members: ['U0MAYA', 'U0OTTO'], botIsMember: true }],
};
const TOKENS = { botToken: 'xoxb-test', appToken: 'xapp-test' };

function button(actionId: string, value: string) {
  return { type: 'button', action_id: actionId, value, text: { type: 'plain_text', text: actionId } };
}

function modal(text: string) {
  return {
    type: 'modal' as const,
    callback_id: 'reason',
    title: { type: 'plain_text' as const, text },
    submit: { type: 'plain_text' as const, text: 'Send' },
    blocks: [
      {
        type: 'input',
        block_id: 'why',
        label: { type: 'plain_text', text: 'Why' },
        element: { type: 'plain_text_input', action_id: 'text' },
      },
    ],
  };
}

/** A Bolt app as the product builds it: the receiver has client options of its own. */
function createBolt(slack: SlackLookAlike) {
  const receiver = new SocketModeReceiver({
    appToken: TOKENS.appToken,
    logLevel: LogLevel.ERROR,
    clientPingTimeout: 300,
    installerOptions: {
      clientOptions: { slackApiUrl: slack.url, retryConfig: { retries: 100, minTimeout: 50 } },
    },
  });
  const app = new App({
    token: TOKENS.botToken,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.url, retryConfig: { retries: 0 }, timeout: 2_000 },
  });
  app.command('/ask', async ({ ack, command, respond }) => {
    await ack();
    await respond({ text: `you said ${command.text}` });
  });
  app.command('/answer', ({ ack }) => ack({ text: 'at once' }));
  app.command('/silent', async () => {});
  app.action('handle', async ({ ack, body, client, action }) => {
    await ack();
    assert(body.type === 'block_actions' && body.message && body.channel && action.type === 'button');
    const text = `handled ${action.value} by ${body.user.id}`;
    await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text, blocks: [] });
  });
  app.action('ask_why', async ({ ack, body, client }) => {
    await ack();
    assert(body.type === 'block_actions');
    await client.views.open({ trigger_id: body.trigger_id, view: modal('Why') });
  });
  app.view('reason', async ({ ack, view, body, client }) => {
    const why = view.state.values.why?.text?.value ?? '';
    if (why === 'no') {
      await ack({ response_action: 'errors', errors: { why: 'a better reason, please' } });
      return;
    }
    await ack();
    await client.chat.postMessage({ channel: CHANNEL, text: `${body.user.id}: ${why}` });
  });
  listenAtHome(app);
  return app;
}

function listenAtHome(app: App): void {
  app.event('app_home_opened', async ({ event, client }) => {
    const text = { type: 'mrkdwn' as const, text: `hello ${event.user}` };
    await client.views.publish({
      user_id: event.user,
      view: {
        type: 'home',
        blocks: [{ type: 'section', text, accessory: button('filter', 'all') as never }],
      },
    });
  });
  app.action('filter', async ({ ack, body, client }) => {
    await ack();
    const text = { type: 'mrkdwn' as const, text: 'filtered' };
    await client.views.publish({
      user_id: body.user.id,
      view: { type: 'home', blocks: [{ type: 'section', text }] },
    });
  });
}

describe('a Bolt app in Socket Mode on the Slack look-alike', () => {
  let slack: SlackLookAlike;
  let app: App;

  before(async () => {
    slack = await startSlack({
      clock: { now: () => new Date('2025-11-24T16:00:00Z') },
      world: WORLD,
      ...TOKENS,
    });
    app = createBolt(slack);
    await app.start();
  });
  beforeEach(() => {
    slack.refusals.length = 0;
  });
  after(async () => {
    await app.stop();
    await slack.stop();
  });

  async function postAlert(value: string) {
    const { ts } = await app.client.chat.postMessage({
      channel: CHANNEL,
      text: 'alert',
      blocks: [{ type: 'actions', elements: [button('handle', value), button('ask_why', value)] } as never],
    });
    assert(ts);
    return { user: 'U0MAYA', channel: CHANNEL, ts };
  }

  it('answers a command through its response_url, privately', async () => {
    const interaction = await slack.command({
      user: 'U0MAYA',
      channel: CHANNEL,
      command: '/ask',
      text: 'hi',
    });
    assert.equal(interaction.acknowledged, true);
    await slack.waitFor(() => interaction.responses.length === 1);
    assert.equal(interaction.responses[0]?.text, 'you said hi');
    assert.equal(slack.ephemerals('U0MAYA').at(-1)?.text, 'you said hi');
    assert.deepEqual(slack.ephemerals('U0OTTO'), []);
  });

  it('shows the person what the acknowledgement of a command carries', async () => {
    const interaction = await slack.command({ user: 'U0OTTO', channel: CHANNEL, command: '/answer' });
    assert.deepEqual(interaction.ackBody, { text: 'at once' });
    assert.equal(interaction.responses[0]?.ephemeralTo, 'U0OTTO');
  });

  it('tells the person after three seconds that nobody answered', async () => {
    const interaction = await slack.command({ user: 'U0MAYA', channel: CHANNEL, command: '/silent' });
    assert.equal(interaction.acknowledged, false);
    assert.match(interaction.personSaw ?? '', /^\/silent failed because the app did not respond/);
  });

  it('updates a message after a click, and takes a late click on what stood there before', async () => {
    const at = await postAlert('661');
    const click = await slack.click({ ...at, actionId: 'handle' });
    assert.equal(click.acknowledged, true);
    await slack.waitFor(() => slack.messages(CHANNEL).at(-1)?.edits === 1);
    const message = slack.messages(CHANNEL).at(-1);
    assert.equal(message?.text, 'handled 661 by U0MAYA');
    assert.deepEqual(message?.blocks, []);
    await slack.click({ ...at, user: 'U0OTTO', actionId: 'handle', value: '661' });
    await slack.waitFor(() => slack.messages(CHANNEL).at(-1)?.text === 'handled 661 by U0OTTO');
    await assert.rejects(
      slack.click({ ...at, actionId: 'handle', value: 'other' }),
      /never offered handle=other/,
    );
  });

  it('opens a modal, shows the errors of a submission and closes it on success', async () => {
    const at = await postAlert('662');
    await slack.click({ ...at, actionId: 'ask_why' });
    await slack.waitFor(() => slack.viewOf('U0MAYA')?.callback_id === 'reason');
    const empty = await slack.submitView({ user: 'U0MAYA' });
    assert.equal(empty.personSaw, 'Please complete all required fields.');
    await slack.submitView({ user: 'U0MAYA', values: { why: { text: 'no' } } });
    assert.deepEqual(slack.viewOf('U0MAYA')?.errors, { why: 'a better reason, please' });
    const sent = await slack.submitView({ user: 'U0MAYA', values: { why: { text: 'because' } } });
    assert.equal(sent.acknowledged, true);
    assert.equal(slack.viewOf('U0MAYA'), undefined);
    await slack.waitFor(() => slack.messages(CHANNEL).at(-1)?.text === 'U0MAYA: because');
  });

  it('publishes the App Home, and its buttons work', async () => {
    await slack.openHome('U0OTTO');
    await slack.waitFor(() => slack.homeOf('U0OTTO') !== undefined);
    await slack.clickInView({ user: 'U0OTTO', actionId: 'filter' });
    await slack.waitFor(() => JSON.stringify(slack.homeOf('U0OTTO')?.blocks).includes('filtered'));
  });

  it('delivers a click twice when asked to', async () => {
    const at = await postAlert('663');
    slack.duplicateNextDelivery();
    await slack.click({ ...at, actionId: 'handle' });
    await slack.waitFor(() => slack.messages(CHANNEL).at(-1)?.edits === 2);
  });

  it('reconnects after a disconnect, and meanwhile a command fails at once', async () => {
    slack.disconnectSockets('refresh_requested');
    assert.equal(slack.connectedSockets(), 0);
    const lost = await slack.command({ user: 'U0MAYA', channel: CHANNEL, command: '/ask' });
    assert.equal(lost.personSaw, '/ask failed with the error "dispatch_failed"');
    await slack.waitFor(() => slack.connectedSockets() === 1);
    const interaction = await slack.command({
      user: 'U0MAYA',
      channel: CHANNEL,
      command: '/ask',
      text: 'again',
    });
    await slack.waitFor(() => interaction.responses.length === 1);
  });

  it('reconnects after an outage of everything', async () => {
    await slack.pause();
    await assert.rejects(fetch(slack.url));
    await slack.resume();
    await slack.waitFor(() => slack.connectedSockets() === 1, 20_000);
    const interaction = await slack.command({
      user: 'U0MAYA',
      channel: CHANNEL,
      command: '/ask',
      text: 'back',
    });
    await slack.waitFor(() => interaction.responses.length === 1);
    assert.deepEqual(slack.refusals, []);
  });
});
