import type { Db } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { openFutureQuery } from './appointment.ts';
import { type Situation, situationQuery, toSituation } from './situation.ts';
import { openStatuses, statusesOf } from './statuses.ts';

/** Failed, still to come, and not about to be tried again: what only a person or a change can help. */
export async function readFailedUnattended(
  db: Db,
  now: Date,
): Promise<{ appointmentId: number; kind: string }[]> {
  const at = toSqlInstant(now);
  const rows = await openFutureQuery(db, at)
    .join('appointment_syncs as s', 's.appointment_id', 'a.id')
    .where('s.state', 'failed')
    .where((later) => later.whereNull('s.due_at').orWhere('s.due_at', '>', at))
    .orderBy('a.starts_at')
    .select('a.id', 's.failure_kind');
  return rows.map((row: Record<string, unknown>) => ({
    appointmentId: Number(row.id),
    kind: String(row.failure_kind),
  }));
}

// Whoever asks for all at once has not decided to book again what somebody, perhaps the customer, cancelled in Cal.com.
const NOT_CANCELLED_THERE = "COALESCE(s.failure_kind, '') <> 'cancelled_there'";

/**
 * The ids of all failed records whose appointment is open and still to come, nearest start first. What was cancelled in
 * Cal.com is not among them.
 */
export async function readFailedIds(db: Db, now: Date): Promise<number[]> {
  const ids = await openFutureQuery(db, toSqlInstant(now))
    .join('appointment_syncs as s', 's.appointment_id', 'a.id')
    .where('s.state', 'failed')
    .whereRaw(NOT_CANCELLED_THERE)
    .orderBy('a.starts_at')
    .pluck('a.id');
  return ids.map(Number);
}

/** The ids of all records that are not in step, else as `readFailedIds`. */
export async function readUndecidedIds(db: Db, now: Date): Promise<number[]> {
  const ids = await openFutureQuery(db, toSqlInstant(now))
    .join('appointment_syncs as s', 's.appointment_id', 'a.id')
    .whereIn('s.state', ['failed', 'pending'])
    .whereRaw(NOT_CANCELLED_THERE)
    .orderBy('a.starts_at')
    .pluck('a.id');
  return ids.map(Number);
}

/** What is failed and open, the nearest start first; what is past comes last. */
export async function readFailedSituations(
  db: Db,
  { now, limit, offset }: { now: Date; limit: number; offset: number },
): Promise<Situation[]> {
  const rows = await situationQuery(db)
    .where('s.state', 'failed')
    .whereIn('a.status', openStatuses(db))
    .orderByRaw('CASE WHEN a.starts_at >= ? THEN 0 ELSE 1 END', [toSqlInstant(now)])
    .orderBy(['a.starts_at', 'a.id'])
    .limit(limit)
    .offset(offset);
  return rows.map((row: Record<string, unknown>) => toSituation(row, statusesOf(db)));
}
