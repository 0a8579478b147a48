import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { createBusinessTables } from '../../sandbox/load-scenario.ts';
import { readScenario } from '../../sandbox/scenario.ts';
import { indexAdvice } from '../../src/appointments/index-advice.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { parseDatabaseMap } from '../../src/database-map.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { databases, type TestEngine } from '../support/databases.ts';
import { existingSystem, OTHER_NAMES } from '../support/existing-schema.ts';
import { NOON } from '../support/salon.ts';

const seed = readScenario(new URL('../../sandbox/scenarios/seed.json', import.meta.url).pathname);

async function onDatabase(engine: TestEngine, work: (db: Db, url: string) => Promise<void>): Promise<void> {
  const database = await engine.open();
  const db = openDatabase(database.url);
  try {
    await work(db, database.url);
  } finally {
    await db.destroy();
    await database.drop();
  }
}

for (const engine of databases())
  describe(`advice on indexes on ${engine.name}`, { skip: engine.skip }, () => {
    it('has nothing to say about our own schema', () =>
      onDatabase(engine, async (db) => {
        await migrateDatabase(db, createSandboxClock(NOON));
        assert.equal(await indexAdvice(db), null);
      }));
  });

const [, server] = databases();
if (server)
  describe('advice on indexes on mariadb', { skip: server.skip }, () => {
    it('names a statement that can be run, and is silent once it was', () =>
      onDatabase(server, async (db) => {
        await createBusinessTables(db);
        const advice = await indexAdvice(db);
        assert.deepEqual(advice, {
          alter: 'ALTER TABLE `appointments` ADD INDEX (`starts_at`)',
          isFull: false,
        });
        await db.raw('ALTER TABLE appointments ADD INDEX (customer_id, starts_at)');
        assert.deepEqual(await indexAdvice(db), advice, 'an index behind another column does not serve');
        await db.raw(advice?.alter ?? '');
        assert.equal(await indexAdvice(db), null);
      }));

    it('speaks of the map’s names and filter, and says when one index has to go first', () =>
      onDatabase(server, async (theirs, url) => {
        await existingSystem(OTHER_NAMES).fill(theirs, seed);
        const db = openDatabase(url, parseDatabaseMap(OTHER_NAMES.map ?? ''));
        const alter = 'ALTER TABLE `termine` ADD INDEX (`company_id`, `beginn`)';
        assert.deepEqual(await indexAdvice(db), { alter, isFull: true });
        await assert.rejects(theirs.raw(alter), /Too many keys/);
        await theirs.raw('ALTER TABLE termine DROP INDEX idx_1, ADD INDEX (deleted_at, company_id, beginn)');
        assert.equal(await indexAdvice(db), null);
        await db.destroy();
      }));

    it('lets the notice use such an index through the view', () =>
      onDatabase(server, async (theirs, url) => {
        await existingSystem(OTHER_NAMES).fill(theirs, seed);
        await theirs.raw('ALTER TABLE termine DROP INDEX idx_1, ADD INDEX nach_beginn (company_id, beginn)');
        const db = openDatabase(url, parseDatabaseMap(OTHER_NAMES.map ?? ''));
        await migrateDatabase(db, createSandboxClock(NOON));
        const query = db('appointments as a').where('a.starts_at', '>', '2026-01-01 00:00:00').select('a.id');
        const [[plan]] = await db.raw(`EXPLAIN ${query.toQuery()}`);
        assert.deepEqual([plan.key, plan.type], ['nach_beginn', 'range']);
        await db.destroy();
      }));
  });
