import { type Db, type Tx, withRetries } from '../database.ts';
import { addMs, DAY, fromSqlInstantOrNull, MINUTE, toSqlInstant } from '../instant.ts';
import type { Actor } from './history.ts';

/** What is taken back as one: a run of the cleanup, a plan, or one change by a person (its entry in the history). */
export type UndoSubject = `cleanup:${number}` | `plan:${number}` | `change:${number}`;

type Columns = Record<string, unknown>;

/** One appointment's part of it, with what taking it back needs. */
export interface UndoEntry {
  appointmentId: number;
  /**
   * past, closed: the appointment was cancelled here, by the cleanup or the plan; done: only the record was closed;
   * linked: the record was given a booking that stood; changed: a person changed the row; contact: a person changed the
   * customer's contact.
   */
  kind: 'past' | 'closed' | 'done' | 'linked' | 'changed' | 'contact';
  startsAtText: string | null;
  before: Columns;
  after: Columns;
  /** The record's columns as they were; null when there was no record. */
  recordBefore: Columns | null;
}

export interface Undo {
  id: number;
  subject: UndoSubject;
  /** When what it takes back was complete; null while that goes on. */
  doneAt: Date | null;
  asked: { by: Actor; at: Date } | null;
  /** Cal.com has what is to be taken back, so the customer may notice. */
  reachesCalcom: boolean;
}

const LOCAL_MS = DAY;
const REACHED_MS = 15 * MINUTE;

/** Until when it may be taken back: what is only local for a day, what Cal.com has for a quarter of an hour. */
export function undoUntil({ doneAt, reachesCalcom }: { doneAt: Date; reachesCalcom: boolean }): Date {
  return addMs(doneAt, reachesCalcom ? REACHED_MS : LOCAL_MS);
}

/** Keeps what taking this back needs, in the transaction of the change itself. */
export async function keepForUndo(
  tx: Tx,
  subject: UndoSubject,
  { appointmentId, kind, startsAtText, before, after, recordBefore, now }: UndoEntry & { now: Date },
): Promise<void> {
  const id = await undoOf(tx, subject);
  await tx('undo_entries').insert({
    undo_id: id,
    appointment_id: appointmentId,
    kind,
    starts_at: startsAtText,
    before: JSON.stringify(before),
    after: JSON.stringify(after),
    record_before: recordBefore && JSON.stringify(recordBefore),
    done_at: toSqlInstant(now),
  });
}

/** `keepForUndo` for what is complete at once: one change by a person. */
export async function keepChange(tx: Tx, historyId: number, entry: UndoEntry & { now: Date }): Promise<void> {
  const subject = `change:${historyId}` as const;
  await keepForUndo(tx, subject, entry);
  await openUndo(tx, subject, entry.now);
}

async function undoOf(tx: Tx, subject: UndoSubject): Promise<number> {
  const known = await tx('undos').where({ subject }).first('id');
  if (known) return Number(known.id);
  await tx('undos').insert({ subject }).onConflict('subject').ignore();
  return Number((await tx('undos').where({ subject }).first('id')).id);
}

/** What it takes back is complete: from now on it may be asked for. */
export async function openUndo(tx: Tx, subject: UndoSubject, now: Date): Promise<void> {
  await tx('undos')
    .where({ subject })
    .update({ done_at: toSqlInstant(now) });
}

export async function readUndo(db: Db, subject: UndoSubject): Promise<Undo | null> {
  const row = await db('undos').where({ subject }).first();
  return row ? toUndo(db, row) : null;
}

/** The last change by a person to this appointment that nobody has taken back. */
export async function readLastChange(db: Db, appointmentId: number): Promise<Undo | null> {
  const row = await db('undo_entries as e')
    .join('undos as u', 'u.id', 'e.undo_id')
    .where('e.appointment_id', appointmentId)
    .whereIn('e.kind', ['changed', 'contact'])
    .orderBy('u.id', 'desc')
    .first('u.*');
  return row && row.asked_at === null ? toUndo(db, row) : null;
}

