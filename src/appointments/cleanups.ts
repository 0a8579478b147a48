import type { Db } from '../database.ts';
import { fromSqlInstant } from '../instant.ts';

/** What one finished run of the cleanup did. */
export interface Cleanup {
  runId: number;
  finishedAt: Date;
  /** Cancelled because they were over and never booked, by id. */
  cancelled: number[];
  /** How many were over and booked. */
  done: number;
}

/** A finished run; null when there is none of this number. */
export async function readCleanup(db: Db, runId: number): Promise<Cleanup | null> {
  const run = await db('cron_runs')
    .where({ id: runId, task: 'cleanup' })
    .whereNotNull('finished_at')
    .first('finished_at');
  if (!run) return null;
  const rows = await db('undo_entries as e')
    .join('undos as u', 'u.id', 'e.undo_id')
    .where('u.subject', `cleanup:${runId}`)
    .orderBy('e.appointment_id')
    .select('e.appointment_id', 'e.kind');
  const past = rows.filter((row) => row.kind === 'past');
  return {
    runId,
    finishedAt: fromSqlInstant(run.finished_at),
    cancelled: past.map((row) => Number(row.appointment_id)),
    done: rows.length - past.length,
  };
}
