import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { toAppointment } from '../../src/appointments/appointment.ts';
import { findRival } from '../../src/appointments/rivals.ts';
import { isBeingVacated } from '../../src/appointments/standing-bookings.ts';
import { pushedColumns, toSyncRecord } from '../../src/appointments/sync-record.ts';
import type { Db } from '../../src/database.ts';
import { OUR_STATUSES } from '../../src/database-map.ts';
import { addMs, DAY, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { openSalon } from '../support/open-salon.ts';
import { ANNA, BEN, COLOUR, CUT, insertAppointment, type NewAppointment, NOON } from '../support/salon.ts';

const tomorrow = addMs(NOON, DAY);
/** Another staff record of the human who is ANNA. */
const ANNA_TOO = '00000000-0000-4000-8000-0000000000aa';

for (const engine of databases()) {
  describe(`of two appointments that cannot both be (${engine.name})`, { skip: engine.skip }, () => {
    let salon: Awaited<ReturnType<typeof openSalon>>;
    let db: Db;
    before(async () => {
      salon = await openSalon(engine);
      db = salon.db;
      await db('staff').insert({ id: ANNA_TOO, name: 'Anna Albers', is_active: 1 });
      await db('staff_persons').insert([
        { staff_id: ANNA, person_id: ANNA },
        { staff_id: ANNA_TOO, person_id: ANNA },
      ]);
    });
    after(() => salon.close());
    afterEach(async () => {
      for (const table of ['appointments', 'customers', 'appointment_syncs']) await db(table).delete();
    });

    async function insert(row: Partial<NewAppointment> & { id: number }, bookedAt?: Date): Promise<void> {
      const appointment = { startsAt: tomorrow, createdAt: addMs(NOON, row.id * MINUTE), ...row };
      await insertAppointment(db, appointment);
      if (bookedAt) await push(row.id, bookedAt, row.staffId ?? ANNA);
    }

    async function push(id: number, startsAt: Date, staffId: string, state = 'synced'): Promise<void> {
      await db('appointment_syncs').insert({
        appointment_id: id,
        state,
        booking_uid: `uid${id}`,
        pending_since: state === 'pending' ? toSqlInstant(NOON) : null,
        ...pushedColumns({
          ...{ serviceId: CUT, staffId, startsAt, eventTypeId: 11 },
          startsAtText: toSqlInstant(startsAt),
        }),
      });
    }

    async function rivalOf(id: number): Promise<[number, string] | null> {
      const row = toAppointment(await db('appointments').where({ id }).first(), OUR_STATUSES);
      const own = await db('appointment_syncs').where({ appointment_id: id }).first();
      const rival = await findRival(db, row, own ? toSyncRecord(own).pushed : null);
      return rival && [rival.appointment.id, rival.because];
    }

    const CASES: [string, (Partial<NewAppointment> & { id: number; bookedAt?: Date })[], string | null][] = [
      ['the older one goes first', [{ id: 1 }, { id: 2 }], 'same_person'],
      [
        'of equal age, the lower number',
        [
          { id: 1, createdAt: NOON },
          { id: 2, createdAt: NOON },
        ],
        'same_person',
      ],
      ['an unknown age is the oldest', [{ id: 2, createdAt: null }, { id: 1 }], 'same_person'],
      [
        'the booked one goes first, though younger',
        [{ id: 2, bookedAt: tomorrow }, { id: 1 }],
        'same_person',
      ],
      [
        'booked for another time counts as not booked',
        [{ id: 1 }, { id: 2, bookedAt: addMs(tomorrow, DAY) }],
        'same_person',
      ],
      [
        'another staff record of one human is the same person',
        [{ id: 1 }, { id: 2, staffId: ANNA_TOO }],
        'same_person',
      ],
      ['a colleague is nobody’s rival', [{ id: 1 }, { id: 2, staffId: BEN }], null],
      ['touching ends do not overlap', [{ id: 1 }, { id: 2, startsAt: addMs(tomorrow, HOUR / 2) }], null],
      [
        'one minute is an overlap',
        [{ id: 1 }, { id: 2, startsAt: addMs(tomorrow, HOUR / 2 - MINUTE) }],
        'same_person',
      ],
      [
        'a long visit reaches far',
        [
          { id: 1, serviceId: COLOUR },
          { id: 2, startsAt: addMs(tomorrow, 1.25 * HOUR) },
        ],
        'same_person',
      ],
      ['what is cancelled stands in nobody’s way', [{ id: 1, status: 'cancelled' }, { id: 2 }], null],
      ['an unknown status stands in nobody’s way', [{ id: 1, status: 'on_hold' }, { id: 2 }], null],
      [
        'the same customer, service and minute is a duplicate, whoever does it',
        [{ id: 1 }, { id: 2, customerId: 1, staffId: BEN, startsAt: addMs(tomorrow, 59 * SECOND) }],
        'duplicate',
      ],
      [
        'a duplicate without staff is one too',
        [
          { id: 1, staffId: null },
          { id: 2, customerId: 1 },
        ],
        'duplicate',
      ],
      [
        'another service of the same customer is none',
        [{ id: 1 }, { id: 2, customerId: 1, serviceId: COLOUR, staffId: BEN }],
        null,
      ],
      [
        'the next minute is none',
        [{ id: 1 }, { id: 2, customerId: 1, staffId: BEN, startsAt: addMs(tomorrow, MINUTE) }],
        null,
      ],
    ];
    for (const [what, [first, second], because] of CASES) {
      it(what, async () => {
        assert.ok(first && second);
        for (const { bookedAt, ...row } of [first, second]) await insert(row, bookedAt);
        assert.deepEqual(await rivalOf(second.id), because && [first.id, because]);
        assert.equal(await rivalOf(first.id), null, 'one of the two always may');
      });
    }

    it('a booking that is being moved away still stands in the way, for a minute', async () => {
      await insert({ id: 1, startsAt: addMs(tomorrow, 5 * HOUR) });
      await insert({ id: 2, startsAt: addMs(tomorrow, HOUR / 4) });
      const row = toAppointment(await db('appointments').where({ id: 2 }).first(), OUR_STATUSES);
      const isInTheWay = (now: Date) => isBeingVacated(db, row, now);
      assert.equal(await isInTheWay(NOON), false);
      await push(1, tomorrow, ANNA_TOO, 'pending');
      assert.equal(await isInTheWay(addMs(NOON, 59 * SECOND)), true);
      assert.equal(await isInTheWay(addMs(NOON, MINUTE)), false);
      for (const change of [
        { pushed_start: toSqlInstant(addMs(tomorrow, HOUR)) },
        { pushed_start: toSqlInstant(addMs(tomorrow, -HOUR / 4)) },
        { pushed_staff_id: BEN },
        { state: 'failed' },
        { booking_uid: null },
      ]) {
        const before = await db('appointment_syncs').where({ appointment_id: 1 }).first();
        await db('appointment_syncs').where({ appointment_id: 1 }).update(change);
        assert.equal(await isInTheWay(NOON), false, JSON.stringify(change));
        await db('appointment_syncs').where({ appointment_id: 1 }).update(before);
      }
    });

    it('a booking whose appointment is no longer there stands in the way until that is noticed', async () => {
      await insert({ id: 1 }, tomorrow);
      await insert({ id: 2, startsAt: addMs(tomorrow, HOUR / 4) });
      const row = toAppointment(await db('appointments').where({ id: 2 }).first(), OUR_STATUSES);
      const isInTheWay = () => isBeingVacated(db, row, NOON);
      assert.equal(await isInTheWay(), false, 'nothing leaves');
      const before = await db('appointments').where({ id: 1 }).first();
      for (const [change, expected] of [
        [{ starts_at: toSqlInstant(addMs(tomorrow, 5 * HOUR)) }, true],
        [{ staff_id: BEN }, true],
        [{ status: 'cancelled' }, true],
        [{ status: 'nobody knows' }, false],
      ] as const) {
        await db('appointments').where({ id: 1 }).update(change);
        assert.equal(await isInTheWay(), expected, JSON.stringify(change));
        await db('appointments').where({ id: 1 }).update(before);
      }
      await db('appointments').where({ id: 1 }).delete();
      assert.equal(await isInTheWay(), true, 'deleted');
    });
  });
}
