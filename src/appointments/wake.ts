import type { Db, Tx } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { asSeen, type Seen } from './seen.ts';

const CLAIMED = 'claim_token IS NOT NULL AND due_at > ?';

/** Columns that make a record due at once; see `dueColumns`. */
export function dueNowColumns(db: Db, now: Date): Record<string, unknown> {
  return dueColumns(db, { at: now, now });
}

/**
 * Columns that make a record due `at`; what is due before stays so. A claimed one is marked instead, and whoever holds
 * it makes it due with its record step. MySQL assigns from left to right, so due_again, which reads due_at, comes first.
 */
export function dueColumns(db: Db, { at, now }: { at: Date; now: Date }): Record<string, unknown> {
  const atText = toSqlInstant(at);
  const nowText = toSqlInstant(now);
  return {
    due_again: db.raw(`CASE WHEN ${CLAIMED} THEN 1 ELSE due_again END`, [nowText]),
    due_at: db.raw(`CASE WHEN (${CLAIMED}) OR due_at <= ? THEN due_at ELSE ? END`, [nowText, atText, atText]),
  };
}

/**
 * Makes records due at once; `asked` puts them first, since a person waits,
 * and counts as a person's touch. Closed records stay closed.
 */
export async function wakeRecords(
  db: Db,
  appointmentIds: number[],
  { now, asked }: { now: Date; asked: boolean },
): Promise<number> {
  if (appointmentIds.length === 0) return 0;
  return db('appointment_syncs')
    .whereIn('appointment_id', appointmentIds)
    .whereNot('state', 'closed')
    .update({
      ...dueNowColumns(db, now),
      ...(asked && { asked_at: toSqlInstant(now), touched_at: toSqlInstant(now) }),
    });
}

/** Wakes one failed record for a person, unless its appointment is no longer what was seen. Returns 1 or 0. */
export async function wakeFailed(tx: Tx, seen: Seen, now: Date): Promise<number> {
  const at = toSqlInstant(now);
  return tx('appointment_syncs')
    .where({ appointment_id: seen.appointmentId, state: 'failed' })
    .whereExists(asSeen(tx, seen).select('id'))
    .update({ ...dueNowColumns(tx, now), asked_at: at, touched_at: at });
}
