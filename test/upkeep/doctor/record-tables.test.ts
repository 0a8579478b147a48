import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from '../../../src/clock.ts';
import { openDatabase } from '../../../src/database.ts';
import { migrateDatabase } from '../../../src/migrate-database.ts';
import { BUSINESS_TABLES, RECORD_TABLES } from '../../../src/upkeep/doctor/record-tables.ts';
import { databases } from '../../support/databases.ts';

it('the doctor knows every table that the migrations make', async (t) => {
  const database = await databases()[0]?.open();
  assert.ok(database);
  const db = openDatabase(database.url);
  t.after(() => db.destroy().then(database.drop));
  await migrateDatabase(db, systemClock);
  const tables: string[] = await db('sqlite_master').where({ type: 'table' }).pluck('name');
  const made = tables.filter((name) => !/^(sqlite_|sync_bot_)/.test(name));
  assert.deepEqual(made.toSorted(), [...BUSINESS_TABLES, ...Object.keys(RECORD_TABLES)].toSorted());
});
