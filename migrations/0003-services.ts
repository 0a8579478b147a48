import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'services', (table) => {
    table.bigIncrements('id');
    table.string('name', 255).notNullable();
    table.integer('duration_minutes').notNullable();
  });
}

// The table may be the booking system's own: it is never dropped.
export async function down(): Promise<void> {}
