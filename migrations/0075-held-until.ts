import type { Knex } from 'knex';

export async function up(db: Knex): Promise<void> {
  if (await db.schema.hasColumn('alerts', 'held_until')) return;
  await db.schema.alterTable('alerts', (table) => {
    // When the quiet hours that held it back were over: the time of the note that tells so.
    table.datetime('held_until', { precision: 3 }).nullable();
  });
}

export async function down(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('alerts', 'held_until'))) return;
  await db.schema.alterTable('alerts', (table) => {
    table.dropColumn('held_until');
  });
}
