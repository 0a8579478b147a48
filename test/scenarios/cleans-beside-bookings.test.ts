import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addMs, DAY, HOUR, toSqlInstant } from '../../src/instant.ts';
import { startUpkeep } from '../../src/upkeep/start-upkeep.ts';
import { noCalls } from '../slack/slack-fixtures.ts';
import { databases } from '../support/databases.ts';
import { createHarness } from '../support/engine-harness.ts';
import { ANNA, CUT, insertAppointment, NOON } from '../support/salon.ts';

const PAST_ROWS = 1_000;

for (const engine of databases()) {
  describe(`a cleanup of ${PAST_ROWS} appointments on ${engine.name}`, { skip: engine.skip }, () => {
    it('does not keep a booking back', async () => {
      const harness = await createHarness({ engine });
      const { db, clock } = harness;
      const upkeep = startUpkeep({
        calls: noCalls,
        db,
        clock,
        log: harness.log,
        config: {
          cleanupCron: '* * * * *',
          summaryCron: '0 0 1 1 *',
          cleanupGraceMs: 0,
          retentionDays: 180,
          timeZone: 'UTC',
          locale: 'de',
          remindBeforeMs: [],
          escalationGroup: null,
          quietHours: null,
        },
        keepPicture: async () => null,
        onChanged: () => {},
        onFound: () => {},
      });
      try {
        harness.start();
        await harness.quiet();
        await db('customers').insert({ id: 1, name: 'Customer', email: 'customer1@example.com' });
        const rows = Array.from({ length: PAST_ROWS }, (_, index) => {
          const startsAt = addMs(NOON, -DAY - index * HOUR);
          return {
            ...{
              id: index + 1,
              customer_id: 1,
              service_id: CUT,
              staff_id: ANNA,
              created_at: toSqlInstant(NOON),
            },
            ...{ starts_at: toSqlInstant(startsAt), ends_at: toSqlInstant(addMs(startsAt, HOUR / 2)) },
          };
        });
        await db('installation').update({ adopted_at: toSqlInstant(addMs(NOON, -1)) });
        await db.batchInsert('appointments', rows, 100);
        clock.advance(61_000);
        const cleaning = upkeep.tick();
        await harness.until('the cleanup has begun', async () => Boolean(await db('undo_entries').first()));
        await insertAppointment(db, { id: 5_000, startsAt: addMs(NOON, 2 * DAY) });
        await harness.until('the new one is booked', () => harness.isState('synced', 5_000));
        assert.equal(upkeep.isBusy(), true, 'booked while the cleanup runs');
        await cleaning;
        assert.equal((await db('appointments').where({ status: 'cancelled' })).length, PAST_ROWS);
        assert.deepEqual(await db('appointments').where({ status: 'booked' }).pluck('id'), [5_000]);
      } finally {
        await upkeep.stop();
        await harness.close();
      }
    });
  });
}
