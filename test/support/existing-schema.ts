import type { BookingSystem } from '../../sandbox/load-scenario.ts';
import type { Scenario, UpdateStep } from '../../sandbox/scenario.ts';
import type { Db } from '../../src/database.ts';
import type { BusinessTable } from '../../src/database-map.ts';

// A booking system's database as a framework made it over the years: wide tables, no room for an index, several
// companies in one table, rows that are only marked as deleted. MySQL and MariaDB only.

export const COMPANY = 7;
export const OTHER_COMPANY = 8;
const OTHER_IDS = 100_000;
const DELETED_IDS = 200_000;
export const COLUMNS_OF_APPOINTMENTS = 75;
/** MySQL and MariaDB take no more for one table. */
export const INDEXES_MAX = 64;

export interface ExistingSchema {
  name: string;
  tables: Record<BusinessTable, string>;
  /** Their names by ours, as far as they differ. */
  columns: Partial<Record<BusinessTable, Record<string, string>>>;
  /** Their status words by ours. */
  words: Record<string, string>;
  statusType: string;
  /** Null: nothing is mapped, and one company has the database to itself. */
  map: string | null;
}

const OWN_TABLES: Record<BusinessTable, string> = {
  appointments: 'appointments',
  customers: 'customers',
  staff: 'staff',
  services: 'services',
  calcom_event_map: 'calcom_event_map',
};
const OWN_WORDS = Object.fromEntries(
  ['booked', 'scheduled', 'confirmed', 'completed', 'cancelled', 'no_show'].map((word) => [word, word]),
);

const ONE_COMPANY = Object.keys(OWN_TABLES)
  .map((table) => `  ${table}: { filter: { company_id: ${COMPANY} } }\n`)
  .join('');

/** Our names, and one company only: works without a map. */
export const SAME_NAMES: ExistingSchema = {
  name: 'our names, one company, no map',
  tables: OWN_TABLES,
  columns: {},
  words: { ...OWN_WORDS, no_show: 'no-show' },
  statusType: "enum('booked','scheduled','confirmed','completed','cancelled','no_show','no-show') NOT NULL",
  map: null,
};

export const SEVERAL_COMPANIES: ExistingSchema = {
  ...SAME_NAMES,
  name: 'our names, several companies',
  map: `tables:\n${ONE_COMPANY}`,
};

export const OTHER_NAMES: ExistingSchema = {
  name: 'other names and words',
  tables: {
    appointments: 'termine',
    customers: 'kunden',
    staff: 'mitarbeiter',
    services: 'leistungen',
    calcom_event_map: 'kalender_zuordnung',
  },
  columns: {
    appointments: {
      id: 'termin_nr',
      customer_id: 'kunde_id',
      starts_at: 'beginn',
      ends_at: 'ende',
      status: 'zustand',
      updated_at: 'geaendert_am',
      calcom_v2_booking_uid: 'buchung_uid',
      is_composite: 'hat_teile',
    },
    customers: { id: 'kunde_nr', name: 'voller_name', email: 'mail' },
    staff: { name: 'anzeigename', is_active: 'aktiv' },
    services: { duration_minutes: 'minuten' },
    calcom_event_map: { event_type_id: 'typ' },
  },
  words: {
    booked: 'gebucht',
    scheduled: 'geplant',
    confirmed: 'bestätigt',
    completed: 'erledigt',
    cancelled: 'abgesagt',
    no_show: 'nicht erschienen',
  },
  statusType: "enum('gebucht','geplant','bestätigt','erledigt','abgesagt','nicht erschienen') NOT NULL",
  map: `
tables:
  appointments:
    table: termine
    columns:
      id: termin_nr
      customer_id: kunde_id
      starts_at: beginn
      ends_at: ende
      status: zustand
      updated_at: geaendert_am
      calcom_v2_booking_uid: buchung_uid
    filter: { company_id: ${COMPANY}, deleted_at: null }
    composite: { column: hat_teile, equals: 1 }
  customers:
    table: kunden
    columns: { id: kunde_nr, name: voller_name, email: mail }
    filter: { company_id: ${COMPANY} }
  staff:
    table: mitarbeiter
    columns: { name: anzeigename, is_active: aktiv }
    filter: { company_id: ${COMPANY} }
  services:
    table: leistungen
    columns: { duration_minutes: minuten }
    filter: { company_id: ${COMPANY} }
  calcom_event_map:
    table: kalender_zuordnung
    columns: { event_type_id: typ }
    filter: { company_id: ${COMPANY} }
statuses:
  booked: gebucht
  scheduled: geplant
  confirmed: bestätigt
  completed: erledigt
  cancelled: abgesagt
  no_show: nicht erschienen
`,
};

