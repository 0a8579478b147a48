import type { Db } from '../database.ts';
import type { ItemEnding, StoredItem } from './plans.ts';

/** How far a plan is, and what came of it; counts of its items. */
export interface PlanProgress {
  total: number;
  ended: number;
  closed: number;
  /** Booked after a failure. */
  repaired: number;
  adopted: number;
  /** Linked, and then moved to where the appointment is. */
  moved: number;
  /** Cancelled in Cal.com because nothing of ours wanted it. */
  withdrawn: number;
  /** Tried again, and not decided yet. */
  waiting: number;
  /** Tried again, and failed again. */
  stillOpen: number;
  /** Left alone. */
  skipped: number;
}

const SKIPPED_MAX = 500;
const WOKEN = ['placeholder', 'changed', 'wake'];
const CLOSING = ['past', 'no_staff', 'duplicates', 'no_event_type'];

export async function readPlanProgress(db: Db, planId: number): Promise<PlanProgress> {
  const rows = await db('plan_items as i')
    .leftJoin('appointment_syncs as s', 's.appointment_id', 'i.appointment_id')
    .leftJoin('appointments as a', 'a.id', 'i.appointment_id')
    .where('i.plan_id', planId)
    .groupBy('group_name', 'ending', 'state', 'is_waiting', 'is_behind')
    .select({
      group_name: 'i.group_name',
      ending: 'i.ending',
      state: 's.state',
      is_waiting: db.raw("CASE WHEN s.asked_at IS NOT NULL OR s.state = 'pending' THEN 1 ELSE 0 END"),
      is_behind: db.raw(
        'CASE WHEN a.starts_at <> s.pushed_start OR a.staff_id <> s.pushed_staff_id THEN 1 ELSE 0 END',
      ),
      count: db.raw('COUNT(*)'),
    });
  const progress: PlanProgress = {
    total: 0,
    ended: 0,
    closed: 0,
    repaired: 0,
    adopted: 0,
    moved: 0,
    withdrawn: 0,
    waiting: 0,
    stillOpen: 0,
    skipped: 0,
  };
  for (const row of rows as Record<string, unknown>[]) {
    const count = Number(row.count);
    progress.total += count;
    if (row.ending !== null) progress.ended += count;
    const outcome = outcomeOf(row);
    if (outcome) progress[outcome] += count;
  }
  return progress;
}

function outcomeOf(row: Record<string, unknown>): Exclude<keyof PlanProgress, 'total' | 'ended'> | null {
  const group = String(row.group_name);
  if (row.ending === null) return null;
  if (row.ending === 'moving') return outcomeOfMove(row);
  if (row.ending !== 'done') return 'skipped';
  if (CLOSING.includes(group)) return 'closed';
  if (group === 'orphans') return 'withdrawn';
  if (!WOKEN.includes(group)) return 'adopted';
  if (Number(row.is_waiting) === 1) return 'waiting';
  if (row.state === 'synced') return 'repaired';
  return row.state === 'failed' ? 'stillOpen' : 'closed';
}

function outcomeOfMove({ state, is_waiting, is_behind }: Record<string, unknown>) {
  if (state === 'failed') return 'stillOpen';
  return Number(is_waiting) === 1 || Number(is_behind) === 1 ? 'waiting' : 'moved';
}

/** What a plan left alone, the first of it, and why. */
export async function readSkipped(
  db: Db,
  planId: number,
): Promise<{ appointmentId: number; why: Exclude<ItemEnding, 'done' | 'moving'> }[]> {
  const rows = await db('plan_items')
    .where({ plan_id: planId })
    .whereNotNull('ending')
    .whereNotIn('ending', ['done', 'moving'])
    .orderBy('position')
    .limit(SKIPPED_MAX);
  return rows.map((row) => ({ appointmentId: Number(row.appointment_id), why: row.ending }));
}

/** Every item of a plan with how it ended, in the order in which they ran. */
export async function readItems(
  db: Db,
  planId: number,
): Promise<(Pick<StoredItem, 'group' | 'appointmentId'> & { ending: ItemEnding | null })[]> {
  const rows = await db('plan_items').where({ plan_id: planId }).orderBy('position');
  return rows.map((row) => ({
    group: row.group_name,
    appointmentId: Number(row.appointment_id),
    ending: row.ending,
  }));
}
