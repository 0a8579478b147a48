import { type CalcomOptions, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import type { CalcomWorld } from '../../sandbox/calcom/world.ts';
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock.ts';
import { type Calcom, createCalcom } from '../../src/calcom/client.ts';
import type { Clock } from '../../src/clock.ts';
import { type Db, isSqlite, openDatabase } from '../../src/database.ts';
import { toSqlInstant } from '../../src/instant.ts';
import type { Log } from '../../src/log.ts';
import type { LogEvent } from '../../src/log-events.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { createCapturedLog } from './captured-log.ts';
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
  client?: Calcom;
  log?: Log;
}

const UNTIL_MS = 20_000;
const ERROR_LEVEL = 50;
/** The customers of tests, by address and number, and the key: no line may hold one. */
const PRIVATE = new RegExp(`[\\w.-]@[\\w-]+\\.(com|example|de)|\\+49\\d{6}|${API_KEY}`);

/** The real engine on a real database against the Cal.com look-alike, with its time-outs shortened. */
export async function createHarness(options: HarnessOptions) {
  const database = await options.engine.open();
  const clock = createSandboxClock(options.now ?? NOON);
  const { world = salonWorld(), rateLimit = null, timeoutMs = 5_000 } = options;
  const calcom = await startCalcom({ clock, world, apiKey: API_KEY, rateLimit });
  const { log, lines } = createCapturedLog({ secrets: [API_KEY] });
  const db = openDatabase(database.url, null, log);
  await options.prepare?.(db);
  await migrateDatabase(db, clock);
  if (!options.prepare) await insertSalon(db);

  const client = createCalcom({ url: calcom.url, apiKey: API_KEY, timeoutMs, log });
  const engines = createEngines(clock, ({ parts, clock: engineClock }) => {
    // SQLite blocks the whole process while one connection waits for another: there is one for all.
    const own = parts.db ?? (isSqlite(db) ? db : openDatabase(database.url, null, log));
    const engine = startTestEngine({
      ...options,
      db: own,
      client: parts.client ?? client,
      clock: engineClock,
      log: parts.log ?? log,
    });
    return { engine, close: () => (own === db || own === parts.db ? Promise.resolve() : own.destroy()) };
  });
  let errorsAllowed: (event: unknown) => boolean = () => false;

  return {
    db,
    /** For a process or connection of one's own. */
    databaseUrl: database.url,
    clock,
    calcom,
    client,
    log,
    lines,
    start: engines.start,
    ...createWatch({ db, clock, lines, engines }),
    ...createViews(db),
    /** The requests that could change something at Cal.com. */
    writes: () => calcom.calls.filter((call) => call.method !== 'GET'),
    /** Lines of level error are no surprise, of these events if any are named. */
    allowErrors(...events: LogEvent[]) {
      errorsAllowed = (event) => events.length === 0 || events.some((each) => each === event);
    },
    /** Ends everything; throws when the log holds an error that the test did not announce, or anything private. */
    async close(): Promise<void> {
      await engines.stop();
      await client.close();
      await calcom.stop();
      const names: string[] = await db('customers')
        .pluck('name')
        .catch(() => []);
      await db.destroy();
      await database.drop();
      assertSound(lines, { errorsAllowed, names });
    },
  };
}

function assertSound(
  lines: Record<string, unknown>[],
  { errorsAllowed, names }: { errorsAllowed: (event: unknown) => boolean; names: string[] },
): void {
  const written = lines.map((line) => JSON.stringify(line)).join('\n');
  const revealed = PRIVATE.exec(written) ?? customerIn(written, names);
  if (revealed) throw new Error(`logged: ${written.slice(Math.max(0, revealed.index - 200)).slice(0, 400)}`);
  const errors = lines.filter(({ level, msg }) => Number(level) >= ERROR_LEVEL && !errorsAllowed(msg));
  if (errors.length > 0) throw new Error(`logged: ${JSON.stringify(errors).slice(0, 2_000)}`);
}

/** A customer's whole name, where it is one that no word of ours contains. */
function customerIn(written: string, names: string[]): { index: number } | null {
  const found = names.filter((name) => /\p{L}+ \p{L}+/u.test(name)).find((name) => written.includes(name));
  return found === undefined ? null : { index: written.indexOf(found) };
}

interface Engines {
  start(parts?: EngineParts): Engine;
  stop(): Promise<void>;
  /** Has each of them look at everything, from the beginning; then tells when all have. */
  lookAgain(): { done(): boolean };
}

