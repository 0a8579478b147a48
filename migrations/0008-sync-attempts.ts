import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'sync_attempts', (table) => {
    table.bigIncrements('id');
    table.bigInteger('appointment_id').notNullable();
    table.string('operation', 16).notNullable();
    table.text('request').notNullable();
    table.datetime('intent_at', { precision: 3 }).notNullable();
    table.datetime('outcome_at', { precision: 3 }).nullable();
    table.string('outcome', 32).nullable();
    table.integer('http_status').nullable();
    table.string('request_id', 128).nullable();
    table.text('raw_answer', 'longtext').nullable();
    table.index(['appointment_id'], 'sync_attempts_appointment');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('sync_attempts');
}
