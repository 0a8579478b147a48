import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'cron_runs', (table) => {
    table.bigIncrements('id');
    table.string('task', 16).notNullable();
    table.datetime('fire_at', { precision: 3 }).notNullable();
    table.datetime('started_at', { precision: 3 }).notNullable();
    // Who runs it, and until when that counts unless renewed; afterwards another may take the run over.
    table.string('token', 36).notNullable();
    table.datetime('expires_at', { precision: 3 }).notNullable();
    table.integer('tries').notNullable().defaultTo(1);
    table.datetime('finished_at', { precision: 3 }).nullable();
    table.unique(['task', 'fire_at'], { indexName: 'cron_runs_once' });
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('cron_runs');
}
