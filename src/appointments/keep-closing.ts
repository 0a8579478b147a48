import type { Tx } from '../database.ts';
import { CLOSED_COLUMNS } from './record-columns.ts';
import type { Seen } from './seen.ts';
import { wordFor } from './statuses.ts';
import { keepForUndo, type UndoEntry, type UndoSubject } from './undos.ts';

/** What closing or linking takes from a record, so that it can be given back. */
const TAKEN_COLUMNS = [
  ...Object.keys(CLOSED_COLUMNS),
  'closed_reason',
  'due_at',
  'asked_at',
  'touched_at',
  'tried_hash',
];

/** The columns of a record that it can be given back; null when there is no record. */
export async function readTaken(tx: Tx, appointmentId: number): Promise<Record<string, unknown> | null> {
  const record = await tx('appointment_syncs')
    .where({ appointment_id: appointmentId })
    .first(...TAKEN_COLUMNS);
  return record ?? null;
}

/** Keeps what opening an appointment again needs, before it is closed, in the same transaction. */
export async function keepClosing(
  tx: Tx,
  { appointmentId, startsAtText, status }: Seen,
  { undo, kind, reason, now }: { undo: UndoSubject; kind: UndoEntry['kind']; reason: string; now: Date },
): Promise<void> {
  await keepForUndo(tx, undo, {
    appointmentId,
    kind,
    startsAtText,
    before: { status },
    after: { status: wordFor(tx, 'cancelled'), reason },
    recordBefore: await readTaken(tx, appointmentId),
    now,
  });
}
