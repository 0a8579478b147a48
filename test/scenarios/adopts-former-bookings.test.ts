import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { WorldBooking } from '../../sandbox/calcom/world.ts';
import { addMs, DAY, HOUR } from '../../src/instant.ts';
import { startSync } from '../../src/sync/hold.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import {
  BEN,
  emailOf,
  foreignBooking,
  insertAppointment,
  type NewAppointment,
  prepareFormerSalon,
  salonWorld,
} from '../support/salon.ts';

/** An hour of its own for every appointment, in the salon's hours. */
const hourOf = (id: number) =>
  addMs(new Date('2025-11-25T07:00:00Z'), Math.floor(id / 10) * DAY + (id % 10) * HOUR);

interface Case {
  title: string;
  bookings: WorldBooking[];
  rows: (Partial<NewAppointment> & { id: number })[];
  /** What the import makes of the first row. */
  expected: Record<string, unknown>;
  /** How many bookings the customer has at the end. */
  live: number;
}

const linkedTo = (uid: string) => ({ state: 'synced', booking_uid: uid, found_uid: null, due_at: null });
const found = (as: 'adoptable' | 'ambiguous', uid: string) => ({
  state: 'failed',
  booking_uid: null,
  found_uid: uid,
  found_as: as,
});

const CASES: Case[] = [
  {
    title: 'links the booking that the row names',
    bookings: [foreignBooking(1, { uid: 'b1', startsAt: hourOf(1) })],
    rows: [{ id: 1, former: { uid: 'b1', status: 'synced' } }],
    expected: linkedTo('b1'),
    live: 1,
  },
  {
    title: 'links a booking of the same event type, start and e-mail to a row without former data',
    bookings: [foreignBooking(2, { uid: 'b2', startsAt: hourOf(2) })],
    rows: [{ id: 2 }],
    expected: linkedTo('b2'),
    live: 1,
  },
  {
    title: 'compares e-mail addresses without case',
    bookings: [
      foreignBooking(3, {
        uid: 'b3',
        startsAt: hourOf(3),
        attendee: { name: 'C', email: 'CUSTOMER3@Example.com' },
      }),
    ],
    rows: [{ id: 3, former: { status: 'pending' } }],
    expected: linkedTo('b3'),
    live: 1,
  },
  {
    title: 'does not link what the former system recorded as failed, but remembers it',
    bookings: [foreignBooking(4, { uid: 'b4', startsAt: hourOf(4) })],
    rows: [{ id: 4, former: { status: 'failed', errorText: 'User already has booking at this time' } }],
    expected: { ...found('adoptable', 'b4'), failure_kind: 'host_conflict' },
    live: 1,
  },
  {
    title: 'does not link what was recorded as failed though the row names the booking',
    bookings: [foreignBooking(18, { uid: 'b18', startsAt: hourOf(18) })],
    rows: [{ id: 18, former: { uid: 'b18', status: 'failed', errorText: 'Internal server error' } }],
    expected: found('adoptable', 'b18'),
    live: 1,
  },
  {
    title: 'takes a booking with another start for ambiguous',
    bookings: [foreignBooking(5, { uid: 'b5', startsAt: addMs(hourOf(5), HOUR / 2) })],
    rows: [{ id: 5, former: { uid: 'b5', status: 'synced' } }],
    expected: { ...found('ambiguous', 'b5'), failure_kind: 'two_truths' },
    live: 1,
  },
  {
    title: 'takes a booking with another person for ambiguous',
    bookings: [foreignBooking(6, { uid: 'b6', startsAt: hourOf(6) })],
    rows: [{ id: 6, staffId: BEN, former: { uid: 'b6', status: 'synced' } }],
    expected: { ...found('ambiguous', 'b6'), failure_kind: 'two_truths' },
    live: 1,
  },
  {
    title: 'does not book again what was cancelled there',
    bookings: [foreignBooking(7, { uid: 'b7', startsAt: hourOf(7), status: 'cancelled' })],
    rows: [{ id: 7, former: { uid: 'b7', status: 'synced' } }],
    expected: { state: 'failed', failure_kind: 'cancelled_there', booking_uid: null, found_uid: null },
    live: 0,
  },
  {
    title: 'follows a booking that was moved there to the one that stands',
    bookings: [
      foreignBooking(8, { uid: 'b8', startsAt: hourOf(1), status: 'cancelled', rescheduledToUid: 'b8b' }),
      foreignBooking(8, { uid: 'b8b', startsAt: hourOf(8) }),
    ],
    rows: [{ id: 8, former: { uid: 'b8', status: 'synced' } }],
    expected: linkedTo('b8b'),
    live: 1,
  },
  {
    title: 'takes a booking that was moved there to another time for ambiguous',
    bookings: [
      foreignBooking(9, { uid: 'b9', startsAt: hourOf(9), status: 'cancelled', rescheduledToUid: 'b9b' }),
      foreignBooking(9, { uid: 'b9b', startsAt: hourOf(30) }),
    ],
    rows: [{ id: 9, former: { uid: 'b9', status: 'synced' } }],
    expected: { ...found('ambiguous', 'b9b'), failure_kind: 'two_truths' },
    live: 1,
  },
  {
    title: 'books a row whose uid nobody knows',
    bookings: [],
    rows: [{ id: 10, former: { uid: 'gone', status: 'synced' } }],
    expected: { state: 'pending', booking_uid: null },
    live: 1,
  },
  {
    title: 'takes a booking that two rows match for ambiguous, for both',
    bookings: [foreignBooking(11, { uid: 'b11', startsAt: hourOf(11) })],
    rows: [{ id: 11 }, { id: 12, startsAt: hourOf(11), customerId: 11 }],
    expected: { ...found('ambiguous', 'b11'), failure_kind: 'two_truths' },
    live: 1,
  },
  {
    title: 'takes a booking that two rows name for ambiguous, for both',
    bookings: [foreignBooking(13, { uid: 'b13', startsAt: hourOf(13) })],
    rows: [
      { id: 13, former: { uid: 'b13', status: 'synced' } },
      { id: 14, former: { uid: 'b13', status: 'synced' } },
    ],
    expected: { ...found('ambiguous', 'b13'), failure_kind: 'two_truths' },
    live: 1,
  },
  {
    title: 'knows the booking of a customer without an e-mail by the placeholder',
    bookings: [
      foreignBooking(15, {
        uid: 'b15',
        startsAt: hourOf(15),
        attendee: { name: 'C', email: 'customer_15@placeholder.invalid' },
      }),
    ],
    rows: [{ id: 15, customer: { email: null, phone: 'anonymous_1732_ab' } }],
    expected: linkedTo('b15'),
    live: 1,
  },
  {
    title: 'links the booking that a row names before one that only looks alike',
    bookings: [
      foreignBooking(16, { uid: 'b16', startsAt: hourOf(16) }),
      foreignBooking(16, { uid: 'b16-twin', startsAt: hourOf(16) }),
    ],
    rows: [
      { id: 16, former: { uid: 'b16-twin', status: 'synced' } },
      { id: 17, startsAt: hourOf(16), customerId: 16 },
    ],
    expected: linkedTo('b16-twin'),
    live: 2,
  },
];

