import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'door_turns', (table) => {
    // What only one request at the door may work on at a time: a request, a contact, a person's calendar.
    table.string('name', 80).notNullable().primary();
    table.integer('turns').notNullable();
    // For a request: the appointment that came of it, which is the answer when it is repeated.
    table.bigInteger('appointment_id').nullable();
    table.datetime('taken_at', { precision: 3 }).notNullable();
    table.index(['taken_at'], 'door_turns_taken_at');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('door_turns');
}
