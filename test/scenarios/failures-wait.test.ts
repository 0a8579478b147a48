import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { addMs, DAY, HOUR, MINUTE } from '../../src/instant.ts';
import { readBreaker } from '../../src/sync/breaker.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import {
  ANNA,
  BEN,
  COLOUR,
  CUT,
  insertAppointment,
  NOON,
  prepareFormerSalon,
  salonWorld,
} from '../support/salon.ts';

const tomorrow = addMs(NOON, DAY);
const BAD_EMAIL = 'jürgen@exämple.de';

describe('a failure waits for what can help it', { concurrency: 2 }, () => {
  for (const engine of databases()) {
    describe(engine.name, { skip: engine.skip, concurrency: 1 }, () => {
      let bot: Harness;
      beforeEach(async () => {
        bot = await createHarness({ engine, prepare: prepareFormerSalon });
      });
      afterEach(() => bot.close());

      const live = (id: number) => bot.calcom.liveBookings({ appointmentId: String(id) });
      const posts = () => bot.writes().length;

      async function failed(id: number, kind: string): Promise<void> {
        await bot.until(`#${id} has failed`, () => bot.isState('failed', id));
        const record = await bot.record(id);
        assert.equal(record.failure_kind, kind);
        assert.ok((await bot.openAlerts()).includes(`appointment:${id}`));
        await bot.quiet();
      }

      /** Hours go by, and nobody is asked again. */
      async function leftAlone(): Promise<void> {
        const calls = bot.calcom.calls.length;
        for (let hours = 0; hours < 3; hours++) {
          bot.clock.advance(HOUR);
          await bot.looked();
        }
        assert.equal(bot.calcom.calls.length, calls);
      }

      async function repaired(id: number): Promise<void> {
        await bot.until(`#${id} is booked`, () => bot.isState('synced', id));
        assert.equal(live(id).length, 1);
        const record = await bot.record(id);
        assert.deepEqual([record.failure_kind, record.first_failed_at, record.attempts], [null, null, 0]);
        assert.equal((await bot.openAlerts()).includes(`appointment:${id}`), false);
      }

      it('contact_invalid: for another contact, and each is tried once', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, customer: { email: BAD_EMAIL } });
        bot.start();
        await failed(1, 'contact_invalid');
        assert.equal(posts(), 1);
        await leftAlone();

        await bot.db('customers').where({ id: 1 }).update({ email: 'müller@example.com' });
        await bot.until('it is tried again', () => posts() === 2);
        await failed(1, 'contact_invalid');
        await leftAlone();
        assert.equal(posts(), 2);

        await bot.db('customers').where({ id: 1 }).update({ email: 'jurgen@example.com' });
        await repaired(1);
      });

      it('no_staff: for somebody who does it, without a call', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, staffId: null });
        bot.start();
        await failed(1, 'no_staff');
        await leftAlone();
        assert.equal(posts(), 0);
        await bot.db('appointments').where({ id: 1 }).update({ staff_id: BEN });
        await repaired(1);
        assert.equal(live(1)[0]?.eventTypeId, 12);
      });

      it('duplicate: for the elder to leave', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, createdAt: addMs(NOON, -HOUR) });
        await insertAppointment(bot.db, {
          id: 2,
          startsAt: tomorrow,
          staffId: BEN,
          customerId: 1,
          createdAt: addMs(NOON, -2 * HOUR),
        });
        bot.start();
        await failed(1, 'duplicate');
        assert.equal(Number((await bot.record(1)).blocked_by), 2, 'the older one was booked');
        assert.equal(live(2).length, 1);
        await leftAlone();
        await bot.db('appointments').where({ id: 2 }).update({ status: 'cancelled' });
        await repaired(1);
        await bot.until('the booking of #2 is cancelled', () => bot.isState('closed', 2));
        assert.equal(live(2).length, 0);
      });

      it('event_type_missing: for a row in the map, or another one', async () => {
        await bot.db('calcom_event_map').where({ service_id: CUT, staff_id: ANNA }).delete();
        await bot
          .db('calcom_event_map')
          .where({ service_id: CUT, staff_id: BEN })
          .update({ event_type_id: 99 });
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        await insertAppointment(bot.db, { id: 2, startsAt: tomorrow, staffId: BEN });
        bot.start();
        await failed(1, 'event_type_missing');
        await failed(2, 'event_type_missing');
        assert.equal(posts(), 1, 'without an event type nothing is sent');
        await leftAlone();
        await bot.db('calcom_event_map').insert({ service_id: CUT, staff_id: ANNA, event_type_id: 11 });
        await bot
          .db('calcom_event_map')
          .where({ service_id: CUT, staff_id: BEN })
          .update({ event_type_id: 12 });
        await repaired(1);
        await repaired(2);
      });

      it('outside_window: for the window to open, and nobody hears of it', async () => {
        bot.calcom.state.eventTypes = salonWorld().eventTypes.map((type) => ({ ...type, windowDays: 5 }));
        await insertAppointment(bot.db, { id: 1, startsAt: addMs(tomorrow, 9 * DAY) });
        bot.start();
        await bot.until('it waits', async () => (await bot.record(1))?.failure_kind === 'outside_window');
        assert.equal((await bot.record(1)).state, 'pending');
        await bot.pass(3 * HOUR, 'the window is open', () => bot.isState('synced', 1));
        assert.ok(posts() <= 4 * 6 + 1, `${posts()} tries in the days before`);
        assert.deepEqual(await bot.db('alerts').pluck('subject'), []);
        await repaired(1);
      });

      it('booking_limit: for another day, and the key stays trusted though Cal.com says 401', async () => {
        bot.calcom.state.eventTypes = salonWorld().eventTypes.map((type) => ({
          ...type,
          bookingLimitPerDay: 1,
        }));
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        bot.start();
        await bot.until('#1 is booked', () => bot.isState('synced', 1));
        for (const id of [2, 3, 4, 5])
          await insertAppointment(bot.db, { id, startsAt: addMs(tomorrow, id * HOUR) });
        for (const id of [2, 3, 4, 5]) await failed(id, 'booking_limit');
        assert.equal((await readBreaker(bot.db)).state, 'closed');
        await leftAlone();
        const later = { starts_at: '2025-11-26 11:00:00.000', ends_at: '2025-11-26 11:30:00.000' };
        await bot.db('appointments').where({ id: 2 }).update(later);
        await repaired(2);
      });

      it('a booking of somebody else with the same e-mail and start is not taken for the own one', async () => {
        bot.calcom.state.eventTypes.push({
          id: 31,
          title: 'Cut with anybody',
          lengthInMinutes: 30,
          hostIds: [1, 2],
          schedulingType: 'roundRobin',
        });
        await bot.db('calcom_event_map').where({ service_id: CUT }).update({ event_type_id: 31 });
        const customer = { email: 'family@example.com' };
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, customer });
        bot.start();
        await bot.until('#1 is booked', () => bot.isState('synced', 1));
        await insertAppointment(bot.db, { id: 2, startsAt: tomorrow, staffId: BEN, customer });
        await failed(2, 'duplicate');
        assert.equal((await bot.record(2)).booking_uid, null);
        assert.equal(bot.calcom.state.bookings.length, 1);
        assert.equal(await bot.isFollowed(1), true);
        await leftAlone();

        await bot.db('customers').where({ id: 2 }).update({ email: 'child@example.com' });
        await repaired(2);
        assert.notEqual((await bot.record(1)).booking_uid, (await bot.record(2)).booking_uid);
      });

      it('a technical failure waits its time, though the data changed meanwhile', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        bot.start();
        await bot.until('#1 is booked', () => bot.isState('synced', 1));
        bot.calcom.faults.add({ path: /^\/v2\/bookings\/\w+$/, fault: { kind: 'down' } });
        await bot.db('appointments').where({ id: 1 }).update({ status: 'cancelled' });
        await bot.until('it waits', async () => (await bot.record(1)).failure_kind === 'unavailable');
        await bot.quiet();
        const calls = bot.calcom.calls.length;
        await bot.looked();
        await bot.looked();
        assert.equal(bot.calcom.calls.length, calls, 'not before its time');
        bot.calcom.faults.clear();
        bot.clock.advance(MINUTE);
        await bot.until('the booking is cancelled', () => bot.isState('closed', 1));
        assert.equal(live(1).length, 0);
      });

      it('a wish that came while it was being refused is tried too', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, customer: { email: BAD_EMAIL } });
        bot.calcom.faults.add({ method: 'POST', times: 1, fault: { kind: 'slow', ms: 300 } });
        bot.start();
        await bot.calcom.waitFor(() => posts() === 1);
        await bot.db('customers').where({ id: 1 }).update({ email: 'good@example.com' });
        await bot.db('appointments').where({ id: 1 }).update({ service_id: COLOUR });
        await repaired(1);
        assert.equal(live(1)[0]?.eventTypeId, 21);
        assert.equal(posts(), 2);
      });
    });
  }
});
