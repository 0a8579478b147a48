import type { Db } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import type { CLOSED_BY_US } from './figures.ts';
import { openStatuses } from './statuses.ts';

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

/** What a day brought, each way counted apart; counts of appointments. */
export interface DayOutcomes {
  /** Booked without a failure before. */
  booked: number;
  /** Booked after a failure. */
  repaired: number;
  adopted: number;
  /** In Cal.com, or followed from there. */
  moved: number;
  reassigned: number;
  /** Given another contact by a person. */
  contactFixed: number;
  cancelled: number;
  /** Closed by a plan that a person started; here as in the next, what was opened again is not among them. */
  closedByPlan: number;
  /** Over, and closed by the cleanup. */
  cleaned: number;
}

export interface Period {
  from: Date;
  to: Date;
}

/** The outcomes from `from` up to, not including, `to`. */
export async function readOutcomes(db: Db, period: Period): Promise<Outcomes> {
  const actions = ['booked', 'adopted', 'closed'];
  const [endings, open] = await Promise.all([readEndings(db, actions, period), readOpenFailures(db)]);
  const count = (wanted: (ending: Ending) => boolean) => countAppointments(endings.filter(wanted));
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

/** The outcomes from `from` up to, not including, `to`, as the daily summary tells them. */
export async function readDayOutcomes(db: Db, period: Period): Promise<DayOutcomes> {
  const actions = ['booked', 'adopted', 'moved', 'reassigned', 'contact_fixed', 'cancelled', 'closed'];
  const [endings, closedByPlan, cleaned] = await Promise.all([
    readEndings(db, actions, period),
    countClosed(db, 'plan', period),
    countClosed(db, 'cleanup', period),
  ]);
  const count = (wanted: (ending: Ending) => boolean) => countAppointments(endings.filter(wanted));
  // A person's wish to move or reassign is no outcome yet.
  const happened = (action: string) => (ending: Ending) =>
    ending.action === action && ['bot', 'calcom'].includes(ending.actor);
  return {
    booked: count((ending) => ending.action === 'booked' && !ending.hadFailed),
    repaired: count((ending) => ending.action === 'booked' && ending.hadFailed),
    adopted: count((ending) => ending.action === 'adopted'),
    moved: count(happened('moved')),
    reassigned: count(happened('reassigned')),
    contactFixed: count((ending) => ending.action === 'contact_fixed'),
    cancelled: count(
      ({ action, reason }) => action === 'cancelled' || (action === 'closed' && reason === 'cancelled'),
    ),
    closedByPlan,
    cleaned,
  };
}

/** How many appointments failed from `from` up to, not including, `to`, by the kind that each failed with last. */
export async function readDayFailures(db: Db, { from, to }: Period): Promise<Record<string, number>> {
  const rows = await db('history')
    .where('at', '>=', toSqlInstant(from))
    .where('at', '<', toSqlInstant(to))
    .where({ action: 'failed' })
    .whereNotNull('reason')
    .orderBy('id')
    .select('appointment_id', 'reason');
  const lastKinds = new Map<number, string>();
  for (const row of rows) lastKinds.set(Number(row.appointment_id), String(row.reason));
  const counts: Record<string, number> = {};
  for (const kind of lastKinds.values()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

interface Ending {
  appointmentId: number;
  actor: string;
  action: string;
  reason: string | null;
  hadFailed: boolean;
}

function countAppointments(endings: Ending[]): number {
  return new Set(endings.map((ending) => ending.appointmentId)).size;
}

async function readEndings(db: Db, actions: string[], { from, to }: Period): Promise<Ending[]> {
  const failedBefore = db('history as f')
    .whereRaw('f.appointment_id = h.appointment_id')
    .whereRaw('f.id < h.id')
    .whereIn('f.action', ['failed', 'imported'])
    .whereNotNull('f.reason')
    .select(db.raw('COUNT(*)'));
  const rows = await db('history as h')
    .where('h.at', '>=', toSqlInstant(from))
    .where('h.at', '<', toSqlInstant(to))
    .whereIn('h.action', actions)
    .select('h.appointment_id', 'h.actor', 'h.action', 'h.reason', { failures: failedBefore });
  return rows.map((row: Record<string, unknown>) => ({
    appointmentId: Number(row.appointment_id),
    actor: String(row.actor),
    action: String(row.action),
    reason: row.reason as string | null,
    hadFailed: Number(row.failures) > 0,
  }));
}

async function countClosed(db: Db, by: 'plan' | 'cleanup', { from, to }: Period): Promise<number> {
  const row = await db('undo_entries as e')
    .join('undos as u', 'u.id', 'e.undo_id')
    .where('u.subject', 'like', `${by}:%`)
    .whereIn('e.kind', ['past', 'closed', 'done'])
    .where('e.done_at', '>=', toSqlInstant(from))
    .where('e.done_at', '<', toSqlInstant(to))
    .whereRaw("COALESCE(e.outcome, '') <> 'undone'")
    .countDistinct({ count: 'e.appointment_id' })
    .first();
  return Number(row?.count ?? 0);
}

/** What is failed now, by kind. */
export async function readOpenFailures(db: Db): Promise<Record<string, number>> {
  const rows = await db('appointment_syncs as s')
    .join('appointments as a', 'a.id', 's.appointment_id')
    .where('s.state', 'failed')
    .whereIn('a.status', openStatuses(db))
    .groupBy('s.failure_kind')
    .orderBy('s.failure_kind')
    .select('s.failure_kind', { count: db.raw('COUNT(*)') });
  return Object.fromEntries(rows.map((row) => [String(row.failure_kind), Number(row.count)]));
}
