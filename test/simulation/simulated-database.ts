import knex from 'knex';
import { businessSettings } from '../../src/business-tables.ts';
import type { Db } from '../../src/database.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { ReusableDatabase } from './reusable-database.ts';
import type { Process, Scheduler } from './scheduler.ts';
import type { Sqlite } from './sqlite.ts';

/** What all processes of one run share. */
export interface Stage {
  scheduler: Scheduler;
  random: Random;
  /** As they are now. */
  faults: () => Faults;
  crash: (process: Process) => void;
}

export interface SimulatedDatabase {
  raw: Sqlite;
  prepare: ReusableDatabase['prepare'];
  connect(process: Process): Db;
  /** Throws when a transaction is left open between two steps. */
  checkIdle(): void;
}

interface Handle {
  isLost: boolean;
  __knexUid: string;
}

interface Statement {
  sql: string;
  bindings?: unknown[];
  options?: unknown;
  response?: unknown;
  context?: unknown;
}

type Run = (handle: Handle, statement: Statement) => Promise<Statement>;
interface Line {
  acquire(): Promise<Handle>;
  run: Run;
}

const never = <T>() => new Promise<T>(() => {});
const SILENT = { warn() {}, error() {}, deprecate() {}, debug() {} };

/**
 * SQLite in memory, as several processes use a server: every statement outside a transaction, and every transaction,
 * is one step of the scheduler's, and its answer may be late, be lost, or find nobody. A transaction is not interleaved
 * with others: what isolation is worth is tested on MariaDB.
 */
export function openSimulatedDatabase(
  { raw, prepare, reset }: ReusableDatabase,
  stage: Stage,
): SimulatedDatabase {
  reset(stage.scheduler.nowMs);

  function execute(statement: Statement): void {
    const { sql, bindings = [] } = statement;
    const ready = prepare(sql);
    const values = bindings.map((value) => (typeof value === 'boolean' ? Number(value) : value));
    if (ready.reader) {
      statement.response = ready.all(values);
      return;
    }
    const response = ready.run(values);
    statement.response = response;
    statement.context = { lastID: response.lastInsertRowid, changes: response.changes };
  }

  return {
    raw,
    prepare,
    connect: (process) => connect(createLine({ raw, execute, process, stage })),
    checkIdle() {
      if (raw.inTransaction) throw new Error('a transaction goes on beyond its step');
    },
  };
}

// The client of knex for SQLite, whose statements go down a line instead of to a pool.
const SqliteClient = knex({ client: 'better-sqlite3', useNullAsDefault: true }).client.constructor;

class LineClient extends SqliteClient {
  acquireConnection(): Promise<Handle> {
    return this.config.line.acquire();
  }
  releaseConnection(): Promise<void> {
    return Promise.resolve();
  }
  _query(handle: Handle, statement: Statement): Promise<Statement> {
    return this.config.line.run(handle, statement);
  }
}

function connect(line: Line): Db {
  const settings = { ...businessSettings(undefined), line, useNullAsDefault: true, log: SILENT };
  const db = knex({ ...settings, client: LineClient as never, compileSqlOnError: false });
  db.client.config.client = 'better-sqlite3';
  return db;
}

const lost = () => Object.assign(new Error('the connection was lost'), { code: 'ECONNRESET' });
const deadlock = () => Object.assign(new Error('a deadlock'), { errno: 1213 });

interface LineParts {
  raw: Sqlite;
  execute: (statement: Statement) => void;
  process: Process;
  stage: Stage;
}

function createLine(parts: LineParts): Line {
  const { raw, execute, process, stage } = parts;
  const { scheduler, random, faults } = stage;
  let handles = 0;

  function rollBack(): void {
    if (raw.inTransaction) raw.exec('ROLLBACK');
  }

  function crash<T>(when: string): Promise<T> {
    rollBack();
    scheduler.note(`${process.name} dies ${when}`);
    stage.crash(process);
    return never();
  }

  function lose(handle: Handle, when: string): never {
    rollBack();
    handle.isLost = true;
    scheduler.note(`${process.name} loses the database ${when}`);
    throw lost();
  }

  return {
    async acquire() {
      await scheduler.wait(random.between(0, 4), process);
      handles += 1;
      return { isLost: false, __knexUid: `${process.name}.${handles}` };
    },
    async run(handle, statement) {
      const { sql } = statement;
      if (process.isDead) return never();
      if (sql === 'ROLLBACK' && !raw.inTransaction) return statement;
      if (handle.isLost) throw lost();
      const rates = faults();
      const lostRate = rates.lostReply + (sql === 'COMMIT;' ? rates.lostCommit : 0);
      const what = sql.slice(0, 60);
      if (random.chance(rates.crash)) return crash(`before ${what}`);
      if (random.chance(lostRate)) lose(handle, `before ${what}`);
      if (raw.inTransaction && random.chance(rates.deadlock)) {
        rollBack();
        throw deadlock();
      }
      execute(statement);
      if (random.chance(rates.crash)) return crash(`after ${what}`);
      if (random.chance(lostRate)) lose(handle, `after ${what}`);
      if (!raw.inTransaction) await answerLate(parts);
      return statement;
    },
  };
}

/** Only outside of transactions does an answer take its time. */
async function answerLate({ process, stage }: LineParts): Promise<void> {
  const { scheduler, random, faults } = stage;
  const { stall, suspend, slowDatabase } = faults();
  if (random.chance(stall)) {
    process.stalledUntilMs = scheduler.nowMs() + random.whole(1_000, 120_000);
    scheduler.note(`${process.name} stands still until ${new Date(process.stalledUntilMs).toISOString()}`);
    await scheduler.wait(0, process);
  } else if (random.chance(suspend)) {
    const ms = random.whole(1_000, 600_000);
    process.stalledUntilMs = scheduler.nowMs() + ms;
    process.suspendedMs += ms;
    scheduler.note(`the machine of ${process.name} is suspended for ${ms} ms`);
    await scheduler.wait(0, process);
  } else if (random.chance(slowDatabase)) {
    await scheduler.wait(random.between(1, 20_000), process);
  }
}
