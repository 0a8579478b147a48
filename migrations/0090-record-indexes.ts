import type { Knex } from 'knex';
import { createIndexIfAbsent, dropIndexIfThere } from '../src/indexes.ts';

const TABLE = 'appointment_syncs';
const ADDED = [
  // All that a claim decides by: who is due, and in which order.
  {
    ...{ name: 'appointment_syncs_queue', withoutNull: true },
    columns: ['due_at', 'asked_at', 'starts_at', 'appointment_id'],
  },
  { name: 'appointment_syncs_pushed_start', columns: ['pushed_start'], withoutNull: true },
  { name: 'appointment_syncs_stands', columns: ['state', 'pushed_start'] },
  { name: 'appointment_syncs_snoozed_until', columns: ['snoozed_until'], withoutNull: true },
  { name: 'appointment_syncs_replaces', columns: ['replaces_uid'], withoutNull: true },
  { name: 'appointment_syncs_open_attempt', columns: ['open_attempt_id'], withoutNull: true },
  { name: 'appointment_syncs_found', columns: ['found_uid'], withoutNull: true },
];
/** Those that the added ones take the place of. */
const FORMER = [
  { name: 'appointment_syncs_due', columns: ['due_at'] },
  { name: 'appointment_syncs_pushed', columns: ['pushed_start'] },
  { name: 'appointment_syncs_snoozed', columns: ['snoozed_until'] },
];

export async function up(db: Knex): Promise<void> {
  for (const index of ADDED) await createIndexIfAbsent(db, TABLE, index);
  for (const { name } of FORMER) await dropIndexIfThere(db, TABLE, name);
}

export async function down(db: Knex): Promise<void> {
  for (const index of FORMER) await createIndexIfAbsent(db, TABLE, index);
  for (const { name } of ADDED) await dropIndexIfThere(db, TABLE, name);
}
