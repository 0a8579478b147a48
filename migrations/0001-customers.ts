import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'customers', (table) => {
    table.bigIncrements('id');
    table.string('name', 255).notNullable();
    table.string('email', 255).nullable();
    table.string('phone', 255).nullable();
  });
}

// The table may be the booking system's own: it is never dropped.
export async function down(): Promise<void> {}
