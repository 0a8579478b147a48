import { openSqlite, type Sqlite, type SqliteStatement } from './sqlite.ts';

/** SQLite in memory that can become again what it was at first, with its statements still prepared. */
export interface ReusableDatabase {
  raw: Sqlite;
  /** The statement, prepared once. */
  prepare(sql: string): SqliteStatement;
  /** `nowMs` is what its triggers call sim_now() from here on. */
  reset(nowMs: () => number): void;
}

export function openReusable(image: Buffer): ReusableDatabase {
  const raw = openSqlite(image);
  const prepared = new Map<string, SqliteStatement>();
  const copies = keepFirstRows(raw);
  let now = () => 0;
  raw.function('sim_now', () => now());
  return {
    raw,
    prepare(sql) {
      let statement = prepared.get(sql);
      if (!statement) {
        statement = raw.prepare(sql);
        prepared.set(sql, statement);
      }
      return statement;
    },
    reset(nowMs) {
      now = nowMs;
      for (const copy of copies) copy.run();
    },
  };
}

/** Returns the statements that bring the first rows of all tables back. */
function keepFirstRows(raw: Sqlite): SqliteStatement[] {
  raw.exec("ATTACH ':memory:' AS first");
  const tables = raw
    .prepare(
      "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND (name NOT LIKE 'sqlite_%' OR name = 'sqlite_sequence')",
    )
    .pluck()
    .all() as string[];
  return tables.flatMap((table) => {
    const columns = raw.prepare(`SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0`).pluck().all(table);
    const names = columns.map((name) => `"${name}"`).join(', ');
    raw.exec(`CREATE TABLE first."kept_${table}" AS SELECT ${names} FROM main."${table}"`);
    return [
      raw.prepare(`DELETE FROM main."${table}"`),
      raw.prepare(`INSERT INTO main."${table}" (${names}) SELECT * FROM first."kept_${table}"`),
    ];
  });
}
