import type { Knex } from 'knex';

export async function up(db: Knex): Promise<void> {
  if (await db.schema.hasColumn('alerts', 'thread_of')) return;
  await db.schema.alterTable('alerts', (table) => {
    // A line in the thread of another alert: that alert, and the entry of the history that it tells.
    table.bigInteger('thread_of').nullable();
    table.bigInteger('history_id').nullable();
    table.unique(['thread_of', 'history_id'], { indexName: 'alerts_note' });
  });
}

export async function down(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('alerts', 'thread_of'))) return;
  await db('alerts').whereNotNull('thread_of').delete();
  await db.schema.alterTable('alerts', (table) => {
    table.dropUnique(['thread_of', 'history_id'], 'alerts_note');
    table.dropColumn('history_id');
    table.dropColumn('thread_of');
  });
}
