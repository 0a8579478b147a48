import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { createPace } from '../../src/sync/pace.ts';
import { startUpkeep } from '../../src/upkeep/start-upkeep.ts';
import { databases, type TestEngine } from '../support/databases.ts';
import { createHarness } from '../support/engine-harness.ts';
import { insertAppointment, NOON } from '../support/salon.ts';

const config = {
  ...{ cleanupCron: '0 0 1 1 *', summaryCron: '0 8 * * *', cleanupGraceMs: 12 * HOUR, retentionDays: 180 },
  ...{ timeZone: 'Europe/Berlin', locale: 'en' as const },
  ...{ remindBeforeMs: [], escalationGroup: null, quietHours: null },
};
const inDays = (days: number) => addMs(NOON, days * DAY);

async function openTwoReplicas(t: TestContext, engine: TestEngine) {
  const bot = await createHarness({ engine });
  const { db, clock, log, calcom } = bot;
  const running = bot.start();
  const calls = createCalls({ db, calcom: bot.client, pace: createPace(db, 0), clock });
  const upkeep = [1, 2].map(() =>
    startUpkeep({
      ...{ db, calls, clock, log, config },
      keepPicture: async () => null,
      onChanged: () => {},
      onFound: () => running.nudge(),
    }),
  );
  t.after(async () => {
    await Promise.all(upkeep.map((each) => each.stop()));
    await bot.close();
  });
  return {
    bot,
    async tickAt(instant: Date): Promise<void> {
      clock.advance(instant.getTime() - clock.now().getTime());
      await bot.quiet();
      await Promise.all(upkeep.map((each) => each.tick()));
      await bot.quiet();
    },
    lists: () => calcom.calls.filter(({ path }) => path.startsWith('/v2/bookings?')).length,
    found: async (scope: string) =>
      (await db('reconciliations').where({ scope }).orderBy('run_id')).map((each) => JSON.parse(each.found)),
  };
}

for (const engine of databases()) {
  it(`what no webhook told is found by comparing, once over all replicas (${engine.name})`, {
    skip: engine.skip,
  }, async (t) => {
    const { bot, tickAt, lists, found } = await openTwoReplicas(t, engine);
    const { db, clock, calcom } = bot;
    const row = (id: number) => db('appointments').where({ id }).first();

    const ids = [1, 2, 3, 4, 5];
    for (const id of ids) await insertAppointment(db, { id, startsAt: inDays(id) });
    await bot.until('all are booked', () => bot.isState('synced', ...ids));
    const uidOf = async (id: number) => String((await bot.record(id)).booking_uid);

    await calcom.hands.move(await uidOf(1), addMs(inDays(1), HOUR));
    const before = lists();
    await tickAt(addMs(NOON, 16 * MINUTE));
    assert.equal((await row(1)).starts_at, toSqlInstant(addMs(inDays(1), HOUR)));
    assert.deepEqual((await found('changes')).at(-1)?.changed, 1);
    assert.equal(lists() - before, 1, 'one replica compared');

    await calcom.hands.cancel(await uidOf(2), 'by hand');
    // Cal.com lost one without a word, kept one too many, and one whose appointment is gone.
    const [lost, kept, copied] = [await uidOf(3), await uidOf(4), await uidOf(5)];
    calcom.state.bookings.splice(
      calcom.state.bookings.findIndex(({ uid }) => uid === lost),
      1,
    );
    const original = calcom.state.bookings.find(({ uid }) => uid === copied);
    assert.ok(original);
    calcom.state.bookings.push({ ...original, id: 9_001, uid: 'second' });
    await db('appointment_syncs').where({ appointment_id: 4 }).update({ state: 'closed', booking_uid: null });
    await db('appointments').where({ id: 4 }).update({ status: 'cancelled' });

    await tickAt(new Date('2025-11-25T03:31:00Z'));
    // It gives way to what the quarter of an hour before it has found.
    for (let more = 1; (await found('everything')).length === 0 && more < 5; more++)
      await tickAt(addMs(clock.now(), 11 * MINUTE));
    const [night] = await found('everything');
    assert.ok(night.missing >= 1);
    assert.deepEqual([night.read, night.doubled, night.orphaned], [4, [5], [4]]);
    await bot.until('all is told', async () => (await bot.openAlerts()).length === 3);
    assert.deepEqual((await bot.openAlerts()).toSorted(), ['appointment:2', 'appointment:3', 'surplus']);
    assert.ok(
      calcom.liveBookings().some(({ uid }) => uid === kept),
      'a person cancels it',
    );

    await tickAt(new Date('2025-11-25T07:01:00Z'));
    const summary = await db('daily_summaries').first();
    const { doubled, orphaned } = JSON.parse(summary.comparison);
    assert.deepEqual({ doubled, orphaned }, { doubled: [5], orphaned: [4] });

    for (const uid of ['second', kept]) await calcom.hands.cancel(uid, 'one too many');
    await tickAt(new Date('2025-11-26T03:31:00Z'));
    for (let more = 1; (await found('everything')).length === 1 && more < 5; more++)
      await tickAt(addMs(clock.now(), 11 * MINUTE));
    assert.ok(!(await bot.openAlerts()).includes('surplus'), 'nothing is too many any more');
  });
}
