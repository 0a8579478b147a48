import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type SlackLookAlike, startSlack } from '../../sandbox/slack/start-slack.ts';

type Json = Record<string, unknown>;

const WORLD = {
  users: [{ id: 'U1', name: 'maya' }],
  channels: [{ id: 'C1', name: 'alerts', members: ['U1'], botIsMember: true }],
};
const plain = (text: string) => ({ type: 'plain_text', text });
const modal = (title: string, more: Json = {}) => ({
  type: 'modal',
  title: plain(title),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input',
      block_id: 'slot',
      label: plain('Slot'),
      element: {
        type: 'static_select',
        action_id: 'pick',
        options: [
          { text: plain('nine'), value: '9' },
          { text: plain('ten'), value: '10' },
        ],
      },
    },
  ],
  ...more,
});

describe('interactions over a plain Socket Mode connection', () => {
  let slack: SlackLookAlike;
  let sockets: WebSocket[];

  beforeEach(async () => {
    sockets = [];
    slack = await startSlack({
      clock: { now: () => new Date('2025-11-24T16:00:00Z') },
      world: WORLD,
      botToken: 'xoxb-1',
      appToken: 'xapp-1',
    });
  });
  afterEach(async () => {
    for (const socket of sockets) socket.terminate();
    await slack.stop();
  });

  async function call(method: string, args: Json, token = 'xoxb-1'): Promise<Json> {
    const response = await fetch(slack.url + method, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(args),
    });
    return (await response.json()) as Json;
  }

  /** Connects and keeps every envelope; `answer` gives the acknowledgement, or undefined for none. */
  async function connect(answer: (envelope: Json) => Json | undefined = () => ({})): Promise<Json[]> {
    const { url } = await call('apps.connections.open', {}, 'xapp-1');
    const envelopes: Json[] = [];
    const socket = new WebSocket(String(url));
    sockets.push(socket);
    const hello = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as Json;
        envelopes.push(message);
        if (message.type === 'hello') resolve();
        const payload = message.envelope_id === undefined ? undefined : answer(message);
        if (payload) socket.send(JSON.stringify({ envelope_id: message.envelope_id, payload }));
      });
    });
    await hello;
    return envelopes;
  }

  const payloadOf = (envelope: Json | undefined) => envelope?.payload as Json;
  const ask = () => slack.command({ user: 'U1', channel: 'C1', command: '/ask' });

  /** A fresh trigger id, from a command. */
  async function trigger(envelopes: Json[]): Promise<unknown> {
    await ask();
    return payloadOf(envelopes.at(-1)).trigger_id;
  }

  function respond(envelope: Json | undefined, body: Json): Promise<Response> {
    const url = String(payloadOf(envelope).response_url);
    return fetch(url, { method: 'POST', body: JSON.stringify(body) });
  }

  it('greets, and admits each ticket once', async () => {
    const [hello] = await connect();
    assert.deepEqual([hello?.type, hello?.num_connections], ['hello', 1]);
    const { url } = await call('apps.connections.open', {}, 'xapp-1');
    const second = new WebSocket(String(url));
    sockets.push(second);
    await new Promise((resolve) => second.once('open', resolve));
    const third = new WebSocket(String(url));
    const refused = await new Promise<Error>((resolve) => third.once('error', resolve));
    assert.match(refused.message, /403/);
    assert.equal(slack.connectedSockets(), 2);
  });

  it('sends each envelope to one of the connections in turn', async () => {
    const [first, second] = [await connect(), await connect()];
    for (let at = 0; at < 4; at += 1) await ask();
    assert.deepEqual([first.length, second.length], [3, 3]);
  });

  it('turns an eleventh connection away', async () => {
    for (let at = 0; at < 10; at += 1) await connect();
    const { url } = await call('apps.connections.open', {}, 'xapp-1');
    const eleventh = new WebSocket(String(url));
    sockets.push(eleventh);
    const first = await new Promise<Json>((resolve) =>
      eleventh.once('message', (data) => resolve(JSON.parse(String(data)) as Json)),
    );
    assert.equal(first.reason, 'too_many_websockets');
  });

  it('offers an unacknowledged envelope to another connection when its own breaks', async () => {
    await connect(() => undefined);
    const asked = ask();
    const answered = await connect();
    sockets[0]?.terminate();
    assert.equal((await asked).acknowledged, true);
    assert.equal(answered.at(-1)?.retry_attempt, 1);
  });

  it('fills a trigger id with one use and three seconds', async () => {
    const envelopes = await connect();
    const once = await trigger(envelopes);
    assert.equal(
      (await call('views.open', { trigger_id: once, view: { type: 'modal' } })).error,
      'invalid_arguments',
    );
    assert.equal((await call('views.open', { trigger_id: once, view: modal('One') })).ok, true);
    const again = await call('views.open', { trigger_id: once, view: modal('One') });
    assert.equal(again.error, 'exchanged_trigger_id');
    const late = await trigger(envelopes);
    await delay(3_050);
    assert.equal(
      (await call('views.open', { trigger_id: late, view: modal('Late') })).error,
      'expired_trigger_id',
    );
  });

  it('lets a response_url be used five times', async () => {
    const envelopes = await connect();
    const asked = await ask();
    const [, command] = envelopes;
    const statuses: number[] = [];
    statuses.push((await respond(command, {})).status);
    for (let at = 0; at < 5; at += 1) statuses.push((await respond(command, { text: `${at}` })).status);
    const sixth = await respond(command, { text: 'six' });
    assert.deepEqual([...statuses, sixth.status], [400, 200, 200, 200, 200, 200, 404]);
    assert.deepEqual(await sixth.json(), { ok: false, error: 'used_url' });
    assert.equal(asked.responses.length, 5);
    assert.deepEqual(slack.refusals, [{ method: 'response_url', error: 'no_text' }]);
  });

  it('lets a response_url speak to the channel, replace the message and delete it', async () => {
    const envelopes = await connect();
    const button = { type: 'button', action_id: 'go', text: plain('Go'), value: '1' };
    const { ts } = await call('chat.postMessage', {
      channel: 'C1',
      blocks: [{ type: 'actions', elements: [button] }],
    });
    await slack.click({ user: 'U1', channel: 'C1', ts: String(ts), actionId: 'go' });
    const click = envelopes.at(-1);
    await respond(click, { text: 'to all', response_type: 'in_channel' });
    await respond(click, { text: 'done', replace_original: true });
    assert.deepEqual(
      slack.messages('C1').map((message) => message.text),
      ['done', 'to all'],
    );
    await respond(click, { delete_original: true });
    assert.equal(slack.messages('C1')[0]?.deleted, true);
  });

  it('refuses an unusable answer to a command', async () => {
    await connect(() => ({ blocks: [{ type: 'bogus' }] }));
    const asked = await ask();
    assert.equal(asked.personSaw, '/ask failed with the error "invalid_command_response"');
    assert.equal(slack.refusals[0]?.path, '/blocks/0/type');
  });

  it('submits what was entered, and does what the answer says', async () => {
    let answer: Json = {};
    const envelopes = await connect((envelope) =>
      payloadOf(envelope).type === 'view_submission' ? answer : {},
    );
    await call('views.open', { trigger_id: await trigger(envelopes), view: modal('One') });
    const submit = () => slack.submitView({ user: 'U1', values: { slot: { pick: '10' } } });
    await assert.rejects(
      slack.submitView({ user: 'U1', values: { slot: { pick: '11' } } }),
      /does not offer 11/,
    );

    answer = { response_action: 'errors', errors: { elsewhere: 'no' } };
    assert.equal((await submit()).personSaw, 'We had some trouble connecting. Try again?');
    answer = { response_action: 'push', view: modal('Two') };
    await submit();
    const values = (payloadOf(envelopes.at(-1)).view as Json).state;
    const option = { text: plain('ten'), value: '10' };
    assert.deepEqual(values, {
      values: { slot: { pick: { type: 'static_select', selected_option: option } } },
    });
    assert.deepEqual(slack.viewOf('U1')?.title, plain('Two'));
    answer = { response_action: 'update', view: modal('Two, changed', { notify_on_close: true }) };
    await submit();
    assert.deepEqual(slack.viewOf('U1')?.title, plain('Two, changed'));
    await slack.closeView({ user: 'U1' });
    assert.equal(payloadOf(envelopes.at(-1)).type, 'view_closed');
    assert.deepEqual(slack.viewOf('U1')?.title, plain('One'));
    answer = { response_action: 'clear' };
    await submit();
    assert.equal(slack.viewOf('U1'), undefined);
    assert.deepEqual(
      slack.refusals.map((refusal) => refusal.path),
      ['/errors/elsewhere'],
    );
  });

  it('stacks three modals, no more, and only from within one', async () => {
    const envelopes = await connect();
    const view = modal('M', {
      blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'more', text: plain('More') }] }],
    });
    const fromCommand = await call('views.push', { trigger_id: await trigger(envelopes), view });
    assert.equal(fromCommand.error, 'invalid_arguments');
    await call('views.open', { trigger_id: await trigger(envelopes), view });
    const results: unknown[] = [];
    for (let at = 0; at < 3; at += 1) {
      await slack.clickInView({ user: 'U1', actionId: 'more' });
      const pushed = await call('views.push', { trigger_id: payloadOf(envelopes.at(-1)).trigger_id, view });
      results.push(pushed.ok === true || pushed.error);
    }
    assert.deepEqual(results, [true, true, 'push_limit_reached']);
  });

  it('keeps what was entered when a view is updated; refuses stale hashes and taken external_ids', async () => {
    const envelopes = await connect();
    const opened = await call('views.open', {
      trigger_id: await trigger(envelopes),
      view: modal('One', { external_id: 'e' }),
    });
    const { id, hash } = opened.view as { id: string; hash: string };
    await slack.clickInView({ user: 'U1', actionId: 'pick', value: '9' });
    const view = modal('Two', { external_id: 'e' });
    const updated = await call('views.update', { external_id: 'e', hash, view });
    const { pick } = (updated.view as { state: { values: { slot: { pick: Json } } } }).state.values.slot;
    assert.equal((pick?.selected_option as Json).value, '9');
    assert.equal((await call('views.update', { view_id: id, hash, view })).error, 'hash_conflict');
    const taken = await call('views.publish', {
      user_id: 'U1',
      view: { type: 'home', blocks: [], external_id: 'e' },
    });
    assert.equal(taken.error, 'duplicate_external_id');
  });
});
