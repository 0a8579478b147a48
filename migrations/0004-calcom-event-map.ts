import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'calcom_event_map', (table) => {
    table.bigInteger('service_id').notNullable();
    table.specificType('staff_id', 'char(36)').notNullable();
    table.bigInteger('event_type_id').notNullable();
    table.primary(['service_id', 'staff_id']);
  });
}

// The table may be the booking system's own: it is never dropped.
export async function down(): Promise<void> {}
