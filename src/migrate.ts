import { holdOnOtherSource } from './appointments/hold-on-other-source.ts';
import { systemClock } from './clock.ts';
import { loadEnvironment, readDatabaseConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { migrateDatabase } from './migrate-database.ts';
import { reportFailure } from './report-failure.ts';

async function main(): Promise<void> {
  const { databaseUrl, databaseMap } = readDatabaseConfig(loadEnvironment());
  const db = openDatabase(databaseUrl, databaseMap);
  try {
    const names = await migrateDatabase(db, systemClock, () => holdOnOtherSource(db, systemClock.now()));
    process.stdout.write(
      names.length === 0 ? 'The schema is up to date.\n' : `Applied: ${names.join(', ')}\n`,
    );
  } finally {
    await db.destroy();
  }
}

main().catch(reportFailure);
