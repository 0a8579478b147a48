import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'opened_homes', (table) => {
    table.string('user_id', 32).notNullable().primary();
    table.datetime('opened_at', { precision: 3 }).notNullable();
    // What the person chose: which appointments the list shows, and which page of them.
    table.string('filter', 16).notNullable();
    table.integer('page').notNullable();
    // Grows with every opening and choice, so that whoever shows an older one is noticed.
    table.integer('revision').notNullable();
    table.datetime('published_at', { precision: 3 }).nullable();
    // Fingerprint of what is shown, and Slack's own word for that view.
    table.string('shown_hash', 64).nullable();
    table.string('view_hash', 128).nullable();
  });
  await db('leases').insert({ name: 'homes' }).onConflict('name').ignore();
}

export async function down(db: Knex): Promise<void> {
  await db('leases').where({ name: 'homes' }).delete();
  await db.schema.dropTableIfExists('opened_homes');
}
