import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { readDatabaseConfig } from '../src/config.ts';
import { importsOf } from './support/source-text.ts';

const run = promisify(execFile);
const ROOT = path.join(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const manifest = JSON.parse(textOf('package.json'));
const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-image-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const dockerfile = textOf('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .map((line) => line.trim())
  .filter(Boolean);
const instructions = (name: string) =>
  dockerfile.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1).trim());
const [, image] = textOf('Dockerfile')
  .split(/^FROM (?=[^\n]*$)/m)
  .slice(1);
/** What the image takes from the repository. */
const copied = instructions('COPY')
  .filter((line) => !line.startsWith('--from'))
  .flatMap((line) => line.split(/\s+/).slice(0, -1));
const inImage = (image ?? '').split('\n').flatMap((line) => {
  const [word, ...names] = line.trim().split(/\s+/);
  return word === 'COPY' && !names[0]?.startsWith('--from') ? names.slice(0, -1) : [];
});

async function endOf(command: string[], env: Record<string, string>): Promise<number> {
  const [program = '', ...args] = command;
  try {
    await run(program === 'node' ? process.execPath : program, args, { env });
    return 0;
  } catch (error) {
    return Number((error as { code: unknown }).code);
  }
}

describe('the image', () => {
  it('is made of the Node that package.json demands, and runs as somebody who is not root', () => {
    const major = /^>=(\d+)$/.exec(manifest.engines.node)?.[1];
    for (const from of instructions('FROM')) assert.match(from, new RegExp(`^node:${major}-slim`));
    assert.deepEqual(instructions('USER'), ['node']);
    assert.deepEqual(instructions('STOPSIGNAL'), ['SIGTERM']);
    const run = ['node', '--max-semi-space-size=4', 'src/main.ts'];
    assert.equal(instructions('CMD').at(-1), JSON.stringify(run).replaceAll(',', ', '));
  });

  it('lets in what is copied, and nothing else: no .env, no database', () => {
    const [first, ...rest] = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    assert.equal(first, '*');
    assert.deepEqual(rest.sort(), [...new Set(copied)].map((name) => `!${name}`).sort());
    for (const name of copied) textOrFolder(name);
  });

  it('holds everything that every command needs, with the production dependencies alone', async () => {
    for (const name of inImage) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    for (const name of Object.keys(manifest.dependencies)) {
      const to = path.join(folder, 'node_modules', name);
      mkdirSync(path.dirname(to), { recursive: true });
      symlinkSync(path.join(ROOT, 'node_modules', name), to);
    }
    const env = { DATABASE_URL: `sqlite:${path.join(folder, 'data', 'bot.sqlite')}` };
    const start = (file: string, ...args: string[]) =>
      run(process.execPath, [path.join(folder, 'src', file), ...args], { env, cwd: folder });
    assert.equal((await start('main.ts', '--version')).stdout, `${manifest.version}\n`);
    assert.match((await start('migrate.ts')).stdout, /0001-customers/);
    for (const file of ['doctor.ts', 'remediate.ts', 'forget.ts', 'backup.ts', 'restored.ts'])
      assert.match((await start(file, '--help')).stdout, /npm run/, file);
  });

  it('asks itself whether it lives', async () => {
    const [, check = ''] = (instructions('HEALTHCHECK')[0] ?? '').split(/ CMD /);
    const command: string[] = JSON.parse(check);
    let status = 200;
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const env = { PORT: String((server.address() as AddressInfo).port) };
    assert.equal(await endOf(command, env), 0);
    status = 503;
    assert.equal(await endOf(command, env), 1);
    server.close();
    await once(server, 'close');
    assert.equal(await endOf(command, env), 1);
    assert.deepEqual(asked, ['/health/live', '/health/live']);
  });
});

/** Throws when it is not there. */
function textOrFolder(name: string): void {
  assert.equal(globSync(name, { cwd: ROOT }).length, 1, `${name} is in the repository`);
}

describe('the program', () => {
  it('imports no package that is only there for developing', () => {
    const files = globSync(['src/**/*.ts', 'migrations/*.ts'], { cwd: ROOT });
    const wrong = files.flatMap((file) =>
      importsOf({ path: file, text: textOf(file) })
        .map(({ specifier }) => specifier)
        .filter((specifier) => /^@?[\w.-]+(\/|$)/.test(specifier) && !specifier.startsWith('.'))
        .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'))
        .filter((name) => !(name in manifest.dependencies))
        .map((name) => `${file}: ${name}`),
    );
    assert.deepEqual(wrong, []);
  });
});

describe('compose.yaml', () => {
  const { services } = parse(textOf('compose.yaml'));

  it('starts the bot on MySQL 8.4, once that is healthy, and with no right too many', () => {
    const { bot, database } = services;
    assert.equal(database.image, 'mysql:8.4');
    assert.ok(database.command.includes('--character-set-server=utf8mb4'));
    assert.ok(database.command.includes('--default-time-zone=+00:00'));
    assert.ok(database.healthcheck.test);
    assert.deepEqual(bot.depends_on, { database: { condition: 'service_healthy' } });
    assert.deepEqual([bot.read_only, bot.cap_drop, bot.restart], [true, ['ALL'], 'unless-stopped']);
    assert.deepEqual(bot.security_opt, ['no-new-privileges:true']);
    for (const port of bot.ports) assert.match(port, /^127\.0\.0\.1:/);
    assert.ok(Number.parseInt(bot.stop_grace_period, 10) > 10, 'longer than the bot takes to stop');
    assert.equal(database.ports, undefined, 'nobody outside reaches the database');
  });

  it('gives the bot a database that its configuration takes', () => {
    const { bot, database } = services;
    const url = new URL(
      readDatabaseConfig({ DATABASE_URL: bot.environment.DATABASE_URL.replace(/\$\{\w+\}/, 'secret') })
        .databaseUrl,
    );
    const { MYSQL_USER, MYSQL_DATABASE } = database.environment;
    assert.deepEqual(
      [url.username, url.hostname, url.pathname],
      [MYSQL_USER, 'database', `/${MYSQL_DATABASE}`],
    );
  });
});

/** The units, with this machine's node where the handbook's is not there. */
function copyUnits(): string[] {
  return globSync('deploy/*.{service,timer}', { cwd: ROOT }).map((unit) => {
    const copy = path.join(folder, path.basename(unit));
    writeFileSync(copy, textOf(unit).replaceAll('/usr/bin/node', process.execPath));
    return copy;
  });
}

describe('the systemd units', async () => {
  const isThere = await run('systemd-analyze', ['--version']).then(
    () => true,
    () => false,
  );
  const skip = isThere ? false : 'there is no systemd-analyze';

  it('are right, as far as systemd says', { skip }, async () => {
    const units = copyUnits();
    assert.equal(units.length, 3);
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...units]);
    assert.equal(`${stdout}${stderr}`, '');
  });

  it('leave the bot few ways to do harm', { skip }, async () => {
    const [unit = ''] = copyUnits().filter((each) => each.endsWith('sync-bot.service'));
    const worst = ['--offline=true', '--threshold=15', unit];
    const { stdout } = await run('systemd-analyze', ['security', '--no-pager', ...worst]);
    assert.match(stdout, /Overall exposure level .*: 1\.\d OK/);
  });

  it('let V8 write the code that it runs, and the bot the time to end', () => {
    const unit = textOf('deploy/appointment-sync-bot.service');
    assert.doesNotMatch(unit, /^MemoryDenyWriteExecute=/m);
    assert.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) > 10);
  });
});
