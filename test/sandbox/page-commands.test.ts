import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, it } from 'node:test';

const ROOT = path.join(import.meta.dirname, '..', '..');

describe('the commands that open the page', () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  /** Runs it until its last line; returns what it printed. */
  async function run(script: string, ...options: string[]): Promise<string> {
    const { PATH } = process.env;
    child = spawn(process.execPath, [script, ...options], { cwd: ROOT, env: { PATH }, stdio: 'pipe' });
    let text = '';
    for await (const chunk of child.stdout?.setEncoding('utf8') ?? []) {
      text += chunk;
      if (text.includes('Ctrl-C')) return text;
    }
    throw new Error(`it ended: ${text}`);
  }
  const addressIn = (text: string, name: string) =>
    new RegExp(`^${name} +(\\S+)$`, 'm').exec(text)?.[1] ?? '';

  async function interrupt(): Promise<number | null> {
    const ended = once(child as ChildProcess, 'exit');
    child?.kill('SIGINT');
    const [code] = await ended;
    return code;
  }

  it('demo prints the addresses of a page and of the real bot behind it, and ends when it is told to', async () => {
    const text = await run('sandbox/demo.ts', '--page-port', '0', '--bot-port', '0');
    const page = addressIn(text, 'The page');
    assert.match(page, /^http:\/\/localhost:\d+$/);
    assert.match(await (await fetch(page)).text(), /<title>/);
    assert.equal((await fetch(addressIn(text, 'The bot'))).status, 200);
    const picture = (await (await fetch(`${page}/picture?person=U0SUPPORT2`)).json()) as {
      channels: { ephemerals: { text: string }[] }[];
    };
    const texts = picture.channels.flatMap(({ ephemerals }) => ephemerals.map((message) => message.text));
    assert.match(texts[0] ?? '', /Welcome to the salon/);
    assert.equal(await interrupt(), 0);
  });

  it('sandbox prints the environment for any bot, with the look-alikes where it was told', async () => {
    const text = await run('sandbox/alone.ts', '--calcom-port', '0', '--slack-port', '0', '--page-port', '0');
    const environment = Object.fromEntries(text.split('\n').map((line) => line.split('=', 2)));
    const said = await fetch(`${environment.SLACK_API_URL}auth.test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${environment.SLACK_BOT_TOKEN}` },
    });
    assert.equal(((await said.json()) as { ok: boolean }).ok, true);
    const me = await fetch(`${environment.CALCOM_API_URL}/v2/me`, {
      headers: { authorization: `Bearer ${environment.CALCOM_API_KEY}` },
    });
    assert.equal(me.status, 200);
    assert.equal((await fetch(addressIn(text, 'The page'))).status, 200);
    assert.equal(await interrupt(), 0);
  });

  it('say which port is taken, and by which option another is chosen', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    child = spawn(process.execPath, ['sandbox/demo.ts', '--page-port', String(port), '--bot-port', '0'], {
      cwd: ROOT,
      stdio: 'pipe',
    });
    let problem = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk) => {
      problem += chunk;
    });
    const [code] = await once(child, 'exit');
    other.close();
    assert.equal(code, 1);
    assert.ok(problem.includes(`cannot listen on port ${port}`) && problem.includes('--page-port'), problem);
  });
});
