import { type Db, isDuplicateKey, type Tx, transaction } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { resolveAlert, subjectOf } from './alerts.ts';
import { type Actor, appendHistory } from './history.ts';
import { keepClosing } from './keep-closing.ts';
import { CLOSED_COLUMNS } from './record-columns.ts';
import { markedAt, type RowMarks, readRowMarks } from './row-marks.ts';
import { asSeen, type Seen } from './seen.ts';
import { wordFor } from './statuses.ts';
import type { UndoSubject } from './undos.ts';

/** The row or its record is no longer what was seen, or is being worked on. */
export class Changed extends Error {}

interface Closing {
  reason: string;
  actor: Actor;
  now: Date;
}

/**
 * Cancels an appointment that was never booked, and closes its record, both or neither, together with `alongside`.
 * `reason` is one of CLOSED_BY_US. `changed`: somebody was faster; nothing was written.
 */
export async function closeUnbooked(
  db: Db,
  seen: Seen,
  closing: Closing & { undo: UndoSubject; alongside: (tx: Tx) => Promise<void> },
): Promise<'closed' | 'changed'> {
  const marks = await readRowMarks(db);
  try {
    await transaction(db, async (tx) => {
      await keepClosing(tx, seen, { ...closing, kind: 'closed' });
      await closeUnbookedWithin(tx, seen, { ...closing, marks });
      await closing.alongside(tx);
    });
    return 'closed';
  } catch (error) {
    if (error instanceof Changed || isDuplicateKey(error)) return 'changed';
    throw error;
  }
}

/** `closeUnbooked` in a transaction that does more; throws Changed. `undo`: what it is undone with. */
export async function closeUnbookedWithin(
  tx: Tx,
  seen: Seen,
  { reason, actor, now, marks, undo }: Closing & { marks: RowMarks; undo?: UndoSubject },
): Promise<void> {
  const { appointmentId } = seen;
  await cancelRow(tx, seen, { marks, now });
  await closeRecord(tx, seen, { reason, now });
  await appendHistory(tx, {
    appointmentId,
    at: now,
    actor,
    action: 'closed',
    before: { status: seen.status },
    after: { status: 'cancelled', ...(undo !== undefined && { undo }) },
    reason,
  });
  await resolveAlert(tx, subjectOf(appointmentId), { resolution: `closed:${reason}`, now });
}

async function cancelRow(tx: Tx, seen: Seen, { marks, now }: { marks: RowMarks; now: Date }): Promise<void> {
  const cancelled = await asSeen(tx, seen).update({
    status: wordFor(tx, 'cancelled'),
    ...markedAt(tx, marks, now),
  });
  if (cancelled === 0) throw new Changed();
}

async function closeRecord(
  tx: Tx,
  seen: Seen,
  { reason, now }: { reason: string; now: Date },
): Promise<void> {
  const { appointmentId } = seen;
  const closed = { ...CLOSED_COLUMNS, closed_reason: reason, due_at: null, claim_token: null, due_again: 0 };
  const written = await tx('appointment_syncs')
    .where({ appointment_id: appointmentId })
    .whereNull('booking_uid')
    .whereNull('open_attempt_id')
    .whereNull('found_uid')
    .where((free) => free.whereNull('claim_token').orWhere('due_at', '<=', toSqlInstant(now)))
    .update(closed);
  if (written === 1) return;
  if (await tx('appointment_syncs').where({ appointment_id: appointmentId }).first('state'))
    throw new Changed();
  const { created_at } = await tx('appointments').where({ id: appointmentId }).first('created_at');
  await tx('appointment_syncs').insert({
    ...closed,
    appointment_id: appointmentId,
    starts_at: seen.startsAtText,
    created_at,
  });
}
