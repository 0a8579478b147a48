import type { Db } from '../database.ts';
import { fromSqlInstantOrNull, toSqlInstant } from '../instant.ts';
import type { SyncState } from './sync-record.ts';

/** What the engine has before it. */
export interface Backlog {
  /** Records of starts to come, by state; those whose start is over are of the past, and would be counted for ever. */
  upcoming: Record<SyncState, number>;
  /** Records that are due and that nobody works on. */
  due: number;
  oldestDueAt: Date | null;
}

const STATES: SyncState[] = ['pending', 'synced', 'failed', 'closed'];

/** Served by the indexes on state with start, and on due_at. */
export async function readBacklog(db: Db, now: Date): Promise<Backlog> {
  const at = toSqlInstant(now);
  const states: { state: SyncState; records: number }[] = await db('appointment_syncs')
    .whereIn('state', STATES)
    .where('starts_at', '>', at)
    .groupBy('state')
    .select('state', { records: db.raw('COUNT(*)') });
  const due = await db('appointment_syncs')
    .where('due_at', '<=', at)
    .first({ records: db.raw('COUNT(*)'), oldest: db.raw('MIN(due_at)') });
  const counts = new Map(states.map(({ state, records }) => [state, Number(records)]));
  return {
    upcoming: Object.fromEntries(
      STATES.map((state) => [state, counts.get(state) ?? 0]),
    ) as Backlog['upcoming'],
    due: Number(due.records),
    oldestDueAt: fromSqlInstantOrNull(due.oldest ?? null),
  };
}
