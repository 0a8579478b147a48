import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../src/clock.ts';
import type { Db } from '../src/database.ts';
import { type BenchDatabase, createBenchDatabase, type DatabaseName, startBenchBot } from './bench-bot.ts';
import { type LookAlikes, startLookAlikes } from './look-alikes.ts';
import type { Measurement } from './main.ts';
import { percentile } from './percentile.ts';
import { bareBooking, insertAppointments, insertOne, placeOf } from './salon.ts';

const TIMES = 20;
const BACKLOG = 10_000;
const FIRST_OF_BACKLOG = 10_001;
const CALCOM_DELAY_MS = 20;
const AIM_FOREIGN_MS = 1_200;
const AIM_NUDGED_MS = 300;
const AIM_CLICK_MS = 1_000;
const SLACK_PAUSE_MS = 3_000;

type Bot = Awaited<ReturnType<typeof startBenchBot>>;

interface Bench {
  database: BenchDatabase;
  lookAlikes: LookAlikes;
  bot: Bot;
}

/**
 * With the bot's own settings, and Cal.com answering after 20 ms: from another program's INSERT to the booking's being
 * recorded, the same when the bot is called at once, and from a person's click to the changed message; idle, and under a
 * backlog of 10,000 at the default pace, whose starts are all later.
 */
export async function latency(): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const name of ['sqlite', 'mariadb'] as const) measurements.push(...(await measureOn(name)));
  return measurements;
}

async function measureOn(name: DatabaseName): Promise<Measurement[]> {
  const lookAlikes = await startLookAlikes({ calcomDelayMs: CALCOM_DELAY_MS });
  const database = await createBenchDatabase(name);
  const bot = await startBenchBot(database, lookAlikes, { LOCALE: 'en' });
  const bench = { database, lookAlikes, bot };
  try {
    const floor = await repeat((number) => timed(() => bareBooking(lookAlikes.calcomUrl, 5_000 + number)));
    await occupyPlaces(bench);
    const idle = await measureAll(bench, 0);
    await insertAppointments(database.db, {
      from: FIRST_OF_BACKLOG,
      count: BACKLOG,
      now: systemClock.now(),
    });
    await untilNoticed(database.db);
    const loaded = await measureAll(bench, 1);
    return [
      ...describe(`${name}, idle`, idle, floor),
      ...describe(`${name}, ${BACKLOG} waiting`, loaded, floor),
    ];
  } finally {
    await bot.stop();
    await database.remove();
    await lookAlikes.stop();
  }
}

interface Latencies {
  foreign: number[];
  nudged: number[];
  clicked: number[];
}

/** Each round has 3 × TIMES appointments of its own. */
async function measureAll(bench: Bench, round: number): Promise<Latencies> {
  const from = round * 3 * TIMES + 1;
  const failing = numbers.map((number) => from + number);
  for (const id of failing) await insertOne(bench.database.db, id, systemClock.now());
  bench.bot.nudge();
  await untilAlerted(bench, failing);
  const foreign = await repeat((number) => untilBooked(bench, from + TIMES + number, false));
  const nudged = await repeat((number) => untilBooked(bench, from + 2 * TIMES + number, true));
  const clicked = await repeat((number) => untilChanged(bench, from + number));
  return { foreign, nudged, clicked };
}

const numbers = Array.from({ length: TIMES }, (_, number) => number);

async function repeat(measure: (number: number) => Promise<number>): Promise<number[]> {
  const tookMs: number[] = [];
  for (const number of numbers) tookMs.push(await measure(number));
  return tookMs;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Somebody has private entries where the first TIMES appointments of each round are to be. */
async function occupyPlaces({ lookAlikes }: Bench): Promise<void> {
  for (const round of [0, 1]) {
    for (const number of numbers) await lookAlikes.occupy(entryAt(round * 3 * TIMES + 1 + number));
  }
}

function entryAt(id: number) {
  const { startsAt, endsAt, hostId } = placeOf(id, systemClock.now());
  return { hostId, start: startsAt.toISOString(), end: endsAt.toISOString() };
}

async function untilAlerted({ lookAlikes }: Bench, ids: number[]): Promise<void> {
  for (;;) {
    const texts = await lookAlikes.alerts();
    if (ids.every((id) => texts.some((text) => text.includes(`#${id}:`)))) return;
    await wait(200);
  }
}

async function untilNoticed(db: Db): Promise<void> {
  for (;;) {
    const row = await db('appointment_syncs').count({ noticed: '*' }).first();
    if (Number(row?.noticed) >= BACKLOG) return;
    await wait(200);
  }
}

async function untilBooked({ database: { db }, bot }: Bench, id: number, isCalled: boolean): Promise<number> {
  // At any moment of the bot's own period, not right after its last look.
  await wait(Math.random() * 1_000);
  return timed(async () => {
    await insertOne(db, id, systemClock.now());
    if (isCalled) bot.nudge();
    while (!(await isBooked(db, id))) await wait(2);
  });
}

async function isBooked(db: Db, id: number): Promise<boolean> {
  return (
    (await db('appointment_syncs').where({ appointment_id: id, state: 'synced' }).first('state')) !==
    undefined
  );
}

async function untilChanged({ lookAlikes }: Bench, id: number): Promise<number> {
  await lookAlikes.vacate(entryAt(id));
  // The bot edits at most every 1.2 s, twice for each click: what came before is over.
  await wait(SLACK_PAUSE_MS);
  return lookAlikes.clickRetry(id);
}

function describe(where: string, latencies: Latencies, floor: number[]): Measurement[] {
  const floorMs = percentile(floor, 0.5);
  const one = (name: string, values: number[], aimMs: number): Measurement => {
    const p50 = percentile(values, 0.5);
    return {
      name: `latency ${where}: ${name}`,
      figures: {
        'p50 ms': Math.round(p50),
        'p99 ms': Math.round(percentile(values, 0.99)),
        'aim: p50 under ms': aimMs,
        'floor: one bare POST, p50 ms': Math.round(floorMs),
        ratio: (p50 / floorMs).toFixed(1),
      },
      met: p50 < aimMs,
    };
  };
  return [
    one('INSERT by another program to booked', latencies.foreign, AIM_FOREIGN_MS),
    one('INSERT and a call to booked', latencies.nudged, AIM_NUDGED_MS),
    one('click on Retry to the changed message', latencies.clicked, AIM_CLICK_MS),
  ];
}
