import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'reconciliations', (table) => {
    // The run of cron_runs.
    table.bigInteger('run_id').notNullable().primary();
    // `changes`: what changed in Cal.com since the last one; `everything`: all that is to come.
    table.string('scope', 16).notNullable();
    table.datetime('started_at', { precision: 3 }).notNullable();
    // JSON: how many bookings were read, and what was found.
    table.text('found').notNullable();
    table.index(['scope', 'started_at'], 'reconciliations_latest');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('reconciliations');
}
