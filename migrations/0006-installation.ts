import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'installation', (table) => {
    table.integer('id').notNullable().primary();
    table.string('installation_id', 36).notNullable();
    table.string('mode', 16).notNullable();
    table.datetime('since', { precision: 3 }).nullable();
    table.string('by_whom', 64).nullable();
    table.datetime('adopted_at', { precision: 3 }).nullable();
  });
  await db('installation')
    .insert({ id: 1, installation_id: randomUUID(), mode: 'new' })
    .onConflict('id')
    .ignore();
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('installation');
}
