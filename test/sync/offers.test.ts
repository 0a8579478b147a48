import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { readSituations, type Situation } from '../../src/appointments/situation.ts';
import { addMs, DAY, HOUR, MINUTE } from '../../src/instant.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { offerColleagues, offerSlots, withoutTaken } from '../../src/sync/offers.ts';
import { createPace } from '../../src/sync/pace.ts';
import { rankSlots } from '../../src/sync/rank-slots.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { ANNA, BEN, COLOUR, CUT, insertAppointment, NOON } from '../support/salon.ts';

const timeZone = 'Europe/Berlin';
const at = (text: string) => DateTime.fromISO(text, { zone: timeZone }).toJSDate();
const wall = (instant: Date) => DateTime.fromJSDate(instant, { zone: timeZone }).toFormat('dd.MM. HH:mm');
const CARLA = '00000000-0000-4000-8000-00000000000c';

describe('the order of free slots', () => {
  const ranked = (wish: string, ...slots: string[]) =>
    rankSlots(slots.map(at), { wish: at(wish), now: NOON, timeZone }).map(wall);

  it('begins near the wished time, and keeps the wished half of the day', () => {
    assert.deepEqual(
      ranked(
        '2025-11-26T15:00',
        ...['2025-11-26T12:45', '2025-11-26T17:00', '2025-11-26T13:00', '2025-11-26T14:45'],
        ...['2025-11-27T15:00', '2025-12-03T15:00', '2025-12-01T18:00', '2025-11-27T10:00'],
      ),
      [
        ...['26.11. 14:45', '26.11. 13:00', '26.11. 17:00', '27.11. 15:00', '03.12. 15:00', '01.12. 18:00'],
        ...['26.11. 12:45', '27.11. 10:00'],
      ],
    );
  });

  it('counts by the salon’s clock across both changes of it', () => {
    for (const [wish, after] of [
      ['2026-03-28T09:00', '2026-03-30'],
      ['2026-10-24T09:00', '2026-10-26'],
    ] as const) {
      assert.deepEqual(
        ranked(wish, `${after}T10:00`, `${after}T09:00`, `${after}T08:00`).map((text) => text.slice(-5)),
        ['09:00', '08:00', '10:00'],
      );
    }
  });

  const quarters = fc.integer({ min: -4 * 24 * 3, max: 4 * 24 * 400 });
  const instant = quarters.map((count) => addMs(NOON, count * 15 * MINUTE));

  it('never has a start that is past, nor one that was not offered, nor the other half before the wished one', () => {
    fc.assert(
      fc.property(instant, fc.uniqueArray(instant, { selector: Number }), (wish, slots) => {
        const order = rankSlots(slots, { wish, now: NOON, timeZone });
        assert.deepEqual(
          order.map(Number).toSorted((one, other) => one - other),
          slots
            .filter((slot) => slot > NOON)
            .map(Number)
            .toSorted((one, other) => one - other),
        );
        const isLate = (each: Date) => DateTime.fromJSDate(each, { zone: timeZone }).hour >= 13;
        const halves = order.map((each) => isLate(each) === isLate(wish));
        assert.deepEqual(
          halves,
          halves.toSorted((one, other) => Number(other) - Number(one)),
        );
      }),
    );
  });

  it('puts the wished time of another day before every other time of that day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 95 }), (days, quarter) => {
        const day = DateTime.fromISO('2025-11-26T15:00', { zone: timeZone }).plus({ days });
        const same = day.toJSDate();
        const other = day
          .startOf('day')
          .plus({ minutes: quarter * 15 })
          .toJSDate();
        const [first] = rankSlots([other, same], { wish: at('2025-11-26T15:00'), now: NOON, timeZone });
        assert.deepEqual(first, same);
      }),
    );
  });

  it('leaves out whatever would overlap a visit of ours, to the minute', () => {
    const minutes = fc.integer({ min: 0, max: 600 }).map((count) => addMs(NOON, count * MINUTE));
    const visit = fc.tuple(minutes, fc.integer({ min: 1, max: 120 })).map(([startsAt, length]) => ({
      ...{ appointmentId: 1, staffId: ANNA, isBooked: false },
      ...{ startsAt, endsAt: addMs(startsAt, length * MINUTE) },
    }));
    fc.assert(
      fc.property(
        fc.array(minutes),
        fc.array(visit),
        fc.integer({ min: 1, max: 120 }),
        (slots, taken, length) => {
          const free = new Set(withoutTaken(slots, length * MINUTE, taken));
          for (const slot of slots) {
            const end = addMs(slot, length * MINUTE);
            const isTaken = taken.some(({ startsAt, endsAt }) => startsAt < end && slot < endsAt);
            assert.equal(free.has(slot), !isTaken);
          }
        },
      ),
    );
  });
});

