import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { createDataFolder, freePort, serverOptions, serverProgram } from './mariadb.ts';

/** A database server that can die and come back with its data. */
export interface DatabaseNode {
  url: string;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Resolves when it serves. */
  start(options?: string[]): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

type IsReady = (ask: (sql: string) => Promise<Record<string, unknown>[]>) => Promise<boolean>;

const START_MS_MAX = 120_000;

/** `isReady` says when a server that accepts connections may also be used. */
export async function createDatabaseNode({
  options = [],
  user,
  isReady = async () => true,
}: {
  options?: string[];
  /** As whom a server that root starts runs, instead of as root. */
  user?: string;
  isReady?: IsReady;
} = {}): Promise<DatabaseNode> {
  const program = serverProgram();
  assert(program, 'no mariadbd or mysqld on the PATH');
  const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-node-'));
  await createDataFolder(program, folder);
  const port = await freePort();
  const url = `mysql://root@127.0.0.1:${port}`;
  // What was committed is there after the death of the process.
  const own = [...serverOptions(folder, port), '--innodb-flush-log-at-trx-commit=2', ...options];
  const asRoot = own.indexOf('--user=root');
  if (user !== undefined && asRoot >= 0) {
    execFileSync('chown', ['-R', `${user}:`, folder]);
    own[asRoot] = `--user=${user}`;
  }
  let server: ChildProcess | undefined;
  const killNow = () => server?.kill('SIGKILL');
  process.once('exit', killNow);

  async function kill(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  return {
    url,
    kill,
    async start(more = []) {
      const logFile = path.join(folder, 'log');
      const log = openSync(logFile, 'a');
      server = spawn(program, [...own, ...more], { stdio: ['ignore', log, log] });
      const deadline = AbortSignal.timeout(START_MS_MAX);
      while (!(await serves(url, isReady))) {
        if (server.exitCode !== null || deadline.aborted)
          throw new Error(`the server does not start:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
        await delay(100);
      }
    },
    async stop() {
      await kill();
      process.off('exit', killNow);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function serves(url: string, isReady: IsReady): Promise<boolean> {
  const connection = await createConnection({ uri: url, connectTimeout: 2_000 }).catch(() => null);
  if (!connection) return false;
  try {
    return await isReady(async (sql) => (await connection.query(sql))[0] as Record<string, unknown>[]);
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}
