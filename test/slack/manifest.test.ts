import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { NOW } from '../alerts/alert-fixtures.ts';
import { createTestClient, startWorkspace } from './slack-fixtures.ts';

const root = path.join(import.meta.dirname, '..', '..');
const manifest = readFileSync(path.join(root, 'manifest.yml'), 'utf8');
const folder = path.join(root, 'src', 'slack');
const code = readdirSync(folder)
  .map((file) => readFileSync(path.join(folder, file), 'utf8'))
  .join('\n');

/** The bot scopes that each Web API method of the bot needs (Slack, API methods). */
const scopesOf: Record<string, string[]> = {
  'apps.connections.open': [],
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.members': ['channels:read', 'groups:read'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

const namesAfter = (pattern: RegExp, text: string) =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);
const listUnder = (key: string) => {
  const [, block = ''] = new RegExp(`^ *${key}:\\n((?: +- .*\\n)+)`, 'm').exec(manifest) ?? [];
  return namesAfter(/- (\S+)/g, block);
};
const settingOf = (key: string) => new RegExp(`^ *${key}: (.*)$`, 'm').exec(manifest)?.[1];

describe('the app manifest', () => {
  it('asks for exactly the scopes that the code uses', () => {
    const methods = [...new Set(namesAfter(/\bclient\.((?:[a-z]\w*\.)+[a-z]\w*)\(/g, code))].filter(
      (name) => !name.startsWith('once') && name.includes('.'),
    );
    assert.deepEqual(methods.toSorted(), Object.keys(scopesOf).toSorted());
    const used = new Set(['commands', ...methods.flatMap((method) => scopesOf[method] ?? [])]);
    assert.deepEqual(listUnder('bot'), [...used].toSorted());
  });

  it('names exactly the commands that the code answers', () => {
    const answered = namesAfter(/\b(?:listen|app)\.command\('([^']+)'/g, code);
    assert.deepEqual(namesAfter(/- command: (\S+)/g, manifest).toSorted(), answered.toSorted());
  });

  it('turns on what the code relies on, within Slack’s limits', () => {
    assert.equal(settingOf('socket_mode_enabled'), 'true');
    assert.equal(settingOf('is_enabled'), 'true');
    assert.ok((settingOf('name') ?? '').length <= 35);
    assert.ok((settingOf('display_name') ?? '').length <= 80);
    assert.ok((settingOf('description') ?? '').length <= 140);
  });

  it('is enough for every call: a workspace that grants just this refuses none for its scopes', async () => {
    const slack = await startWorkspace(createSandboxClock(NOW), { scopes: listUnder('bot') });
    const client = createTestClient(slack.url);
    for (const method of Object.keys(scopesOf)) await client.apiCall(method, {}).catch(() => {});
    await slack.stop();
    const errors = slack.calls.map(({ answer }) => (answer as { error?: string }).error);
    assert.equal(errors.length, Object.keys(scopesOf).length);
    assert.ok(!errors.includes('missing_scope'));
  });
});
