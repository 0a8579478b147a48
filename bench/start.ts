import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../test/support/mariadb.ts';
import { createBenchDatabase, environmentOf } from './bench-bot.ts';
import { startLookAlikes } from './look-alikes.ts';
import type { Measurement } from './main.ts';
import { percentile } from './percentile.ts';

const ROOT = path.join(import.meta.dirname, '..');
const TIMES = 7;
const AIM_MS = 1_500;

/** From the start of the process to 200 at /health/ready, on a migrated SQLite file; beside it, node with an empty script. */
export async function start(): Promise<Measurement[]> {
  const lookAlikes = await startLookAlikes({ calcomDelayMs: 0 });
  const database = await createBenchDatabase('sqlite');
  try {
    const tookMs: number[] = [];
    const floors: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      tookMs.push(await untilReady(environmentOf(database, lookAlikes)));
      floors.push(await emptyProcess());
    }
    return [describe(tookMs, floors)];
  } finally {
    await database.remove();
    await lookAlikes.stop();
  }
}

async function untilReady(environment: Record<string, string>): Promise<number> {
  const port = String(await freePort());
  const startedAt = performance.now();
  const bot = spawn(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...environment, PORT: port, LOG_LEVEL: 'fatal' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(bot, 'exit');
  const ready = `http://127.0.0.1:${port}/health/ready`;
  const isReady = () =>
    fetch(ready).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (!(await isReady())) {
    if (bot.exitCode !== null) throw new Error(`the bot ended with exit code ${bot.exitCode}`);
    await wait(5);
  }
  const tookMs = performance.now() - startedAt;
  bot.kill('SIGTERM');
  await ended;
  return tookMs;
}

async function emptyProcess(): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ['-e', '']), 'exit');
  return performance.now() - startedAt;
}

function describe(tookMs: number[], floors: number[]): Measurement {
  const median = percentile(tookMs, 0.5);
  const floorMs = percentile(floors, 0.5);
  return {
    name: 'start on SQLite',
    figures: {
      starts: TIMES,
      'median ms': Math.round(median),
      'worst ms': Math.round(Math.max(...tookMs)),
      'aim: median under ms': AIM_MS,
      'floor: an empty node process, median ms': Math.round(floorMs),
      ratio: (median / floorMs).toFixed(1),
    },
    met: median < AIM_MS,
  };
}
