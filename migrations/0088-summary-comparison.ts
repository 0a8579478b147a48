import type { Knex } from 'knex';

export async function up(db: Knex): Promise<void> {
  if (await db.schema.hasColumn('daily_summaries', 'comparison')) return;
  await db.schema.alterTable('daily_summaries', (table) => {
    // JSON: what the comparison with Cal.com found. NULL in the rows of before.
    table.text('comparison').nullable();
  });
}

export async function down(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('daily_summaries', 'comparison'))) return;
  await db.schema.alterTable('daily_summaries', (table) => table.dropColumn('comparison'));
}
