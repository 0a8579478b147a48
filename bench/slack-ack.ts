import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../src/clock.ts';
import { createBenchDatabase, type DatabaseName, startBenchBot } from './bench-bot.ts';
import { type LookAlikes, startLookAlikes } from './look-alikes.ts';
import type { Measurement } from './main.ts';
import { percentile } from './percentile.ts';
import { insertAppointments } from './salon.ts';

const APPOINTMENTS = 10_000;
const COMMANDS = 200;
const CALCOM_DELAY_MS = 20;
const AIM_MS = 250;
const CONNECT_TRIES_MAX = 100;

/** How long /sync-status waits for its acknowledgement while the bot books as fast as it can; Slack waits three seconds. */
export async function slackAck(): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const name of ['sqlite', 'mariadb'] as const) measurements.push(await measureOn(name));
  return measurements;
}

async function measureOn(name: DatabaseName): Promise<Measurement> {
  const lookAlikes = await startLookAlikes({ calcomDelayMs: CALCOM_DELAY_MS });
  const database = await createBenchDatabase(name);
  const bot = await startBenchBot(database, lookAlikes, {
    CALCOM_CALLS_PER_MINUTE: '0',
    SYNC_CONCURRENCY: '16',
  });
  try {
    await untilHeard(lookAlikes);
    const idle = await sendCommands(lookAlikes);
    await insertAppointments(database.db, { from: 1, count: APPOINTMENTS, now: systemClock.now() });
    bot.nudge();
    while ((await lookAlikes.bodies()).length < 100) await wait(50);
    const busy = await sendCommands(lookAlikes);
    const booked = (await lookAlikes.bodies()).length;
    if (booked >= APPOINTMENTS) throw new Error('everything was booked before the last command');
    return describe(name, idle, busy);
  } finally {
    await bot.stop();
    await database.remove();
    await lookAlikes.stop();
  }
}

/** The socket to Slack opens a moment after the start. */
async function untilHeard(lookAlikes: LookAlikes): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await lookAlikes.command();
      return;
    } catch (error) {
      if (tries === CONNECT_TRIES_MAX) throw error;
      await wait(100);
    }
  }
}

async function sendCommands(lookAlikes: LookAlikes): Promise<number[]> {
  const tookMs: number[] = [];
  for (let sent = 0; sent < COMMANDS; sent++) {
    tookMs.push(await lookAlikes.command());
    await wait(Math.random() * 20);
  }
  return tookMs;
}

function describe(name: string, idle: number[], busy: number[]): Measurement {
  const p99 = percentile(busy, 0.99);
  const floorMs = percentile(idle, 0.99);
  return {
    name: `slack-ack ${name}`,
    figures: {
      commands: COMMANDS,
      'p50 ms': Math.round(percentile(busy, 0.5)),
      'p99 ms': Math.round(p99),
      'aim: p99 under ms': AIM_MS,
      'floor: idle, p99 ms': Math.round(floorMs),
      ratio: (p99 / floorMs).toFixed(1),
    },
    met: p99 < AIM_MS,
  };
}
