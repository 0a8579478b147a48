import type { Knex } from 'knex';
import { createTableIfAbsent, isSqlite } from '../src/database.ts';

// A second live appointment of the same customer, service and minute is refused; cancelled and no_show ones do not
// count (NULL). Integers and plain text only: MariaDB refuses date_format in an indexed generated column.
const LIVE_MINUTE = {
  mysql:
    "int generated always as (case when status in ('cancelled', 'no_show') then null else timestampdiff(minute, '2000-01-01 00:00:00', starts_at) end) virtual",
  sqlite:
    "text generated always as (case when status in ('cancelled', 'no_show') then null else substr(replace(starts_at, 'T', ' '), 1, 16) end) virtual",
};

export async function up(db: Knex): Promise<void> {
  const sqlite = isSqlite(db);
  await createTableIfAbsent(db, 'appointments', (table) => {
    table.bigIncrements('id');
    table.bigInteger('customer_id').notNullable();
    table.bigInteger('service_id').notNullable();
    table.specificType('staff_id', 'char(36)').notNullable();
    table.datetime('starts_at', { precision: 3 }).notNullable();
    table.datetime('ends_at', { precision: 3 }).notNullable();
    table.string('status', 32).notNullable().defaultTo('booked');
    table.string('source', 64).nullable();
    table.datetime('created_at', { precision: 3 }).nullable();
    table.datetime('updated_at', { precision: 3 }).nullable();
    table.specificType('live_minute', sqlite ? LIVE_MINUTE.sqlite : LIVE_MINUTE.mysql);
    table.unique(['customer_id', 'service_id', 'live_minute'], { indexName: 'appointments_no_duplicate' });
    table.index(['starts_at'], 'appointments_starts_at');
  });
}

// The table may be the booking system's own: it is never dropped.
export async function down(): Promise<void> {}