const COLUMN_TYPES: Record<BusinessTable, [ours: string, type: string][]> = {
  customers: [
    ['id', 'bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY'],
    ['name', 'varchar(191) NOT NULL'],
    ['email', 'varchar(191) NULL'],
    ['phone', 'varchar(191) NULL'],
  ],
  staff: [
    ['id', 'char(36) NOT NULL PRIMARY KEY'],
    ['name', 'varchar(191) NOT NULL'],
    ['is_active', 'tinyint(1) NOT NULL DEFAULT 1'],
  ],
  services: [
    ['id', 'bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY'],
    ['name', 'varchar(191) NOT NULL'],
    ['duration_minutes', 'int unsigned NOT NULL'],
  ],
  calcom_event_map: [
    ['service_id', 'bigint unsigned NOT NULL'],
    ['staff_id', 'char(36) NOT NULL'],
    ['event_type_id', 'bigint unsigned NOT NULL'],
  ],
  appointments: [
    ['id', 'bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY'],
    ['customer_id', 'bigint unsigned NOT NULL'],
    ['service_id', 'bigint unsigned NOT NULL'],
    ['staff_id', 'char(36) NULL'],
    ['starts_at', "timestamp NOT NULL DEFAULT '2000-01-01 00:00:00'"],
    ['ends_at', "timestamp NOT NULL DEFAULT '2000-01-01 00:00:00'"],
    ['status', ''],
    ['source', 'varchar(64) NULL'],
    ['created_at', 'timestamp NULL'],
    ['updated_at', 'timestamp NULL ON UPDATE CURRENT_TIMESTAMP'],
    ['calcom_v2_booking_uid', 'varchar(191) NULL'],
    ['calcom_sync_status', "enum('pending','synced','failed','skipped') NULL"],
    ['sync_error_message', 'text NULL'],
    ['last_sync_attempt_at', 'timestamp NULL'],
    ['is_composite', 'tinyint(1) NOT NULL DEFAULT 0'],
  ],
};
const COMMON_COLUMNS: [string, string][] = [
  ['company_id', `bigint unsigned NOT NULL DEFAULT ${COMPANY}`],
  ['deleted_at', 'timestamp NULL'],
];
const FILLER_TYPES = ['varchar(40)', 'int', 'decimal(8,2)', 'json', 'timestamp', 'tinyint(1)'];
const FILLER_VALUES = ['x', 3, '12.50', '{"a":1}', '2024-02-29 12:00:00', 1];

export function theirName(schema: ExistingSchema, table: BusinessTable, ours: string): string {
  return schema.columns[table]?.[ours] ?? ours;
}

/** A booking system with this schema; another company's rows and deleted rows stand among the scenario's. */
export function existingSystem(schema: ExistingSchema): BookingSystem {
  return {
    async fill(db, scenario) {
      await createTables(db, schema);
      await insertRows(db, schema, scenario);
      if (schema.map !== null) await insertRows(db, schema, otherCompany(scenario), OTHER_COMPANY);
      await insertDeleted(db, schema, scenario);
    },
    async change(db, step) {
      if (step.do === 'insert') return insertRows(db, schema, step);
      await updateRow(db, schema, step);
    },
  };
}

