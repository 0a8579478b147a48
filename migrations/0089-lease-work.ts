import type { Knex } from 'knex';

export async function up(db: Knex): Promise<void> {
  if (await db.schema.hasColumn('leases', 'done_at')) return;
  await db.schema.alterTable('leases', (table) => {
    // When a holder last did what the lease is for, and how long that took.
    table.datetime('done_at', { precision: 3 }).nullable();
    table.integer('took_ms').nullable();
  });
}

export async function down(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('leases', 'done_at'))) return;
  await db.schema.alterTable('leases', (table) => {
    table.dropColumn('done_at');
    table.dropColumn('took_ms');
  });
}
