import { type Db, isDuplicateKey, type Tx, transaction } from '../database.ts';
import { addMs, fromSqlInstant, toSqlInstant } from '../instant.ts';
import { refreshAlert, subjectOf } from './alerts.ts';
import { type Actor, appendHistoryEntry } from './history.ts';
import { readTaken } from './keep-closing.ts';
import { markedAt, readRowMarks } from './row-marks.ts';
import { asSeen, type Seen } from './seen.ts';
import { wordFor } from './statuses.ts';
import { keepChange } from './undos.ts';
import { dueNowColumns } from './wake.ts';

/** What a person changes about an appointment; the end moves with the start. */
export type Change =
  | { action: 'rescheduled'; startsAt: Date }
  | { action: 'reassigned'; staffId: string; staffName: string }
  | { action: 'cancelled' };

/**
 * Changes the booking system's row for a person, if it is still what the person saw, and makes its record due at
 * once. `stale`: somebody was faster. `duplicate`: the booking system allows no second such appointment. Nothing was
 * written in either case.
 */
export async function changeAppointment(
  db: Db,
  seen: Seen,
  change: Change,
  by: { actor: Actor; reason?: string | undefined; now: Date },
): Promise<'changed' | 'stale' | 'duplicate'> {
  const marks = await readRowMarks(db);
  try {
    return await transaction(db, async (tx) => {
      const before = await tx('appointments')
        .where({ id: seen.appointmentId })
        .first('status', 'starts_at', 'ends_at', 'staff_id');
      if (!before) return 'stale';
      const columns = columnsOf(tx, before, change);
      const former = change.action === 'reassigned' ? await namesOf(tx, seen) : {};
      const recordBefore = await readTaken(tx, seen.appointmentId);
      const changed = await asSeen(tx, seen).update({ ...columns, ...markedAt(tx, marks, by.now) });
      if (changed === 0) return 'stale';
      await wakeForPerson(tx, seen.appointmentId, by.now);
      const historyId = await appendHistoryEntry(tx, {
        appointmentId: seen.appointmentId,
        at: by.now,
        actor: by.actor,
        action: change.action,
        before: { start: seen.startsAtText, staff: seen.staffId, status: seen.status, ...former },
        after: change.action === 'reassigned' ? { ...columns, staffName: change.staffName } : columns,
        ...(by.reason !== undefined && { reason: by.reason }),
      });
      await keepChange(tx, historyId, {
        appointmentId: seen.appointmentId,
        kind: 'changed',
        startsAtText: seen.startsAtText,
        before,
        after: { ...before, ...columns },
        recordBefore,
        now: by.now,
      });
      await refreshAlert(tx, subjectOf(seen.appointmentId), by.now);
      return 'changed';
    });
  } catch (error) {
    if (isDuplicateKey(error)) return 'duplicate';
    throw error;
  }
}

async function namesOf(tx: Tx, { staffId }: Seen): Promise<{ staffName?: string }> {
  const staff = staffId === null ? undefined : await tx('staff').where({ id: staffId }).first('name');
  return staff ? { staffName: staff.name } : {};
}

function columnsOf(tx: Tx, before: Record<string, string>, change: Change): Record<string, string> {
  switch (change.action) {
    case 'cancelled':
      return { status: wordFor(tx, 'cancelled') };
    case 'reassigned':
      return { staff_id: change.staffId };
    case 'rescheduled':
      return movedColumns(before, change.startsAt);
  }
}

/** The columns of a row, given as it is before, that starts at `startsAt` and is as long as it was. */
export function movedColumns(before: Record<string, string>, startsAt: Date): Record<string, string> {
  const lengthMs = instantOf(before.ends_at) - instantOf(before.starts_at);
  return { starts_at: toSqlInstant(startsAt), ends_at: toSqlInstant(addMs(startsAt, lengthMs)) };
}

const instantOf = (text: string | undefined) => fromSqlInstant(String(text)).getTime();

/** Due at once and before all others; what was in step is pending until the change has reached Cal.com. */
export async function wakeForPerson(tx: Tx, appointmentId: number, now: Date): Promise<void> {
  const at = toSqlInstant(now);
  await tx('appointment_syncs')
    .where({ appointment_id: appointmentId })
    .update({
      ...dueNowColumns(tx, now),
      asked_at: at,
      touched_at: at,
      pending_since: tx.raw("CASE WHEN state = 'synced' THEN ? ELSE pending_since END", [at]),
      state: tx.raw("CASE WHEN state = 'synced' THEN 'pending' ELSE state END"),
      starts_at: tx.raw(
        'COALESCE((SELECT a.starts_at FROM ?? a WHERE a.id = appointment_syncs.appointment_id), starts_at)',
        ['appointments'],
      ),
    });
}
