import { createSandboxClock } from '../../sandbox/clock.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { createCapturedLog } from './captured-log.ts';
import type { TestEngine } from './databases.ts';
import type { Line } from './line-rules.ts';
import { NOON, prepareFormerSalon } from './salon.ts';

/** The salon's database as the booking system made it, migrated, without a bot: staff may be missing. */
export async function openSalon(
  engine: TestEngine,
): Promise<{ db: Db; lines: Line[]; close(): Promise<void> }> {
  const database = await engine.open();
  const { log, lines } = createCapturedLog();
  const db = openDatabase(database.url, null, log);
  await prepareFormerSalon(db);
  await migrateDatabase(db, createSandboxClock(NOON));
  return {
    db,
    lines,
    async close() {
      await db.destroy();
      await database.drop();
    },
  };
}
