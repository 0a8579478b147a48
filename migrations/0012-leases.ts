import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'leases', (table) => {
    table.string('name', 32).notNullable().primary();
    table.string('holder', 64).nullable();
    table.datetime('expires_at', { precision: 3 }).nullable();
  });
  await db('leases')
    .insert([{ name: 'adoption' }, { name: 'notice' }, { name: 'delivery' }])
    .onConflict('name')
    .ignore();
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('leases');
}
