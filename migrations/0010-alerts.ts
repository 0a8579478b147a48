import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'alerts', (table) => {
    table.bigIncrements('id');
    table.string('subject', 64).notNullable();
    // Equal to the subject while the alert is open, then NULL: at most one open alert for a subject.
    table.string('open_subject', 64).nullable();
    table.bigInteger('appointment_id').nullable();
    table.integer('revision').notNullable().defaultTo(1);
    table.integer('shown_revision').notNullable().defaultTo(0);
    table.datetime('deliver_at', { precision: 3 }).nullable();
    table.datetime('post_intent_at', { precision: 3 }).nullable();
    table.string('channel', 32).nullable();
    table.string('ts', 32).nullable();
    table.datetime('raised_at', { precision: 3 }).notNullable();
    table.datetime('resolved_at', { precision: 3 }).nullable();
    table.string('resolution', 64).nullable();
    table.unique(['open_subject'], { indexName: 'alerts_open' });
    table.index(['deliver_at'], 'alerts_deliver');
    table.index(['appointment_id'], 'alerts_appointment');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('alerts');
}