/** An engine that is looking and one that works: each rests by a clock that can wake it. */
const LOOPS = 2;

function createEngines(
  clock: Clock,
  open: (own: { parts: EngineParts; clock: Clock }) => { engine: Engine; close(): Promise<void> },
): Engines {
  const running = new Map<Engine, ReturnType<typeof createRestClock>>();
  return {
    start(parts = {}) {
      const rest = createRestClock(clock);
      const { engine, close } = open({ parts, clock: rest.clock });
      let stopped: Promise<void> | undefined;
      async function end() {
        running.delete(one);
        await engine.stop();
        await close();
      }
      const one: Engine = { ...engine, stop: () => (stopped ??= end()) };
      running.set(one, rest);
      return one;
    },
    async stop() {
      await Promise.all([...running.keys()].map((engine) => engine.stop()));
    },
    lookAgain() {
      for (const [engine, rest] of running) {
        rest.forget();
        engine.nudge();
      }
      const all = new Map(running);
      return { done: () => [...all].every(([engine, rest]) => !running.has(engine) || rest.hasRested()) };
    },
  };
}

/** A clock that tells whether all loops of one engine were at rest at once, each since it was last called. */
function createRestClock(clock: Clock) {
  const resting = new Set<object>();
  let hasRested = false;
  return {
    hasRested: () => hasRested,
    forget() {
      resting.clear();
      hasRested = false;
    },
    clock: {
      now: clock.now,
      async sleep(ms, signal) {
        const rest = {};
        const isOver = () => resting.delete(rest);
        // Without a signal it is a call that waits for its turn.
        if (signal && !signal.aborted) resting.add(rest);
        hasRested ||= resting.size === LOOPS;
        // At once, not a moment later: who is called is not at rest any more.
        signal?.addEventListener('abort', isOver);
        await clock.sleep(ms, signal);
        isOver();
      },
    } satisfies Clock,
  };
}

/** The signals that a test waits for. */
function createWatch(seen: {
  db: Db;
  clock: SandboxClock;
  lines: Record<string, unknown>[];
  engines: Engines;
}) {
  const { db, clock, lines, engines } = seen;
  const now = () => toSqlInstant(clock.now());
  const claimed = () =>
    db('appointment_syncs').whereNotNull('claim_token').where('due_at', '>', now()).first('appointment_id');
  const due = () => db('appointment_syncs').where('due_at', '<=', now()).first('appointment_id');

  /** Waits until `predicate` holds, looking every few milliseconds; tells what it waited for when it gives up. */
  async function until(what: string, predicate: () => Promise<boolean> | boolean): Promise<void> {
    const giveUpAt = performance.now() + UNTIL_MS;
    while (!(await predicate())) {
      if (performance.now() > giveUpAt) {
        const last = lines.slice(-5).map((line) => JSON.stringify(line).slice(0, 400));
        throw new Error(`waited in vain until ${what}; last log lines:\n${last.join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Waits until every engine has looked at everything again. */
  async function lookedAround(): Promise<void> {
    const { done } = engines.lookAgain();
    await until('the engines have looked again', done);
  }

  /** Waits until every engine has looked at everything again, and what was begun is ended. */
  async function looked(): Promise<void> {
    await lookedAround();
    await until('nothing is under way', async () => (await claimed()) === undefined);
  }

  return {
    until,
    lookedAround,
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
  };
}

/** What a test reads from the database. */
function createViews(db: Db) {
  const record = (id: number) => db('appointment_syncs').where({ appointment_id: id }).first();
  return {
    record,
    isState: async (state: string, ...ids: number[]): Promise<boolean> => {
      const there = await db('appointment_syncs').whereIn('appointment_id', ids).pluck('state');
      return there.length === ids.length && there.every((each) => each === state);
    },
    /** Whether the record stands for what the row is now. */
    isFollowed: async (id: number): Promise<boolean> => {
      const own = await record(id);
      const row = await db('appointments').where({ id }).first();
      if (row?.status !== 'booked') return own?.state === 'closed';
      return (
        own?.state === 'synced' &&
        own.pushed_staff_id === row.staff_id &&
        Number(own.pushed_service_id) === Number(row.service_id) &&
        own.pushed_start === row.starts_at &&
        own.replaces_uid === null
      );
    },
    /** The subjects of all open alerts. */
    openAlerts: (): Promise<string[]> =>
      db('alerts').whereNotNull('open_subject').orderBy('id').pluck('subject'),
  };
}
