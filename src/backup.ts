import { parseArgs } from 'node:util';
import { loadEnvironment, readDatabaseConfig } from './config.ts';
import { openDatabase, sqliteFile } from './database.ts';
import { reportFailure } from './report-failure.ts';

const USAGE = `npm run backup -- FILE

Writes a whole copy of the SQLite database to FILE, while the bot runs. FILE must not be there yet.
`;

/** Throws when the database is on a server, is not there, or `to` is there already. */
async function backUp(databaseUrl: string, to: string): Promise<void> {
  if (sqliteFile(databaseUrl) === undefined)
    throw new Error('DATABASE_URL names a server: use its own dump, as docs/operating.md shows');
  const db = openDatabase(databaseUrl);
  try {
    // Else a file that is not there would be made, and copied.
    if (!(await db.schema.hasTable('installation')))
      throw new Error('there is no database of the bot to copy');
    // It holds personal data.
    process.umask(0o077);
    await db.raw('VACUUM INTO ?', [to]);
  } finally {
    await db.destroy();
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new Error(USAGE);
  await backUp(readDatabaseConfig(loadEnvironment()).databaseUrl, file);
  process.stdout.write(`Written: ${file}\n`);
}

main().catch(reportFailure);
