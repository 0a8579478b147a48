import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'received_webhooks', (table) => {
    // SHA-256 of the body: Cal.com gives a delivery no number.
    table.specificType('body_hash', 'char(64)').notNullable().primary();
    table.datetime('received_at', { precision: 3 }).notNullable();
    table.string('event', 64).notNullable();
    table.string('booking_uid', 128).nullable();
    table.bigInteger('appointment_id').nullable();
    table.string('outcome', 16).notNullable();
    table.index(['received_at'], 'received_webhooks_received');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('received_webhooks');
}
