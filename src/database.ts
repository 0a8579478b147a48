import { mkdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import knex, { type Knex } from 'knex';
import { createConnection } from 'mysql2/promise';
import { businessSettings, described, nameInDatabase } from './business-tables.ts';
import { type DatabaseMap, isBusinessTable } from './database-map.ts';
import { HOUR, SECOND } from './instant.ts';
import { type Log, silentLog } from './log.ts';

export type Db = Knex;
export type Tx = Knex.Transaction;

const SQLITE = 'sqlite:';

// knex prints to the console, past the log and its redaction; what matters it also throws.
const SILENT = { warn() {}, error() {}, deprecate() {}, debug() {} };

export function isSqlite(db: Db): boolean {
  return db.client.config.client === 'better-sqlite3';
}

/** The file of a `sqlite:` URL, or undefined when the URL names a server. */
export function sqliteFile(databaseUrl: string): string | undefined {
  return databaseUrl.startsWith(SQLITE) ? path.resolve(databaseUrl.slice(SQLITE.length)) : undefined;
}

/** Longer than any statement but a migration's takes, shorter than every lease. */
const SILENCE_MS_MAX = 20 * SECOND;
const MIGRATION_MS_MAX = HOUR;

/**
 * Opens the pool for `sqlite:PATH` or `mysql://user:password@host:port/name`; connects on first use. With a map, a
 * server's business tables are read and written through the views that `migrateDatabase` makes. What is committed through
 * it is told to `botLog`. A server's connection on which nothing comes for `silenceMs` is lost.
 */
export function openDatabase(
  databaseUrl: string,
  map?: DatabaseMap | null,
  botLog: Log = silentLog,
  silenceMs: number = SILENCE_MS_MAX,
): Db {
  const file = sqliteFile(databaseUrl);
  const settings = { ...businessSettings(map ?? undefined), botLog };
  return file === undefined ? openServer(databaseUrl, settings, silenceMs) : openFile(file, settings);
}

/** Runs `work` on connections of its own on which a statement may take an hour: a big table's migration does. */
export async function withPatience<T>(db: Db, work: (patient: Db) => Promise<T>): Promise<T> {
  if (isSqlite(db)) return work(db);
  const patient = knex({ ...db.client.config, pool: serverPool(MIGRATION_MS_MAX) });
  try {
    return await work(patient);
  } finally {
    await patient.destroy();
  }
}

type OwnSettings = ReturnType<typeof businessSettings> & { botLog: Log };

/** Where what is done to the record is told. */
export function logOf(db: Db): Log {
  return db.client.config.botLog ?? silentLog;
}

/**
 * Closed to others, for it is to hold personal data. One folder only: making parents too never ends where the system
 * refuses it without saying so (/proc).
 */
export function makeFolderOf(file: string): void {
  try {
    mkdirSync(path.dirname(file), { mode: 0o750 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function openFile(file: string, settings: OwnSettings): Db {
  makeFolderOf(file);
  return knex({
    ...settings,
    client: 'better-sqlite3',
    // Without the bound values: they are personal data, and an error's message ends up in the log.
    compileSqlOnError: false,
    log: SILENT,
    connection: { filename: file },
    useNullAsDefault: true,
    acquireConnectionTimeout: 10_000,
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: { pragma(text: string): void }, done: (error: Error | null) => void) {
        connection.pragma('busy_timeout = 5000');
        connection.pragma('journal_mode = WAL');
        connection.pragma('synchronous = FULL');
        done(null);
      },
    },
  });
}

const sessionRules = (silenceMs: number) => `SET time_zone = '+00:00', innodb_lock_wait_timeout = 5,
  lock_wait_timeout = ${Math.ceil(silenceMs / 2 / SECOND)},
  sql_mode = CONCAT_WS(',', NULLIF(@@sql_mode, ''), 'STRICT_TRANS_TABLES')`;

function serverOptions(databaseUrl: string) {
  const url = new URL(databaseUrl);
  return {
    host: url.hostname,
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    connectTimeout: 5_000,
  };
}

/** Connects once, without the pool, which hides why a server cannot be reached behind a time-out (knex issue 1833). */
export async function tryServer(databaseUrl: string): Promise<void> {
  const connection = await createConnection(serverOptions(databaseUrl));
  await connection.end();
}

interface Connection {
  stream: Socket;
  query(sql: string, done: (error: Error | null) => void): void;
}

/**
 * mysql2 and knex wait for an answer as long as the connection stands, and one that is half-open stands for ever. Broken
 * off here, it is to both as if the server had closed it: statements fail, and the pool makes another.
 */
function connectUntilSilent(
  { config }: { config: { host: string; port: number } },
  silenceMs: number,
): Socket {
  const { host, port } = config;
  // Later than the silence: it is for migrations, whose statements say nothing for long.
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: 2 * SILENCE_MS_MAX };
  const socket = connect({ host, port, noDelay: true, timeout: silenceMs, ...keepAlive });
  return socket.on('timeout', () => socket.destroy());
}

function openServer(databaseUrl: string, settings: OwnSettings, silenceMs: number): Db {
  return knex({
    ...settings,
    client: 'mysql2',
    compileSqlOnError: false,
    log: SILENT,
    connection: {
      ...serverOptions(databaseUrl),
      stream: (options: { config: { host: string; port: number } }) => connectUntilSilent(options, silenceMs),
    },
    acquireConnectionTimeout: 10_000,
    pool: serverPool(silenceMs),
  });
}

function serverPool(silenceMs: number): Knex.PoolConfig {
  return {
    min: 0,
    max: 10,
    // What nobody uses is closed in good order, before its silence breaks it off.
    idleTimeoutMillis: Math.min(silenceMs / 2, 10 * SECOND),
    afterCreate(connection: Connection, done: (error: Error | null, connection: Connection) => void) {
      connection.query(sessionRules(silenceMs), (error) => {
        if (error) return done(error, connection);
        connection.stream.setTimeout(silenceMs);
        const isolation = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';
        connection.query(isolation, (failure) => done(failure, connection));
      });
    },
  };
}

// 1213 deadlock (on Galera also at COMMIT), 1205 lock wait, 1020 record changed since last read (MariaDB).
const RETRIABLE_NUMBERS = new Set([1213, 1205, 1020]);
const LOST_CONNECTION = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'EPIPE',
  'ECONNREFUSED',
  'ETIMEDOUT',
]);
const LOST_NUMBERS = new Set([2006, 2013, 1927, 1290, 1836, 1053]);
const TRIES_MAX = 5;

