import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type SlackLookAlike, startSlack } from '../../sandbox/slack/start-slack.ts';

const PNG = new Uint8Array([137, 80, 78, 71]);

interface Answer {
  ok: boolean;
  error?: string;
  errors?: string[];
  upload_url?: string;
  file_id?: string;
  [field: string]: unknown;
}

describe('files of the Slack look-alike', () => {
  let slack: SlackLookAlike;
  let now = new Date('2025-11-24T16:00:00.000Z');

  beforeEach(() => start());
  afterEach(() => slack.stop());

  async function start(options: { scopes?: string[] } = {}) {
    slack = await startSlack({
      clock: { now: () => now },
      world: {
        users: [{ id: 'U1', name: 'maya' }],
        channels: [{ id: 'C1', name: 'alerts', members: ['U1'], botIsMember: true }],
      },
      ...{ botToken: 'xoxb-1', appToken: 'xapp-1' },
      ...options,
    });
  }

  async function call(method: string, args: Record<string, unknown>): Promise<Answer> {
    const response = await fetch(slack.url + method, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-1' },
      body: JSON.stringify(args),
    });
    return (await response.json()) as Answer;
  }
  const begin = (change = {}) =>
    call('files.getUploadURLExternal', { filename: 'chart.png', length: PNG.length, ...change });
  const upload = async (url: unknown, bytes = PNG, method = 'POST') =>
    (await fetch(String(url), { method, ...(method === 'POST' && { body: bytes }) })).status;
  const complete = (...files: unknown[]) => call('files.completeUploadExternal', { files });
  const show = (fileId: unknown, change = {}) =>
    call('chat.postMessage', {
      ...{ channel: 'C1', text: 'chart' },
      blocks: [{ type: 'image', slack_file: { id: fileId }, alt_text: 'a chart', ...change }],
    });
  async function keep(filename = 'chart.png'): Promise<string> {
    const { upload_url, file_id } = await begin({ filename });
    await upload(upload_url);
    await complete({ id: file_id, title: 'Chart' });
    return String(file_id);
  }

  it('takes the bytes between the two calls, and shows the picture once it was looked through', async () => {
    const id = await keep();
    const early = await show(id);
    assert.deepEqual(
      [early.error, early.errors],
      ['invalid_blocks', ['invalid slack file [json-pointer:/blocks/0/slack_file]']],
    );
    now = new Date(now.getTime() + 1_000);
    assert.equal((await show(id)).ok, true);
    const [file] = slack.files();
    assert.deepEqual([file?.name, file?.title, [...(file?.bytes ?? [])]], ['chart.png', 'Chart', [...PNG]]);
    assert.deepEqual(slack.refusals, [], 'nobody can know when Slack is done');
  });

  it('shows no picture that is unknown, misnamed, not complete, or no picture', async () => {
    const { file_id } = await begin();
    const text = await keep('notes.txt');
    now = new Date(now.getTime() + 60_000);
    for (const id of ['F0UNKNOWN1', file_id, text])
      assert.equal((await show(id)).error, 'invalid_blocks', String(id));
    assert.equal((await show('unknown')).error, 'invalid_blocks');
    assert.deepEqual(
      slack.refusals.map(({ path }) => path),
      ['/blocks/0/slack_file/id'],
    );
    const id = await keep();
    now = new Date(now.getTime() + 60_000);
    assert.equal((await show(id, { image_url: 'https://example.com/a.png' })).error, 'invalid_blocks');
    assert.equal((await show(id, { alt_text: 'x'.repeat(2_001) })).error, 'invalid_blocks');
  });

  it('looks at pictures when a message is changed, too', async () => {
    const { ts } = await call('chat.postMessage', { channel: 'C1', text: 'hello' });
    const blocks = [{ type: 'image', slack_file: { id: 'F0UNKNOWN1' }, alt_text: 'x' }];
    assert.equal(
      (await call('chat.update', { channel: 'C1', ts, text: 'x', blocks })).error,
      'invalid_blocks',
    );
    assert.equal(slack.messages('C1')[0]?.text, 'hello');
  });

  it('refuses a file without name or size, too large, or with a long text', async () => {
    assert.equal((await begin({ filename: '' })).error, 'invalid_arguments');
    for (const length of [undefined, 0, -1, 1.5, 'many'])
      assert.equal((await begin({ length })).error, 'invalid_arguments', String(length));
    assert.equal((await begin({ length: 2e9 })).error, 'file_upload_size_restricted');
    assert.equal((await begin({ alt_txt: 'x'.repeat(1_001) })).error, 'alt_txt_too_large');
    assert.deepEqual(slack.files(), []);
  });

  it('takes exactly the bytes that were announced, at their own address, by POST', async () => {
    const { upload_url, file_id } = await begin();
    assert.equal(await upload(upload_url, PNG.subarray(1)), 400);
    assert.equal(await upload(upload_url, PNG, 'GET'), 400);
    assert.equal(await upload(`${upload_url}X`), 404);
    assert.equal((await complete({ id: file_id })).error, 'file_not_found', 'nothing has come');
    assert.equal(await upload(upload_url), 200);
    assert.equal((await complete({ id: file_id })).ok, true);
    assert.equal(await upload(upload_url), 404, 'it is complete');
  });

  it('completes a file once, and none that is unknown', async () => {
    const id = await keep();
    assert.equal((await complete({ id })).error, 'file_not_found');
    assert.equal((await complete({ id: 'F0UNKNOWN1' })).error, 'file_not_found');
    for (const files of [[], ['F1'], [{}]])
      assert.equal((await complete(...files)).error, 'invalid_arguments');
    assert.equal((await call('files.completeUploadExternal', {})).error, 'invalid_arguments');
  });

  it('wants the scope for both calls', async () => {
    await slack.stop();
    await start({ scopes: ['chat:write'] });
    for (const answer of [await begin(), await complete({ id: 'F0UNKNOWN1' })])
      assert.deepEqual([answer.error, answer.needed], ['missing_scope', 'files:write']);
  });

  it('lets faults meet the upload', async () => {
    const { upload_url } = await begin();
    slack.faults.add({ method: 'upload_url', times: 1, fault: { kind: 'http', status: 503 } });
    assert.equal(await upload(upload_url), 503);
    assert.equal(await upload(upload_url), 200);
    assert.deepEqual(
      slack.calls.filter(({ method }) => method === 'upload_url').map(({ args }) => args.length),
      [PNG.length, PNG.length],
    );
  });
});
