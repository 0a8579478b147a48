import type { Knex } from 'knex';
import { isSqlite } from '../src/database.ts';
import { createIndexIfAbsent, dropIndexIfThere } from '../src/indexes.ts';

// Since when a row keeps what has to go when it is old; NULL when it keeps nothing of it. So an index finds what is to go,
// however long the past is. `typed_at`: of the actions whose reason a person types (typedActions).
const KEPT = [
  {
    ...{ table: 'sync_attempts', column: 'answer_kept_at', index: 'sync_attempts_kept' },
    value: 'case when raw_answer is not null and outcome is not null then intent_at end',
  },
  {
    ...{ table: 'history', column: 'typed_at', index: 'history_typed' },
    value: "case when reason is not null and action in ('cancelled', 'noted', 'called') then at end",
  },
];
const INDEXES: [table: string, index: { name: string; columns: string[]; withoutNull?: boolean }][] = [
  ['alerts', { name: 'alerts_due', columns: ['deliver_at'], withoutNull: true }],
  ['alerts', { name: 'alerts_redact', columns: ['is_redacted', 'resolved_at'] }],
  ['alerts', { name: 'alerts_history', columns: ['history_id'], withoutNull: true }],
  ['undo_entries', { name: 'undo_entries_kind', columns: ['kind', 'done_at'] }],
];

export async function up(db: Knex): Promise<void> {
  for (const { table, column, index, value } of KEPT) {
    if (!(await hasColumn(db, table, column)))
      await db.schema.alterTable(table, (kept) =>
        kept.specificType(column, `datetime(3) generated always as (${value}) virtual`),
      );
    await createIndexIfAbsent(db, table, { name: index, columns: [column], withoutNull: true });
  }
  for (const [table, index] of INDEXES) await createIndexIfAbsent(db, table, index);
  await dropIndexIfThere(db, 'alerts', 'alerts_deliver');
}

export async function down(db: Knex): Promise<void> {
  await createIndexIfAbsent(db, 'alerts', { name: 'alerts_deliver', columns: ['deliver_at'] });
  for (const [table, { name }] of INDEXES) await dropIndexIfThere(db, table, name);
  for (const { table, column, index } of KEPT) {
    await dropIndexIfThere(db, table, index);
    if (await hasColumn(db, table, column)) await db.raw('ALTER TABLE ?? DROP COLUMN ??', [table, column]);
  }
}

/** SQLite names generated columns only when asked for hidden ones. */
async function hasColumn(db: Knex, table: string, column: string): Promise<boolean> {
  if (!isSqlite(db)) return db.schema.hasColumn(table, column);
  const found = await db.raw('SELECT 1 FROM pragma_table_xinfo(?) WHERE name = ?', [table, column]);
  return found.length > 0;
}
