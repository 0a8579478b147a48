import { type Db, isDuplicateKey, type Tx, transaction } from '../database.ts';
import { addMs, DAY, fromSqlInstant, toSqlInstant } from '../instant.ts';
import { refreshAlert } from './alerts.ts';
import { Changed } from './close.ts';
import { type Actor, appendHistory } from './history.ts';
import { markedAt, type RowMarks, readRowMarks } from './row-marks.ts';
import { wordFor } from './statuses.ts';

/** What one run of the cleanup did, and what became of it. */
export interface Cleanup {
  runId: number;
  finishedAt: Date;
  /** Cancelled because they were over and never booked, by id. */
  cancelled: number[];
  /** How many were over and booked. */
  done: number;
  undone: { by: Actor; at: Date; reopened: number[] } | null;
}

const UNDO_MS = DAY;

/** Until when a cleanup may be undone. */
export function undoUntil({ finishedAt }: Cleanup): Date {
  return addMs(finishedAt, UNDO_MS);
}

/** A finished run; null when there is none of this number. */
export async function readCleanup(db: Db, runId: number): Promise<Cleanup | null> {
  const run = await db('cron_runs')
    .where({ id: runId, task: 'cleanup' })
    .whereNotNull('finished_at')
    .first('finished_at');
  if (!run) return null;
  const rows = await db('cleanup_closings').where({ run_id: runId }).orderBy('appointment_id');
  const past = rows.filter((row) => row.kind === 'past');
  const undone = past.filter((row) => row.undone_at !== null);
  const ids = (some: typeof rows) => some.map((row) => Number(row.appointment_id));
  const [first] = undone;
  return {
    runId,
    finishedAt: fromSqlInstant(run.finished_at),
    cancelled: ids(past),
    done: rows.length - past.length,
    undone: first
      ? { by: String(first.undone_by), at: fromSqlInstant(first.undone_at), reopened: ids(undone) }
      : null,
  };
}

export type Undone =
  | { is: 'undone'; reopened: number[]; changed: number[] }
  /** Somebody was faster. */
  | { is: 'already'; by: Actor; at: Date }
  | { is: 'late' }
  | { is: 'unknown' };

/**
 * Opens again what a cleanup cancelled, as it was: nobody outside was told. Possible for a day. What anybody has
 * touched since is left as it is (`changed`).
 */
export async function undoCleanup(
  db: Db,
  runId: number,
  { actor, now }: { actor: Actor; now: Date },
): Promise<Undone> {
  const cleanup = await readCleanup(db, runId);
  if (cleanup === null || cleanup.cancelled.length === 0) return { is: 'unknown' };
  if (now >= undoUntil(cleanup)) return { is: 'late' };
  const marks = await readRowMarks(db);
  const reopened: number[] = [];
  const changed: number[] = [];
  for (const appointmentId of cleanup.cancelled) {
    const isOpen = await reopen(db, { runId, appointmentId }, { actor, now, marks });
    (isOpen ? reopened : changed).push(appointmentId);
  }
  if (reopened.length > 0) return { is: 'undone', reopened, changed };
  const after = await readCleanup(db, runId);
  return after?.undone ? { is: 'already', ...after.undone } : { is: 'undone', reopened, changed };
}

interface Reopening {
  actor: Actor;
  now: Date;
  marks: RowMarks;
}

async function reopen(
  db: Db,
  { runId, appointmentId }: { runId: number; appointmentId: number },
  by: Reopening,
): Promise<boolean> {
  const closing = await db('cleanup_closings')
    .where({ run_id: runId, appointment_id: appointmentId })
    .first();
  try {
    await transaction(db, (tx) => reopenWithin(tx, closing, by));
    return true;
  } catch (error) {
    // The booking system allows no second appointment of this customer, service and minute.
    if (error instanceof Changed || isDuplicateKey(error)) return false;
    throw error;
  }
}

async function reopenWithin(tx: Tx, closing: Record<string, unknown>, by: Reopening): Promise<void> {
  const key = { run_id: closing.run_id, appointment_id: closing.appointment_id };
  const appointmentId = Number(closing.appointment_id);
  const at = toSqlInstant(by.now);
  const isFirst = tx('cleanup_closings').where(key).whereNull('undone_at');
  mustChange(await isFirst.update({ undone_at: at, undone_by: by.actor }));
  mustChange(
    await tx('appointments')
      .where({ id: appointmentId, status: wordFor(tx, 'cancelled'), starts_at: closing.starts_at })
      .update({ status: closing.status_before, ...markedAt(tx, by.marks, by.now) }),
  );
  if (!(await isLastWord(tx, appointmentId, Number(closing.run_id)))) throw new Changed();
  await giveBackRecord(tx, { appointmentId, before: closing.record_before as string | null, at });
  await appendHistory(tx, {
    appointmentId,
    at: by.now,
    actor: by.actor,
    action: 'reopened',
    before: { status: 'cancelled' },
    after: { status: closing.status_before },
  });
  await refreshAlert(tx, `cleanup:${Number(closing.run_id)}`, by.now);
}

/** Nobody did anything to the appointment after this cleanup. */
async function isLastWord(tx: Tx, appointmentId: number, runId: number): Promise<boolean> {
  const last = await tx('history').where({ appointment_id: appointmentId }).orderBy('id', 'desc').first();
  return last?.action === 'closed' && last.after !== null && JSON.parse(last.after).run === runId;
}

async function giveBackRecord(
  tx: Tx,
  { appointmentId, before, at }: { appointmentId: number; before: string | null; at: string },
): Promise<void> {
  const closed = tx('appointment_syncs')
    .where({ appointment_id: appointmentId, state: 'closed', closed_reason: 'past' })
    .whereNull('claim_token');
  mustChange(
    await (before === null ? closed.delete() : closed.update({ ...JSON.parse(before), touched_at: at })),
  );
}

function mustChange(affected: number): void {
  if (affected === 0) throw new Changed();
}
