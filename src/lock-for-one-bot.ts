import knex from 'knex';
import { makeFolderOf, sqliteFile } from './database.ts';

/**
 * SQLite serves one bot: keeps a lock beside the database's file for as long as it is not released, and throws when
 * another bot holds it. The operating system frees it when the process dies. A server needs no lock.
 */
export async function lockForOneBot(databaseUrl: string): Promise<() => Promise<void>> {
  const file = sqliteFile(databaseUrl);
  if (file === undefined) return async () => {};
  makeFolderOf(file);
  const lock = knex({
    client: 'better-sqlite3',
    connection: { filename: `${file}.bot-lock` },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    await lock.raw('PRAGMA busy_timeout = 0');
    await lock.raw('BEGIN EXCLUSIVE');
  } catch (error) {
    await lock.destroy();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new Error(`another bot runs on ${file}: SQLite serves one, several need MySQL or MariaDB`);
  }
  return () => lock.destroy();
}