for (const engine of databases()) {
  describe(`the first start on a former system's database (${engine.name})`, { skip: engine.skip }, () => {
    let bot: Harness;
    beforeEach(async () => {
      const world = { ...salonWorld(), bookings: CASES.flatMap(({ bookings }) => bookings) };
      bot = await createHarness({ engine, world, startHeld: 'auto', prepare: prepareFormerSalon });
      for (const row of CASES.flatMap(({ rows }) => rows)) {
        await insertAppointment(bot.db, { startsAt: hourOf(row.id), ...row });
      }
      const noDate = engine.name === 'sqlite' ? 'never' : '0000-00-00 00:00:00';
      await bot.db('appointments').where({ id: 4 }).update({ last_sync_attempt_at: noDate });
      bot.start();
    });
    afterEach(() => bot.close());

    it('finds for each row the booking that it had, and after Start none has a second', async () => {
      await bot.until('the bot is held', async () => (await bot.openAlerts()).includes('held'));
      for (const { title, rows, expected } of CASES) {
        const record = await bot.record(rows[0]?.id as number);
        assert.deepEqual(pick(record, Object.keys(expected)), expected, title);
      }
      assert.deepEqual(bot.writes(), []);

      assert.equal(await startSync(bot.db, { by: 'U1', now: bot.clock.now() }), 'started');
      await bot.quiet();
      const liveOf = ({ bookings, rows }: Case) => {
        const emails = [emailOf(rows[0]?.id as number), ...bookings.map(({ attendee }) => attendee.email)];
        return bot.calcom.liveBookings().filter(({ attendee }) => emails.includes(attendee.email)).length;
      };
      assert.deepEqual(
        CASES.map((each) => [each.title, liveOf(each)]),
        CASES.map(({ title, live }) => [title, live]),
      );
      assert.deepEqual(
        bot.writes().map(({ path, body }) => [path, (body as { start: string }).start]),
        [['/v2/bookings', hourOf(10).toISOString()]],
        'only the row whose booking nobody knows was booked',
      );
    });

    it('leaves what it could not decide alone, whatever is asked, until the data decides', async () => {
      await bot.until('the bot is held', async () => (await bot.openAlerts()).includes('held'));
      await startSync(bot.db, { by: 'U1', now: bot.clock.now() });
      await bot.quiet();
      const standing = { state: 'failed', found_uid: 'b5', failure_kind: 'two_truths' };
      assert.deepEqual(pick(await bot.record(5), Object.keys(standing)), standing);
      await bot.db('customers').where({ id: 4 }).update({ email: 'new@example.com' });
      await bot.quiet();
      const calls = bot.calcom.calls.length;
      await bot.looked();
      assert.equal(bot.calcom.calls.length, calls, 'nothing is asked over and over');
      assert.equal((await bot.record(4)).found_uid, 'b4');

      await bot.db('appointments').where({ id: 5 }).update({ starts_at: '2025-11-25 12:30:00.000' });
      await bot.until('#5 is linked', () => bot.isState('synced', 5));
      assert.equal((await bot.record(5)).booking_uid, 'b5');
    });
  });
}

function pick(record: Record<string, unknown>, keys: string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, record[key]]));
}
