import { businessOf, COMPOSITE_COLUMN, described, quoteName, viewOf } from './business-tables.ts';
import { type Db, isSqlite } from './database.ts';
import {
  type BusinessTable,
  businessTables,
  columnsOf,
  DatabaseMapError,
  foldWord,
  OUR_STATUSES,
  type Statuses,
  type TableMap,
  type Value,
} from './database-map.ts';

/** A column as the database describes it; `values` are the words of an ENUM. */
interface TheirColumn {
  name: string;
  type: string;
  values: string[] | null;
}

/** A business table as it is found. */
interface Found {
  table: BusinessTable;
  map: TableMap;
  /** Null: our own database. */
  database: string | null;
  /** Their columns by their names in lower case. */
  columns: Map<string, TheirColumn>;
}

/** How a business table is read and written through a view of ours. */
export interface TableView {
  table: BusinessTable;
  hasComposite: boolean;
  sql: string;
}

// Where a Laravel-made table says that a row is deleted, and that an appointment has several parts.
const DELETED_AT = 'deleted_at';
const SAME: Omit<TableMap, 'table'> = { columns: {}, filter: {}, insert: {}, composite: null };

/**
 * Looks at the booking system's tables, as far as they are there, and tells which of them need a view. Changes
 * nothing. Throws a DatabaseMapError that lists everything that the bot misses in them.
 */
export async function planViews(db: Db): Promise<TableView[]> {
  if (isSqlite(db)) return refuseDeletedRows(db);
  const found = await findTables(db);
  const problems = [...missingTables(db, found), ...found.flatMap(problemsOf), ...statusProblems(db, found)];
  if (problems.length > 0) throw new DatabaseMapError(problems);
  return found.filter((each) => needsView(db, each)).map((each) => planView(db, each));
}

/** Creates the views, or replaces those of an earlier map; several replicas may do so at once. */
export async function createViews(db: Db, views: TableView[]): Promise<void> {
  for (const { table, sql } of views) {
    try {
      await db.raw(sql);
    } catch (error) {
      throw withRemedy(error, table);
    }
  }
  useViews(db, views);
}

/** From here on the connection reads and writes through these views; `createViews` has made them, now or before. */
export function useViews(db: Db, views: TableView[]): void {
  const business = businessOf(db);
  for (const { table, hasComposite } of views) {
    business.views.set(table, viewOf(table));
    if (table === 'appointments') business.hasComposite = hasComposite;
  }
}

const DENIED = new Set([1044, 1142, 1143, 1227, 1370]);

function withRemedy(error: unknown, table: BusinessTable): unknown {
  const { errno, message } = error as { errno?: number; message?: string };
  if (errno === undefined || !DENIED.has(errno)) return error;
  return new DatabaseMapError([
    `${table}: the bot's database user may not make the view ${viewOf(table)}: GRANT CREATE VIEW, DROP on the bot's ` +
      `database, and GRANT SELECT on the table (${String(message).split(' - ').at(-1)})`,
  ]);
}

/** SQLite cannot write through a view, so nothing keeps the rows apart that a booking system calls deleted. */
async function refuseDeletedRows(db: Db): Promise<TableView[]> {
  for (const table of businessTables) {
    if (!(await db.schema.hasColumn(table, DELETED_AT))) continue;
    throw new DatabaseMapError([
      `${table} has a column ${DELETED_AT}: deleted rows can be left out on MySQL and MariaDB only`,
    ]);
  }
  return [];
}

async function findTables(db: Db): Promise<Found[]> {
  const { map } = businessOf(db);
  const found: Found[] = [];
  for (const table of businessTables) {
    const own = map.tables[table];
    const database = own ? map.database : null;
    const tableMap = own ?? { table, ...SAME };
    const columns = await readColumns(db, database, tableMap.table);
    if (columns.size > 0) found.push({ table, database, columns, map: withDefaults(tableMap, columns) });
  }
  return found;
}

async function readColumns(
  db: Db,
  database: string | null,
  table: string,
): Promise<Map<string, TheirColumn>> {
  const rows: { name: string; type: string; full: string }[] = await described(db, 'columns', {
    database,
    name: table,
  }).select({ name: 'column_name', type: 'data_type', full: 'column_type' });
  return new Map(
    rows.map(({ name, type, full }) => [
      name.toLowerCase(),
      { name, type, values: type === 'enum' ? enumWords(full) : null },
    ]),
  );
}

function enumWords(definition: string): string[] {
  return [...definition.matchAll(/'((?:[^']|'')*)'/g)].map(([, word = '']) => word.replaceAll("''", "'"));
}

/** Deleted rows do not count, and composite appointments are told, also where the map says nothing of them. */
function withDefaults(map: TableMap, columns: Map<string, TheirColumn>): TableMap {
  const hidesDeleted = columns.has(DELETED_AT) && !(DELETED_AT in map.filter);
  const tellsComposite = map.composite === null && columns.has(COMPOSITE_COLUMN);
  return {
    ...map,
    ...(hidesDeleted && { filter: { ...map.filter, [DELETED_AT]: null } }),
    ...(tellsComposite && { composite: { column: COMPOSITE_COLUMN, equals: [1] } }),
  };
}

function missingTables(db: Db, found: Found[]): string[] {
  const { map } = businessOf(db);
  const isThere = (table: BusinessTable) => found.some((each) => each.table === table);
  return businessTables.flatMap((table) => {
    const own = map.tables[table];
    if (isThere(table)) return [];
    if (own) {
      const where = map.database === null ? 'the database' : `the database ${map.database}`;
      return [`${table}: ${where} has no table ${own.table}, or the bot's user may not read it`];
    }
    // Without a map all of them are made; beside mapped ones an empty table of ours would be of no use.
    const isNeeded = Object.keys(map.tables).length > 0 && table !== 'calcom_event_map';
    return isNeeded ? [`${table}: there is no such table; name it under tables.${table}.table`] : [];
  });
}

