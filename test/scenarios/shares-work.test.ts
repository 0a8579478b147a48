import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { ANNA, BEN, insertAppointment } from '../support/salon.ts';
import { startTestEngine } from '../support/test-engine.ts';

/** Anna's and Ben's hours in turn, ten of each a day, without Sundays. */
function placeOf(id: number): { startsAt: Date; staffId: string } {
  const day = Math.floor(id / 20);
  const sundays = Math.floor((day + 1) / 6);
  const hours = Math.floor((id % 20) / 2) * HOUR;
  const startsAt = addMs(new Date('2025-11-25T07:00:00Z'), (day + sundays) * DAY + hours);
  return { startsAt, staffId: id % 2 === 0 ? ANNA : BEN };
}

/** The first transaction's answer reaches the process only when the gate is opened. */
function withSlowAnswer(db: Db) {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let isFirst = true;
  const slow = new Proxy(db, {
    get(target, key) {
      if (key !== 'transaction') return Reflect.get(target, key);
      return async (...args: unknown[]) => {
        const result = await Reflect.apply(target.transaction, target, args);
        if (isFirst) {
          isFirst = false;
          reached.resolve();
          await gate.promise;
        }
        return result;
      };
    },
  });
  return { db: slow, open: () => gate.resolve(), reached: reached.promise };
}

for (const engine of databases()) {
  describe(`several processes on one database (${engine.name})`, { skip: engine.skip }, () => {
    let bot: Harness;
    afterEach(() => bot.close());

    for (const count of engine.name === 'sqlite' ? [1] : [2, 3]) {
      it(`${count} book 100 appointments, each once`, async () => {
        bot = await createHarness({ engine });
        const ids = Array.from({ length: 100 }, (_, n) => n + 1);
        for (const id of ids) await insertAppointment(bot.db, { id, ...placeOf(id) });
        for (let n = 0; n < count; n++) bot.start();
        await bot.until('all are booked', () => bot.isState('synced', ...ids));

        const booked = bot.calcom.state.bookings.map(({ metadata }) => Number(metadata.appointmentId));
        assert.deepEqual(
          booked.sort((one, other) => one - other),
          ids,
        );
        assert.equal(bot.writes().length, 100, 'nobody sent what another had claimed');
        const attempts = await bot.db('sync_attempts').pluck('outcome');
        assert.deepEqual(new Set(attempts), new Set(['done']));
        assert.equal((await bot.db('history').where({ action: 'booked' }).pluck('id')).length, 100);
        assert.equal((await bot.db('history').where({ action: 'import_complete' }).pluck('id')).length, 1);
      });
    }

    it('one that does not know what time it is sends nothing, and notes no intent', async () => {
      bot = await createHarness({ engine });
      let isAsked = false;
      let isSure = false;
      const clock = Object.assign(Object.create(bot.clock), {
        isSure() {
          isAsked = true;
          return isSure;
        },
      });
      await insertAppointment(bot.db, { id: 1, ...placeOf(1) });
      const unsure = startTestEngine({ db: bot.db, client: bot.client, clock, log: bot.log });
      try {
        await bot.until('it has asked', async () => isAsked);
        await bot.until('the claim is given back', async () => !(await bot.record(1))?.claim_token);
        assert.deepEqual(bot.writes(), []);
        assert.deepEqual(await bot.db('sync_attempts').pluck('id'), []);
        isSure = true;
        bot.clock.advance(MINUTE);
        await bot.until('#1 is booked', () => bot.isState('synced', 1));
      } finally {
        await unsure.stop();
      }
    });

    it('one that slept between its intent and its call sends nothing any more', async () => {
      bot = await createHarness({ engine });
      const first = bot.start();
      await bot.looked();
      await first.stop();
      await insertAppointment(bot.db, { id: 1, ...placeOf(1) });
      const slow = withSlowAnswer(bot.db);
      const sleeper = bot.start({ db: slow.db });
      await slow.reached;
      bot.clock.advance(MINUTE);
      const other = bot.start();
      await bot.pass(1_000, '#1 is booked', () => bot.isState('synced', 1));
      await other.stop();

      slow.open();
      await sleeper.stop();
      assert.equal(bot.writes().length, 1);
      assert.equal(await bot.isFollowed(1), true);
    });
  });
}
