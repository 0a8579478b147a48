import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { beginRun } from '../src/appointments/cron-runs.ts';
import type { Clock } from '../src/clock.ts';
import { type Db, openDatabase, transaction } from '../src/database.ts';
import { DAY, HOUR, MINUTE } from '../src/instant.ts';
import { createLog } from '../src/log.ts';
import { runCleanup } from '../src/upkeep/cleanup.ts';
import { countUncleaned } from '../test/support/backlogs.ts';
import type { Cleanup, Measured, Timing } from './growth.ts';
import { claimPath, type MeasuredPath, measuredPaths } from './growth-paths.ts';

// Each part runs in a process of its own, so that its memory is that of what is measured and not of filling a database.

const ROUNDS = 50;
const ROUNDS_MS_MAX = 5_000;
const CLEANUP_MS_MAX = MINUTE / 2;
const FLOOR_ROWS = 200;
const MB = 1_048_576;

async function main(): Promise<void> {
  const text = { type: 'string', default: '' } as const;
  const { values } = parseArgs({ options: { part: text, url: text, salon: text, now: text } });
  const now = new Date(values.now);
  const db = openDatabase(values.url);
  const timings: Record<string, Timing> = {};
  let cleanup: Cleanup | undefined;
  if (values.part === 'cleanup') cleanup = await timeCleanup(db, now);
  else {
    const paths =
      values.part === 'paths'
        ? await measuredPaths(db, JSON.parse(values.salon), now)
        : [claimPath(db, 'claim, 10,000 due', now)];
    for (const path of paths) timings[path.name] = await time(path);
  }
  await db.destroy();
  const rssMb = process.resourceUsage().maxRSS / 1_024;
  const heapMb = process.memoryUsage().heapUsed / MB;
  const measured: Measured = { timings, cleanup, memory: { rssMb, heapMb } };
  process.stdout.write(JSON.stringify(measured));
}

/** The floor is measured in turn with what stands on it: others load the machine, too. */
async function time({ run, floor, reset }: MeasuredPath): Promise<Timing> {
  const runs: number[] = [];
  const floors: number[] = [];
  const endsAt = performance.now() + ROUNDS_MS_MAX;
  await run();
  await reset?.();
  while (runs.length < ROUNDS && performance.now() < endsAt) {
    runs.push(await stopwatch(run));
    await reset?.();
    floors.push(await stopwatch(floor));
    await reset?.();
  }
  return {
    rounds: runs.length,
    fastest: percentile(runs, 0),
    p50: percentile(runs, 0.5),
    p99: percentile(runs, 0.99),
    floorP50: percentile(floors, 0.5),
  };
}

async function stopwatch(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The nightly cleanup without its pauses, for half a minute at most, and how long it holds the event loop at a time. */
async function timeCleanup(db: Db, now: Date): Promise<Cleanup> {
  const waiting = await countUncleaned(db);
  const floorMsPerRow = await floorOfClosing(db);
  const run = await beginRun(db, { task: 'cleanup', fireAt: now, now });
  if (run === null) throw new Error('the cleanup of this time was run already');
  const clock: Clock = { now: () => now, sleep: () => nextTurn() };
  const log = createLog({ level: 'silent', secrets: [] });
  const signal = AbortSignal.timeout(CLEANUP_MS_MAX);
  const settings = { graceMs: 12 * HOUR, retentionMs: 180 * DAY, signal };
  const held = monitorEventLoopDelay({ resolution: 1 });
  held.enable();
  const ms = await stopwatch(() => runCleanup({ db, clock, log, ...settings }, run));
  held.disable();
  const closed = waiting - (await countUncleaned(db));
  if (closed < waiting && !signal.aborted) throw new Error(`the cleanup closed ${closed} of ${waiting}`);
  return { waiting, closed, ms, floorMsPerRow, heldMs: held.max / 1e6 };
}

/** One row changed by its key, in a transaction of its own. */
async function floorOfClosing(db: Db): Promise<number> {
  const ids = await db('appointment_syncs')
    .where({ state: 'closed' })
    .limit(FLOOR_ROWS)
    .pluck('appointment_id');
  const ms = await stopwatch(async () => {
    for (const id of ids)
      await transaction(db, (tx) =>
        tx('appointment_syncs')
          .where({ appointment_id: id })
          .update({ revision: tx.raw('revision + 1') }),
      );
  });
  return ms / ids.length;
}

await main();
