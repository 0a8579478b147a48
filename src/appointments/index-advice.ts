import { businessOf, described, quoteName } from '../business-tables.ts';
import { type Db, isSqlite } from '../database.ts';

// What a table may have at most, in MySQL and in MariaDB.
const INDEXES_MAX = 64;

/** What an administrator can do so that the bot finds the appointments to come by an index. */
export interface IndexAdvice {
  /** The statement to run. */
  alter: string;
  /** No further index fits into the table: one has to go first. */
  isFull: boolean;
}

/**
 * Null when an index serves the bot's question for the appointments after an instant: on the start alone, or behind
 * columns that the map's filter fixes. Null on SQLite too, which is not made for that many rows.
 */
export async function indexAdvice(db: Db): Promise<IndexAdvice | null> {
  if (isSqlite(db)) return null;
  const { map } = businessOf(db);
  const own = map.tables.appointments;
  const table = own?.table ?? 'appointments';
  const start = own?.columns.starts_at ?? 'starts_at';
  const database = own ? map.database : null;
  const filter = Object.entries(own?.filter ?? {});
  const fixed = filter.flatMap(([column, values]) => (values?.length === 1 ? column : []));
  const isNull = filter.flatMap(([column, values]) => (values === null ? column : []));
  const indexes = await readIndexes(db, database, table);
  const free = [...fixed, ...isNull, 'deleted_at'];
  if (indexes.some((columns) => serves(columns, start, free))) return null;
  const name = [database, table].flatMap((part) => (part === null ? [] : quoteName(part))).join('.');
  const columns = [...fixed, start].map(quoteName).join(', ');
  return { alter: `ALTER TABLE ${name} ADD INDEX (${columns})`, isFull: indexes.length >= INDEXES_MAX };
}

/** The columns of each index, in order. */
async function readIndexes(db: Db, database: string | null, table: string): Promise<string[][]> {
  const rows: { index: string; column: string | null }[] = await described(db, 'statistics', {
    database,
    name: table,
  })
    .orderBy(['index_name', 'seq_in_index'])
    .select({ index: 'index_name', column: 'column_name' });
  const byIndex = Map.groupBy(rows, ({ index }) => index);
  return [...byIndex.values()].map((parts) => parts.map(({ column }) => column ?? ''));
}

/** The start comes first, or only behind columns that have one value in all rows that count. */
function serves(columns: string[], start: string, free: string[]): boolean {
  const is = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const at = columns.findIndex((column) => is(column, start));
  return at >= 0 && columns.slice(0, at).every((column) => free.some((each) => is(each, column)));
}