const TYPES = {
  number: /^(tinyint|smallint|mediumint|int|bigint|decimal|bit)$/,
  text: /^(char|varchar|tinytext|text|mediumtext|longtext|uuid|enum)$/,
  time: /^(datetime|timestamp)$/,
  any: /^/,
};
const TYPE_NAMES = { number: 'a number', text: 'text', time: 'DATETIME or TIMESTAMP', any: '' };

function problemsOf({ table, map, columns }: Found): string[] {
  const wrong = columnsOf(table).flatMap(([ours, { holds, without }]) => {
    const named = map.columns[ours];
    const column = columns.get((named ?? ours).toLowerCase());
    if (column === undefined) {
      if (named === undefined && without !== undefined) return [];
      const remedy = named === undefined ? `; name it under tables.${table}.columns.${ours}` : '';
      return [`${table}.${ours}: ${map.table} has no column ${named ?? ours}${remedy}`];
    }
    if (TYPES[holds].test(column.type) || (named === undefined && without !== undefined)) return [];
    return [
      `${table}.${ours}: ${map.table}.${column.name} is ${column.type}, and has to be ${TYPE_NAMES[holds]}`,
    ];
  });
  const named = [
    ...Object.keys(map.filter).map((column) => ['filter', column] as const),
    ...Object.keys(map.insert).map((column) => ['insert', column] as const),
    ...(map.composite ? [['composite', map.composite.column] as const] : []),
  ];
  const absent = named.filter(([, column]) => !columns.has(column.toLowerCase()));
  return [
    ...wrong,
    ...absent.map(([key, column]) => `${table}.${key}: ${map.table} has no column ${column}`),
  ];
}

/** An ENUM takes only its own words; ours count only where it has them, but one has to mean cancelled. */
function statusProblems(db: Db, found: Found[]): string[] {
  const appointments = found.find(({ table }) => table === 'appointments');
  const column = appointments && theirs(appointments, 'status');
  if (!column?.values) return [];
  const known = new Set(column.values.map(foldWord));
  const { statuses } = businessOf(db).map;
  return (Object.keys(OUR_STATUSES) as (keyof Statuses)[]).flatMap((meaning) => {
    const isOurs = statuses[meaning] === OUR_STATUSES[meaning];
    const toWrite = meaning === 'cancelled' ? statuses[meaning].slice(0, 1) : [];
    const unknown = (isOurs ? toWrite : statuses[meaning]).filter((word) => !known.has(foldWord(word)));
    const name = `${appointments?.map.table}.${column.name}`;
    return unknown.map((word) => `statuses.${meaning}: ${name} is an ENUM without "${word}"`);
  });
}

function theirs({ map, columns }: Found, ours: string): TheirColumn | undefined {
  return columns.get((map.columns[ours] ?? ours).toLowerCase());
}

/** Whether the column is used: one that may be absent is, unless it holds something else and nobody named it. */
function isUsed(found: Found, ours: string, holds: keyof typeof TYPES): boolean {
  const column = theirs(found, ours);
  return column !== undefined && (ours in found.map.columns || TYPES[holds].test(column.type));
}

function needsView(db: Db, found: Found): boolean {
  const { map, table } = found;
  if (businessOf(db).map.tables[table]) return true;
  // One that is missing, or that only has the name: a `version` that is no number is not to be counted up.
  const differs = columnsOf(table).some(
    ([ours, { holds, without }]) => !isUsed(found, ours, holds) && (without || theirs(found, ours)),
  );
  return differs || map.composite !== null || Object.keys(map.filter).length > 0;
}

/**
 * Plain columns of one table, so that the server merges the view into each query: its indexes serve, and rows are
 * changed through it. With the rights of who asks, not of who made it.
 */
function planView(db: Db, found: Found): TableView {
  const { table, map, database, columns } = found;
  const their = (name: string) => `t.${quoteName(columns.get(name.toLowerCase())?.name ?? name)}`;
  const select = columnsOf(table).flatMap(([ours, { holds, without }]) => {
    if (isUsed(found, ours, holds)) return [`${their(map.columns[ours] ?? ours)} AS ${quoteName(ours)}`];
    return without ? [`${without} AS ${quoteName(ours)}`] : [];
  });
  const has = (name: string, values: Value[] | null, absent: string) =>
    values === null
      ? `${their(name)} ${absent}`
      : `${their(name)} IN (${values.map((each) => quoteValue(db, each))})`;
  const { composite } = map;
  if (composite) {
    const isComposite = has(composite.column, composite.equals, 'IS NOT NULL');
    select.push(`CASE WHEN ${isComposite} THEN 1 ELSE 0 END AS ${quoteName(COMPOSITE_COLUMN)}`);
  }
  const where = Object.entries(map.filter).map(([name, values]) => has(name, values, 'IS NULL'));
  const from = [database, map.table].flatMap((name) => (name === null ? [] : quoteName(name))).join('.');
  const sql = `CREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW ${quoteName(viewOf(table))} AS
SELECT ${select.join(', ')} FROM ${from} AS t${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''}`;
  return { table, sql, hasComposite: composite !== null };
}

/** A view's definition takes no bindings. */
function quoteValue(db: Db, value: Value): string {
  return db.raw('?', [value]).toQuery();
}
