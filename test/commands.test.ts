import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { lockForOneBot } from '../src/lock-for-one-bot.ts';
import { version } from '../src/version.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-commands-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs one of the bot's commands with nothing but the given environment, in a folder without `.env`. */
function run(command: string, args: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const file = path.join(import.meta.dirname, '..', 'src', `${command}.ts`);
  const options = { cwd: folder, env: { PATH: process.env.PATH, ...environment } };
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const database = { DATABASE_URL: `sqlite:${path.join(folder, 'commands.sqlite')}` };

describe('the commands', () => {
  it('start refuses a wrong environment with one list of all that is wrong, and no secret in it', async () => {
    const { code, stderr } = await run('main', [], {
      TIME_ZONE: 'Mars/Olympus',
      SLACK_BOT_TOKEN: 'geheim-4711',
    });
    assert.equal(code, 1);
    for (const variable of [
      'CALCOM_API_KEY',
      'SLACK_ALERT_CHANNEL',
      'TIME_ZONE',
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
    ]) {
      assert.match(stderr, new RegExp(variable));
    }
    assert.doesNotMatch(stderr, /geheim-4711| {4}at /);
  });

  it('start says its version and needs no environment for that', async () => {
    assert.deepEqual(await run('main', ['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert.equal((await run('main', ['--verison'])).code, 1, 'what it does not know is refused');
  });

  it('migrate makes the schema once and says so', async () => {
    const first = await run('migrate', [], database);
    assert.equal(first.code, 0);
    assert.match(first.stdout, /0007-appointment-syncs/);
    const second = await run('migrate', [], database);
    assert.match(second.stdout, /up to date/);
  });

  it('migrate says at once that it cannot make the folder of its file', async () => {
    const nowhere = { DATABASE_URL: 'sqlite:/proc/nowhere/bot.sqlite' };
    const { code, stderr } = await run('migrate', [], nowhere);
    assert.equal(code, 1);
    assert.match(stderr, /nowhere/);
  });

  it('doctor says on one line of JSON what is wrong, without a secret, and ends with 1', async () => {
    const { code, stdout, stderr } = await run('doctor', ['--json'], {
      ...database,
      SLACK_BOT_TOKEN: 'geheim-4711',
    });
    assert.deepEqual([code, stderr], [1, '']);
    assert.match(stdout, /^\{.*\}\n$/);
    const { ok, checks } = JSON.parse(stdout);
    assert.equal(ok, false);
    for (const { check, level, what, why, remedy } of checks)
      assert.ok(check && level && what && (level !== 'failed' || (why && remedy)), check);
    assert.doesNotMatch(stdout, /geheim-4711/);
  });

  it('backup copies the database to a file that only its owner reads, and overwrites none', async () => {
    await run('migrate', [], database);
    const copy = path.join(folder, 'copy.sqlite');
    assert.equal((await run('backup', [copy], database)).code, 0);
    assert.equal(statSync(copy).mode & 0o777, 0o600);
    const again = await run('backup', [copy], database);
    assert.deepEqual([again.code, /already exists/.test(again.stderr)], [1, true]);
    const nowhere = { DATABASE_URL: `sqlite:${path.join(folder, 'empty.sqlite')}` };
    assert.match((await run('backup', [`${copy}2`], nowhere)).stderr, /no database of the bot/);
    const server = { DATABASE_URL: 'mysql://bot:geheim-4711@localhost/salon' };
    const refused = await run('backup', [`${copy}2`], server);
    assert.deepEqual([refused.code, /its own dump/.test(refused.stderr)], [1, true]);
    assert.equal(existsSync(`${copy}2`), false);
  });

  it('migrate makes a folder that the doctor finds closed to others', async () => {
    assert.equal((await run('migrate', [])).code, 0);
    const { checks } = JSON.parse((await run('doctor', ['--json'])).stdout);
    const level = (name: string) => checks.find(({ check }: { check: string }) => check === name)?.level;
    assert.deepEqual(['database.reachable', 'database.private'].map(level), ['ok', 'ok']);
  });

  it('remediate names the groups there are when it is given another', async () => {
    const { code, stderr } = await run('remediate', ['--only', 'past,future'], {
      ...database,
      CALCOM_API_KEY: 'cal_x',
    });
    assert.equal(code, 1);
    assert.match(stderr, /no group future; there are past, no_staff, duplicates/);
  });

  it('remediate refuses --only beside --all', async () => {
    const { code, stderr } = await run('remediate', ['--only', 'past', '--all'], {
      ...database,
      CALCOM_API_KEY: 'cal_x',
    });
    assert.equal(code, 1);
    assert.match(stderr, /either --only or --all/);
  });
});

describe('a database of SQLite', () => {
  it('serves one bot: a second one is refused until the first has gone', async () => {
    const url = `sqlite:${path.join(folder, 'one-bot.sqlite')}`;
    const release = await lockForOneBot(url);
    await assert.rejects(lockForOneBot(url), /another bot runs on .*one-bot\.sqlite/);
    await release();
    await (await lockForOneBot(url))();
  });
});