async function toUndo(db: Db, row: Record<string, unknown>): Promise<Undo> {
  const askedAt = fromSqlInstantOrNull(row.asked_at as string | null);
  const subject = String(row.subject) as UndoSubject;
  return {
    id: Number(row.id),
    subject,
    doneAt: fromSqlInstantOrNull(row.done_at as string | null),
    asked: askedAt && { by: String(row.asked_by), at: askedAt },
    reachesCalcom: subject.startsWith('change:') && (await hasReachedCalcom(db, Number(row.id))),
  };
}

async function hasReachedCalcom(db: Db, undoId: number): Promise<boolean> {
  const [entry] = await readOpenEntries(db, undoId, 1);
  if (entry?.kind !== 'changed') return false;
  const record = await db('appointment_syncs')
    .where({ appointment_id: entry.appointmentId })
    .first('booking_uid', 'pushed_start', 'pushed_staff_id');
  const { after, recordBefore } = entry;
  if (after.status === 'cancelled')
    return recordBefore?.booking_uid != null && record?.booking_uid !== recordBefore.booking_uid;
  return record?.pushed_start === after.starts_at && record?.pushed_staff_id === after.staff_id;
}

/** Notes who wants it taken back; false when somebody was faster. */
export async function recordUndoAsked(
  db: Db,
  { id }: Undo,
  { actor, now }: { actor: Actor; now: Date },
): Promise<boolean> {
  const asked = await withRetries(() =>
    db('undos')
      .where({ id })
      .whereNotNull('done_at')
      .whereNull('asked_at')
      .update({ asked_at: toSqlInstant(now), asked_by: actor }),
  );
  return asked === 1;
}

/** What was asked for and not brought to its end: whoever did it was interrupted. */
export async function readUnendedUndo(db: Db): Promise<Undo | null> {
  const row = await db('undos').whereNotNull('asked_at').whereNull('ended_at').orderBy('id').first();
  return row ? toUndo(db, row) : null;
}

export async function recordUndoEnded(db: Db, { id }: Undo, now: Date): Promise<void> {
  await db('undos')
    .where({ id })
    .whereNull('ended_at')
    .update({ ended_at: toSqlInstant(now) });
}

/** Entries that were neither taken back nor left as they are, by appointment. */
export async function readOpenEntries(db: Db, undoId: number, limit: number): Promise<UndoEntry[]> {
  const rows = await db('undo_entries')
    .where({ undo_id: undoId })
    .whereNull('outcome')
    .whereNot('kind', 'done')
    .orderBy('appointment_id')
    .limit(limit);
  return rows.map((row: Record<string, string | null>) => ({
    appointmentId: Number(row.appointment_id),
    kind: row.kind as UndoEntry['kind'],
    startsAtText: row.starts_at ?? null,
    before: JSON.parse(row.before ?? '{}'),
    after: JSON.parse(row.after ?? '{}'),
    recordBefore: row.record_before ? JSON.parse(row.record_before) : null,
  }));
}

/** Ends one entry; false when another did. */
export async function recordEntryEnded(
  tx: Db,
  entry: { undoId: number; appointmentId: number; outcome: 'undone' | 'changed' },
): Promise<boolean> {
  const ended = await tx('undo_entries')
    .where({ undo_id: entry.undoId, appointment_id: entry.appointmentId })
    .whereNull('outcome')
    .update({ outcome: entry.outcome });
  return ended === 1;
}

/** What came of taking it back, by appointment. */
export async function readUndone(
  db: Db,
  { id }: Pick<Undo, 'id'>,
): Promise<{ undone: number[]; changed: number[] }> {
  const rows = await db('undo_entries')
    .where({ undo_id: id })
    .whereNotNull('outcome')
    .orderBy('appointment_id');
  const withOutcome = (outcome: string) =>
    rows.filter((row) => row.outcome === outcome).map((row) => Number(row.appointment_id));
  return { undone: withOutcome('undone'), changed: withOutcome('changed') };
}

/** A contact is kept no longer than it may be given back. */
export async function forgetOldContacts(db: Db, now: Date): Promise<void> {
  await db('undo_entries')
    .where({ kind: 'contact' })
    .where('done_at', '<=', toSqlInstant(addMs(now, -LOCAL_MS)))
    .whereNot('before', '{}')
    .update({ before: '{}', after: '{}' });
}
