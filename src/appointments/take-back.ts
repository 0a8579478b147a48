import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Db, isDuplicateKey, type Tx, transaction } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { raiseAlert, refreshAlert, refreshLastAlert, subjectOf } from './alerts.ts';
import { wakeForPerson } from './change-appointment.ts';
import { Changed } from './close.ts';
import { type Actor, appendHistory } from './history.ts';
import { markedAt, type RowMarks, readRowMarks } from './row-marks.ts';
import { asSeen } from './seen.ts';
import { openStatuses } from './statuses.ts';
import {
  readOpenEntries,
  recordEntryEnded,
  recordUndoEnded,
  type Undo,
  type UndoEntry,
  type UndoSubject,
} from './undos.ts';

interface TakingBack {
  actor: Actor;
  now: Date;
  marks: RowMarks;
  subject: UndoSubject;
  /** Whether a failure of this kind waits for a person, and so has an alert. */
  needsPerson: (failureKind: string) => boolean;
}

const BATCH = 200;

/**
 * Takes back what was asked to be, each appointment in a transaction of its own. What anybody has touched since is left
 * as it is. Running it again, or twice at once, is safe: it goes on where it was left.
 */
export async function takeBack(
  db: Db,
  undo: Undo,
  { now, needsPerson }: Pick<TakingBack, 'now' | 'needsPerson'>,
): Promise<void> {
  const { id, subject, asked } = undo;
  if (asked === null) return;
  const marks = await readRowMarks(db);
  const by = { actor: asked.by, now, marks, subject, needsPerson };
  for (;;) {
    const entries = await readOpenEntries(db, id, BATCH);
    for (const entry of entries) {
      // SQLite answers within the turn: bookings get theirs in between.
      await nextTurn();
      await takeBackOne(db, id, entry, by);
    }
    if (entries.length < BATCH) break;
  }
  await transaction(db, async (tx) => {
    await recordUndoEnded(tx, undo, now);
    if (isDigest(subject)) await refreshAlert(tx, subject, now);
  });
}

/** What has a message of its own. A change is told by the appointment's. */
function isDigest(subject: UndoSubject): subject is Exclude<UndoSubject, `change:${number}`> {
  return !subject.startsWith('change:');
}

async function takeBackOne(db: Db, undoId: number, entry: UndoEntry, by: TakingBack): Promise<void> {
  const { appointmentId } = entry;
  try {
    await transaction(db, async (tx) => {
      mustChange(await recordEntryEnded(tx, { undoId, appointmentId, outcome: 'undone' }));
      await takeBackWithin(tx, entry, by);
    });
  } catch (error) {
    // The booking system allows no second appointment of this customer, service and minute.
    if (!(error instanceof Changed || isDuplicateKey(error))) throw error;
    await recordEntryEnded(db, { undoId, appointmentId, outcome: 'changed' });
  }
}

function takeBackWithin(tx: Tx, entry: UndoEntry, by: TakingBack): Promise<void> {
  switch (entry.kind) {
    case 'changed':
      return changeBack(tx, entry, by);
    case 'contact':
      return giveBackContact(tx, entry, by);
    case 'linked':
      return unlink(tx, entry, by);
    default:
      return reopen(tx, entry, by);
  }
}

/** Cancelled by us: open again with its record as it was. Nobody outside was told. */
async function reopen(tx: Tx, entry: UndoEntry, by: TakingBack): Promise<void> {
  const { appointmentId, before, recordBefore } = entry;
  const at = toSqlInstant(by.now);
  const status = String(before.status);
  mustChange(
    await tx('appointments')
      .where({ id: appointmentId, status: entry.after.status, starts_at: entry.startsAtText })
      .update({ status, ...markedAt(tx, by.marks, by.now) }),
  );
  if (!(await isLastWord(tx, appointmentId, by.subject))) throw new Changed();
  const closed = tx('appointment_syncs')
    .where({ appointment_id: appointmentId, state: 'closed', closed_reason: entry.after.reason })
    .whereNull('claim_token');
  mustChange(
    await (recordBefore === null ? closed.delete() : closed.update({ ...recordBefore, touched_at: at })),
  );
  await appendHistory(tx, {
    appointmentId,
    at: by.now,
    actor: by.actor,
    action: 'reopened',
    before: { status: entry.after.status },
    after: { status },
  });
  const isComing = entry.startsAtText !== null && entry.startsAtText > at;
  if (isComing && recordBefore?.state === 'failed' && by.needsPerson(String(recordBefore.failure_kind)))
    await raiseAlert(tx, { subject: subjectOf(appointmentId), appointmentId, now: by.now });
}

/** Nobody did anything to the appointment after it was closed. */
async function isLastWord(tx: Tx, appointmentId: number, subject: UndoSubject): Promise<boolean> {
  const last = await tx('history').where({ appointment_id: appointmentId }).orderBy('id', 'desc').first();
  return last?.action === 'closed' && last.after !== null && JSON.parse(last.after).undo === subject;
}

/** The booking stays in Cal.com; the record only does not name it any more. */
async function unlink(
  tx: Tx,
  { appointmentId, after, recordBefore }: UndoEntry,
  by: TakingBack,
): Promise<void> {
  mustChange(
    await tx('appointment_syncs')
      .where({ appointment_id: appointmentId, state: 'synced', booking_uid: after.booking_uid })
      .whereNull('claim_token')
      .whereNull('due_at')
      .update({ ...recordBefore, touched_at: toSqlInstant(by.now) }),
  );
  await appendHistory(tx, { appointmentId, at: by.now, actor: by.actor, action: 'undone', before: after });
  if (by.needsPerson(String(recordBefore?.failure_kind)))
    await raiseAlert(tx, { subject: subjectOf(appointmentId), appointmentId, now: by.now });
}

/** The row is what it was before; the engine then brings Cal.com into step with it. */
async function changeBack(
  tx: Tx,
  { appointmentId, before, after }: UndoEntry,
  by: TakingBack,
): Promise<void> {
  const at = toSqlInstant(by.now);
  const isOver = openStatuses(tx).includes(String(before.status)) && String(before.starts_at) <= at;
  if (isOver) throw new Changed();
  const seen = {
    appointmentId,
    status: String(after.status),
    startsAtText: String(after.starts_at),
    staffId: after.staff_id as string | null,
  };
  mustChange(await asSeen(tx, seen).update({ ...before, ...markedAt(tx, by.marks, by.now) }));
  await wakeForPerson(tx, appointmentId, by.now);
  await tellUndone(tx, { appointmentId, before: after, after: before }, by);
}

async function giveBackContact(
  tx: Tx,
  { appointmentId, before, after }: UndoEntry,
  by: TakingBack,
): Promise<void> {
  if (before.customer_id === undefined) throw new Changed();
  const asMade = tx('customers').where({ id: before.customer_id });
  for (const field of ['email', 'phone']) {
    if (after[field] === null) asMade.whereNull(field);
    else asMade.where(field, after[field] as string);
  }
  mustChange(await asMade.update({ email: before.email, phone: before.phone }));
  await tellUndone(tx, { appointmentId }, by);
}

async function tellUndone(
  tx: Tx,
  { appointmentId, ...values }: { appointmentId: number; before?: unknown; after?: unknown },
  by: TakingBack,
): Promise<void> {
  await appendHistory(tx, { appointmentId, at: by.now, actor: by.actor, action: 'undone', ...values });
  await refreshLastAlert(tx, appointmentId, by.now);
}

function mustChange(affected: number | boolean): void {
  if (!affected) throw new Changed();
}
