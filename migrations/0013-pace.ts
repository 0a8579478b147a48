import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'pace', (table) => {
    table.string('name', 32).notNullable().primary();
    // Microseconds since 1970 at which the next call would be exactly on pace.
    table.bigInteger('next_call_us').notNullable();
  });
  await db('pace').insert({ name: 'calcom', next_call_us: 0 }).onConflict('name').ignore();
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('pace');
}
