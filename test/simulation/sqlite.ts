import { createRequire } from 'node:module';

/** As much of better-sqlite3, which brings no types, as the simulation uses. */
export interface Sqlite {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): void;
  serialize(): Buffer;
  /** What SQL may call by this name. */
  function(name: string, run: () => unknown): void;
  readonly inTransaction: boolean;
}

export interface SqliteStatement {
  /** True when it gives rows. */
  readonly reader: boolean;
  /** The first column alone. */
  pluck(): SqliteStatement;
  all(...values: unknown[]): unknown[];
  get(...values: unknown[]): unknown;
  run(...values: unknown[]): { lastInsertRowid: number; changes: number };
}

type Open = new (image: Buffer) => Sqlite;

/** Opens a database in memory that holds what `image` holds. */
export function openSqlite(image: Buffer): Sqlite {
  const Database = createRequire(import.meta.url)('better-sqlite3') as Open;
  return new Database(image);
}
