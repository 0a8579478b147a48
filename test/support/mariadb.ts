import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';

// A private MariaDB or MySQL for the tests. `node --test --test-global-setup=test/support/mariadb.ts` starts one for
// all files and hands it on as TEST_MYSQL_URL; a file that is run alone starts its own when it opens a database.

interface Server {
  url: string;
  stop(): Promise<void>;
}

const START_TRIES_MAX = 3;
const START_TIMEOUT_MS = 60_000;
const run = promisify(execFile);

let sharedServer: Promise<Server> | undefined;

/** Why the tests that need the server are left out, or false. With REQUIRE_MARIADB=1 they fail instead. */
export function missingMariadb(): string | false {
  if (process.env.TEST_MYSQL_URL || serverProgram() || process.env.REQUIRE_MARIADB === '1') return false;
  return 'no mariadbd or mysqld on the PATH, and TEST_MYSQL_URL is not set';
}

/** `mysql://user[:password]@host:port` of a server on which databases may be created. Starts one when need be. */
export async function mariadbUrl(): Promise<string> {
  const given = process.env.TEST_MYSQL_URL;
  if (given) return given;
  sharedServer ??= startServer();
  return (await sharedServer).url;
}

/** Why a server with options of its own cannot be started, or false. */
export function missingServerProgram(): string | false {
  return serverProgram() ? false : 'no mariadbd or mysqld on the PATH';
}

/** A further server, whose global settings nobody else relies on; `options` such as `--sql-mode=`. */
export function startOwnServer(options: string[]): Promise<Server> {
  return startServer(options);
}

/** For node's test runner, before the first file. */
export async function globalSetup(): Promise<void> {
  if (process.env.TEST_MYSQL_URL || !serverProgram()) return;
  process.env.TEST_MYSQL_URL = await mariadbUrl();
}

/** For node's test runner, after the last file. */
export async function globalTeardown(): Promise<void> {
  await (await sharedServer)?.stop();
}

export function serverProgram(): string | undefined {
  return findProgram('mariadbd') ?? findProgram('mysqld');
}

function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function startServer(options: string[] = []): Promise<Server> {
  const program = serverProgram();
  assert(program, 'REQUIRE_MARIADB is set, but no mariadbd or mysqld is on the PATH');
  for (let tries = 1; ; tries++) {
    try {
      return await tryToStart(program, options);
    } catch (error) {
      // Somebody else may have taken the port between our look and the server's.
      if (tries === START_TRIES_MAX) throw error;
    }
  }
}

async function tryToStart(program: string, options: string[]): Promise<Server> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-mariadb-'));
  try {
    await createDataFolder(program, folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const port = await freePort();
  const url = `mysql://root@127.0.0.1:${port}`;
  const watched = spawnWatched(folder, [program, ...serverOptions(folder, port), ...options]);
  const ended = once(watched, 'exit');
  const stop = async () => {
    watched.ref();
    watched.stdin?.end();
    await ended;
  };
  try {
    await untilReady(url, watched);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An empty server's data under `folder`/data. */
export async function createDataFolder(program: string, folder: string): Promise<void> {
  const data = `--datadir=${path.join(folder, 'data')}`;
  if (await isMariadb(program)) {
    const install = findProgram('mariadb-install-db') ?? findProgram('mysql_install_db');
    assert(install, 'mariadb-install-db is not on the PATH');
    const options = ['--auth-root-authentication-method=normal', '--skip-test-db'];
    await run(install, ['--no-defaults', data, ...asRoot(), ...options]);
  } else {
    await run(program, ['--no-defaults', '--initialize-insecure', data, ...asRoot()]);
  }
}

async function isMariadb(program: string): Promise<boolean> {
  return (await run(program, ['--no-defaults', '--version'])).stdout.includes('MariaDB');
}

export function serverOptions(folder: string, port: number): string[] {
  return [
    '--no-defaults',
    `--datadir=${path.join(folder, 'data')}`,
    `--socket=${path.join(folder, 'socket')}`,
    `--pid-file=${path.join(folder, 'pid')}`,
    // A server that starts clears its folder for temporary tables, and with it those of a server that shares it.
    `--tmpdir=${folder}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--character-set-server=utf8mb4',
    '--skip-log-bin',
    '--skip-name-resolve',
    '--max-connections=500',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=16M',
    ...asRoot(),
  ];
}

function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

// The shell's standard input is a pipe from this process. It ends with this process, however that dies, and then
// the server is killed and its folder removed: nothing is left behind, and no signal has to be caught.
const WATCHED = `
folder=$1; shift
exec 3<&0
"$@" >"$folder/log" 2>&1 3<&- </dev/null &
server=$!
{ read -r _ <&3; kill -KILL "$server"; } 2>/dev/null &
watch=$!
wait "$server"
kill "$watch" 2>/dev/null
rm -rf "$folder"
`;

function spawnWatched(folder: string, command: string[]): ChildProcess {
  // Detached, so that Ctrl-C at the terminal reaches this process only and the shell lives to clean up.
  const shell = spawn('/bin/sh', ['-c', WATCHED, 'sh', folder, ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  (shell.stdin as Socket).unref();
  return shell;
}

async function untilReady(url: string, watched: ChildProcess): Promise<void> {
  const deadline = AbortSignal.timeout(START_TIMEOUT_MS);
  for (;;) {
    try {
      return await (await createConnection(url)).end();
    } catch (error) {
      if (watched.exitCode !== null || deadline.aborted) throw error;
      await delay(50);
    }
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
