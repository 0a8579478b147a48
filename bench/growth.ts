import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { systemClock } from '../src/clock.ts';
import { isSqlite, openDatabase } from '../src/database.ts';
import { migrateDatabase } from '../src/migrate-database.ts';
import { addDue, forgoCleanup } from '../test/support/backlogs.ts';
import { createDatabaseNode } from '../test/support/database-node.ts';
import { fillLongPast } from '../test/support/long-past.ts';
import { missingServerProgram } from '../test/support/mariadb.ts';
import type { Measurement } from './main.ts';

/** In milliseconds. */
export interface Timing {
  rounds: number;
  /** The fastest round: on a machine that others load it is nearest to what the work takes. */
  fastest: number;
  p50: number;
  p99: number;
  floorP50: number;
}

export interface Cleanup {
  waiting: number;
  closed: number;
  ms: number;
  floorMsPerRow: number;
  /** The longest time for which nothing else in the process had its turn. */
  heldMs: number;
}

/** What a process measured, and its own memory: the most that it had, and the heap at its end. */
export interface Measured {
  timings: Record<string, Timing>;
  cleanup: Cleanup | undefined;
  memory: { rssMb: number; heapMb: number };
}

type BySize = Map<number, Measured[]>;

const SIZES = [10_000, 100_000, 1_000_000];
const DATABASES = ['sqlite', 'mariadb'];
const AIMS = { claimMs: 10, noticeMsPer1000: 10, statusMs: 150, rssMb: 250, flatRatio: 2 };
const DUE = 10_000;
const CLAIM = 'claim, 10,000 due';
const UNCLEANED_MAX = 100_000;
const run = promisify(execFile);

/**
 * What the past costs: 10 thousand, 100 thousand and a million appointments, of which 1 % is to come and 0.1 % is due.
 * `--database sqlite|mariadb` and `--size N` choose one of them.
 */
export async function growth(): Promise<Measurement[]> {
  const { values } = parseArgs({
    strict: false,
    options: { database: { type: 'string' }, size: { type: 'string' } },
  });
  const sizes = values.size === undefined ? SIZES : [Number(values.size)];
  const databases = DATABASES.filter((name) => values.database === undefined || values.database === name);
  const figures: Measurement['figures'] = {};
  const missed: string[] = [];
  for (const database of databases) {
    const missing = database === 'mariadb' && missingServerProgram();
    if (missing) {
      figures[database] = `left out: ${missing}`;
      continue;
    }
    const measured = await onDatabase(database, async (urlOf) => {
      const all: BySize = new Map();
      for (const size of sizes) all.set(size, await measureSize(await urlOf(size), size));
      return all;
    });
    for (const [size, each] of measured) Object.assign(figures, describeSize(`${database} ${size}`, each));
    missed.push(...missedAims(measured).map((what) => `${database}: ${what}`));
  }
  figures['aims missed'] = missed.length === 0 ? 'none' : missed.join('; ');
  return [{ name: 'growth', figures, met: missed.length === 0 }];
}

type UrlOf = (size: number) => Promise<string>;

async function onDatabase<T>(database: string, work: (urlOf: UrlOf) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'appointment-sync-growth-'));
  const server =
    database === 'mariadb'
      ? await createDatabaseNode({ options: ['--innodb-buffer-pool-size=512M'] })
      : undefined;
  try {
    await server?.start();
    return await work(async (size) => {
      if (!server) return `sqlite:${path.join(folder, `${size}.sqlite`)}`;
      const connection = await createConnection(server.url);
      await connection.query(`CREATE DATABASE growth_${size} CHARACTER SET utf8mb4`);
      await connection.end();
      return `${server.url}/growth_${size}`;
    });
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSize(url: string, size: number): Promise<Measured[]> {
  const now = systemClock.now();
  const toCome = Math.round(size / 100);
  const db = openDatabase(url);
  await migrateDatabase(db, systemClock);
  if (isSqlite(db)) await db.raw('PRAGMA synchronous = OFF');
  const salon = await fillLongPast(db, { past: size - toCome, toCome, now });
  const worker = [...startFlags(), path.join(import.meta.dirname, 'growth-worker.ts')];
  async function measure(part: string): Promise<Measured> {
    const args = ['--part', part, '--url', url, '--salon', JSON.stringify(salon), '--now', now.toISOString()];
    return JSON.parse((await run(process.execPath, [...worker, ...args])).stdout);
  }
  const paths = await measure('paths');
  await addDue(db, { count: DUE, now });
  const due = await measure('due');
  await forgoCleanup(db, Math.min(UNCLEANED_MAX, size / 10));
  const cleanup = await measure('cleanup');
  await db.destroy();
  return [paths, due, cleanup];
}

/** Those of `npm start`, which keep the memory small. */
function startFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'package.json'), 'utf8'));
  return scripts.start.split(' ').filter((word: string) => word.startsWith('--'));
}

const short = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0));

function describeSize(name: string, parts: Measured[]): Measurement['figures'] {
  const timed = parts
    .flatMap(({ timings }) => Object.entries(timings))
    .map(([path, timing]) => {
      const { fastest, p50, p99, floorP50, rounds } = timing;
      const ms = `p50 ${short(p50)} ms, p99 ${short(p99)} ms, fastest ${short(fastest)} ms, floor ${short(floorP50)} ms`;
      return [`${name}: ${path}`, `${ms}, × ${short(p50 / floorP50)} (${rounds} rounds)`];
    });
  const cleaned = parts
    .flatMap(({ cleanup }) => cleanup ?? [])
    .map((cleanup) => {
      const { waiting, closed, ms, floorMsPerRow, heldMs } = cleanup;
      const perRow = ms / closed;
      const row = `${short(perRow)} ms a row, floor ${short(floorMsPerRow)} ms, × ${short(perRow / floorMsPerRow)}`;
      const all = `${closed} of ${waiting} rows in ${short(ms / 1_000)} s`;
      return [`${name}: cleanup`, `${all}, ${row}, the event loop held for ${short(heldMs)} ms at most`];
    });
  const remembered = parts.map(({ memory }) => `${short(memory.rssMb)} (heap ${short(memory.heapMb)})`);
  const memory = `${remembered.join(', ')} MB: all but the cleanup, 10,000 due, the cleanup`;
  return { ...Object.fromEntries([...timed, ...cleaned]), [`${name}: memory`]: memory };
}

function missedAims(measured: BySize): string[] {
  const missed: string[] = [];
  const aim = (isMet: boolean, what: string) => void (isMet || missed.push(what));
  const claims: number[] = [];
  for (const [size, parts] of measured) {
    const timings: Record<string, Timing> = Object.assign({}, ...parts.map((part) => part.timings));
    const p50 = (name: string) => timings[name]?.p50 ?? Number.NaN;
    aim(p50(CLAIM) < AIMS.claimMs, `claim of ${size}`);
    claims.push(timings[CLAIM]?.fastest ?? Number.NaN);
    const noticeMs = AIMS.noticeMsPer1000 * Math.max(1, size / 100_000);
    aim(p50('notice') <= noticeMs, `notice of ${size} (at most ${noticeMs} ms)`);
    aim(p50('/sync-status') < AIMS.statusMs, `/sync-status of ${size}`);
    aim(Math.max(...parts.map(({ memory }) => memory.rssMb)) < AIMS.rssMb, `memory of ${size}`);
  }
  aim(Math.max(...claims) <= AIMS.flatRatio * Math.min(...claims), 'a claim is not flat');
  return missed;
}
