import type { Knex } from 'knex';

// NULL in the rows of before: nothing of it was noted then.
const ADDED = ['failures', 'clusters', 'deeds', 'picture'];

export async function up(db: Knex): Promise<void> {
  if (await db.schema.hasColumn('daily_summaries', 'picture')) return;
  await db.schema.alterTable('daily_summaries', (table) => {
    // JSON each: what failed in the 24 hours, by kind; failures that one task mends; who did what; the chart in Slack.
    for (const column of ADDED) table.text(column).nullable();
  });
}

export async function down(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('daily_summaries', 'picture'))) return;
  await db.schema.alterTable('daily_summaries', (table) => table.dropColumns(...ADDED));
}
