import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { askAgain } from '../../src/sync/ask.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { ANNA, BEN, COLOUR, insertAppointment, NOON, prepareFormerSalon } from '../support/salon.ts';

const tomorrow = addMs(NOON, DAY);

describe('a host conflict', { concurrency: 2 }, () => {
  for (const engine of databases()) {
    describe(engine.name, { skip: engine.skip, concurrency: 1 }, () => {
      let bot: Harness;
      beforeEach(async () => {
        bot = await createHarness({ engine, prepare: prepareFormerSalon });
      });
      afterEach(() => bot.close());

      const live = (id: number) => bot.calcom.liveBookings({ appointmentId: String(id) });
      const posts = () => bot.writes().length;

      async function conflict(id: number): Promise<Record<string, unknown>> {
        await bot.until(`#${id} has failed`, () => bot.isState('failed', id));
        await bot.quiet();
        const record = await bot.record(id);
        assert.equal(record.failure_kind, 'host_conflict');
        return record;
      }

      function takeHour(startsAt: Date): void {
        const end = addMs(startsAt, HOUR).toISOString();
        bot.calcom.state.external.push({ hostId: 1, start: startsAt.toISOString(), end });
      }

      it('is looked at by free slots each hour, without a booking, and ends when the host is free', async () => {
        takeHour(tomorrow);
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        bot.start();
        const record = await conflict(1);
        assert.equal(record.failure_cause, 'taken');
        assert.equal(posts(), 1);
        for (let hours = 1; hours <= 3; hours++) {
          const calls = bot.calcom.calls.length;
          bot.clock.advance(HOUR);
          await bot.quiet();
          const looks = bot.calcom.calls.slice(calls);
          assert.equal(looks.length, 1, 'one call an hour');
          assert.match(looks[0]?.path ?? '', /^\/v2\/slots/);
        }
        assert.equal(posts(), 1);

        bot.calcom.state.external.length = 0;
        bot.clock.advance(30 * MINUTE);
        await bot.quiet();
        assert.equal(posts(), 1, 'before the hour nobody looks');
        bot.clock.advance(31 * MINUTE);
        await bot.until('#1 is booked', () => bot.isState('synced', 1));
        assert.equal(live(1).length, 1);
        assert.deepEqual(await bot.openAlerts(), []);
      });

      it('is tried at once when a person asks', async () => {
        takeHour(tomorrow);
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        bot.start();
        await conflict(1);
        bot.calcom.state.external.length = 0;
        const now = bot.clock.now();
        const asked = await askAgain(bot.db, { which: [1, 2], actor: 'U1', now });
        assert.deepEqual(asked, { woken: [1], unknown: [2], nothingToDo: [] });
        await bot.until('#1 is booked', () => bot.isState('synced', 1));
      });

      it('with a host whose calendar is broken has no other free time to offer', async () => {
        for (const host of bot.calcom.state.hosts) host.calendarBroken = true;
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        bot.start();
        assert.equal((await conflict(1)).failure_cause, 'not_available');
      });

      it('with an appointment that goes first costs no booking, and ends when that one leaves', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, serviceId: COLOUR, createdAt: NOON });
        await insertAppointment(bot.db, {
          id: 2,
          startsAt: addMs(tomorrow, HOUR),
          createdAt: addMs(NOON, -HOUR),
        });
        bot.start();
        const record = await conflict(1);
        assert.deepEqual([record.failure_cause, Number(record.blocked_by)], ['same_person', 2]);
        assert.equal(live(2).length, 1, 'the older one goes first');
        assert.equal(posts(), 1);
        bot.clock.advance(HOUR);
        await bot.quiet();
        assert.equal(posts(), 1);

        const later = addMs(tomorrow, 2 * HOUR);
        await bot
          .db('appointments')
          .where({ id: 2 })
          .update({ starts_at: toSqlInstant(later), ends_at: toSqlInstant(addMs(later, HOUR / 2)) });
        await bot.until(
          'both are booked',
          async () => (await bot.isFollowed(1)) && (await bot.isFollowed(2)),
        );
      });

      it('of one human with two staff records is seen, and the booked one stays', async () => {
        await bot.db('staff').where({ id: BEN }).update({ name: ' anna ALBERS ' });
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, createdAt: NOON });
        bot.start();
        await bot.until('#1 is booked', () => bot.isState('synced', 1));
        // Older, but the other one stands already.
        await insertAppointment(bot.db, {
          id: 2,
          startsAt: tomorrow,
          staffId: BEN,
          createdAt: addMs(NOON, -DAY),
        });
        const record = await conflict(2);
        assert.deepEqual([record.failure_cause, Number(record.blocked_by)], ['same_person', 1]);
        await bot.db('appointments').where({ id: 1 }).delete();
        await bot.until('#2 is booked', () => bot.isState('synced', 2));
        await bot.until('the booking of #1 is cancelled', () => bot.isState('closed', 1));
        assert.equal(live(1).length, 0);
      });

      it('of two that want each other’s place is told to a person after a minute', async () => {
        const later = addMs(tomorrow, HOUR);
        const place = (startsAt: Date) => ({
          starts_at: toSqlInstant(startsAt),
          ends_at: toSqlInstant(addMs(startsAt, HOUR / 2)),
        });
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        await insertAppointment(bot.db, { id: 2, startsAt: later });
        bot.start();
        await bot.until('both are booked', () => bot.isState('synced', 1, 2));
        await bot.db('appointments').where({ id: 1 }).update(place(later));
        await bot.db('appointments').where({ id: 2 }).update(place(tomorrow));
        await bot.pass(5_000, 'both have failed', () => bot.isState('failed', 1, 2));
        assert.deepEqual([live(1).length, live(2).length], [1, 1], 'nobody lost the booking');
        assert.deepEqual((await bot.openAlerts()).sort(), ['appointment:1', 'appointment:2']);
      });

      it('of a move ends with the appointment, and its booking with it, also when Cal.com is in trouble', async () => {
        const later = addMs(tomorrow, 3 * HOUR);
        takeHour(later);
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        bot.start();
        await bot.until('#1 is booked', () => bot.isState('synced', 1));
        const row = bot.db('appointments').where({ id: 1 });
        await row
          .clone()
          .update({ starts_at: toSqlInstant(later), ends_at: toSqlInstant(addMs(later, HOUR / 2)) });
        await conflict(1);
        const trouble = { method: 'GET', path: /^\/v2\/bookings\/[^?]+$/, fault: { kind: 'down' } } as const;
        bot.calcom.faults.add({ ...trouble, times: 1 });
        await row.clone().update({ status: 'cancelled' });
        await bot.pass(30_000, 'it is closed', () => bot.isState('closed', 1));
        assert.equal(live(1).length, 0);
        assert.deepEqual(await bot.openAlerts(), []);
      });

      it('of one human is decided only when no attempt of the other may still land', async () => {
        await bot.db('staff').where({ id: BEN }).update({ name: ' anna ALBERS ' });
        const own = { startsAt: tomorrow, createdAt: NOON };
        await insertAppointment(bot.db, { ...own, id: 1, staffId: null });
        bot.start();
        await bot.until('nobody is assigned', () => bot.isState('failed', 1));
        const lostAnswer = { kind: 'commit_then_answer', status: 500, body: {} } as const;
        bot.calcom.faults.add({ method: 'POST', path: /^\/v2\/bookings$/, fault: lostAnswer, times: 1 });
        bot.calcom.faults.add({ method: 'GET', path: /^\/v2\/bookings\?/, fault: { kind: 'down' } });
        await insertAppointment(bot.db, { ...own, id: 2, staffId: BEN, createdAt: addMs(NOON, HOUR) });
        const isUnclear = async () => (await bot.record(2))?.failure_kind === 'unclear';
        await bot.until('nobody knows whether #2 is booked', isUnclear);
        // The older one would go first, if it were not for what stands there already.
        await bot.db('appointments').where({ id: 1 }).update({ staff_id: ANNA });
        await bot.looked();
        assert.equal(live(1).length, 0);
        bot.calcom.faults.clear();
        await bot.pass(10_000, 'it is decided', () => bot.isState('synced', 2));
        const isInTheWay = async () => (await bot.record(1)).failure_cause === 'same_person';
        await bot.pass(10_000, 'it is in the way of the other', isInTheWay);
        assert.deepEqual([live(1).length, live(2).length], [0, 1]);
      });

      it('of one human counts a booking that could not be moved away', async () => {
        await bot.db('staff').where({ id: BEN }).update({ name: ' anna ALBERS ' });
        const later = addMs(tomorrow, 3 * HOUR);
        takeHour(later);
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        bot.start();
        await bot.until('#1 is booked', () => bot.isState('synced', 1));
        await bot
          .db('appointments')
          .where({ id: 1 })
          .update({ starts_at: toSqlInstant(later), ends_at: toSqlInstant(addMs(later, HOUR / 2)) });
        await conflict(1);
        await insertAppointment(bot.db, { id: 2, startsAt: tomorrow, staffId: BEN });
        await bot.pass(30_000, '#2 is in its way', () => bot.isState('failed', 2));
        const record = await bot.record(2);
        assert.deepEqual([record.failure_cause, Number(record.blocked_by)], ['same_person', 1]);
        bot.calcom.state.external.length = 0;
        await bot.pass(31 * MINUTE, 'both are booked', () => bot.isState('synced', 1, 2));
        assert.deepEqual([live(1).length, live(2).length], [1, 1]);
      });

      it('of a move leaves the booking where it is, until the time is free', async () => {
        const later = addMs(tomorrow, 3 * HOUR);
        takeHour(later);
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        bot.start();
        await bot.until('#1 is booked', () => bot.isState('synced', 1));
        const { booking_uid: uid } = await bot.record(1);
        await bot
          .db('appointments')
          .where({ id: 1 })
          .update({ starts_at: toSqlInstant(later), ends_at: toSqlInstant(addMs(later, HOUR / 2)) });
        assert.equal((await conflict(1)).booking_uid, uid);
        assert.equal(live(1)[0]?.uid, uid);
        bot.calcom.state.external.length = 0;
        bot.clock.advance(61 * MINUTE);
        await bot.until('it is moved', () => bot.isFollowed(1));
        assert.equal(live(1).length, 1);
        assert.equal((await bot.record(1)).pushed_staff_id, ANNA);
      });
    });
  }
});
