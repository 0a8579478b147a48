import { Writable } from 'node:stream';
import { type CalcomOptions, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import type { CalcomWorld } from '../../sandbox/calcom/world.ts';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { createCalcom } from '../../src/calcom/client.ts';
import type { Clock } from '../../src/clock.ts';
import { type Db, isSqlite, openDatabase } from '../../src/database.ts';
import { toSqlInstant } from '../../src/instant.ts';
import { createLog, type Log } from '../../src/log.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import type { Engine } from '../../src/sync/engine.ts';
import type { TestEngine } from './databases.ts';
import { insertSalon, NOON, salonWorld } from './salon.ts';
import { API_KEY, type EngineOptions, startTestEngine } from './test-engine.ts';

export interface HarnessOptions extends EngineOptions {
  engine: TestEngine;
  world?: CalcomWorld;
  now?: Date;
  rateLimit?: CalcomOptions['rateLimit'];
  /** How long the engine waits for Cal.com's answer, real time. */
  timeoutMs?: number;
  /** Rows that are there before the bot starts; default the salon's staff, services and event types. */
  prepare?: (db: Db) => Promise<void>;
}

export type Harness = Awaited<ReturnType<typeof createHarness>>;

/** What one engine of several may have of its own. */
export interface EngineParts {
  db?: Db;
  log?: Log;
}

/** The real engine on a real database against the Cal.com look-alike, with its time-outs shortened. */
export async function createHarness(options: HarnessOptions) {
  const database = await options.engine.open();
  const clock = createSandboxClock(options.now ?? NOON);
  const calcom = await startCalcom({
    clock,
    world: options.world ?? salonWorld(),
    apiKey: API_KEY,
    rateLimit: options.rateLimit ?? null,
  });
  const db = openDatabase(database.url);
  const lines: Record<string, unknown>[] = [];
  let errorsAllowed = false;
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const log = createLog({ level: 'debug', secrets: [API_KEY], destination });
  await options.prepare?.(db);
  await migrateDatabase(db, clock);
  if (!options.prepare) await insertSalon(db);

  const { timeoutMs = 700 } = options;
  const client = createCalcom({ url: calcom.url, apiKey: API_KEY, timeoutMs, log });
  const engines = new Set<Engine>();
  let rests = 0;
  const engineClock: Clock = {
    now: clock.now,
    sleep(ms, signal) {
      rests += 1;
      return clock.sleep(ms, signal);
    },
  };

  function start(parts: EngineParts = {}): Engine {
    // SQLite blocks the whole process while one connection waits for another: there is one for all.
    const own = parts.db ?? (isSqlite(db) ? db : openDatabase(database.url));
    const engine = startTestEngine({
      ...options,
      db: own,
      client,
      clock: engineClock,
      log: parts.log ?? log,
    });
    let stopped: Promise<void> | undefined;
    async function end() {
      engines.delete(running);
      await engine.stop();
      if (own !== db && own !== parts.db) await own.destroy();
    }
    const running: Engine = { ...engine, stop: () => (stopped ??= end()) };
    engines.add(running);
    return running;
  }

  async function until(what: string, predicate: () => Promise<boolean> | boolean): Promise<void> {
    const giveUpAt = performance.now() + 10_000;
    while (!(await predicate())) {
      if (performance.now() > giveUpAt) {
        const last = lines.slice(-5).map((line) => JSON.stringify(line).slice(0, 400));
        throw new Error(`waited in vain until ${what}; last log lines:\n${last.join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Waits until every engine has looked at everything again, and has ended what it began. */
  async function looked(): Promise<void> {
    const wanted = rests + 4 * engines.size;
    await until('the engines have looked again', () => rests >= wanted);
    await until('nothing is under way', async () => (await claimed()) === undefined);
  }

  const now = () => toSqlInstant(clock.now());
  const claimed = () =>
    db('appointment_syncs').whereNotNull('claim_token').where('due_at', '>', now()).first('appointment_id');
  const due = () => db('appointment_syncs').where('due_at', '<=', now()).first('appointment_id');

  return {
    db,
    /** For a process or connection of one's own. */
    databaseUrl: database.url,
    clock,
    calcom,
    client,
    log,
    lines,
    start,
    /** Waits until `predicate` holds, looking every few milliseconds; tells what it waited for after ten seconds. */
    until,
    looked,
    /** Waits until the engines have looked at everything again, and found nothing to do. */
    async quiet(): Promise<void> {
      await looked();
      await until('nothing is due', async () => (await due()) === undefined);
      await looked();
    },
    /** Lets the clock run in steps until `predicate` holds; at most 200 of them. */
    async pass(stepMs: number, what: string, predicate: () => Promise<boolean>): Promise<void> {
      for (let steps = 0; !(await predicate()); steps++) {
        if (steps === 200) throw new Error(`waited in vain for ${what}`);
        clock.advance(stepMs);
        await looked();
      }
    },
    record: (id: number) => db('appointment_syncs').where({ appointment_id: id }).first(),
    isState: async (state: string, ...ids: number[]): Promise<boolean> => {
      const there = await db('appointment_syncs').whereIn('appointment_id', ids).pluck('state');
      return there.length === ids.length && there.every((each) => each === state);
    },
    /** Whether the record stands for what the row is now. */
    isFollowed: async (id: number): Promise<boolean> => {
      const record = await db('appointment_syncs').where({ appointment_id: id }).first();
      const row = await db('appointments').where({ id }).first();
      if (row?.status !== 'booked') return record?.state === 'closed';
      return (
        record?.state === 'synced' &&
        record.pushed_staff_id === row.staff_id &&
        Number(record.pushed_service_id) === Number(row.service_id) &&
        record.pushed_start === row.starts_at &&
        record.replaces_uid === null
      );
    },
    /** The subjects of all open alerts. */
    openAlerts: (): Promise<string[]> =>
      db('alerts').whereNotNull('open_subject').orderBy('id').pluck('subject'),
    /** The requests that could change something at Cal.com. */
    writes: () => calcom.calls.filter((call) => call.method !== 'GET'),
    /** From here on lines of level error are no surprise. */
    allowErrors() {
      errorsAllowed = true;
    },
    async close(): Promise<void> {
      await Promise.all([...engines].map((engine) => engine.stop()));
      await client.close();
      await calcom.stop();
      await db.destroy();
      await database.drop();
      const errors = lines.filter((line) => Number(line.level) >= 50);
      if (!errorsAllowed && errors.length > 0)
        throw new Error(`logged: ${JSON.stringify(errors).slice(0, 2_000)}`);
    },
  };
}