async function createTables(db: Db, schema: ExistingSchema): Promise<void> {
  for (const table of Object.keys(COLUMN_TYPES) as BusinessTable[]) {
    const own = COLUMN_TYPES[table].map(([ours, type]) => [theirName(schema, table, ours), type] as const);
    const columns = [...own, ...COMMON_COLUMNS].map(
      ([name, type]) => `\`${name}\` ${type || schema.statusType}`,
    );
    if (table === 'appointments') columns.push(...fillers(columns.length));
    if (table === 'calcom_event_map') columns.push('PRIMARY KEY (service_id, staff_id)');
    await db.raw(
      `CREATE TABLE \`${schema.tables[table]}\` (${columns.join(', ')}) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    );
  }
  const appointments = schema.tables.appointments;
  const indexed = Array.from({ length: INDEXES_MAX - 1 }, (_, at) => `extra_${(at % fillerCount()) + 1}`);
  const keys = indexed.map((name, at) => `ADD INDEX idx_${at + 1} (${name}${indexWidth(name)}, company_id)`);
  await db.raw(`ALTER TABLE \`${appointments}\` ${keys.join(', ')}`);
}

function fillerCount(): number {
  return COLUMNS_OF_APPOINTMENTS - COLUMN_TYPES.appointments.length - COMMON_COLUMNS.length;
}

function fillers(before: number): string[] {
  return Array.from(
    { length: COLUMNS_OF_APPOINTMENTS - before },
    (_, at) => `extra_${at + 1} ${FILLER_TYPES[at % FILLER_TYPES.length]} NULL`,
  );
}

function indexWidth(name: string): string {
  const at = Number(name.slice('extra_'.length)) - 1;
  return FILLER_TYPES[at % FILLER_TYPES.length] === 'json' ? '(20)' : '';
}

type Rows = Partial<Pick<Scenario, 'customers' | 'staff' | 'services' | 'eventMap' | 'appointments'>>;

async function insertRows(db: Db, schema: ExistingSchema, rows: Rows, company = COMPANY): Promise<void> {
  await db.transaction(async (tx) => {
    const lists = [rows.customers, rows.staff, rows.services, rows.eventMap, rows.appointments];
    const tables = ['customers', 'staff', 'services', 'calcom_event_map', 'appointments'] as const;
    for (const [at, table] of tables.entries()) {
      const list = (lists[at] ?? []).map((row) => ({ ...toTheirs(schema, table, row), company_id: company }));
      if (list.length > 0) await tx(schema.tables[table]).insert(list);
    }
  });
}

async function updateRow(db: Db, schema: ExistingSchema, { table, id, set }: UpdateStep): Promise<void> {
  const key = { [theirName(schema, table as BusinessTable, 'id')]: id };
  const changed = await db(schema.tables[table as BusinessTable])
    .where(key)
    .update(toTheirs(schema, table as BusinessTable, set));
  if (changed !== 1) throw new Error(`${table} has no row ${id} to update`);
}

function toTheirs(schema: ExistingSchema, table: BusinessTable, row: object): Record<string, unknown> {
  const columns = Object.entries(row).flatMap(([ours, value]) => {
    if (value === undefined) return [];
    const own = value instanceof Date ? value.toISOString().slice(0, 19).replace('T', ' ') : value;
    return [[theirName(schema, table, ours), ours === 'status' ? schema.words[own] : own]];
  });
  const isNew = table === 'appointments' && 'customer_id' in row;
  const extra = isNew
    ? Array.from({ length: fillerCount() }, (_, at) => [
        `extra_${at + 1}`,
        FILLER_VALUES[at % FILLER_VALUES.length],
      ])
    : [];
  return Object.fromEntries([...columns, ...extra]);
}

/** The same rows once more under other ids: booked by mistake they would double every figure. */
function otherCompany({ customers, staff, services, eventMap, appointments }: Scenario): Rows {
  const staffId = (id: string) => `8${id.slice(1)}`;
  const moved = <Row extends { id: number }>(rows: Row[]) =>
    rows.map((row) => ({ ...row, id: row.id + OTHER_IDS }));
  return {
    customers: moved(customers),
    services: moved(services),
    staff: staff.map((row) => ({ ...row, id: staffId(row.id) })),
    eventMap: eventMap.map((row) => ({
      ...row,
      service_id: row.service_id + OTHER_IDS,
      staff_id: staffId(row.staff_id),
    })),
    appointments: moved(appointments).map((row) => ({
      ...row,
      customer_id: row.customer_id + OTHER_IDS,
      service_id: row.service_id + OTHER_IDS,
      staff_id: row.staff_id && staffId(row.staff_id),
    })),
  };
}

async function insertDeleted(db: Db, schema: ExistingSchema, scenario: Scenario): Promise<void> {
  const deleted = scenario.appointments.map((row) => ({
    ...toTheirs(schema, 'appointments', { ...row, id: row.id + DELETED_IDS }),
    company_id: COMPANY,
    deleted_at: '2025-11-20 08:00:00',
  }));
  await db(schema.tables.appointments).insert(deleted);
}
