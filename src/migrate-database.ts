import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from './clock.ts';
import { type Db, isDuplicateKey, withRetries } from './database.ts';
import { addMs, SECOND, toSqlInstant } from './instant.ts';
import { createViews, planViews } from './prepare-business-tables.ts';

const DIRECTORY = path.join(import.meta.dirname, '..', 'migrations');
const LEASE_MS = 60 * SECOND;
const TABLE = 'sync_bot_migrations';

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
  const holder = randomUUID();
  const views = await planViews(db);
  await createLease(db);
  while (!(await takeLease(db, holder, clock.now()))) await clock.sleep(200);
  const renewal = setInterval(() => void takeLease(db, holder, clock.now()).catch(() => {}), LEASE_MS / 4);
  try {
    await beforeViews(db);
    await createViews(db, views);
    const migrations = { directory: DIRECTORY, tableName: TABLE, loadExtensions: ['.ts'] };
    await db.migrate.currentVersion(migrations);
    await db.migrate.forceFreeMigrationsLock(migrations);
    const [, names] = await db.migrate.latest(migrations);
    return names;
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
