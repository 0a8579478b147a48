import { setTimeout as wait } from 'node:timers/promises';
import { Agent } from 'undici';
import { systemClock } from '../src/clock.ts';
import type { Db } from '../src/database.ts';
import { fromSqlInstant } from '../src/instant.ts';
import { type BenchDatabase, createBenchDatabase, type DatabaseName, startBenchBot } from './bench-bot.ts';
import { type LookAlikes, startLookAlikes } from './look-alikes.ts';
import type { Measurement } from './main.ts';
import { insertAppointments, postBooking } from './salon.ts';

interface Load {
  database: DatabaseName;
  appointments: number;
  delayMs: number;
  concurrency: number;
}

const LOADS: Load[] = (['sqlite', 'mariadb'] as const).flatMap((database) =>
  [2_000, 10_000].flatMap((appointments) =>
    [0, 20].flatMap((delayMs) =>
      [16, 32].map((concurrency) => ({ database, appointments, delayMs, concurrency })),
    ),
  ),
);
const AIMS: Record<number, number> = { 0: 0.5, 20: 0.95 };
const STATEMENTS_AIM = 6;

/**
 * Bookings a second while there is more to book than Cal.com takes, without a pace, with every intent and every outcome on
 * the disk; beside it, in the same run, a loop that only POSTs the same bodies.
 */
export async function throughput(): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const load of LOADS) measurements.push(await measure(load));
  return measurements;
}

async function measure(load: Load): Promise<Measurement> {
  const engine = await measureEngine(load);
  const floor = await measureFloor(load, engine.bodies);
  const aim = AIMS[load.delayMs] ?? 0;
  const ratio = engine.perSecond / floor;
  return {
    name: `throughput ${load.database} ${load.appointments} at ${load.delayMs} ms, ${load.concurrency} at once`,
    figures: {
      'bookings a second': Math.round(engine.perSecond),
      'floor: bare POSTs a second': Math.round(floor),
      ratio: ratio.toFixed(2),
      'aim: ratio at least': aim,
      ...(engine.statements !== null && {
        'statements a booking': engine.statements.toFixed(1),
        'aim: statements at most': STATEMENTS_AIM,
      }),
    },
    met: ratio >= aim && (engine.statements ?? 0) <= STATEMENTS_AIM,
  };
}

async function measureEngine(load: Load) {
  const lookAlikes = await startLookAlikes({ calcomDelayMs: load.delayMs });
  const database = await createBenchDatabase(load.database);
  try {
    return await bookAll(load, database, lookAlikes);
  } finally {
    await database.remove();
    await lookAlikes.stop();
  }
}

async function bookAll({ appointments, concurrency }: Load, database: BenchDatabase, lookAlikes: LookAlikes) {
  const bot = await startBenchBot(database, lookAlikes, {
    CALCOM_CALLS_PER_MINUTE: '0',
    SYNC_CONCURRENCY: String(concurrency),
  });
  try {
    await insertAppointments(database.db, { from: 1, count: appointments, now: systemClock.now() });
    const before = await countStatements(database);
    bot.nudge();
    while (await isAnyUnbooked(database.db, appointments)) await wait(100);
    const statements = before === null ? null : ((await countStatements(database)) ?? 0) - before;
    const bodies = await lookAlikes.bodies();
    if (bodies.length !== appointments) throw new Error(`${bodies.length} POSTs for ${appointments}`);
    const ms = await fromFirstIntentToLastOutcome(database.db);
    return {
      bodies,
      perSecond: (appointments / ms) * 1000,
      statements: statements && statements / appointments,
    };
  } finally {
    await bot.stop();
  }
}

async function isAnyUnbooked(db: Db, appointments: number): Promise<boolean> {
  const row = await db('appointment_syncs').where({ state: 'synced' }).count({ booked: '*' }).first();
  return Number(row?.booked) < appointments;
}

async function fromFirstIntentToLastOutcome(db: Db): Promise<number> {
  const times = await db('sync_attempts').min({ first: 'intent_at' }).max({ last: 'outcome_at' }).first();
  return fromSqlInstant(String(times?.last)).getTime() - fromSqlInstant(String(times?.first)).getTime();
}

/** What a server has executed; SQLite keeps no count. */
async function countStatements({ url, db }: BenchDatabase): Promise<number | null> {
  if (!url.startsWith('mysql:')) return null;
  const [[row]] = await db.raw("SHOW GLOBAL STATUS LIKE 'Questions'");
  return Number(row.Value);
}

async function measureFloor({ delayMs, concurrency }: Load, bodies: object[]): Promise<number> {
  const { calcomUrl, stop } = await startLookAlikes({ calcomDelayMs: delayMs });
  const agent = new Agent();
  const texts = bodies.map((body) => JSON.stringify(body));
  const startedAt = performance.now();
  const post = async () => {
    for (let text = texts.pop(); text !== undefined; text = texts.pop())
      await postBooking(calcomUrl, text, agent);
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, post));
    return (bodies.length / (performance.now() - startedAt)) * 1000;
  } finally {
    await agent.close();
    await stop();
  }
}
