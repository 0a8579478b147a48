import { Writable } from 'node:stream';
import { type CalcomOptions, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import type { CalcomWorld } from '../../sandbox/calcom/world.ts';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { createCalcom } from '../../src/calcom/client.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { createLog } from '../../src/log.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { type Engine, startEngine } from '../../src/sync/engine.ts';
import { createPace } from '../../src/sync/pace.ts';
import type { TestEngine } from './databases.ts';
import { insertSalon, NOON, salonWorld } from './salon.ts';

const API_KEY = 'cal_test_0123456789';

export interface HarnessOptions {
  engine: TestEngine;
  world?: CalcomWorld;
  now?: Date;
  startHeld?: 'auto' | 'never';
  rateLimit?: CalcomOptions['rateLimit'];
  callsPerMinute?: number;
  concurrency?: number;
  /** Rows that are there before the bot starts; default the salon's staff, services and event types. */
  prepare?: (db: Db) => Promise<void>;
}

export type Harness = Awaited<ReturnType<typeof createHarness>>;

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

  const client = createCalcom({ url: calcom.url, apiKey: API_KEY, timeoutMs: 700, log });
  const engines: Engine[] = [];

  function start(): Engine {
    const own = openDatabase(database.url);
    const pace = createPace(own, options.callsPerMinute ?? 0);
    const engine = startEngine({
      db: own,
      pace,
      calls: createCalls({ db: own, calcom: client, pace, clock }),
      clock,
      log,
      random: () => 0.5,
      settings: {
        claimLeaseMs: 3_000,
        lateLandingMs: 2_000,
        placeholderEmailDomain: 'placeholder.invalid',
        timeZone: 'Europe/Berlin',
        locale: 'de',
      },
      startHeld: options.startHeld ?? 'never',
      noticeMs: 50,
      concurrency: options.concurrency ?? 8,
      onRecorded: () => {},
    });
    const stop = engine.stop;
    const running = {
      ...engine,
      async stop() {
        await stop();
        await own.destroy();
      },
    };
    engines.push(running);
    return running;
  }

  return {
    db,
    clock,
    calcom,
    client,
    log,
    lines,
    start,
    /** Waits until `predicate` holds, looking every few milliseconds; tells what it waited for after ten seconds. */
    async until(what: string, predicate: () => Promise<boolean> | boolean): Promise<void> {
      const giveUpAt = performance.now() + 10_000;
      while (!(await predicate())) {
        if (performance.now() > giveUpAt) {
          const last = lines.slice(-5).map((line) => JSON.stringify(line).slice(0, 400));
          throw new Error(`waited in vain until ${what}; last log lines:\n${last.join('\n')}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    record: (id: number) => db('appointment_syncs').where({ appointment_id: id }).first(),
    async close(): Promise<void> {
      await Promise.all(engines.map((engine) => engine.stop()));
      await client.close();
      await calcom.stop();
      await db.destroy();
      await database.drop();
    },
  };
}
