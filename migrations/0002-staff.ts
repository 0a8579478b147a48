import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'staff', (table) => {
    table.specificType('id', 'char(36)').notNullable().primary();
    table.string('name', 255).notNullable();
    table.specificType('is_active', 'tinyint(1)').notNullable().defaultTo(1);
  });
}

// The table may be the booking system's own: it is never dropped.
export async function down(): Promise<void> {}
