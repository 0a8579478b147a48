import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openDatabase } from '../../../src/database.ts';
import { createMetrics } from '../../../src/http/metrics/metrics.ts';
import { silentLog } from '../../../src/log.ts';
import { migrateDatabase } from '../../../src/migrate-database.ts';
import { createPace } from '../../../src/sync/pace.ts';
import { createTestClock } from '../../alerts/alert-fixtures.ts';
import { databases } from '../../support/databases.ts';
import { type Described, describedIn } from './read-scrape.ts';

export const documentFile = path.join(import.meta.dirname, '../../../docs/monitoring.md');
const TABLE = /(?<=<!-- metrics -->\n\n)[\s\S]*(?=\n\n<!-- \/metrics -->)/;

/** Every metric that a bot exposes, whether anything was counted or not. */
export async function exposedMetrics(): Promise<Described[]> {
  const database = await databases()[0]?.open();
  const db = openDatabase(database?.url ?? '');
  const clock = createTestClock();
  await migrateDatabase(db, clock);
  const settings = { quietHours: null, timeZone: 'Europe/Berlin' };
  const pace = createPace(db, 110);
  const { route } = createMetrics({ db, pace, clock, log: silentLog, settings, callsPerMinute: 110 });
  const { body = '' } = await route.answer({ headers: {}, body: Buffer.alloc(0) });
  await db.destroy();
  await database?.drop();
  return describedIn(body);
}

/** docs/monitoring.md with the table as it should be. */
export async function monitoringDocument(): Promise<string> {
  const ours = (await exposedMetrics()).filter(({ name }) => name.startsWith('appointment_sync_'));
  const rows = ours
    .toSorted((one, other) => one.name.localeCompare(other.name))
    .map(({ name, type, help }) => `| \`${name.replace('appointment_sync_', '')}\` | ${type} | ${help} |`);
  const table = ['| `appointment_sync_…` | type | meaning |', '|---|---|---|', ...rows].join('\n');
  return readFileSync(documentFile, 'utf8').replace(TABLE, () => table);
}

if (import.meta.main) writeFileSync(documentFile, await monitoringDocument());