for (const engine of databases()) {
  describe(`what is really free (${engine.name})`, { skip: engine.skip }, () => {
    const wish = addMs(NOON, DAY);
    let bot: Harness;
    let deps: Parameters<typeof offerSlots>[0];
    beforeEach(async () => {
      bot = await createHarness({ engine });
      const { db, clock, client } = bot;
      const pace = createPace(db, 0);
      deps = { db, timeZone, calls: createCalls({ db, calcom: client, pace, clock }) };
    });
    afterEach(() => bot.close());

    async function failed(id: number): Promise<Situation> {
      await bot.until(`#${id} has failed`, () => bot.isState('failed', id));
      return (await readSituations(bot.db, [id]))[0] as Situation;
    }
    const external = (hostId: number, from: Date, to: Date) =>
      bot.calcom.state.external.push({ hostId, start: from.toISOString(), end: to.toISOString() });
    async function slots(situation: Situation, more: { staffId?: string; limit?: number } = {}) {
      const found = await offerSlots(deps, situation, { now: bot.clock.now(), limit: 1_000, ...more });
      return found.map(({ startsAt }) => startsAt);
    }
    const colleagues = (situation: Situation) => offerColleagues(deps, situation, { now: bot.clock.now() });
    /** Anna is busy from 11 to 14, and #1 wants noon. */
    async function conflict(): Promise<Situation> {
      external(1, addMs(wish, -HOUR), addMs(wish, 2 * HOUR));
      await insertAppointment(bot.db, { id: 1, startsAt: wish });
      const running = bot.start();
      const situation = await failed(1);
      await running.stop();
      return situation;
    }

    it('is what Cal.com offers from the wished day for two weeks, as many as asked for', async () => {
      const situation = await conflict();
      const free = await slots(situation);
      assert.equal(wall(free[0] as Date), '25.11. 10:30');
      assert.ok(!free.some((slot) => slot >= addMs(wish, -1.5 * HOUR + 1) && slot < addMs(wish, 2 * HOUR)));
      const days = [...new Set(free.map((slot) => wall(slot).slice(0, 6)))].toSorted();
      assert.equal(days.length, 13, 'Monday to Saturday, the wished day twice more');
      assert.deepEqual((await slots(situation, { limit: 3 })).length, 3);
    });

    it('is less what our own appointments take that Cal.com does not know yet', async () => {
      const situation = await conflict();
      const [nearest, ...others] = await slots(situation);
      assert.ok(nearest);
      // Of the person, and of the customer with somebody else.
      await insertAppointment(bot.db, { id: 2, startsAt: nearest });
      const busy = {
        id: 3,
        startsAt: at('2025-11-25T09:00'),
        serviceId: COLOUR,
        staffId: BEN,
        customerId: 1,
      };
      await insertAppointment(bot.db, busy);
      await insertAppointment(bot.db, { id: 4, startsAt: at('2025-11-25T08:00'), status: 'cancelled' });
      const free = await slots(situation);
      assert.ok(!free.some((slot) => wall(slot) === wall(nearest)));
      assert.deepEqual(
        free
          .map(wall)
          .filter((slot) => /^25\.11\. (08|09|10)/.test(slot))
          .toSorted(),
        ['25.11. 08:00', '25.11. 08:15', '25.11. 08:30'],
      );
      assert.ok(free.length < others.length);
    });

    it('is less what the same person has in the other calendar', async () => {
      await bot.db('staff').where({ id: BEN }).update({ name: 'Anna Albers' });
      const situation = await conflict();
      await insertAppointment(bot.db, { id: 2, startsAt: at('2025-11-25T16:00'), staffId: BEN });
      const free = (await slots(situation)).map(wall);
      assert.ok(!free.includes('25.11. 16:00') && !free.includes('25.11. 15:45'));
      assert.ok(free.includes('25.11. 16:30') && free.includes('25.11. 15:30'));
    });

    it('begins with the wished time itself when it is free with the person asked for', async () => {
      const situation = await conflict();
      assert.deepEqual((await slots(situation, { staffId: BEN }))[0], wish);
    });

    it('counts the time of the appointment’s own booking as free, but does not offer it again', async () => {
      await insertAppointment(bot.db, { id: 1, startsAt: wish });
      bot.start();
      await bot.until('#1 is synced', () => bot.isState('synced', 1));
      const [situation] = await readSituations(bot.db, [1]);
      const free = (await slots(situation as Situation)).map(wall);
      assert.ok(free.includes('25.11. 12:15') && free.includes('25.11. 11:45'));
      assert.ok(!free.includes('25.11. 12:00'));
    });

    it('is nothing past, and nothing without a person or an event type', async () => {
      await insertAppointment(bot.db, { id: 1, startsAt: addMs(NOON, HOUR) });
      bot.start();
      await bot.until('#1 is synced', () => bot.isState('synced', 1));
      const [situation] = await readSituations(bot.db, [1]);
      bot.clock.advance(3 * DAY);
      const free = await slots(situation as Situation);
      assert.ok(free.length > 0 && free.every((slot) => slot > bot.clock.now()));
      assert.deepEqual(await slots(situation as Situation, { staffId: CARLA }), []);
      assert.deepEqual(await slots({ ...situation, appointment: null } as Situation), []);
      const alone = { ...situation?.appointment, staffId: null };
      assert.deepEqual(await slots({ ...situation, appointment: alone } as Situation), []);
    });

    it('is a colleague who has an event type for the service and is free then, before the others by name', async () => {
      const situation = await conflict();
      const more = [...'cdefg'].map((letter) => ({
        id: `00000000-0000-4000-8000-00000000000${letter}`,
        name: { c: 'Carla', d: 'Dora', e: 'Emil', f: 'Änne', g: 'Gast' }[letter] ?? '',
        is_active: letter === 'e' ? 0 : 1,
      }));
      await bot.db('staff').insert(more);
      const { state } = bot.calcom;
      for (const [index, { id, name }] of more.entries()) {
        const [hostId, eventTypeId] = [30 + index, 300 + index];
        state.hosts.push({ id: hostId, name, email: `${hostId}@salon.example` });
        state.eventTypes.push({ id: eventTypeId, title: 'Cut', lengthInMinutes: 30, hostIds: [hostId] });
        if (name === 'Gast') continue;
        await bot
          .db('calcom_event_map')
          .insert({ service_id: CUT, staff_id: id, event_type_id: eventTypeId });
      }
      external(30, wish, addMs(wish, HOUR));
      // Ben is free for Cal.com, but one of ours that is not booked yet is his.
      await insertAppointment(bot.db, { id: 2, startsAt: addMs(wish, -15 * MINUTE), staffId: BEN });
      const callsBefore = bot.calcom.calls.length;
      assert.deepEqual(
        (await colleagues(situation)).map(({ name, isFree }) => [name, isFree]),
        [
          ['Änne', true],
          ['Dora', true],
          ['Ben Brandt', false],
          ['Carla', false],
        ],
      );
      assert.equal(bot.calcom.calls.length - callsBefore, 3, 'nobody is asked for Ben');
    });

    it('is not the same person under another name of hers', async () => {
      await bot.db('staff').where({ id: BEN }).update({ name: 'ANNA Albers ' });
      assert.deepEqual(await colleagues(await conflict()), []);
    });

    it('is unknown while Cal.com does not answer, and nobody waits for one time-out after the other', async () => {
      const situation = await conflict();
      for (let number = 0; number < 20; number++) {
        const id = `00000000-0000-4000-8000-0000000001${String(number).padStart(2, '0')}`;
        await bot.db('staff').insert({ id, name: `Kollege ${String(number).padStart(2, '0')}` });
        await bot.db('calcom_event_map').insert({ service_id: CUT, staff_id: id, event_type_id: 12 });
      }
      const callsBefore = bot.calcom.calls.length;
      bot.calcom.faults.add({ path: /slots/, fault: { kind: 'hang' } });
      const all = await colleagues(situation);
      assert.deepEqual(new Set(all.map(({ isFree }) => isFree)), new Set([null]));
      assert.equal(all.length, 21);
      const asked = bot.calcom.calls.slice(callsBefore).filter(({ path }) => path.includes('slots'));
      assert.equal(asked.length, 6);
    });

    it('is no colleague whose event type Cal.com does not know any more', async () => {
      const situation = await conflict();
      bot.calcom.state.eventTypes = bot.calcom.state.eventTypes.filter(({ id }) => id !== 12);
      assert.deepEqual(await colleagues(situation), [
        { staffId: BEN, name: 'Ben Brandt', eventTypeId: 12, isFree: false },
      ]);
    });
  });
}
