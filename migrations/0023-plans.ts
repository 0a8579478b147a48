import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'plans', (table) => {
    table.bigIncrements('id');
    table.datetime('made_at', { precision: 3 }).notNullable();
    table.datetime('started_at', { precision: 3 }).nullable();
    table.string('started_by', 64).nullable();
    // Who runs it, and until when that counts unless renewed; afterwards another may go on.
    table.string('token', 36).nullable();
    table.datetime('expires_at', { precision: 3 }).nullable();
    table.datetime('finished_at', { precision: 3 }).nullable();
    // When everything that it had tried again was decided.
    table.datetime('settled_at', { precision: 3 }).nullable();
    // The table that managers read, as JSON, before it ran and once it was settled.
    table.text('figures_before').nullable();
    table.text('figures_after').nullable();
    table.index(['started_at'], 'plans_started');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('plans');
}
