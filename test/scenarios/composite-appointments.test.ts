import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { closePast } from '../../src/appointments/close-past.ts';
import { readRowMarks } from '../../src/appointments/row-marks.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { addMs, DAY, HOUR } from '../../src/instant.ts';
import { startSync } from '../../src/sync/hold.ts';
import { makePlan } from '../../src/sync/plan/make-plan.ts';
import { choose } from '../../src/upkeep/choose-plan.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { readPastRowsToClose } from '../support/past-rows.ts';
import { ANNA, insertAppointment, type NewAppointment, NOON, prepareFormerSalon } from '../support/salon.ts';

const morning = new Date('2025-11-25T07:00:00Z');

const [, server] = databases();
if (server)
  describe('composite appointments on mariadb', { skip: server.skip }, () => {
    let bot: Harness;
    let theirs: Db;
    beforeEach(async () => {
      const prepare = async (db: Db) => {
        await prepareFormerSalon(db);
        await db.raw('ALTER TABLE appointments ADD COLUMN is_composite TINYINT(1) NOT NULL DEFAULT 0');
      };
      bot = await createHarness({ engine: server, startHeld: 'auto', prepare });
      theirs = openDatabase(bot.databaseUrl);
    });
    afterEach(async () => {
      await theirs.destroy();
      await bot.close();
    });

    async function insertComposite(appointment: NewAppointment): Promise<void> {
      await insertAppointment(theirs, appointment);
      await theirs('appointments').where({ id: appointment.id }).update({ is_composite: 1 });
    }
    async function run(): Promise<void> {
      bot.start({ db: bot.db });
      await bot.until('it is held', async () => (await bot.db('installation').first('mode')).mode === 'held');
      await startSync(bot.db, { by: 'U1', now: bot.clock.now() });
      await bot.quiet();
    }
    const kindOf = async (id: number) => (await bot.record(id))?.failure_kind;

    it('are never sent to Cal.com, whatever they were before, and an engineer is told', async () => {
      await insertAppointment(theirs, { id: 1, startsAt: morning });
      await insertComposite({ id: 2, startsAt: addMs(morning, HOUR) });
      await insertComposite({
        id: 3,
        startsAt: addMs(morning, 2 * HOUR),
        staffId: null,
        former: { status: 'failed', errorText: 'no host' },
      });
      await insertComposite({ id: 4, startsAt: addMs(morning, 3 * HOUR), former: { status: 'pending' } });
      await run();
      assert.deepEqual([await bot.isState('synced', 1), await bot.isState('failed', 2, 3, 4)], [true, true]);
      assert.deepEqual(await Promise.all([2, 3, 4].map(kindOf)), Array(3).fill('unsupported'));
      assert.equal(bot.writes().length, 1);
      assert.equal((await bot.openAlerts()).length, 3);
    });

    it('are neither moved nor given to somebody else once they are booked', async () => {
      await insertAppointment(theirs, { id: 1, startsAt: morning });
      await run();
      await theirs('appointments')
        .where({ id: 1 })
        .update({ is_composite: 1, starts_at: '2025-11-25 09:00:00' });
      await bot.until('it has failed', async () => (await kindOf(1)) === 'unsupported');
      assert.equal(bot.writes().length, 1);
    });

    it('are in no group of the plan', async () => {
      await insertComposite({ id: 1, startsAt: morning, staffId: null });
      await insertComposite({ id: 2, startsAt: addMs(NOON, -2 * DAY), former: { status: 'failed' } });
      await insertAppointment(theirs, { id: 3, startsAt: morning, staffId: null });
      bot.start({ db: bot.db });
      await bot.until('it is held', async () => (await bot.db('installation').first('mode')).mode === 'held');
      const groups = choose(await makePlan(bot.db, { calls: null, now: NOON }), 'all');
      assert.deepEqual(
        groups.flatMap(({ name, items }) => items.map(({ appointmentId }) => [name, appointmentId])),
        [['no_staff', 3]],
      );
    });

    it('are not cancelled by the cleanup: only the record is closed', async () => {
      await insertComposite({ id: 1, startsAt: morning, staffId: ANNA });
      await insertComposite({ id: 2, startsAt: addMs(NOON, -2 * DAY) });
      await run();
      const now = addMs(NOON, 3 * DAY);
      const rows = await readPastRowsToClose(bot.db, { now, cutoff: now });
      assert.deepEqual(
        rows.map(({ seen }) => seen.appointmentId),
        [1],
      );
      const marks = await readRowMarks(bot.db);
      for (const row of rows) assert.equal(await closePast(bot.db, row, { runId: 1, marks, now }), 'closed');
      assert.deepEqual(await theirs('appointments').orderBy('id').pluck('status'), ['booked', 'booked']);
      const { state, closed_reason } = await bot.record(1);
      assert.deepEqual([state, closed_reason], ['closed', 'done']);
    });
  });
