import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { lookLater } from '../../src/appointments/look-later.ts';
import { settleTruths } from '../../src/appointments/settle-truths.ts';
import { readThere } from '../../src/appointments/there.ts';
import { addMs, DAY, fromSqlInstant, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { askAgain } from '../../src/sync/ask.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { ANNA, BEN, CUT, insertAppointment, NOON, salonWorld } from '../support/salon.ts';

const tomorrow = addMs(NOON, DAY);
const later = addMs(tomorrow, 3 * HOUR);

/** A salon where one event type has both people, so that Cal.com may hand a booking over. */
function sharedWorld() {
  const world = salonWorld();
  world.eventTypes.push({
    id: 31,
    title: 'Cut with anybody',
    lengthInMinutes: 30,
    hostIds: [1, 2],
    schedulingType: 'roundRobin',
  });
  return world;
}

for (const engine of databases()) {
  describe(`what people change in Cal.com (${engine.name})`, { skip: engine.skip }, () => {
    let bot: Harness;
    beforeEach(async () => {
      bot = await createHarness({ engine, world: sharedWorld() });
      bot.start();
    });
    afterEach(() => bot.close());

    const live = (id: number) => bot.calcom.liveBookings({ appointmentId: String(id) });
    const row = (id: number) => bot.db('appointments').where({ id }).first();
    const isFailedAs = async (id: number, kind: string) => {
      const { state, failure_kind } = await bot.record(id);
      return state === 'failed' && failure_kind === kind;
    };

    async function booked(id: number, startsAt = tomorrow): Promise<string> {
      await insertAppointment(bot.db, { id, startsAt });
      await bot.until(`#${id} is synced`, () => bot.isState('synced', id));
      return String((await bot.record(id)).booking_uid);
    }
    async function told(id: number, uid: string, delayMs = 0): Promise<void> {
      const now = bot.clock.now();
      await bot.db.transaction((tx) => lookLater(tx, [id], { uid, at: addMs(now, delayMs), now }));
    }
    async function edited(id: number, startsAt: Date): Promise<void> {
      const ends_at = toSqlInstant(addMs(startsAt, HOUR / 2));
      await bot
        .db('appointments')
        .where({ id })
        .update({ starts_at: toSqlInstant(startsAt), ends_at });
    }

    it('the row follows a booking that was moved there, and nothing bounces', async () => {
      const uid = await booked(1);
      await bot.calcom.hands.move(uid, addMs(later, HOUR));
      const [first] = live(1);
      await bot.calcom.hands.move(String(first?.uid), later);
      const writes = bot.writes().length;
      await told(1, uid);
      await bot.until('the row is moved', async () => (await row(1)).starts_at === toSqlInstant(later));
      await bot.quiet();
      assert.equal(fromSqlInstant((await row(1)).ends_at).getTime(), addMs(later, HOUR / 2).getTime());
      assert.ok(await bot.isFollowed(1));
      assert.equal((await bot.record(1)).booking_uid, live(1)[0]?.uid);
      assert.equal(bot.writes().length, writes);
      const entry = await bot.db('history').where({ appointment_id: 1, action: 'moved' }).first();
      assert.equal(entry.actor, 'calcom');

      await edited(1, addMs(tomorrow, HOUR));
      await bot.until('our next change is pushed', async () => bot.isFollowed(1));
      assert.equal(bot.writes().length, writes + 1);
    });

    it('the row gets the person whom the booking was handed to, and keeps whom Cal.com chose at first', async () => {
      await bot.db('calcom_event_map').where({ service_id: CUT }).update({ event_type_id: 31 });
      const uid = await booked(2);
      const host = live(2)[0]?.hostId;
      const other = host === 1 ? 2 : 1;
      await told(2, uid);
      await bot.quiet();
      assert.equal((await row(2)).staff_id, ANNA);
      await bot.client.reassignBooking(uid, other, 'handed over');
      await told(2, uid);
      await bot.until('it was read', async () => (await bot.record(2)).look_uid === null);
      await bot.quiet();
      assert.equal((await row(2)).staff_id, other === 1 ? ANNA : BEN);
      assert.equal(live(2).length, 1);
    });

    it('nothing is written when both sides were changed, and one who hears of it decides', async () => {
      const uid = await booked(3);
      await bot.calcom.hands.move(uid, later);
      const writes = bot.writes().length;
      await edited(3, addMs(tomorrow, HOUR));
      await bot.until('the difference stands', () => isFailedAs(3, 'two_truths'));
      assert.equal(bot.writes().length, writes);
      assert.equal((await row(3)).starts_at, toSqlInstant(addMs(tomorrow, HOUR)));
      assert.deepEqual(await bot.openAlerts(), ['appointment:3']);
      assert.equal(JSON.parse((await bot.record(3)).there).startsAtText, toSqlInstant(later));

      await edited(3, later);
      await bot.until('both are the same again', async () => bot.isFollowed(3));
      assert.equal(bot.writes().length, writes);
      assert.deepEqual(await bot.openAlerts(), []);
    });

    it('a person says which side is right, once, and only while it is as it was shown', async () => {
      const truths = [
        { id: 6, truth: 'ours', startsAt: addMs(tomorrow, DAY) },
        { id: 7, truth: 'theirs', startsAt: addMs(tomorrow, 2 * DAY) },
      ] as const;
      for (const { id, truth, startsAt } of truths) {
        const uid = await booked(id, startsAt);
        await bot.calcom.hands.move(uid, addMs(startsAt, 3 * HOUR));
        await edited(id, addMs(startsAt, HOUR));
        await bot.until('the difference stands', () => isFailedAs(id, 'two_truths'));
        const { starts_at, status, staff_id } = await row(id);
        const seen = { appointmentId: id, startsAtText: String(starts_at), status, staffId: staff_id };
        const there = readThere((await bot.record(id)).there);
        assert.ok(there);
        const choice = { truth, there, actor: 'U0SABINE', now: bot.clock.now() };
        const other = { ...there, uid: 'another' };
        assert.equal(await settleTruths(bot.db, seen, { ...choice, there: other }), 'changed');
        const stale = { ...seen, startsAtText: toSqlInstant(startsAt) };
        assert.equal(await settleTruths(bot.db, stale, choice), 'changed');
        assert.equal(await settleTruths(bot.db, seen, choice), 'settled');
        assert.equal(await settleTruths(bot.db, seen, choice), 'changed');
        await bot.until('both sides are the same', async () => bot.isFollowed(id));
        const wanted = addMs(startsAt, truth === 'ours' ? HOUR : 3 * HOUR);
        assert.equal((await row(id)).starts_at, toSqlInstant(wanted));
        assert.equal(live(id)[0]?.start.getTime(), wanted.getTime());
      }
      assert.deepEqual(await bot.openAlerts(), []);
    });

    it('what was cancelled there is booked again for a person only, or at another time', async () => {
      const uid = await booked(4);
      await booked(5, later);
      await bot.calcom.hands.cancel(uid, 'called in sick');
      await told(4, uid, 10 * SECOND);
      await bot.quiet();
      assert.ok(await bot.isState('synced', 4));
      bot.clock.advance(11 * SECOND);
      await bot.until('it is known', () => isFailedAs(4, 'cancelled_there'));
      assert.deepEqual(await bot.openAlerts(), ['appointment:4']);

      const writes = bot.writes().length;
      await bot.db('customers').where({ id: 4 }).update({ phone: '+4915123456789' });
      await bot.quiet();
      bot.clock.advance(2 * HOUR);
      await bot.quiet();
      for (const which of ['failed', 'all'] as const) {
        const asked = await askAgain(bot.db, { which, actor: 'U1', now: bot.clock.now() });
        assert.deepEqual(asked.woken, [], `not by /resync ${which}`);
      }
      await bot.quiet();
      assert.equal(bot.writes().length, writes);
      assert.equal(live(4).length, 0);
      await edited(4, addMs(tomorrow, 90 * MINUTE));
      await bot.until('it is booked at its new time', () => bot.isFollowed(4));
      assert.equal(live(4).length, 1);
    });

    it('the customer who was asked for another time, and chose one, has it in the row too', async () => {
      const uid = await booked(8);
      const former = live(8)[0];
      assert.ok(former);
      await bot.calcom.hands.requestReschedule(uid, 'ill');
      await told(8, uid);
      await bot.until('it is known', () => isFailedAs(8, 'cancelled_there'));
      const { id, start, end } = former;
      const end2 = addMs(later, end.getTime() - start.getTime());
      const chosen = { ...former, id: id + 1_000, uid: 'chosen', status: 'accepted' as const };
      bot.calcom.state.bookings.push({ ...chosen, start: later, end: end2, rescheduledFromUid: uid });
      const writes = bot.writes().length;
      await told(8, 'chosen');
      await bot.until('the row follows', () => bot.isFollowed(8));
      assert.equal((await row(8)).starts_at, toSqlInstant(later));
      assert.equal((await bot.record(8)).booking_uid, 'chosen');
      assert.equal(bot.writes().length, writes);
      assert.deepEqual(await bot.openAlerts(), []);
    });
  });
}
