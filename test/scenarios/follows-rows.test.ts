import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { addMs, DAY, HOUR, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { BEN, COLOUR, CUT, insertAppointment, NOON } from '../support/salon.ts';

const tomorrow = addMs(NOON, DAY);

for (const engine of databases()) {
  describe(`rows written by plain SQL are followed on Cal.com (${engine.name})`, {
    skip: engine.skip,
  }, () => {
    let bot: Harness;
    beforeEach(async () => {
      bot = await createHarness({ engine });
    });
    afterEach(() => bot.close());

    const live = (id: number) => bot.calcom.liveBookings({ appointmentId: String(id) });
    const isSynced = async (id: number) => (await bot.record(id))?.state === 'synced';
    const isClosed = async (id: number) => (await bot.record(id))?.state === 'closed';

    async function booked(id: number): Promise<void> {
      await insertAppointment(bot.db, { id, startsAt: tomorrow });
      await bot.until(`#${id} is synced`, () => isSynced(id));
    }

    it('books a row with milliseconds and one without, each once', async () => {
      bot.start();
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      await bot.db('customers').insert({ id: 2, name: 'Zwei', email: 'zwei@example.com' });
      await bot.db.raw(
        `INSERT INTO appointments (id, customer_id, service_id, staff_id, starts_at, ends_at)
         VALUES (2, 2, ${CUT}, '${BEN}', '2025-11-26 10:00:00', '2025-11-26 10:30:00')`,
      );
      await bot.until('both are synced', async () => (await isSynced(1)) && (await isSynced(2)));
      assert.equal(live(1).length, 1);
      assert.equal(new Date(live(1)[0]?.start ?? 0).toISOString(), tomorrow.toISOString());
      assert.equal(new Date(live(2)[0]?.start ?? 0).toISOString(), '2025-11-26T10:00:00.000Z');
      assert.equal(bot.calcom.calls.filter((call) => call.method === 'POST').length, 2);
    });

    it('moves the booking when the start changes', async () => {
      bot.start();
      await booked(3);
      const later = addMs(tomorrow, HOUR);
      await bot
        .db('appointments')
        .where({ id: 3 })
        .update({ starts_at: toSqlInstant(later), ends_at: toSqlInstant(addMs(later, HOUR / 2)) });
      await bot.until('it is moved', () =>
        live(3).some((booking) => new Date(booking.start).getTime() === later.getTime()),
      );
      await bot.until('it is synced', () => isSynced(3));
      assert.equal(live(3).length, 1);
    });

    it('books anew with the new person and then cancels the old booking when the staff changes', async () => {
      bot.start();
      await booked(4);
      await bot.db('appointments').where({ id: 4 }).update({ staff_id: BEN });
      await bot.until(
        'the new booking stands and the old one is dealt with',
        async () => live(4)[0]?.eventTypeId === 12 && (await bot.record(4)).replaces_uid === null,
      );
      assert.equal(live(4).length, 1);
      assert.ok(await isSynced(4));
    });

    it('replaces the booking when the service changes, although the old one is in its way', async () => {
      bot.start();
      await booked(5);
      await bot
        .db('appointments')
        .where({ id: 5 })
        .update({ service_id: COLOUR, ends_at: toSqlInstant(addMs(tomorrow, 1.5 * HOUR)) });
      await bot.until(
        'the colour is booked',
        async () => live(5).length === 1 && live(5)[0]?.eventTypeId === 21 && (await isSynced(5)),
      );
    });

    it('cancels the booking of an appointment that is cancelled, and of one that is deleted', async () => {
      bot.start();
      await booked(6);
      await bot.db('appointments').where({ id: 6 }).update({ status: 'cancelled' });
      await bot.until('the record of #6 is closed', () => isClosed(6));
      assert.equal(live(6).length, 0);
      await booked(7);
      await bot.db('appointments').where({ id: 7 }).delete();
      await bot.until('the record of #7 is closed', () => isClosed(7));
      assert.equal(live(7).length, 0);
    });

    it('cancels the booking and closes the record as past when the start is moved into the past', async () => {
      bot.start();
      await booked(8);
      await bot
        .db('appointments')
        .where({ id: 8 })
        .update({
          starts_at: toSqlInstant(addMs(NOON, -DAY)),
          ends_at: toSqlInstant(addMs(NOON, HOUR - DAY)),
        });
      await bot.until('the record is closed', () => isClosed(8));
      assert.equal((await bot.record(8)).closed_reason, 'past');
      assert.equal(live(8).length, 0);
    });

    it('books a cancelled appointment anew, once, when it is opened again', async () => {
      bot.start();
      await booked(9);
      await bot.db('appointments').where({ id: 9 }).update({ status: 'cancelled' });
      await bot.until('it is closed', () => isClosed(9));
      await bot.db('appointments').where({ id: 9 }).update({ status: 'confirmed' });
      await bot.until('it is synced again', () => isSynced(9));
      assert.equal(live(9).length, 1);
    });
  });
}
