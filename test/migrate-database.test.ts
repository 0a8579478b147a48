import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../src/clock.ts';
import { type Db, openDatabase } from '../src/database.ts';
import { migrateBack, migrateDatabase } from '../src/migrate-database.ts';
import { databases, type TestDatabase } from './support/databases.ts';

const LAST = '0013-pace.ts';

for (const engine of databases()) {
  describe(`going back to an older version (${engine.name})`, { skip: engine.skip }, () => {
    let database: TestDatabase;
    let db: Db;
    beforeEach(async () => {
      database = await engine.open();
      db = openDatabase(database.url);
      await migrateDatabase(db, systemClock);
    });
    afterEach(async () => {
      await db.destroy();
      await database.drop();
    });

    it('takes back what the older one does not know, the newest first, and comes forward again', async () => {
      const { installation_id } = await db('installation').first();
      const back = await migrateBack(db, systemClock, LAST);
      assert.deepEqual(back, back.toSorted().toReversed());
      assert.equal(await db.schema.hasTable('breaker'), false);
      assert.deepEqual(await migrateBack(db, systemClock, LAST), []);
      assert.deepEqual(await migrateDatabase(db, systemClock), back.toReversed());
      assert.equal((await db('installation').first()).installation_id, installation_id);
    });

    it('changes nothing when the database never had the one to go back to', async () => {
      await assert.rejects(migrateBack(db, systemClock, '0013'), /has had no migration 0013/);
      assert.ok(await db.schema.hasTable('breaker'));
    });

    it('is what the older one asks for instead of starting', async () => {
      const newer = { name: '9999-from-the-future.ts', batch: 9, migration_time: '2030-01-01 00:00:00' };
      await db('sync_bot_migrations').insert(newer);
      await assert.rejects(migrateDatabase(db, systemClock), /newer than this program.*9999-from-the-future/);
    });
  });
}
