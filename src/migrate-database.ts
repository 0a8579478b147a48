import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from './clock.ts';
import { type Db, isDuplicateKey, withPatience, withRetries } from './database.ts';
import { addMs, SECOND, toSqlInstant } from './instant.ts';
import { createViews, planViews } from './prepare-business-tables.ts';

const DIRECTORY = path.join(import.meta.dirname, '..', 'migrations');
const LEASE_MS = 60 * SECOND;
const ANSWER_MS_MAX = 10 * SECOND;
const TABLE = 'sync_bot_migrations';
const MIGRATIONS = { directory: DIRECTORY, tableName: TABLE, loadExtensions: ['.ts'] };

/**
 * Brings the schema up to date; safe when several replicas start at once, also on an empty database. knex's own lock
 * is not: replicas that race to create its table can leave two lock rows, and nobody can migrate any more (knex
 * issue 3538). So a lease of ours comes first, and whoever holds it clears knex's lock.
 * The booking system's tables are looked at before anything is changed; throws a DatabaseMapError when they do not fit.
 * `beforeViews` runs when they do, before the views of an earlier map change. Returns the names of the migrations that
 * ran.
 */
export async function migrateDatabase(
  db: Db,
  clock: Clock,
  beforeViews: (db: Db) => Promise<void> = async () => {},
): Promise<string[]> {
  const views = await planViews(db);
  return underLease(db, clock, async (patient) => {
    await beforeViews(patient);
    await createViews(patient, views);
    await refuseNewerSchema(patient);
    const [, names] = await patient.migrate.latest(MIGRATIONS);
    return names;
  });
}

/** A bot that runs goes on when a newer one migrates beside it, but none starts on what it does not know. */
async function refuseNewerSchema(db: Db): Promise<void> {
  const { unknown } = await compareMigrations(db, { timeoutMs: ANSWER_MS_MAX });
  if (unknown.length === 0) return;
  throw new Error(
    `the schema is newer than this program, which does not know ${unknown.join(', ')}: start the newer program, ` +
      'or have it take these back with npm run migrate -- --back-to',
  );
}

/**
 * Takes back every migration after `last`, the newest first, for a version of the program that does not know them. What
 * only they keep is lost. Throws when the database has not had `last`. Returns the names of what was taken back.
 */
export async function migrateBack(db: Db, clock: Clock, last: string): Promise<string[]> {
  return underLease(db, clock, async (patient) => {
    const done: string[] = (await patient(TABLE).orderBy('id').pluck('name')).toReversed();
    const after = done.indexOf(last);
    if (after < 0) throw new Error(`the database has had no migration ${last}`);
    const taken = done.slice(0, after);
    for (const name of taken) await patient.migrate.down({ ...MIGRATIONS, name });
    return taken;
  });
}

/** What changes the schema, on connections that wait for a big table. */
async function underLease<T>(db: Db, clock: Clock, work: (patient: Db) => Promise<T>): Promise<T> {
  const holder = randomUUID();
  await createLease(db);
  while (!(await takeLease(db, holder, clock.now()))) await clock.sleep(200);
  const renewal = setInterval(() => void takeLease(db, holder, clock.now()).catch(() => {}), LEASE_MS / 4);
  try {
    return await withPatience(db, async (patient) => {
      await patient.migrate.currentVersion(MIGRATIONS);
      await patient.migrate.forceFreeMigrationsLock(MIGRATIONS);
      return work(patient);
    });
  } finally {
    clearInterval(renewal);
    await db('sync_bot_migration_lease')
      .where({ name: 'migrate', holder })
      .update({ holder: null, expires_at: null });
  }
}

/**
 * What the database has had; what it has not had yet, and what this program does not know: then a newer one ran. Throws
 * when it cannot be asked within `timeoutMs`.
 */
export async function compareMigrations(
  db: Db,
  { timeoutMs }: { timeoutMs: number },
): Promise<{ done: string[]; pending: string[]; unknown: string[] }> {
  const done: string[] = await db(TABLE).orderBy('name').pluck('name').timeout(timeoutMs);
  const known = (await readdir(DIRECTORY)).filter((name) => name.endsWith('.ts'));
  return {
    done,
    pending: known.filter((name) => !done.includes(name)),
    unknown: done.filter((name) => !known.includes(name)),
  };
}

async function createLease(db: Db): Promise<void> {
  await withRetries(() =>
    db.raw(
      `CREATE TABLE IF NOT EXISTS sync_bot_migration_lease
         (name VARCHAR(32) NOT NULL PRIMARY KEY, holder VARCHAR(64) NULL, expires_at VARCHAR(32) NULL)`,
    ),
  );
  try {
    await db('sync_bot_migration_lease').insert({ name: 'migrate' });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

async function takeLease(db: Db, holder: string, now: Date): Promise<boolean> {
  const taken = await withRetries(() =>
    db('sync_bot_migration_lease')
      .where({ name: 'migrate' })
      .where((free) =>
        free.whereNull('holder').orWhere('holder', holder).orWhere('expires_at', '<=', toSqlInstant(now)),
      )
      .update({ holder, expires_at: toSqlInstant(addMs(now, LEASE_MS)) }),
  );
  return taken === 1;
}
