import type { Db } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { OPEN_STATUSES } from './appointment.ts';
import type { CLOSED_BY_US } from './figures.ts';

/** What came of the work in a period, each way of ending counted apart; counts of appointments. */
export interface Outcomes {
  closed: Record<(typeof CLOSED_BY_US)[number], number>;
  /** Booked after a failure. */
  repaired: number;
  /** Linked to a booking that stood already; what the import linked is not among them. */
  adopted: number;
  /** Booked without a failure before. */
  booked: number;
  /** What is failed now, by kind. */
  open: Record<string, number>;
}

/** The outcomes from `from` up to, not including, `to`. */
export async function readOutcomes(db: Db, { from, to }: { from: Date; to: Date }): Promise<Outcomes> {
  const [endings, open] = await Promise.all([readEndings(db, { from, to }), readOpen(db)]);
  const count = (wanted: (ending: Ending) => boolean) =>
    new Set(endings.filter(wanted).map((ending) => ending.appointmentId)).size;
  const closedFor = (reason: string) =>
    count((ending) => ending.action === 'closed' && ending.reason === reason);
  return {
    closed: {
      past: closedFor('past'),
      no_staff: closedFor('no_staff'),
      duplicate: closedFor('duplicate'),
      no_event_type: closedFor('no_event_type'),
    },
    repaired: count((ending) => ending.action === 'booked' && ending.hadFailed),
    adopted: count((ending) => ending.action === 'adopted'),
    booked: count((ending) => ending.action === 'booked' && !ending.hadFailed),
    open,
  };
}

interface Ending {
  appointmentId: number;
  action: string;
  reason: string | null;
  hadFailed: boolean;
}

async function readEndings(db: Db, { from, to }: { from: Date; to: Date }): Promise<Ending[]> {
  const failedBefore = db('history as f')
    .whereRaw('f.appointment_id = h.appointment_id')
    .whereRaw('f.id < h.id')
    .whereIn('f.action', ['failed', 'imported'])
    .whereNotNull('f.reason')
    .select(db.raw('COUNT(*)'));
  const rows = await db('history as h')
    .where('h.at', '>=', toSqlInstant(from))
    .where('h.at', '<', toSqlInstant(to))
    .whereIn('h.action', ['booked', 'adopted', 'closed'])
    .select('h.appointment_id', 'h.action', 'h.reason', { failures: failedBefore });
  return rows.map((row: Record<string, unknown>) => ({
    appointmentId: Number(row.appointment_id),
    action: String(row.action),
    reason: row.reason as string | null,
    hadFailed: Number(row.failures) > 0,
  }));
}

async function readOpen(db: Db): Promise<Record<string, number>> {
  const rows = await db('appointment_syncs as s')
    .join('appointments as a', 'a.id', 's.appointment_id')
    .where('s.state', 'failed')
    .whereIn('a.status', OPEN_STATUSES)
    .groupBy('s.failure_kind')
    .orderBy('s.failure_kind')
    .select('s.failure_kind', { count: db.raw('COUNT(*)') });
  return Object.fromEntries(rows.map((row) => [String(row.failure_kind), Number(row.count)]));
}
