import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'appointment_syncs', (table) => {
    table.bigInteger('appointment_id').notNullable().primary();
    table.string('state', 16).notNullable();
    table.string('closed_reason', 32).nullable();
    table.datetime('due_at', { precision: 3 }).nullable();
    table.string('claim_token', 36).nullable();
    table.boolean('due_again').notNullable().defaultTo(false);
    table.datetime('asked_at', { precision: 3 }).nullable();
    table.integer('attempts').notNullable().defaultTo(0);
    table.bigInteger('open_attempt_id').nullable();
    table.datetime('pending_since', { precision: 3 }).nullable();
    table.integer('revision').notNullable().defaultTo(0);
    table.string('booking_uid', 128).nullable();
    table.string('replaces_uid', 128).nullable();
    table.bigInteger('pushed_service_id').nullable();
    table.specificType('pushed_staff_id', 'char(36)').nullable();
    table.datetime('pushed_start', { precision: 3 }).nullable();
    table.bigInteger('pushed_event_type_id').nullable();
    table.string('tried_hash', 64).nullable();
    table.string('failure_kind', 32).nullable();
    table.string('failure_cause', 32).nullable();
    table.string('failure_text', 500).nullable();
    table.bigInteger('blocked_by').nullable();
    table.string('found_uid', 128).nullable();
    table.string('found_as', 16).nullable();
    table.datetime('first_failed_at', { precision: 3 }).nullable();
    table.datetime('last_attempt_at', { precision: 3 }).nullable();
    table.datetime('touched_at', { precision: 3 }).nullable();
    table.string('taken_by', 64).nullable();
    table.datetime('starts_at', { precision: 3 }).nullable();
    table.datetime('created_at', { precision: 3 }).nullable();
    table.index(['due_at'], 'appointment_syncs_due');
    table.index(['state', 'starts_at'], 'appointment_syncs_state');
    table.index(['pushed_start'], 'appointment_syncs_pushed');
    table.index(['created_at'], 'appointment_syncs_created');
    table.unique(['booking_uid'], { indexName: 'appointment_syncs_booking' });
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('appointment_syncs');
}
