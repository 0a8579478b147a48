import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { type SlackLookAlike, startSlack } from '../../sandbox/slack/start-slack.ts';

const NOW = new Date('2025-11-24T16:00:00.000Z');
const WORLD = {
  users: [
    { id: 'U1', name: 'maya', realName: 'Maya M.', locale: 'de-DE', tz: 'Europe/Berlin', isAdmin: true },
    { id: 'U2', name: 'otto' },
  ],
  channels: [
    { id: 'C1', name: 'alerts', members: ['U1', 'U2'], botIsMember: true },
    { id: 'C2', name: 'elsewhere', members: ['U1'], botIsMember: false },
    { id: 'C3', name: 'old', members: ['U1'], botIsMember: true, archived: true },
    { id: 'G1', name: 'secret', members: ['U1'], botIsMember: false },
  ],
  userGroups: [{ id: 'S1', handle: 'support', users: ['U1'] }],
};

interface Answer {
  ok: boolean;
  error?: string;
  [field: string]: unknown;
}

describe('the Web API of the Slack look-alike', () => {
  let slack: SlackLookAlike;

  afterEach(() => slack.stop());

  async function start(options: { scopes?: string[] } = {}) {
    slack = await startSlack({
      clock: { now: () => NOW },
      world: WORLD,
      botToken: 'xoxb-1',
      appToken: 'xapp-1',
      ...options,
    });
  }

  /** Form-encoded, as Bolt's client sends it. */
  async function call(method: string, args: Record<string, unknown> = {}, token = 'xoxb-1'): Promise<Answer> {
    const fields = Object.entries(args).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]);
    const response = await fetch(slack.url + method, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${token}` },
      body: new URLSearchParams(fields as [string, string][]).toString(),
    });
    return (await response.json()) as Answer;
  }

  async function post(args: Record<string, unknown>): Promise<string> {
    const { ok, error, ts } = await call('chat.postMessage', { channel: 'C1', text: 'hello', ...args });
    assert(ok, error);
    return String(ts);
  }

  it('knows its tokens, whose they are and what they may', async () => {
    await start({ scopes: ['chat:write', 'users:read'] });
    const us = await call('auth.test');
    assert.deepEqual([us.ok, us.user_id, us.bot_id], [true, 'U0BOT', 'B0BOT']);
    assert.equal((await call('auth.test', {}, '')).error, 'not_authed');
    assert.equal((await call('auth.test', {}, 'xoxb-2')).error, 'invalid_auth');
    assert.equal((await call('apps.connections.open')).error, 'not_allowed_token_type');
    assert.match(String((await call('apps.connections.open', {}, 'xapp-1')).url), /^ws:\/\/127\.0\.0\.1:/);
    assert.equal((await call('chat.explode')).error, 'unknown_method');
    assert.deepEqual(await call('conversations.history', { channel: 'C1' }), {
      ok: false,
      error: 'missing_scope',
      needed: 'channels:history',
      provided: 'chat:write,users:read',
    });
    assert.equal((await call('conversations.info', { channel: 'G1' })).needed, 'groups:read');
  });

  it('takes JSON as well as forms', async () => {
    await start();
    const response = await fetch(`${slack.url}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', authorization: 'Bearer xoxb-1' },
      body: JSON.stringify({ channel: '#alerts', text: 'as JSON' }),
    });
    assert.equal(((await response.json()) as Answer).ok, true);
    assert.equal(slack.messages('C1')[0]?.text, 'as JSON');
  });

  it('posts only where the bot may', async () => {
    await start();
    const errorIn = async (channel: string) => (await call('chat.postMessage', { channel, text: 'x' })).error;
    assert.equal(await errorIn('C2'), 'not_in_channel');
    assert.equal(await errorIn('C3'), 'is_archived');
    assert.equal(await errorIn('G1'), 'channel_not_found');
    assert.equal(await errorIn('C9'), 'channel_not_found');
    assert.equal((await call('conversations.join', { channel: 'C2' })).ok, true);
    assert.equal(await errorIn('C2'), undefined);
    assert.deepEqual(slack.refusals, []);
  });

  it('keeps what it refused for its form, with the path', async () => {
    await start();
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '' } }];
    assert.deepEqual(await call('chat.postMessage', { channel: 'C1', blocks }), {
      ok: false,
      error: 'invalid_blocks',
      errors: ['must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
      response_metadata: {
        messages: ['[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
      },
    });
    assert.deepEqual(slack.refusals, [
      {
        method: 'chat.postMessage',
        error: 'invalid_blocks',
        path: '/blocks/0/text/text',
        detail: 'must be more than 0 characters',
      },
    ]);
    assert.deepEqual(slack.messages('C1'), []);
  });

  it('gives every message its own ts from the injected clock', async () => {
    await start();
    const stamps = [await post({}), await post({}), await post({})];
    assert.deepEqual(stamps, ['1764000000.000000', '1764000000.000001', '1764000000.000002']);
    assert.deepEqual(slack.calls.at(-1)?.at, NOW);
  });

  it('changes and deletes only messages that stand and are its own', async () => {
    await start();
    const ts = await post({ blocks: [{ type: 'divider' }] });
    assert.equal(
      (await call('chat.update', { channel: 'C1', ts, text: 'x'.repeat(4_001) })).error,
      'msg_too_long',
    );
    assert.equal((await call('chat.update', { channel: 'C1', ts, text: 'changed' })).ok, true);
    assert.deepEqual([slack.messages('C1')[0]?.text, slack.messages('C1')[0]?.blocks], ['changed', []]);
    assert.equal(
      (await call('chat.update', { channel: 'alerts', ts, text: 'x' })).error,
      'channel_not_found',
    );
    slack.deleteMessage('C1', ts);
    assert.equal((await call('chat.update', { channel: 'C1', ts, text: 'x' })).error, 'message_not_found');
    assert.equal((await call('chat.delete', { channel: 'C1', ts })).error, 'message_not_found');
    assert.equal(
      (await call('chat.getPermalink', { channel: 'C1', message_ts: ts })).error,
      'message_not_found',
    );
    assert.equal(slack.messages('C1')[0]?.deleted, true);
  });

  it('returns metadata from the history only when asked for it', async () => {
    await start();
    const metadata = { event_type: 'alert_posted', event_payload: { alert: 7 } };
    const ts = await post({ metadata });
    const [silent] = (await call('conversations.history', { channel: 'C1' })).messages as Answer[];
    assert.equal(silent?.metadata, undefined);
    const asked = { channel: 'C1', include_all_metadata: true, oldest: '1763999999', inclusive: true };
    const [found] = (await call('conversations.history', asked)).messages as Answer[];
    assert.deepEqual([found?.ts, found?.metadata], [ts, metadata]);
  });

  it('pages the history, the newest first, without thread replies', async () => {
    await start();
    const first = await post({ text: '1' });
    await post({ text: 'reply', thread_ts: first });
    for (const text of ['2', '3', '4', '5']) await post({ text });
    const seen: unknown[] = [];
    let cursor: unknown = '';
    do {
      const answer = await call('conversations.history', { channel: 'C1', limit: 2, cursor });
      seen.push(...(answer.messages as Answer[]).map((message) => message.text));
      cursor = (answer.response_metadata as Answer | undefined)?.next_cursor ?? '';
      assert.equal(answer.has_more, cursor !== '');
    } while (cursor);
    assert.deepEqual(seen, ['5', '4', '3', '2', '1']);
    const thread = await call('conversations.replies', { channel: 'C1', ts: first });
    assert.deepEqual(
      (thread.messages as Answer[]).map((message) => message.text),
      ['1', 'reply'],
    );
    assert.equal(slack.thread('C1', first).length, 1);
  });

  it('posts a reply to a deleted message to the channel, as Slack does', async () => {
    await start();
    const ts = await post({});
    slack.deleteMessage('C1', ts);
    const answer = await call('chat.postMessage', { channel: 'C1', text: 'late', thread_ts: ts });
    assert.equal((answer.message as Answer).thread_ts, undefined);
    assert.equal(slack.messages('C1').at(-1)?.text, 'late');
  });

  it('shows an ephemeral message to one member, and nobody can change it afterwards', async () => {
    await start();
    const say = (user: string) => call('chat.postEphemeral', { channel: 'C1', user, text: 'only you' });
    assert.equal((await say('U9')).error, 'user_not_in_channel');
    const ts = (await say('U1')).message_ts;
    assert.equal(slack.ephemerals('U1')[0]?.text, 'only you');
    assert.deepEqual(slack.messages('C1'), []);
    assert.equal((await call('chat.update', { channel: 'C1', ts, text: 'x' })).error, 'message_not_found');
  });

  it('opens direct conversations, by conversations.open and by posting to a person', async () => {
    await start();
    const { channel } = await call('conversations.open', { users: 'U1' });
    const { id } = channel as { id: string };
    const posted = await call('chat.postMessage', { channel: 'U1', text: 'psst' });
    assert.equal(posted.channel, id);
    assert.equal(
      (await call('chat.update', { channel: 'U1', ts: posted.ts, text: 'x' })).error,
      'channel_not_found',
    );
    assert.equal((await call('chat.update', { channel: id, ts: posted.ts, text: 'x' })).ok, true);
  });

  it('knows people, their groups and who is in a channel', async () => {
    await start();
    const { user } = await call('users.info', { user: 'U1', include_locale: true });
    assert.deepEqual([(user as Answer).locale, (user as Answer).is_admin], ['de-DE', true]);
    assert.equal((await call('users.info', { user: 'U9' })).error, 'user_not_found');
    assert.deepEqual((await call('usergroups.users.list', { usergroup: 'S1' })).users, ['U1']);
    assert.equal((await call('usergroups.users.list', { usergroup: 'S9' })).error, 'no_such_subteam');
    assert.deepEqual((await call('conversations.members', { channel: 'C1' })).members, ['U1', 'U2', 'U0BOT']);
    assert.equal(
      (await call('conversations.members', { channel: 'C1', limit: 5_000 })).error,
      'invalid_limit',
    );
    assert.equal(((await call('users.list')).members as unknown[]).length, 3);
  });

  it('adds a reaction once', async () => {
    await start();
    const timestamp = await post({});
    assert.equal((await call('reactions.add', { channel: 'C1', timestamp, name: 'eyes' })).ok, true);
    assert.equal(
      (await call('reactions.add', { channel: 'C1', timestamp, name: 'eyes' })).error,
      'already_reacted',
    );
    assert.deepEqual(slack.messages('C1')[0]?.reactions, [{ name: 'eyes', users: ['U0BOT'] }]);
  });

  it('publishes a home only on the hash it was read with', async () => {
    await start();
    const view = { type: 'home', blocks: [{ type: 'divider' }] };
    const first = await call('views.publish', { user_id: 'U1', view });
    const { hash } = first.view as { hash: string };
    assert.equal((await call('views.publish', { user_id: 'U1', view, hash })).ok, true);
    assert.equal((await call('views.publish', { user_id: 'U1', view, hash })).error, 'hash_conflict');
    assert.equal((await call('views.open', { trigger_id: '1.2.3', view })).error, 'invalid_trigger_id');
    assert.equal((await call('views.update', { view_id: 'V9', view })).error, 'not_found');
    assert.equal((await call('views.update', { view })).error, 'invalid_arguments');
  });

  it('names the missing argument by the error of the method', async () => {
    await start();
    const errors = await Promise.all([
      call('chat.postMessage', { text: 'x' }),
      call('chat.postMessage', { channel: 'C1' }),
      call('chat.update', { channel: 'C1', text: 'x' }),
      call('views.open', { view: {} }),
    ]);
    const names = errors.map(({ error }) => error);
    assert.deepEqual(names, ['channel_not_found', 'no_text', 'message_not_found', 'invalid_arguments']);
  });
});
