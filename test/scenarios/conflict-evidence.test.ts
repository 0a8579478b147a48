import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { CalcomWorld } from '../../sandbox/calcom/world.ts';
import type { Evidence } from '../../src/appointments/evidence.ts';
import { readSituations } from '../../src/appointments/situation.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { BEN, COLOUR, foreignBooking, insertAppointment, NOON, salonWorld } from '../support/salon.ts';

// Tuesday noon in Berlin: a cut of half an hour with Anna, whose day is 08:00 to 20:00.
const tomorrow = addMs(NOON, DAY);
const at = (time: string) => new Date(`2025-11-25T${time}:00+01:00`);
const text = (time: string) => `2025-11-25T${time}:00+01:00`;
const DIAGNOSIS_CALLS_MAX = 6;

for (const engine of databases()) {
  describe(`a host conflict says what stands in the way (${engine.name})`, { skip: engine.skip }, () => {
    let world: CalcomWorld;
    let bot: Harness;
    beforeEach(async () => {
      world = salonWorld();
      // No machine is so slow that Cal.com would seem silent.
      bot = await createHarness({ engine, world, timeoutMs: 60_000 });
    });
    afterEach(() => bot.close());

    const external = (hostId: number, from: string, to: string) =>
      bot.calcom.state.external.push({
        hostId,
        start: text(from),
        end: text(to),
        title: 'Zahnarzt Dr. Geheim',
      });
    const stranger = (eventTypeId: number, startsAt: Date, uid = 'stranger', metadata = {}) => {
      const [host] = bot.calcom.state.eventTypes.find(({ id }) => id === eventTypeId)?.hostIds ?? [];
      const { start, attendee } = foreignBooking(900, { uid, startsAt });
      const end = addMs(new Date(start), 30 * MINUTE);
      bot.calcom.state.bookings.push({
        ...{ id: 900, uid, eventTypeId, hostId: host ?? 0, coHostIds: [], title: '', status: 'accepted' },
        ...{ seats: [], seriesUid: null },
        ...{ start: new Date(start), end, guests: [], metadata, createdAt: NOON, updatedAt: null },
        ...{ cancellationReason: null, cancelledByEmail: null, reschedulingReason: null },
        ...{ rescheduledByEmail: null, rescheduledFromUid: null, rescheduledToUid: null },
        attendee: { ...attendee, timeZone: 'Europe/Berlin', language: 'de', phoneNumber: null },
      });
    };
    const markOf = async (appointmentId: number) => {
      const { installation_id: installation } = await bot.db('installation').first('installation_id');
      return { installation, appointmentId: String(appointmentId) };
    };
    const from = (start: string, end: string) => ({ from: text(start), to: text(end) });
    const found = async (id: number): Promise<{ cause: string | null; evidence: Evidence | null }> => {
      const [situation] = await readSituations(bot.db, [id]);
      const record = situation?.record;
      return { cause: record?.failureCause ?? null, evidence: record?.failureEvidence ?? null };
    };
    async function refused(id: number): Promise<Awaited<ReturnType<typeof found>>> {
      await bot.until(`#${id} has failed`, () => bot.isState('failed', id));
      assert.equal((await bot.record(id)).failure_kind, 'host_conflict');
      return found(id);
    }

    it('an entry in the own calendar, by its time alone', async () => {
      external(1, '11:00', '13:30');
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      assert.deepEqual(await refused(1), {
        cause: 'taken',
        evidence: [{ cause: 'external', from: text('11:00'), to: text('13:30') }],
      });
      const kept = JSON.stringify([await bot.db('appointment_syncs'), await bot.db('history')]);
      assert.doesNotMatch(kept, /Geheim|Zahnarzt/);
    });

    it('two entries at one time, and the time between them that is free', async () => {
      external(1, '11:00', '12:15');
      external(1, '12:45', '14:00');
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, serviceId: COLOUR });
      bot.start();
      assert.deepEqual((await refused(1)).evidence, [
        { cause: 'external', from: text('11:00'), to: text('12:15') },
        { cause: 'external', from: text('12:45'), to: text('14:00') },
      ]);
    });

    it('a booking of a stranger’s at the same minute, without a word about the stranger', async () => {
      stranger(11, tomorrow);
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      assert.deepEqual(await refused(1), {
        cause: 'taken',
        evidence: [{ cause: 'other_booking', from: text('12:00'), to: text('12:30') }],
      });
      assert.doesNotMatch(JSON.stringify(await bot.db('appointment_syncs')), /customer900/i);
    });

    it('nothing, when the booking at the same minute is our own: it is adopted without an alert', async () => {
      bot.calcom.faults.add({ method: 'POST', times: 1, fault: { kind: 'commit_then_reset' } });
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      await bot.until('#1 is synced', () => bot.isState('synced', 1));
      assert.deepEqual(await found(1), { cause: null, evidence: null });
      assert.equal(bot.calcom.liveBookings().length, 1);
      assert.deepEqual(await bot.openAlerts(), []);
    });

    it('no booking that waits for the host’s yes; what else is there cannot be known then', async () => {
      stranger(11, tomorrow, 'waiting');
      Object.assign(bot.calcom.state.bookings[0] ?? {}, { status: 'pending' });
      external(1, '11:30', '13:00');
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      assert.deepEqual((await refused(1)).evidence, [{ cause: 'busy', ...from('11:30', '13:00') }]);
    });

    it('a booking and an entry beside it, each for itself', async () => {
      stranger(11, tomorrow);
      external(1, '12:30', '16:00');
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, serviceId: COLOUR });
      bot.start();
      assert.deepEqual((await refused(1)).evidence, [
        { cause: 'other_booking', from: text('12:00'), to: text('12:30') },
        { cause: 'external', from: text('12:30'), to: text('16:00') },
      ]);
    });

    it('another of our appointments, by its number', async () => {
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, createdAt: addMs(NOON, -2 * DAY) });
      await insertAppointment(bot.db, { id: 2, startsAt: addMs(tomorrow, 15 * MINUTE), createdAt: NOON });
      bot.start();
      assert.deepEqual(await refused(2), {
        cause: 'same_person',
        evidence: [
          { cause: 'another_appointment', appointmentId: 1, from: text('12:00'), to: text('12:30') },
        ],
      });
      await bot.until('#1 is synced', () => bot.isState('synced', 1));
    });

    it('a booking with the mark of another appointment: of an open one, of one that is cancelled, of one that is gone', async () => {
      stranger(11, tomorrow, 'open', await markOf(77));
      stranger(11, addMs(tomorrow, HOUR), 'cancelled', await markOf(78));
      stranger(11, addMs(tomorrow, 2 * HOUR), 'gone', await markOf(79));
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      await insertAppointment(bot.db, { id: 2, startsAt: addMs(tomorrow, HOUR) });
      await insertAppointment(bot.db, { id: 3, startsAt: addMs(tomorrow, 2 * HOUR) });
      // Open, and elsewhere by now: its own booking is its own affair.
      await insertAppointment(bot.db, { id: 77, startsAt: addMs(tomorrow, 5 * HOUR) });
      await insertAppointment(bot.db, { id: 78, startsAt: addMs(tomorrow, HOUR), status: 'cancelled' });
      bot.start();
      const open = { cause: 'another_appointment', appointmentId: 77, ...from('12:00', '12:30') };
      assert.deepEqual((await refused(1)).evidence, [open]);
      const orphan = { cause: 'orphan', appointmentId: 78, bookingUid: 'cancelled' };
      assert.deepEqual((await refused(2)).evidence, [{ ...orphan, ...from('13:00', '13:30') }]);
      const gone = { cause: 'orphan', appointmentId: 79, bookingUid: 'gone', ...from('14:00', '14:30') };
      assert.deepEqual((await refused(3)).evidence, [gone]);
    });

    it('a booking of another installation for the very same number, which is not adopted', async () => {
      stranger(11, tomorrow, 'theirs', { installation: 'another-bot', appointmentId: '1', revision: '1' });
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      assert.deepEqual((await refused(1)).evidence, [
        { cause: 'other_installation', ...from('12:00', '12:30') },
      ]);
      assert.equal((await bot.record(1)).booking_uid, null);
    });

    it('a former booking of the very appointment at another time, which its record does not know', async () => {
      bot.start();
      // The import would take it for the appointment's own.
      await bot.looked();
      stranger(11, addMs(tomorrow, 15 * MINUTE), 'former', await markOf(1));
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      assert.deepEqual((await refused(1)).evidence, [
        { cause: 'own_booking', appointmentId: 1, bookingUid: 'former', ...from('12:15', '12:45') },
      ]);
    });

    it('the same person in the other calendar, beside the entry that Cal.com refuses for', async () => {
      await bot.db('staff').where({ id: BEN }).update({ name: 'Anna Albers' });
      external(1, '10:00', '14:00');
      external(2, '10:00', '14:00');
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, createdAt: addMs(NOON, -2 * DAY) });
      await insertAppointment(bot.db, { id: 2, startsAt: tomorrow, staffId: BEN, createdAt: NOON });
      bot.start();
      const entry = { cause: 'external', from: text('10:00'), to: text('14:00') };
      const range = { from: text('12:00'), to: text('12:30') };
      assert.deepEqual(await refused(1), {
        cause: 'taken',
        evidence: [entry, { cause: 'same_person', appointmentId: 2, ...range }],
      });
      assert.deepEqual(await refused(2), {
        cause: 'same_person',
        evidence: [{ cause: 'same_person', appointmentId: 1, ...range }, entry],
      });
      assert.equal(bot.writes().length, 1, 'nothing was sent for the second');
    });

    it('a stranger’s booking in the person’s other calendar, beside the entry in this one', async () => {
      await bot.db('staff').where({ id: BEN }).update({ name: ' anna albers' });
      external(1, '11:00', '13:00');
      stranger(12, tomorrow);
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      assert.deepEqual((await refused(1)).evidence, [
        { cause: 'same_person', from: text('12:00'), to: text('12:30') },
        { cause: 'external', from: text('11:00'), to: text('13:00') },
      ]);
    });

    it('not a colleague’s booking, who is another person', async () => {
      external(1, '11:00', '13:00');
      stranger(12, tomorrow);
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      assert.deepEqual(
        (await refused(1)).evidence?.map(({ cause }) => cause),
        ['external'],
      );
    });

    it('closing time, told from an entry at the end of the day', async () => {
      external(1, '18:00', '20:00');
      await insertAppointment(bot.db, { id: 1, startsAt: at('20:30') });
      await insertAppointment(bot.db, { id: 2, startsAt: at('19:00') });
      bot.start();
      assert.deepEqual(await refused(1), {
        cause: 'taken',
        evidence: [{ cause: 'outside_hours', from: text('08:00'), to: text('20:00') }],
      });
      assert.deepEqual((await refused(2)).evidence, [
        { cause: 'external', from: text('18:00'), to: text('20:00') },
      ]);
    });

    it('a weekday on which the person never works', async () => {
      await insertAppointment(bot.db, { id: 1, startsAt: new Date('2025-11-30T12:00:00+01:00') });
      bot.start();
      assert.deepEqual(await refused(1), { cause: 'not_available', evidence: [{ cause: 'outside_hours' }] });
    });

    it('a day without any free time, and a calendar that is free on no day', async () => {
      external(1, '00:00', '23:59');
      for (const host of bot.calcom.state.hosts) host.calendarBroken = host.id === 2;
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      await insertAppointment(bot.db, { id: 2, startsAt: tomorrow, staffId: BEN });
      bot.start();
      assert.deepEqual(await refused(1), {
        cause: 'not_available',
        evidence: [{ cause: 'no_slots', from: text('00:00'), to: '2025-11-26T00:00:00+01:00' }],
      });
      assert.deepEqual(await refused(2), {
        cause: 'not_available',
        evidence: [
          { cause: 'host_calendar', from: '2025-11-18T00:00:00+01:00', to: '2025-12-10T00:00:00+01:00' },
        ],
      });
    });

    it('too short notice, with the first start that could be', async () => {
      for (const eventType of bot.calcom.state.eventTypes) eventType.minimumNoticeMinutes = 24 * 60;
      await insertAppointment(bot.db, { id: 1, startsAt: addMs(NOON, 3 * HOUR) });
      bot.start();
      assert.deepEqual(
        (await refused(1)).evidence?.map((each) => [each.cause, each.minutes, each.from?.slice(0, 16)]),
        [['notice', 1440, '2025-11-25T12:00']],
      );
    });

    it('a time beyond the booking window, when the person is also wanted elsewhere', async () => {
      for (const eventType of bot.calcom.state.eventTypes) eventType.windowDays = 5;
      const startsAt = addMs(NOON, 9 * DAY);
      await insertAppointment(bot.db, { id: 1, startsAt, createdAt: addMs(NOON, -DAY) });
      await insertAppointment(bot.db, { id: 2, startsAt, createdAt: NOON });
      bot.start();
      assert.deepEqual(
        (await refused(2)).evidence?.map(({ cause, days, to }) => [cause, days, to?.slice(0, 16)]),
        [
          ['another_appointment', undefined, '2025-12-03T12:30'],
          ['window', 5, '2025-11-29T23:59'],
        ],
      );
    });

    it('nothing, when Cal.com does not answer what is asked then; the failure is recorded all the same', async () => {
      external(1, '11:00', '13:00');
      bot.calcom.faults.add({ path: /v2\/(slots|event-types)/, fault: { kind: 'reset' } });
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      assert.deepEqual(await refused(1), { cause: null, evidence: null });
    });

    it('with six calls at most', async () => {
      await bot.db('staff').where({ id: BEN }).update({ name: 'Anna Albers' });
      for (let id = 0; id < 120; id++) stranger(12, addMs(tomorrow, 3 * HOUR), `many${id}`);
      external(1, '11:00', '13:00');
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, serviceId: COLOUR });
      bot.start();
      const { evidence } = await refused(1);
      assert.deepEqual(
        evidence?.map(({ cause }) => cause),
        ['external'],
      );
      const refusedAt = bot.calcom.calls.findIndex(({ method }) => method === 'POST');
      const after = bot.calcom.calls.slice(refusedAt + 1).map(({ path }) => path);
      // The look-up for our own booking comes first, page by page, and is no part of the diagnosis.
      const diagnosis = after.filter(
        (url) => !/status=upcoming.*afterStart/.test(url) || /beforeEnd/.test(url),
      );
      assert.equal(diagnosis.length, DIAGNOSIS_CALLS_MAX);
    });

    it('an entry beside the appointment’s own booking, which is not in the way when it is moved', async () => {
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      await bot.until('#1 is synced', () => bot.isState('synced', 1));
      external(1, '12:30', '15:00');
      const moved = { starts_at: toSqlInstant(at('12:15')), ends_at: toSqlInstant(at('12:45')) };
      await bot.db('appointments').where({ id: 1 }).update(moved);
      assert.deepEqual((await refused(1)).evidence, [
        { cause: 'external', from: text('12:30'), to: text('15:00') },
      ]);
      assert.equal(bot.calcom.liveBookings().length, 1);
    });

    it('what the import brought is looked into when it is looked at again', async () => {
      external(1, '11:00', '13:00');
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      await refused(1);
      const due = { failure_cause: null, failure_evidence: null, due_at: toSqlInstant(bot.clock.now()) };
      await bot.db('appointment_syncs').update(due);
      await bot.until('it is looked into', async () => (await found(1)).evidence !== null);
      assert.deepEqual((await found(1)).evidence, [
        { cause: 'external', from: text('11:00'), to: text('13:00') },
      ]);
      assert.equal(bot.writes().length, 1);
    });

    it('and forgets it when the appointment is booked', async () => {
      external(1, '11:00', '13:00');
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      bot.start();
      await refused(1);
      await bot.db('appointments').where({ id: 1 }).update({ staff_id: BEN });
      await bot.until('#1 is synced', () => bot.isState('synced', 1));
      assert.deepEqual(await found(1), { cause: null, evidence: null });
    });
  });
}
