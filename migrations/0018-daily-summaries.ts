import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'daily_summaries', (table) => {
    // `YYYY-MM-DD` in the salon's zone.
    table.string('local_date', 10).notNullable().primary();
    table.datetime('taken_at', { precision: 3 }).notNullable();
    // JSON each: the table that managers read, what the last 24 hours brought, and what needs a person.
    table.text('figures').notNullable();
    table.text('outcomes').notNullable();
    table.text('open_cases').notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('daily_summaries');
}
