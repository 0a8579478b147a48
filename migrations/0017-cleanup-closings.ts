import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'cleanup_closings', (table) => {
    table.bigInteger('run_id').notNullable();
    table.bigInteger('appointment_id').notNullable();
    // past: never booked, the appointment was cancelled; done: it took place, only our record was closed.
    table.string('kind', 16).notNullable();
    table.datetime('starts_at', { precision: 3 }).notNullable();
    table.string('status_before', 32).notNullable();
    // The columns of the record that closing clears, as JSON; NULL when there was no record.
    table.text('record_before').nullable();
    table.datetime('closed_at', { precision: 3 }).notNullable();
    table.datetime('undone_at', { precision: 3 }).nullable();
    table.string('undone_by', 64).nullable();
    table.primary(['run_id', 'appointment_id']);
    table.index(['appointment_id'], 'cleanup_closings_appointment');
    table.index(['closed_at'], 'cleanup_closings_closed');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('cleanup_closings');
}
