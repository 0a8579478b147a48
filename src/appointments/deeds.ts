import type { Db } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { type Actor, NOT_PERSONS } from './history.ts';
import type { Period } from './outcomes.ts';

/** What people do, by its word in the history, in the order in which it is told. */
export const deedActions = [
  'rescheduled',
  'reassigned',
  'cancelled',
  'contact_fixed',
  'kept_ours',
  'took_theirs',
  'asked_again',
  'taken',
  'called',
  'noted',
  'adopted',
  'closed',
  'orphan_cancelled',
  'undone',
  'reopened',
  'plan_started',
  'held',
  'started',
] as const;
export type DeedAction = (typeof deedActions)[number];

/** What a person did, counted by appointments; what concerns none of them by how often. */
export interface Deeds {
  actor: Actor;
  counts: Partial<Record<DeedAction, number>>;
}

/** Who did what in the period, who did most first. */
export async function readDeeds(db: Db, { from, to }: Period): Promise<Deeds[]> {
  const rows = await db('history')
    .where('at', '>=', toSqlInstant(from))
    .where('at', '<', toSqlInstant(to))
    .whereIn('action', deedActions)
    .whereNotIn('actor', NOT_PERSONS)
    .orderBy('id')
    .select('id', 'actor', 'action', 'appointment_id');
  const done = new Set<string>();
  const byActor = new Map<Actor, Deeds>();
  for (const row of rows) {
    const deed = [row.actor, row.action, row.appointment_id ?? `entry ${row.id}`].join(' ');
    if (done.has(deed)) continue;
    done.add(deed);
    const deeds = byActor.get(row.actor) ?? { actor: String(row.actor), counts: {} };
    byActor.set(row.actor, deeds);
    const action = row.action as DeedAction;
    deeds.counts[action] = (deeds.counts[action] ?? 0) + 1;
  }
  return [...byActor.values()].toSorted((one, other) => sumOf(other) - sumOf(one));
}

function sumOf({ counts }: Deeds): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
