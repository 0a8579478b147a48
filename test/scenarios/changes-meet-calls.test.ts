import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeContact, contactHash } from '../../src/appointments/change-contact.ts';
import { lookLater } from '../../src/appointments/look-later.ts';
import { addMs, DAY, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { createPace } from '../../src/sync/pace.ts';
import { compareChanges, compareEverything } from '../../src/sync/reconcile.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { ANNA, BEN, CUT, insertAppointment, NOON, salonWorld } from '../support/salon.ts';
import { LATE_LANDING_MS } from '../support/test-engine.ts';

const ANYBODY = 3;
const ANNA_TOO = '00000000-0000-4000-8000-0000000000a2';
const tomorrow = addMs(NOON, DAY);
const later = addMs(tomorrow, 3 * HOUR);
const ERROR = {
  kind: 'answer',
  status: 500,
  body: { statusCode: 500, message: 'Internal server error' },
} as const;
const BOOK = /^\/v2\/bookings$/;
const MOVE = /\/reschedule$/;
const LOOK_UP = /^\/v2\/bookings(\?.*afterStart|\/)/;
const LOST = { ...ERROR, kind: 'commit_then_answer' } as const;

/** Beside the salon: Anna's second calendar, and an event type that Anna and Ben share. */
function world() {
  const { hosts, eventTypes, ...rest } = salonWorld();
  const shared = { schedulingType: 'roundRobin' as const, hostIds: [1, 2] };
  return {
    ...rest,
    hosts: [...hosts, { id: 3, name: 'Anna Albers', email: 'anna.too@salon.example' }],
    eventTypes: [
      ...eventTypes,
      { id: 13, title: 'Cut with Anna, too', lengthInMinutes: 30, hostIds: [3] },
      { id: 31, title: 'Cut with anybody', lengthInMinutes: 30, ...shared },
    ],
  };
}

for (const engine of databases()) {
  describe(`changes in Cal.com that meet our calls (${engine.name})`, { skip: engine.skip }, () => {
    let bot: Harness;
    beforeEach(async () => {
      bot = await createHarness({ engine, world: world() });
      await bot.db('staff').insert({ id: ANNA_TOO, name: 'Anna Albers', is_active: 1 });
      await bot.db('services').insert({ id: ANYBODY, name: 'Bart', duration_minutes: 30 });
      await bot.db('calcom_event_map').insert([
        { service_id: CUT, staff_id: ANNA_TOO, event_type_id: 13 },
        { service_id: ANYBODY, staff_id: ANNA, event_type_id: 31 },
        { service_id: ANYBODY, staff_id: BEN, event_type_id: 31 },
      ]);
      bot.start();
    });
    afterEach(() => bot.close());

    const live = (id: number) => bot.calcom.liveBookings({ appointmentId: String(id) });
    const row = (id: number) => bot.db('appointments').where({ id }).first();
    const isFailedAs = async (id: number, kind: string) => {
      const record = await bot.record(id);
      return record?.state === 'failed' && record.failure_kind === kind;
    };
    const edit = (id: number, columns: Record<string, unknown>) =>
      bot.db('appointments').where({ id }).update(columns);
    const at = (startsAt: Date) => ({
      starts_at: toSqlInstant(startsAt),
      ends_at: toSqlInstant(addMs(startsAt, 30 * MINUTE)),
    });

    async function booked(
      id: number,
      wanted: { startsAt?: Date; serviceId?: number; staffId?: string } = {},
    ) {
      const { startsAt = tomorrow, ...rest } = wanted;
      await insertAppointment(bot.db, { id, startsAt, endsAt: addMs(startsAt, 30 * MINUTE), ...rest });
      await bot.until(`#${id} is synced`, () => bot.isState('synced', id));
      return String((await bot.record(id)).booking_uid);
    }
    async function told(id: number, uid: string): Promise<void> {
      const now = bot.clock.now();
      await bot.db.transaction((tx) => lookLater(tx, [id], { uid, at: now, now }));
    }
    /** The next write of this path lands, and neither its answer nor a look-up tells so. */
    async function landsUnseen(path: RegExp, change: () => Promise<unknown>): Promise<void> {
      const { faults } = bot.calcom;
      faults.add({ method: 'POST', path, times: 1, fault: LOST });
      // What is read before it is sent is answered.
      if (path === MOVE)
        faults.add({ method: 'GET', path: LOOK_UP, times: 1, fault: { kind: 'slow', ms: 0 } });
      const unseen = faults.add({ method: 'GET', path: LOOK_UP, fault: ERROR });
      const before = bot.writes().length;
      await change();
      await bot.until('it is sent', () => bot.writes().length > before);
      await bot.quiet();
      unseen.remove();
    }
    async function settled(): Promise<void> {
      bot.clock.advance(LATE_LANDING_MS + SECOND);
      await bot.quiet();
    }
    const comparing = () => ({
      db: bot.db,
      calls: createCalls({ db: bot.db, calcom: bot.client, pace: createPace(bot.db, 0), clock: bot.clock }),
      clock: bot.clock,
      signal: new AbortController().signal,
    });

    it('a booking that was moved there before its answer came is followed, and not made again', async () => {
      await landsUnseen(BOOK, () => insertAppointment(bot.db, { id: 1, startsAt: tomorrow }));
      await bot.calcom.hands.move(live(1)[0]?.uid ?? '', later);
      await settled();
      await bot.until('the row follows', () => bot.isFollowed(1));
      assert.equal((await row(1)).starts_at, toSqlInstant(later));
      assert.equal(live(1).length, 1);
    });

    it('a booking that was cancelled there before its answer came is a person’s, and not made again', async () => {
      await landsUnseen(BOOK, () => insertAppointment(bot.db, { id: 1, startsAt: tomorrow }));
      await bot.calcom.hands.cancel(live(1)[0]?.uid ?? '', 'ill');
      await settled();
      await bot.until('it is known', () => isFailedAs(1, 'cancelled_there'));
      assert.equal(live(1).length, 0);
      assert.deepEqual(await bot.openAlerts(), ['appointment:1']);
    });

    it('a move of ours that was moved on before its answer came is followed: nobody has to decide', async () => {
      await booked(1);
      await landsUnseen(MOVE, () => edit(1, at(addMs(tomorrow, HOUR))));
      await bot.calcom.hands.move(live(1)[0]?.uid ?? '', later);
      await settled();
      await bot.until('the row follows', () => bot.isFollowed(1));
      assert.equal((await row(1)).starts_at, toSqlInstant(later));
      assert.deepEqual(await bot.openAlerts(), []);
    });

    it('a cancellation that comes just after a move there cancels what was moved', async () => {
      const uid = await booked(1);
      const moved = bot.calcom.faults.add({ method: 'POST', path: /\/cancel$/, times: 1, fault: ERROR });
      await edit(1, { status: 'cancelled' });
      await bot.until('it is tried', () => bot.writes().some(({ path }) => path.endsWith('/cancel')));
      await bot.quiet();
      moved.remove();
      bot.calcom.faults.add({
        method: 'POST',
        path: /\/cancel$/,
        times: 1,
        fault: {
          kind: 'answer',
          status: 400,
          body: {
            status: 'error',
            error: {
              code: 'BadRequestException',
              message: `Can't cancel booking with uid=${uid} because it has been cancelled already.`,
            },
          },
        },
      });
      await settled();
      await bot.until('nothing is left', () => live(1).length === 0);
      await bot.until('it is closed', () => bot.isState('closed', 1));
    });

    it('what was replaced goes, also when the new booking was moved there before', async () => {
      const former = await booked(1);
      const stuck = bot.calcom.faults.add({ method: 'POST', path: /\/cancel$/, fault: ERROR });
      await edit(1, { staff_id: BEN });
      await bot.until('the new one stands beside it', () => live(1).length === 2);
      await bot.quiet();
      const next = live(1).find(({ uid }) => uid !== former)?.uid ?? '';
      await bot.calcom.hands.move(next, later);
      await told(1, next);
      await edit(1, at(addMs(tomorrow, HOUR)));
      stuck.remove();
      await settled();
      await bot.until('both sides differ', () => isFailedAs(1, 'two_truths'));
      assert.deepEqual(
        live(1).map(({ start }) => start.getTime()),
        [later.getTime()],
      );
    });

    it('whom round robin chose already is no conflict, and needs no call', async () => {
      const uid = await booked(1, { serviceId: ANYBODY, staffId: BEN });
      const chosen = bot.calcom.state.bookings.find((booking) => booking.uid === uid)?.hostId;
      const writes = bot.writes().length;
      await edit(1, { staff_id: chosen === 1 ? ANNA : BEN });
      await bot.until(
        'it is known',
        async () => (await bot.record(1)).pushed_staff_id === (await row(1)).staff_id,
      );
      await edit(1, { staff_id: chosen === 1 ? BEN : ANNA });
      await bot.until('the other has it', () => bot.isState('synced', 1));
      assert.ok(bot.writes().length <= writes + 1);
      assert.deepEqual(await bot.openAlerts(), []);
    });

    it('a booking that round robin gave to the host of its successor makes way for that one', async () => {
      const old = await booked(1, { serviceId: ANYBODY, staffId: BEN });
      assert.equal(live(1)[0]?.hostId, 1, 'Anna, though the row says Ben');
      await edit(1, { service_id: CUT, staff_id: ANNA });
      await bot.until('it is in its own way', () => isFailedAs(1, 'host_conflict'));
      assert.equal(live(1)[0]?.uid, old);
      bot.clock.advance(HOUR);
      await bot.until('the successor stands', () => bot.isState('synced', 1));
      await bot.quiet();
      assert.deepEqual(
        live(1).map(({ eventTypeId, hostId, start }) => [eventTypeId, hostId, start]),
        [[11, 1, tomorrow]],
      );
      assert.deepEqual(await bot.openAlerts(), []);
    });

    it('a duplicate that only the other’s booking made ends when that has left', async () => {
      await booked(1, { serviceId: ANYBODY });
      const stuck = bot.calcom.faults.add({ method: 'POST', path: /\/cancel$/, fault: ERROR });
      await edit(1, { status: 'cancelled' });
      await bot.until('it is tried', () => bot.writes().some(({ path }) => path.endsWith('/cancel')));
      const again = { id: 2, startsAt: tomorrow, endsAt: addMs(tomorrow, 30 * MINUTE) };
      await insertAppointment(bot.db, { ...again, customerId: 1, serviceId: ANYBODY, staffId: BEN });
      await bot.until('Cal.com takes it for the first', () => isFailedAs(2, 'duplicate'));
      stuck.remove();
      await settled();
      await bot.until('it is booked', () => bot.isState('synced', 2));
      assert.equal(live(2).length, 1);
      assert.deepEqual(await bot.openAlerts(), []);
    });

    it('what a person has to decide about stands in the way where Cal.com has it, and not where it was', async () => {
      const uid = await booked(1);
      await bot.calcom.hands.move(uid, later);
      await edit(1, at(addMs(tomorrow, 6 * HOUR)));
      await bot.until('both sides differ', () => isFailedAs(1, 'two_truths'));
      await booked(2, { staffId: ANNA_TOO });
      await insertAppointment(bot.db, { id: 3, startsAt: later, staffId: ANNA_TOO });
      await bot.until('the same person is there', () => isFailedAs(3, 'host_conflict'));
      assert.equal(live(3).length, 0);
    });

    it('two truths end when Cal.com’s side is again what it was, though no webhook tells', async () => {
      const uid = await booked(1, { serviceId: ANYBODY });
      const chosen = bot.calcom.state.bookings.find((booking) => booking.uid === uid)?.hostId;
      await bot.client.reassignBooking(uid, chosen === 1 ? 2 : 1, 'by hand');
      await edit(1, at(later));
      await bot.until('both sides differ', () => isFailedAs(1, 'two_truths'));
      await bot.client.reassignBooking(uid, chosen ?? 0, 'by hand');
      await compareChanges(comparing(), NOON);
      await bot.until('ours is pushed', () => bot.isState('synced', 1));
      assert.equal(live(1)[0]?.start.getTime(), later.getTime());
      const reads = bot.calcom.calls.length;
      await compareChanges(comparing(), NOON);
      await bot.quiet();
      assert.equal(bot.calcom.calls.length, reads + 1);
    });

    it('a mended contact books nothing that was cancelled there, whoever mends it, also when the row had moved', async () => {
      const uid = await booked(1);
      const other = await booked(2, { startsAt: later });
      await bot.calcom.hands.cancel(uid, 'ill');
      await edit(1, at(addMs(tomorrow, HOUR)));
      await bot.calcom.hands.cancel(other, 'ill');
      await told(2, other);
      await bot.until('both are known', async () =>
        (await Promise.all([1, 2].map((id) => isFailedAs(id, 'cancelled_there')))).every(Boolean),
      );
      const writes = bot.writes().length;
      for (const id of [1, 2]) {
        const before = await bot.db('customers').where({ id }).first('email', 'phone');
        const wanted = { appointmentId: id, customerId: id, seenHash: contactHash(before) };
        const contact = { email: `mended${id}@example.com`, phone: null };
        const by = { actor: 'U0SABINE', now: bot.clock.now() };
        assert.deepEqual(await changeContact(bot.db, { ...wanted, contact }, by), [id]);
      }
      await bot.quiet();
      assert.equal(bot.writes().length, writes);
      await edit(1, at(addMs(tomorrow, 2 * HOUR)));
      await bot.until('another time books it', () => bot.isFollowed(1));
    });

    it('what was moved there, and is about to be cancelled for its row, is no surplus', async () => {
      const uid = await booked(1);
      const stuck = bot.calcom.faults.add({ method: 'POST', path: /\/cancel$/, fault: ERROR });
      await edit(1, { status: 'cancelled' });
      await bot.until('it is tried', () => bot.writes().some(({ path }) => path.endsWith('/cancel')));
      await settled();
      await bot.db('appointment_syncs').where({ appointment_id: 1 }).update({ open_attempt_id: null });
      await bot.calcom.hands.move(uid, later);
      const found = await compareEverything(comparing());
      assert.deepEqual([found.doubled, found.orphaned], [[], []]);
      stuck.remove();
    });

    it('what has begun is no surplus, also when its appointment is cancelled then', async () => {
      await booked(1);
      bot.clock.moveTo(addMs(tomorrow, 10 * MINUTE));
      await edit(1, { status: 'cancelled' });
      await bot
        .db('appointment_syncs')
        .where({ appointment_id: 1 })
        .update({ due_at: toSqlInstant(tomorrow) });
      await bot.until('it is closed', () => bot.isState('closed', 1));
      assert.equal(live(1).length, 1);
      const found = await compareEverything(comparing());
      assert.deepEqual([found.read, found.doubled, found.orphaned], [1, [], []]);
    });

    it('what is cancelled while the comparison reads is no surplus', async () => {
      const uid = await booked(1);
      await edit(1, { status: 'cancelled' });
      await bot.until('it is closed', () => bot.isState('closed', 1));
      const gone = bot.calcom.state.bookings.find((booking) => booking.uid === uid);
      assert.ok(gone);
      gone.status = 'accepted';
      const { calls, ...deps } = comparing();
      const read: typeof calls.read = async (asked, call) => {
        const answer = await calls.read(asked, call);
        gone.status = 'cancelled';
        return answer;
      };
      const found = await compareEverything({ ...deps, calls: { ...calls, read } });
      assert.deepEqual([found.doubled, found.orphaned], [[], []]);
    });
  });
}
