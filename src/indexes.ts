import { described } from './business-tables.ts';
import { type Db, isSqlite } from './database.ts';

/**
 * Creates an index where there is none of this name. With `withoutNull` SQLite's leaves out the rows in which its first
 * column is NULL: told how many those are, it would rather read the whole table than such an index.
 */
export async function createIndexIfAbsent(
  db: Db,
  table: string,
  { name, columns, withoutNull = false }: { name: string; columns: string[]; withoutNull?: boolean },
): Promise<void> {
  if (await hasIndex(db, table, name)) return;
  const [first = ''] = columns;
  await db.schema.alterTable(table, (indexed) => {
    indexed.index(columns, name, withoutNull ? { predicate: db.whereNotNull(first) } : {});
  });
}

export async function dropIndexIfThere(db: Db, table: string, name: string): Promise<void> {
  if (!(await hasIndex(db, table, name))) return;
  await db.schema.alterTable(table, (indexed) => indexed.dropIndex([], name));
}

export async function hasIndex(db: Db, table: string, name: string): Promise<boolean> {
  const named = isSqlite(db)
    ? db('sqlite_master').where({ type: 'index', tbl_name: table, name })
    : described(db, 'statistics', { database: null, name: table }).where('index_name', name);
  return (await named.first(db.raw('1'))) !== undefined;
}
