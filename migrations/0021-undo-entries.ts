import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'undo_entries', (table) => {
    table.bigInteger('undo_id').notNullable();
    table.bigInteger('appointment_id').notNullable();
    // past, closed: the appointment was cancelled here; done: only our record was closed; linked: the record was given
    // a booking; changed: a person changed the row; contact: a person changed the customer's contact.
    table.string('kind', 16).notNullable();
    table.datetime('starts_at', { precision: 3 }).nullable();
    // JSON: the columns as they were, and as they were made.
    table.text('before').notNullable();
    table.text('after').notNullable();
    // The columns of the record that the change cleared, as JSON; NULL when there was no record.
    table.text('record_before').nullable();
    table.datetime('done_at', { precision: 3 }).notNullable();
    // undone, or changed: somebody had touched it since, so it was left as it is.
    table.string('outcome', 16).nullable();
    table.primary(['undo_id', 'appointment_id']);
    table.index(['appointment_id'], 'undo_entries_appointment');
    table.index(['done_at'], 'undo_entries_done');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('undo_entries');
}
