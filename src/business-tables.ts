import type { Knex } from 'knex';
import { type BusinessTable, type DatabaseMap, NO_MAP } from './database-map.ts';

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

/** A query on the booking system's own table, in its own words and past the view. */
export function theirTable(db: Knex, table: BusinessTable): Knex.QueryBuilder {
  const { map } = businessOf(db);
  const query = db(map.tables[table]?.table ?? table).queryContext({ isTheirs: true });
  return map.database !== null && map.tables[table] ? query.withSchema(map.database) : query;
}

/** The table or view that stands for a business table. */
export function nameInDatabase(db: Knex, table: string): string {
  return businessOf(db).views.get(table) ?? table;
}