/** A deadlock, a time-out or a lost connection: no mistake of ours, and over when it is tried again. */
export function isPassing(error: unknown): boolean {
  const { errno, code, fatal } = error as { errno?: number; code?: string; fatal?: boolean };
  // All that follows on a lost connection, the ROLLBACK above all, fails without a code; all wait for a place in the pool.
  if (fatal === true || error instanceof knex.KnexTimeoutError) return true;
  if (errno !== undefined && (RETRIABLE_NUMBERS.has(errno) || LOST_NUMBERS.has(errno))) return true;
  // SQLITE_BUSY_SNAPSHOT comes at once, without the wait, when another process wrote since the first read.
  return code !== undefined && (LOST_CONNECTION.has(code) || code.startsWith('SQLITE_BUSY'));
}

/** True for a unique key's refusal: the row is there already. */
export function isDuplicateKey(error: unknown): boolean {
  const { errno, code } = error as { errno?: number; code?: string };
  return errno === 1062 || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

/**
 * Runs `work` again after a deadlock, a lock time-out or a lost connection, up to five times. A COMMIT whose answer
 * was lost may have happened: `work` must begin with a guarded write that matches nothing the second time.
 */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES_MAX || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** tries));
    }
  }
}

/** One transaction, at READ COMMITTED as the connection has it, with `withRetries`. Only `tx` may be used inside, and no call leaves the database. */
export function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db as Tx);
  return withRetries(() => db.transaction(work));
}

const OURS = 'appointment sync bot';

/**
 * Creates a table where it is absent, in utf8mb4; a business table that is there is the booking system's own and stays
 * as it is. Throws when there is another table of the same name that the bot did not make.
 */
export async function createTableIfAbsent(
  db: Db,
  name: string,
  define: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  if (await db.schema.hasTable(nameInDatabase(db, name))) {
    if (!isBusinessTable(name)) await refuseForeignTable(db, name);
    return;
  }
  const collation = isSqlite(db) ? undefined : await businessCollation(db);
  await db.schema.createTable(name, (table) => {
    if (!isSqlite(db)) table.charset('utf8mb4');
    if (!isSqlite(db)) table.comment(OURS);
    if (collation) table.collate(collation);
    define(table);
  });
}

/** A migration that broke off finds its own table; the mark tells it from one that is only called so. */
async function refuseForeignTable(db: Db, name: string): Promise<void> {
  if (isSqlite(db)) return;
  const table = await described(db, 'tables', { database: null, name }).first({ comment: 'table_comment' });
  if (table?.comment === OURS) return;
  throw new Error(
    `there is a table ${name} already that is not the bot's: give the bot a database of its own on the same server, ` +
      "and name the booking system's under database in database-map.yml",
  );
}

/**
 * The collation of the booking system's ids, where there is one in utf8mb4: MySQL refuses to compare two columns of one
 * character set in different collations (error 1267).
 */
async function businessCollation(db: Db): Promise<string | undefined> {
  const name = nameInDatabase(db, 'appointments');
  const column = await described(db, 'columns', { database: null, name })
    .where({ column_name: 'staff_id', character_set_name: 'utf8mb4' })
    .first({ collation: 'collation_name' });
  return column?.collation;
}
