import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'history', (table) => {
    table.bigIncrements('id');
    table.bigInteger('appointment_id').nullable();
    table.datetime('at', { precision: 3 }).notNullable();
    table.string('actor', 64).notNullable();
    table.string('action', 32).notNullable();
    table.text('before').nullable();
    table.text('after').nullable();
    table.string('reason', 255).nullable();
    table.index(['appointment_id'], 'history_appointment');
    table.index(['at'], 'history_at');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('history');
}
