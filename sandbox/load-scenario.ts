// Puts a scenario into a database the way the booking system would: its own tables, its own columns, plain SQL.
import type { Knex } from 'knex';
import type { InsertStep, Scenario, UpdateStep } from './scenario.ts';

const ROWS_PER_INSERT = 200;

/** How a booking system keeps its rows; `db` is its own connection. */
export interface BookingSystem {
  /** Creates its tables and puts the scenario's rows into them. */
  fill(db: Knex, scenario: Scenario): Promise<void>;
  change(db: Knex, step: InsertStep | UpdateStep): Promise<void>;
}

/** One that has our own names. */
export const plainBookingSystem: BookingSystem = {
  async fill(db, scenario) {
    await createBusinessTables(db);
    await insertRows(db, scenario);
  },
  change: changeRows,
};

/** The rows of a scenario that belong to the booking system; leave out what there is none of. */
export type BusinessRows = Partial<
  Pick<Scenario, 'customers' | 'staff' | 'services' | 'eventMap' | 'appointments'>
>;

/**
 * Creates the booking system's tables with the former sync's columns. Unlike in a schema of our own, an appointment
 * may lack staff, and nothing forbids duplicates.
 */
export async function createBusinessTables(db: Knex): Promise<void> {
  await createTable(db, 'customers', (table) => {
    table.bigIncrements('id');
    table.string('name', 255).notNullable();
    table.string('email', 255);
    table.string('phone', 255);
  });
  await createTable(db, 'staff', (table) => {
    table.specificType('id', 'char(36)').notNullable().primary();
    table.string('name', 255).notNullable();
    table.tinyint('is_active', 1).notNullable().defaultTo(1);
  });
  await createTable(db, 'services', (table) => {
    table.bigIncrements('id');
    table.string('name', 255).notNullable();
    table.integer('duration_minutes').notNullable();
  });
  await createTable(db, 'calcom_event_map', (table) => {
    table.bigInteger('service_id').notNullable();
    table.specificType('staff_id', 'char(36)').notNullable();
    table.bigInteger('event_type_id').notNullable();
    table.primary(['service_id', 'staff_id']);
  });
  await createTable(db, 'appointments', (table) => {
    table.bigIncrements('id');
    table.bigInteger('customer_id').notNullable();
    table.bigInteger('service_id').notNullable();
    table.specificType('staff_id', 'char(36)');
    table.datetime('starts_at', { precision: 3 }).notNullable();
    table.datetime('ends_at', { precision: 3 }).notNullable();
    table.string('status', 32).notNullable().defaultTo('booked');
    table.string('source', 64);
    table.datetime('created_at', { precision: 3 });
    table.datetime('updated_at', { precision: 3 });
    table.string('calcom_v2_booking_uid', 255);
    table.string('calcom_sync_status', 32);
    table.text('sync_error_message');
    table.datetime('last_sync_attempt_at', { precision: 3 });
  });
}

function createTable(
  db: Knex,
  name: string,
  define: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  return db.schema.createTable(name, (table) => {
    if (db.client.config.client === 'mysql2') {
      table.charset('utf8mb4');
      // As the frameworks do that such systems are made with; it is not the server's default.
      table.collate('utf8mb4_unicode_ci');
    }
    define(table);
  });
}

/** Inserts the rows in one transaction, so that a reader sees all of them or none. */
export async function insertRows(db: Knex, rows: BusinessRows): Promise<void> {
  await db.transaction(async (tx) => {
    await insertAll(tx, 'customers', rows.customers);
    await insertAll(tx, 'staff', rows.staff);
    await insertAll(tx, 'services', rows.services);
    await insertAll(tx, 'calcom_event_map', rows.eventMap);
    await insertAll(tx, 'appointments', rows.appointments);
  });
}

async function insertAll(tx: Knex, table: string, rows: object[] = []): Promise<void> {
  for (let first = 0; first < rows.length; first += ROWS_PER_INSERT) {
    await tx(table).insert(rows.slice(first, first + ROWS_PER_INSERT).map(toColumns));
  }
}

/** Plays an `insert` or `update` step. Throws when the row to update is not there. */
export async function changeRows(db: Knex, step: InsertStep | UpdateStep): Promise<void> {
  if (step.do === 'insert') return insertRows(db, step);
  const changed = await db(step.table).where({ id: step.id }).update(toColumns(step.set));
  if (changed !== 1) throw new Error(`${step.table} has no row ${step.id} to update`);
}

function toColumns(row: object): Record<string, unknown> {
  const columns = Object.entries(row).filter(([, value]) => value !== undefined);
  return Object.fromEntries(columns.map(([column, value]) => [column, toSqlValue(value)]));
}

/** Instants as UTC text `YYYY-MM-DD HH:MM:SS.mmm`, booleans as 0 and 1. */
function toSqlValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 23).replace('T', ' ');
  return typeof value === 'boolean' ? Number(value) : value;
}
