import type { Db } from '../database.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../instant.ts';
import { openFutureQuery } from './appointment.ts';
import { takenSince } from './attention.ts';
import { openStatuses } from './statuses.ts';

/** The table that managers read. Counts of appointments; successRate24h in percent, null when nothing is decided. */
export interface Figures {
  failed: number;
  critical: number;
  manualReview: number;
  ancient: number;
  successRate24h: number | null;
  pending: number;
  health: 'red' | 'amber' | 'green';
}

/** Why our own hand closes an appointment that was never booked. */
export const CLOSED_BY_US = ['past', 'no_staff', 'duplicate', 'no_event_type'] as const;

const SUCCESS_PERCENT_MIN = 95;

export async function readFigures(db: Db, now: Date): Promise<Figures> {
  const [failures, waiting, successRate24h, breaker] = await Promise.all([
    countFailures(db, now),
    countWaiting(db, now),
    successRate(db, now),
    db('breaker').where({ name: 'calcom' }).first('state'),
  ]);
  const critical = failures.critical + waiting.critical;
  const isRed = critical > 0 || failures.ancient > 0 || breaker?.state !== 'closed';
  const isAmber = (successRate24h !== null && successRate24h < SUCCESS_PERCENT_MIN) || waiting.stale > 0;
  return {
    failed: failures.failed,
    critical,
    manualReview: failures.manualReview,
    ancient: failures.ancient,
    successRate24h,
    pending: waiting.pending,
    health: isRed ? 'red' : isAmber ? 'amber' : 'green',
  };
}

/** The instants that the definitions speak of, as the databases hold them. */
const instantsAround = (now: Date) => ({
  at: toSqlInstant(now),
  tomorrow: toSqlInstant(addMs(now, DAY)),
  yesterday: toSqlInstant(addMs(now, -DAY)),
});

const count = (value: unknown) => Number(value ?? 0);

async function countFailures(db: Db, now: Date) {
  const { at, tomorrow, yesterday } = instantsAround(now);
  const row = await db('appointment_syncs as s')
    .join('appointments as a', 'a.id', 's.appointment_id')
    .where('s.state', 'failed')
    .whereIn('a.status', openStatuses(db))
    .first({
      failed: db.raw('COUNT(*)'),
      critical: db.raw('SUM(CASE WHEN a.starts_at >= ? AND a.starts_at <= ? THEN 1 ELSE 0 END)', [
        at,
        tomorrow,
      ]),
      manual_review: db.raw(
        'SUM(CASE WHEN s.taken_by IS NULL OR s.touched_at IS NULL OR s.touched_at <= ? THEN 1 ELSE 0 END)',
        [takenSince(now)],
      ),
      ancient: db.raw(
        `SUM(CASE WHEN s.first_failed_at < ? AND (s.touched_at IS NULL OR s.touched_at < ?) THEN 1 ELSE 0 END)`,
        [yesterday, yesterday],
      ),
    });
  return {
    failed: count(row.failed),
    critical: count(row.critical),
    manualReview: count(row.manual_review),
    ancient: count(row.ancient),
  };
}

/** Pending: since the record became so; a row without a record, since it was created. */
async function countWaiting(db: Db, now: Date) {
  const { at, tomorrow } = instantsAround(now);
  const since = 'CASE WHEN s.appointment_id IS NULL THEN a.created_at ELSE s.pending_since END';
  const row = await openFutureQuery(db, at)
    .leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id')
    .where((undecided) => undecided.whereNull('s.state').orWhereIn('s.state', ['pending', 'closed']))
    .first({
      pending: db.raw('COUNT(*)'),
      critical: db.raw(`SUM(CASE WHEN a.starts_at <= ? AND ${since} < ? THEN 1 ELSE 0 END)`, [
        tomorrow,
        toSqlInstant(addMs(now, -15 * MINUTE)),
      ]),
      stale: db.raw(
        `SUM(CASE WHEN ${since} < ? AND COALESCE(s.failure_kind, '') <> 'outside_window' THEN 1 ELSE 0 END)`,
        [toSqlInstant(addMs(now, -HOUR))],
      ),
    });
  return { pending: count(row.pending), critical: count(row.critical), stale: count(row.stale) };
}

async function successRate(db: Db, now: Date): Promise<number | null> {
  const { at, yesterday } = instantsAround(now);
  const row = await db('appointment_syncs')
    .where('created_at', '>=', yesterday)
    .where('created_at', '<=', at)
    .whereNot('state', 'pending')
    .where((decided) =>
      decided.whereNot('state', 'closed').orWhereIn('closed_reason', [...CLOSED_BY_US, 'done']),
    )
    .first({
      decided: db.raw('COUNT(*)'),
      // What took place was synced until the cleanup closed its record.
      synced: db.raw(
        "SUM(CASE WHEN state = 'synced' OR state = 'closed' AND closed_reason = 'done' THEN 1 ELSE 0 END)",
      ),
    });
  if (count(row.decided) === 0) return null;
  return Math.round((count(row.synced) / count(row.decided)) * 10_000) / 100;
}
