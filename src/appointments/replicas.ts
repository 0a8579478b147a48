import { type Db, isSqlite } from '../database.ts';
import { addMs, HOUR, SECOND, toSqlInstant } from '../instant.ts';

const ALIVE_MS = 30 * SECOND;
const FORGOTTEN_MS = HOUR;

/** A process of the bot says that it runs; to be repeated well within half a minute. */
export async function recordReplica(db: Db, name: string, now: Date): Promise<void> {
  await db('replicas')
    .insert({ name, seen_at: toSqlInstant(now) })
    .onConflict('name')
    .merge(['seen_at']);
  await db('replicas')
    .where('seen_at', '<', toSqlInstant(addMs(now, -FORGOTTEN_MS)))
    .delete();
}

/** The processes that run, by name. */
export async function readReplicas(db: Db, now: Date): Promise<string[]> {
  return db('replicas')
    .where('seen_at', '>=', toSqlInstant(addMs(now, -ALIVE_MS)))
    .orderBy('name')
    .pluck('name');
}

/**
 * For what no bot may run beside on a server. Throws while one runs, or ended less than half a minute ago. On SQLite the
 * lock of its one bot says so, and at once.
 */
export async function refuseBesideBots(db: Db, now: Date): Promise<void> {
  if (isSqlite(db) || !(await db.schema.hasTable('replicas'))) return;
  const [replica] = await readReplicas(db, now);
  if (replica !== undefined)
    throw new Error(
      `the bot ${replica} ran within the last ${ALIVE_MS / SECOND} seconds: stop every bot, and wait so long`,
    );
}
