import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'breaker', (table) => {
    table.string('name', 32).notNullable().primary();
    table.string('state', 16).notNullable();
    table.string('kind', 32).nullable();
    table.datetime('opened_at', { precision: 3 }).nullable();
    table.datetime('probe_at', { precision: 3 }).nullable();
    table.integer('probes').notNullable().defaultTo(0);
  });
  await db('breaker').insert({ name: 'calcom', state: 'closed' }).onConflict('name').ignore();
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('breaker');
}
