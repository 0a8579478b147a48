import { randomUUID } from 'node:crypto';
import { type Db, isDuplicateKey, type Tx, withRetries } from '../database.ts';
import { addMs, fromSqlInstant, fromSqlInstantOrNull, MINUTE, toSqlInstant } from '../instant.ts';

export type CronTask = 'cleanup' | 'summary' | 'changes' | 'everything';

/** The right to run what a time of the timetable asks for; every step names the token. */
export interface CronRun {
  id: number;
  task: CronTask;
  fireAt: Date;
  token: string;
}

const LEASE_MS = 5 * MINUTE;
const TRIES_MAX = 5;

/** The latest time up to `now` that any replica took on. A clock that was ahead may have left later ones. */
export async function lastFireAt(db: Db, task: CronTask, now: Date): Promise<Date | null> {
  const row = await db('cron_runs')
    .where({ task })
    .where('fire_at', '<=', toSqlInstant(now))
    .max({ at: 'fire_at' })
    .first();
  return fromSqlInstantOrNull(row?.at ?? null);
}

/** The latest time whose run came to its end; null when none did. */
export async function lastFinishedFireAt(db: Db, task: CronTask, now: Date): Promise<Date | null> {
  const row = await db('cron_runs')
    .where({ task })
    .where('fire_at', '<=', toSqlInstant(now))
    .whereNotNull('finished_at')
    .orderBy('fire_at', 'desc')
    .first('fire_at');
  return fromSqlInstantOrNull(row?.fire_at ?? null);
}

/** Takes this time on; the unique key (task, fire_at) lets one replica do so, ever. Null: another did. */
export async function beginRun(
  db: Db,
  { task, fireAt, now }: { task: CronTask; fireAt: Date; now: Date },
): Promise<CronRun | null> {
  const token = randomUUID();
  const at = toSqlInstant(now);
  const row = { task, fire_at: toSqlInstant(fireAt), token };
  try {
    const lease = { started_at: at, expires_at: toSqlInstant(addMs(now, LEASE_MS)) };
    await withRetries(() => db('cron_runs').insert({ ...row, ...lease }));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  // Also after a refusal: it may be our own row, whose answer was lost.
  const own = await db('cron_runs').where(row).first('id');
  return own ? { id: Number(own.id), task, fireAt, token } : null;
}

/** The latest run of this task, finished or not. */
export async function readLastRun(
  db: Db,
  task: CronTask,
): Promise<{ fireAt: Date; finishedAt: Date | null } | null> {
  const row = await db('cron_runs').where({ task }).orderBy('fire_at', 'desc').first();
  if (!row) return null;
  return { fireAt: fromSqlInstant(row.fire_at), finishedAt: fromSqlInstantOrNull(row.finished_at) };
}

/**
 * Takes over a run of this task that began for a time after `since` and whose runner is gone: it crashed, gave up, or
 * did not renew. Null: there is none, or it was tried five times.
 */
export async function takeOverRun(
  db: Db,
  { task, since, now }: { task: CronTask; since: Date; now: Date },
): Promise<CronRun | null> {
  const at = toSqlInstant(now);
  const left = await db('cron_runs')
    .where({ task })
    .whereNull('finished_at')
    .where('fire_at', '>', toSqlInstant(since))
    .where('fire_at', '<=', at)
    .where('expires_at', '<=', at)
    .where('tries', '<', TRIES_MAX)
    .orderBy('fire_at')
    .first();
  if (!left) return null;
  const token = randomUUID();
  const taken = await db('cron_runs')
    .where({ id: left.id, token: left.token })
    .whereNull('finished_at')
    .where('expires_at', '<=', at)
    .update({
      token,
      started_at: at,
      expires_at: toSqlInstant(addMs(now, LEASE_MS)),
      tries: db.raw('tries + 1'),
    });
  if (taken === 0) return null;
  return { id: Number(left.id), task, fireAt: fromSqlInstantOrNull(left.fire_at) ?? since, token };
}

/** Keeps the run for five more minutes; false when another took it over. */
export async function renewRun(db: Db, run: CronRun, now: Date): Promise<boolean> {
  const expires = { expires_at: toSqlInstant(addMs(now, LEASE_MS)) };
  return (await withRetries(() => ownRun(db, run).update(expires))) === 1;
}

/** Leaves the run unfinished; any replica may take it over from `retryAt` on. */
export async function leaveRun(db: Db, run: CronRun, retryAt: Date): Promise<void> {
  await ownRun(db, run).update({ expires_at: toSqlInstant(retryAt) });
}

/** Belongs into the transaction of what the run brought; false when another took it over. */
export async function finishRun(tx: Tx, run: CronRun, now: Date): Promise<boolean> {
  return (await ownRun(tx, run).update({ finished_at: toSqlInstant(now) })) === 1;
}

function ownRun(db: Db, { id, token }: CronRun) {
  return db('cron_runs').where({ id, token }).whereNull('finished_at');
}
