import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { WorldBooking } from '../../sandbox/calcom/world.ts';
import type { PlanGroup, PlanGroupName } from '../../src/appointments/plan-groups.ts';
import { readItems } from '../../src/appointments/plan-results.ts';
import { insertPlan, recordFiguresBefore, startPlan } from '../../src/appointments/plans.ts';
import { takeBack } from '../../src/appointments/take-back.ts';
import { readUndo, recordUndoAsked } from '../../src/appointments/undos.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { createPace } from '../../src/sync/pace.ts';
import { makePlan } from '../../src/sync/plan/make-plan.ts';
import { runPlan } from '../../src/upkeep/run-plan.ts';
import { databases } from '../support/databases.ts';
import { doomedDatabase } from '../support/doomed-database.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import {
  BEN,
  foreignBooking as foreign,
  insertAppointment,
  NOON,
  prepareFormerSalon,
  salonWorld,
} from '../support/salon.ts';

// What the plan in Slack has beyond the shell's groups: orphans, ambiguous links, failures whose data changed.

const OWN = 'this-bot';
const hourOf = (id: number) => addMs(NOON, 2 * DAY + id * HOUR);

for (const engine of databases()) {
  describe(`the plan on ${engine.name}`, { skip: engine.skip }, () => {
    let bot: Harness;

    async function open(bookings: WorldBooking[], prepare = async (_db: Harness['db']) => {}): Promise<void> {
      bot = await createHarness({
        engine,
        world: { ...salonWorld(), bookings },
        async prepare(db) {
          await prepareFormerSalon(db);
          await prepare(db);
        },
      });
      await bot.db('installation').update({ installation_id: OWN });
    }
    afterEach(() => bot.close());

    const callsFor = (db = bot.db) =>
      createCalls({ db, calcom: bot.client, pace: createPace(db, 0), clock: bot.clock });
    const plan = () => makePlan(bot.db, { calls: callsFor(), now: bot.clock.now() });
    const groupOf = (groups: PlanGroup[], name: PlanGroupName) =>
      groups.find((group) => group.name === name)?.items.map(({ appointmentId }) => appointmentId);
    async function store(names: PlanGroupName[]) {
      const items = (await plan())
        .filter(({ name }) => names.includes(name))
        .flatMap(({ name, items: some }) => some.map((item) => ({ ...item, group: name })));
      const id = await insertPlan(bot.db, items, bot.clock.now());
      const run = { id, actor: 'U0EMIL', token: `run ${id}` };
      await startPlan(bot.db, id, { ...run, now: bot.clock.now() });
      await recordFiguresBefore(bot.db, id, bot.clock.now());
      return run;
    }
    const deps = (db = bot.db) => ({
      db,
      calls: callsFor(db),
      clock: bot.clock,
      log: bot.log,
      claimLeaseMs: MINUTE,
      locale: 'de' as const,
      signal: new AbortController().signal,
      pauseMs: 0,
      onProgress() {},
    });
    async function run(names: PlanGroupName[]) {
      const started = await store(names);
      await runPlan(deps(), started);
      return (await readItems(bot.db, started.id)).map(({ appointmentId, ending }) => [
        appointmentId,
        ending,
      ]);
    }
    /** Booked by this bot, and then the row goes without the bot seeing it. */
    const own = (id: number, uid: string, installation = OWN): WorldBooking => ({
      ...foreign(id, { uid, startsAt: hourOf(id) }),
      metadata: { installation, appointmentId: String(id), revision: '1' },
    });

    it('cancels bookings of ours whose appointment is cancelled or gone, and no other', async () => {
      await open([
        own(1, 'cancelled-here'),
        own(2, 'gone'),
        own(3, 'open'),
        foreign(4, { uid: 'stranger', startsAt: hourOf(4) }),
        own(5, 'other-bot', 'somebody else'),
      ]);
      await insertAppointment(bot.db, { id: 1, startsAt: hourOf(1), status: 'cancelled' });
      await insertAppointment(bot.db, { id: 3, startsAt: hourOf(3) });
      assert.deepEqual(groupOf(await plan(), 'orphans'), [1, 2]);
      assert.deepEqual(await run(['orphans']), [
        [1, 'done'],
        [2, 'done'],
      ]);
      const live = ['cancelled-here', 'gone', 'open', 'other-bot', 'stranger'].filter(
        (uid) => bot.calcom.state.bookings.find((each) => each.uid === uid)?.status === 'accepted',
      );
      assert.deepEqual(live, ['open', 'other-bot', 'stranger']);
      assert.deepEqual(groupOf(await plan(), 'orphans'), []);
    });

    it('does not cancel a booking whose appointment was opened again since', async () => {
      await open([own(1, 'back')]);
      await insertAppointment(bot.db, { id: 1, startsAt: hourOf(1), status: 'cancelled' });
      const started = await store(['orphans']);
      await bot.db('appointments').where({ id: 1 }).update({ status: 'booked' });
      await runPlan(deps(), started);
      assert.deepEqual((await readItems(bot.db, started.id))[0]?.ending, 'changed');
      assert.equal(bot.calcom.liveBookings({ appointmentId: '1' }).length, 1);
    });

    it('says that orphans are unknown while Cal.com does not answer', async () => {
      await open([]);
      bot.allowErrors();
      bot.calcom.faults.add({ fault: { kind: 'down' } });
      const orphans = (await plan()).find(({ name }) => name === 'orphans');
      assert.equal(orphans?.isUnknown, true);
    });

    it('links an ambiguous booking, and the booking then follows the appointment', async () => {
      await open([foreign(6, { uid: 'b6', startsAt: hourOf(6) })], async (db) => {
        await insertAppointment(db, {
          id: 6,
          startsAt: hourOf(7),
          staffId: BEN,
          former: { uid: 'b6', status: 'synced' },
        });
      });
      const first = bot.start();
      await bot.looked();
      await first.stop();
      assert.deepEqual(groupOf(await plan(), 'ambiguous'), [6]);
      assert.deepEqual(await run(['ambiguous']), [[6, 'moving']]);
      assert.equal((await bot.record(6)).booking_uid, 'b6');
      await bot.db('installation').update({ mode: 'running' });
      bot.start();
      await bot.until('it is followed', () => bot.isFollowed(6));
      assert.equal(bot.calcom.state.bookings.filter(({ status }) => status === 'accepted').length, 1);
    });

    it('keeps a failure apart whose data changed since', async () => {
      await open([]);
      for (const id of [1, 2]) {
        await insertAppointment(bot.db, { id, startsAt: hourOf(id) });
        await bot.db('appointment_syncs').insert({
          appointment_id: id,
          state: 'failed',
          failure_kind: 'host_conflict',
          tried_hash: 'what was tried',
          first_failed_at: toSqlInstant(NOON),
          starts_at: toSqlInstant(hourOf(id)),
        });
      }
      await bot.db('appointment_syncs').where({ appointment_id: 2 }).update({ tried_hash: null });
      const groups = await plan();
      assert.deepEqual([groupOf(groups, 'changed'), groupOf(groups, 'wake')], [[1], [2]]);
    });

    it('is done once although its runner dies at any step', { timeout: 120_000 }, async () => {
      await open([]);
      bot.allowErrors();
      let isFinished = false;
      for (let steps = 1; !isFinished; steps++) {
        assert.ok(steps < 200, 'it ends some time');
        const id = 100 + steps * 2;
        for (const each of [id, id + 1]) {
          await insertAppointment(bot.db, { id: each, startsAt: addMs(NOON, -DAY + each * MINUTE) });
        }
        const started = await store(['past']);
        const doomed = doomedDatabase(bot.db, steps);
        await runPlan(deps(doomed.db), started).then(
          () => {
            isFinished = true;
          },
          () => {},
        );
        await runPlan(deps(), started);
        const endings = (await readItems(bot.db, started.id)).map(({ ending }) => ending);
        assert.deepEqual(endings, ['done', 'done'], `after ${steps} steps`);
        const closed = await bot.db('history').whereIn('appointment_id', [id, id + 1]);
        assert.equal(closed.length, 2, `each closed once after ${steps} steps`);
        const undo = await readUndo(bot.db, `plan:${started.id}`);
        assert.ok(undo);
        const by = { actor: 'U0EMIL', now: bot.clock.now() };
        assert.ok(await recordUndoAsked(bot.db, undo, by));
        const asked = { ...undo, asked: { by: by.actor, at: by.now } };
        await takeBack(bot.db, asked, { now: by.now, needsPerson: () => false });
        const statuses = await bot
          .db('appointments')
          .whereIn('id', [id, id + 1])
          .pluck('status');
        assert.deepEqual(statuses, ['booked', 'booked']);
        await bot
          .db('appointments')
          .whereIn('id', [id, id + 1])
          .update({ status: 'completed' });
      }
    });
  });
}
