import { type Db, isDuplicateKey, type Tx, transaction } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { raiseAlert, resolveAlert, subjectOf } from './alerts.ts';
import { Changed, closeUnbookedWithin } from './close.ts';
import { type CronRun, finishRun } from './cron-runs.ts';
import { appendHistory } from './history.ts';
import { keepClosing } from './keep-closing.ts';
import type { PastRow } from './past-rows.ts';
import { CLOSED_COLUMNS } from './record-columns.ts';
import type { RowMarks } from './row-marks.ts';
import { asSeen } from './seen.ts';
import { openUndo, type UndoSubject } from './undos.ts';

/**
 * Closes what is over. Never booked: the appointment is cancelled, reason `past`. Booked: it took place, and only our
 * record is closed, reason `done`. `changed`: it is no longer what was read, is being worked on, or the bot was held
 * meanwhile; nothing was written.
 */
export async function closePast(
  db: Db,
  row: PastRow,
  closing: { runId: number; marks: RowMarks; now: Date },
): Promise<'closed' | 'changed'> {
  try {
    await transaction(db, async (tx) => {
      if (!(await tx('installation').where({ id: 1, mode: 'running' }).first('id'))) throw new Changed();
      await keepClosing(tx, row.seen, {
        undo: `cleanup:${closing.runId}`,
        kind: row.booking === null ? 'past' : 'done',
        reason: 'past',
        now: closing.now,
      });
      await (row.booking === null ? cancel(tx, row, closing) : closeDone(tx, row, closing));
    });
    return 'closed';
  } catch (error) {
    // A row of this run's that is open again, or that another replica closes at this moment.
    if (error instanceof Changed || isDuplicateKey(error)) return 'changed';
    throw error;
  }
}

/** Ends the run, and raises its digest when it cancelled anything; false when another replica took the run over. */
export async function finishCleanup(db: Db, run: CronRun, now: Date): Promise<boolean> {
  return transaction(db, async (tx) => {
    if (!(await finishRun(tx, run, now))) return false;
    const subject = `cleanup:${run.id}` as const;
    await openUndo(tx, subject, now);
    if (await hasCancelled(tx, subject)) await raiseAlert(tx, { subject, appointmentId: null, now });
    return true;
  });
}

async function hasCancelled(tx: Tx, subject: UndoSubject): Promise<boolean> {
  const cancelled = await tx('undo_entries as e')
    .join('undos as u', 'u.id', 'e.undo_id')
    .where({ 'u.subject': subject, 'e.kind': 'past' })
    .first('e.undo_id');
  return cancelled !== undefined;
}

async function cancel(
  tx: Tx,
  { seen }: PastRow,
  { runId, marks, now }: { runId: number; marks: RowMarks; now: Date },
): Promise<void> {
  const undo = `cleanup:${runId}` as const;
  await closeUnbookedWithin(tx, seen, { reason: 'past', actor: 'bot', now, marks, undo });
}

async function closeDone(
  tx: Tx,
  { seen, booking }: PastRow,
  { runId, now }: { runId: number; now: Date },
): Promise<void> {
  const { appointmentId } = seen;
  const at = toSqlInstant(now);
  const uids = { booking_uid: booking?.linkedUid ?? null, found_uid: booking?.foundUid ?? null };
  const closed = await tx('appointment_syncs')
    .where({ appointment_id: appointmentId, ...uids })
    .whereNull('open_attempt_id')
    .whereNull('replaces_uid')
    .where((over) => over.whereNull('pushed_start').orWhere('pushed_start', '<=', at))
    .where((free) => free.whereNull('claim_token').orWhere('due_at', '<=', at))
    .whereExists(asSeen(tx, seen).select(tx.raw('1')))
    .update({ ...CLOSED_COLUMNS, closed_reason: 'done', due_at: null, claim_token: null, due_again: 0 });
  if (closed === 0) throw new Changed();
  await appendHistory(tx, {
    appointmentId,
    at: now,
    actor: 'bot',
    action: 'closed',
    before: { uid: uids.booking_uid ?? uids.found_uid },
    after: { run: runId },
    reason: 'done',
  });
  await resolveAlert(tx, subjectOf(appointmentId), { resolution: 'closed:past', now });
}
