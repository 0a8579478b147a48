import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'plan_items', (table) => {
    table.bigInteger('plan_id').notNullable();
    table.integer('position').notNullable();
    table.string('group_name', 16).notNullable();
    // One of the two: an appointment, or for orphans a booking in Cal.com and the appointment it names.
    table.bigInteger('appointment_id').nullable();
    table.string('booking_uid', 128).nullable();
    // JSON: the values that the plan was made from.
    table.text('seen').notNullable();
    // NULL until it is done; see run-item.ts.
    table.string('ending', 32).nullable();
    table.primary(['plan_id', 'position']);
    table.index(['plan_id', 'ending'], 'plan_items_ending');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('plan_items');
}
