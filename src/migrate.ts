import path from 'node:path';
import { parseArgs } from 'node:util';
import { holdOnOtherSource } from './appointments/hold-on-other-source.ts';
import { refuseBesideBots } from './appointments/replicas.ts';
import { systemClock } from './clock.ts';
import { loadEnvironment, readDatabaseConfig } from './config.ts';
import { type Db, openDatabase } from './database.ts';
import { lockForOneBot } from './lock-for-one-bot.ts';
import { migrateBack, migrateDatabase } from './migrate-database.ts';
import { reportFailure } from './report-failure.ts';

const USAGE = `npm run migrate -- [--back-to NAME]

Brings the schema up to date, as the bot does when it starts. --back-to takes back every migration after NAME, for an older
version of the program whose last one that is; every bot has to be stopped then.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { 'back-to': { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const backTo = values['back-to'];
  const { databaseUrl, databaseMap } = readDatabaseConfig(loadEnvironment());
  // A bot that still ran would go on with columns that are gone.
  const release = backTo === undefined ? async () => {} : await lockForOneBot(databaseUrl);
  const db = openDatabase(databaseUrl, databaseMap);
  try {
    process.stdout.write(await (backTo === undefined ? forward(db) : back(db, backTo)));
  } finally {
    await db.destroy();
    await release();
  }
}

async function forward(db: Db): Promise<string> {
  const names = await migrateDatabase(db, systemClock, () => holdOnOtherSource(db, systemClock.now()));
  return names.length === 0 ? 'The schema is up to date.\n' : `Applied: ${names.join(', ')}\n`;
}

async function back(db: Db, last: string): Promise<string> {
  await refuseBesideBots(db, systemClock.now());
  // As `git ls-tree` prints it, too.
  const names = await migrateBack(db, systemClock, path.basename(last));
  return names.length === 0 ? 'There is nothing to take back.\n' : `Taken back: ${names.join(', ')}\n`;
}

main().catch(reportFailure);
