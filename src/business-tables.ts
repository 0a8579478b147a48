import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { type BusinessTable, type DatabaseMap, type Filter, NO_MAP } from './database-map.ts';

// All SQL speaks of the booking system's tables by our names. A table that differs from ours is read and written
// through a view of ours, and the connection puts the view's name wherever the table's stands: here, and nowhere else.

/** What a connection knows of the booking system's tables. */
export interface Business {
  map: DatabaseMap;
  /** The views by the table that they stand for. */
  views: Map<string, string>;
  /** `appointments` tells by a column `is_composite` which rows the bot cannot book. */
  hasComposite: boolean;
}

export const COMPOSITE_COLUMN = 'is_composite';

export function viewOf(table: BusinessTable): string {
  return `sync_${table}`;
}

/** The settings that make a connection use the views of `map`; they are there after `migrateDatabase`. */
export function businessSettings(map: DatabaseMap = NO_MAP) {
  const views = new Map(Object.keys(map.tables).map((table) => [table, viewOf(table as BusinessTable)]));
  const hasComposite = Boolean(map.tables.appointments?.composite);
  const business: Business = { map, views, hasComposite };
  return {
    business,
    wrapIdentifier(value: string, quote: (value: string) => string, context?: { isTheirs?: boolean }) {
      return quote(context?.isTheirs ? value : (views.get(value) ?? value));
    },
  };
}

export function businessOf(db: Knex): Business {
  return db.client.config.business;
}

/**
 * Inserts a row, by our names, into the booking system's own table. What the map demands of every row goes with it: the
 * values by which the bot's rows are told from others', and the constants under `insert`. An appointment is booked
 * unless `row` says otherwise in the booking system's words. Returns the new row's id.
 */
export async function insertRow(
  db: Knex,
  table: Exclude<BusinessTable, 'calcom_event_map'>,
  row: Record<string, unknown>,
): Promise<number | string> {
  const { map } = businessOf(db);
  const own = map.tables[table];
  const nameOf = (ours: string) => own?.columns[ours] ?? ours;
  const columns = Object.entries(row).map(([ours, value]) => [nameOf(ours), value]);
  const [id] = await theirTable(db, table).insert({
    ...(table === 'appointments' && { [nameOf('status')]: map.statuses.booked[0] }),
    ...firstValues(own?.filter ?? {}),
    ...own?.insert,
    ...Object.fromEntries(columns),
  });
  return (row.id as string | undefined) ?? Number(id);
}

/** Of several values that the filter lets pass, the first. */
function firstValues(filter: Filter): Record<string, unknown> {
  return Object.fromEntries(Object.entries(filter).map(([column, values]) => [column, values?.[0] ?? null]));
}

/** A query on the booking system's own table, in its own words and past the view. */
function theirTable(db: Knex, table: BusinessTable): Knex.QueryBuilder {
  const { map } = businessOf(db);
  const query = db(map.tables[table]?.table ?? table).queryContext({ isTheirs: true });
  return map.database !== null && map.tables[table] ? query.withSchema(map.database) : query;
}

/** What information_schema says in `view` about a table; `database` null: in the bot's own. */
export function described(db: Knex, view: string, table: { database: string | null; name: string }) {
  const rows = db(`information_schema.${view}`).where('table_name', table.name);
  return table.database === null
    ? rows.whereRaw('table_schema = DATABASE()')
    : rows.where('table_schema', table.database);
}

/** A fingerprint of where the appointments come from and which of them count. */
export function sourceOf(db: Knex): string {
  const { map } = businessOf(db);
  const own = map.tables.appointments;
  const filter = Object.entries(own?.filter ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const source = [own && map.database, own?.table ?? 'appointments', own?.columns.id ?? 'id', filter];
  return createHash('sha256').update(JSON.stringify(source)).digest('hex');
}

/** A name as it stands in a statement of MySQL's or MariaDB's that is put together by hand. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** The table or view that stands for a business table. */
export function nameInDatabase(db: Knex, table: string): string {
  return businessOf(db).views.get(table) ?? table;
}
