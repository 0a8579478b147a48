import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { FaultRule } from '../../sandbox/calcom/faults.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { silentLog } from '../../src/log.ts';
import { holdSync, startSync } from '../../src/sync/hold.ts';
import { databases } from '../support/databases.ts';
import { doomedDatabase } from '../support/doomed-database.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import {
  CUT,
  foreignBooking,
  insertAppointment,
  NOON,
  prepareFormerSalon,
  salonWorld,
} from '../support/salon.ts';

const morning = new Date('2025-11-25T07:00:00Z');
const mode = async (bot: Harness) => (await bot.db('installation').first('mode')).mode;

for (const engine of databases()) {
  describe(`a first start (${engine.name})`, { skip: engine.skip }, () => {
    let bot: Harness;
    const open = async (bookings = salonWorld().bookings) => {
      const world = { ...salonWorld(), bookings };
      bot = await createHarness({ engine, world, startHeld: 'auto', prepare: prepareFormerSalon });
    };
    beforeEach(() => open());
    afterEach(() => bot.close());

    const isHeld = () => bot.until('the bot is held', async () => (await mode(bot)) === 'held');
    const begin = async () => startSync(bot.db, { by: 'U1', now: bot.clock.now() });

    it('writes nothing until Start, whatever happens to the rows meanwhile', async () => {
      await bot.close();
      await open([foreignBooking(1, { uid: 'b1', startsAt: morning })]);
      await insertAppointment(bot.db, { id: 1, startsAt: morning, former: { uid: 'b1', status: 'synced' } });
      await insertAppointment(bot.db, {
        id: 2,
        startsAt: addMs(morning, HOUR),
        former: { status: 'pending' },
      });
      bot.start();
      await isHeld();
      assert.equal(bot.calcom.calls.length, 1, 'the list was read, and nothing else');

      await bot.db('appointments').where({ id: 1 }).update({ status: 'cancelled' });
      await insertAppointment(bot.db, { id: 3, startsAt: addMs(morning, 2 * HOUR) });
      for (const wait of [MINUTE, HOUR, 5 * HOUR]) {
        bot.clock.advance(wait);
        await bot.looked();
      }
      assert.equal(bot.calcom.calls.length, 1);
      assert.deepEqual(await bot.openAlerts(), ['held']);

      assert.equal(await begin(), 'started');
      assert.equal(await begin(), 'already_running');
      await bot.until('all is as the rows are', async () => {
        return (await bot.isState('closed', 1)) && (await bot.isState('synced', 2, 3));
      });
      assert.equal(bot.calcom.liveBookings().length, 2);
      assert.deepEqual(await bot.openAlerts(), []);
    });

    it('reads the list of bookings to its end, however many pages it has', async () => {
      await bot.close();
      const others = Array.from({ length: 230 }, (_, n) =>
        foreignBooking(1_000 + n, { uid: `other${n}`, startsAt: addMs(morning, n * MINUTE) }),
      );
      const last = foreignBooking(1, { uid: 'last', startsAt: addMs(morning, 9 * DAY) });
      await open([...others, last]);
      await insertAppointment(bot.db, { id: 1, startsAt: addMs(morning, 9 * DAY) });
      bot.start();
      await isHeld();
      assert.equal((await bot.record(1)).booking_uid, 'last');
      assert.equal(bot.calcom.calls.length, 3);
    });

    const troubles: [string, FaultRule[]][] = [
      ['only the list fails', [{ path: /^\/v2\/bookings\?/, fault: { kind: 'down' } }]],
      ['only a later page fails', [{ path: /skip=100/, fault: { kind: 'half_body' } }]],
      ['Cal.com is down', [{ fault: { kind: 'down' } }]],
      [
        'Cal.com forbids the list',
        [
          {
            path: /^\/v2\/bookings\?/,
            fault: { kind: 'answer', status: 403, body: { message: 'Forbidden' } },
          },
        ],
      ],
    ];
    for (const [trouble, faults] of troubles) {
      it(`books nothing, reports once and goes on by itself when ${trouble}`, async () => {
        await bot.close();
        await open(
          Array.from({ length: 101 }, (_, n) =>
            foreignBooking(n + 1, { uid: `b${n + 1}`, startsAt: morning }),
          ),
        );
        await insertAppointment(bot.db, { id: 1, startsAt: morning });
        for (const fault of faults) bot.calcom.faults.add(fault);
        bot.start();
        await bot.until('it is reported', async () => (await bot.openAlerts()).includes('incident:calcom'));
        for (let minute = 0; minute < 5; minute++) {
          bot.clock.advance(MINUTE);
          await bot.looked();
        }
        assert.equal(await mode(bot), 'new');
        assert.equal(await begin(), 'not_adopted');
        assert.deepEqual(bot.writes(), []);
        assert.deepEqual(await bot.openAlerts(), ['incident:calcom']);
        assert.equal((await bot.db('alerts').pluck('id')).length, 1);

        bot.calcom.faults.clear();
        bot.clock.advance(MINUTE);
        await bot.looked();
        bot.clock.advance(MINUTE);
        await isHeld();
        const isOver = async () => !(await bot.openAlerts()).includes('incident:calcom');
        await bot.until('the incident is over', isOver);
        assert.deepEqual(await bot.openAlerts(), ['held']);
        assert.equal((await bot.record(1)).booking_uid, 'b1');
      });
    }

    it('goes on with an import that broke off in the middle', async () => {
      const ids = Array.from({ length: 520 }, (_, n) => n + 1);
      await bot.db('customers').insert({ id: 1, name: 'One', email: 'one@example.com' });
      for (let from = 0; from < ids.length; from += 100) {
        const rows = ids.slice(from, from + 100).map((id) => ({
          id,
          customer_id: 1,
          service_id: CUT,
          starts_at: toSqlInstant(addMs(morning, id * MINUTE)),
          ends_at: toSqlInstant(addMs(morning, (id + 30) * MINUTE)),
          calcom_sync_status: 'failed',
          sync_error_message: 'no staff',
        }));
        await bot.db('appointments').insert(rows);
      }
      let imported = 0;
      for (let steps = 5; imported === 0; steps++) {
        const doomed = doomedDatabase(bot.db, steps);
        const first = bot.start({ db: doomed.db, log: silentLog });
        await bot.until('the first process is dead', doomed.isDead);
        await first.stop();
        imported = (await bot.db('appointment_syncs').pluck('appointment_id')).length;
        bot.clock.advance(HOUR);
      }
      assert.equal(imported, 500, 'it died between two batches');

      bot.start();
      await isHeld();
      assert.equal(
        (await bot.db('appointment_syncs').where({ state: 'failed' }).pluck('appointment_id')).length,
        520,
      );
      const told = await bot.db('history').where({ action: 'imported' }).pluck('appointment_id');
      assert.equal(new Set(told).size, 520);
      assert.equal(told.length, 520);
    });

    it('starts at once on an empty database', async () => {
      bot.start();
      await bot.until('it runs', async () => (await mode(bot)) === 'running');
      assert.deepEqual(await bot.openAlerts(), []);
      await insertAppointment(bot.db, { id: 1, startsAt: addMs(NOON, DAY) });
      await bot.until('#1 is booked', () => bot.isState('synced', 1));
    });

    it('stops writing when it is held again, and catches up when it is released', async () => {
      bot.start();
      await bot.until('it runs', async () => (await mode(bot)) === 'running');
      assert.equal(await holdSync(bot.db, { by: 'U1', now: bot.clock.now() }), true);
      // A round that began before goes to its end.
      await bot.looked();
      await insertAppointment(bot.db, { id: 1, startsAt: addMs(NOON, DAY) });
      // Noticed just before, and not yet claimed.
      const due = { state: 'pending', due_at: toSqlInstant(NOON), starts_at: toSqlInstant(addMs(NOON, DAY)) };
      await bot.db('appointment_syncs').insert({ appointment_id: 1, ...due });
      await bot.looked();
      bot.clock.advance(HOUR);
      await bot.looked();
      assert.deepEqual(bot.writes(), []);
      await begin();
      await bot.until('#1 is booked', () => bot.isState('synced', 1));
    });
  });
}
