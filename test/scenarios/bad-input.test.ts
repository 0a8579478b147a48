import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { addMs, DAY, HOUR, toSqlInstant } from '../../src/instant.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { ANNA, CUT, insertAppointment, NOON, prepareFormerSalon } from '../support/salon.ts';

const tomorrow = addMs(NOON, DAY);

describe('bad input has a clear outcome and stops nobody else', { concurrency: 2 }, () => {
  for (const engine of databases()) {
    describe(engine.name, { skip: engine.skip, concurrency: 1 }, () => {
      let bot: Harness;
      let first: Engine;
      beforeEach(async () => {
        bot = await createHarness({ engine, prepare: prepareFormerSalon });
        first = bot.start();
        await bot.looked();
      });
      afterEach(() => bot.close());

      const live = (id: number) => bot.calcom.liveBookings({ appointmentId: String(id) });
      const booked = (...ids: number[]) =>
        bot.until(`${ids} are booked`, () => bot.isState('synced', ...ids));
      const change = (id: number, set: Record<string, unknown>) =>
        bot.db('appointments').where({ id }).update(set);

      it('a refusal of 100 kB with emoji, in words that nobody knows', async () => {
        const message = '😀 Nein, jane.doe@example.com! '.repeat(3_500);
        const body = { status: 'error', error: { code: 'BadRequestException', message } };
        bot.calcom.faults.add({ method: 'POST', times: 1, fault: { kind: 'answer', status: 400, body } });
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        await bot.until('#1 has failed', () => bot.isState('failed', 1));
        const record = await bot.record(1);
        assert.equal(record.failure_kind, 'unknown');
        assert.ok(record.failure_text.startsWith('😀 Nein,') && record.failure_text.length <= 500);
        assert.doesNotMatch(record.failure_text, /@example/);
        const [attempt] = await bot.db('sync_attempts').select('raw_answer', 'http_status');
        assert.equal(attempt.http_status, 400);
        assert.ok(attempt.raw_answer.includes('😀 Nein, jane.doe@example.com!'));
        assert.ok(Buffer.byteLength(attempt.raw_answer) <= 64 * 1024);
        assert.deepEqual(await bot.openAlerts(), ['appointment:1']);
      });

      it('a failure that was tried often stays what it is when the database is lost for a moment', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, staffId: null });
        await bot.until('#1 has failed', () => bot.isState('failed', 1));
        await bot.db('appointment_syncs').update({ attempts: 9 });
        let losses = 0;
        const lossy = new Proxy(bot.db, {
          apply(target, self, [table]) {
            if (table !== 'staff_persons') return Reflect.apply(target, self, [table]);
            losses += 1;
            throw Object.assign(new Error('the connection was lost'), { code: 'ECONNRESET' });
          },
        });
        bot.allowErrors();
        await first.stop();
        bot.start({ db: lossy });
        await bot.db('appointments').where({ id: 1 }).update({ staff_id: ANNA });
        await bot.until('the database is lost', () => losses > 0);
        await bot.looked();
        assert.equal((await bot.record(1)).failure_kind, 'no_staff');
      });

      it('names with emoji, markup, quotes, and names that are blank', async () => {
        const names = [
          'Zoë 💇‍♀️ Müller',
          '<!channel> *bold*',
          `O'Brien "the" \\ %s ?`,
          '   ',
          'X'.repeat(255),
        ];
        for (const [index, name] of names.entries()) {
          const startsAt = addMs(tomorrow, index * HOUR);
          await insertAppointment(bot.db, { id: index + 1, startsAt, customer: { name } });
        }
        await booked(1, 2, 3, 4, 5);
        const shown = [1, 2, 3, 4, 5].map((id) => live(id)[0]?.attendee.name);
        assert.deepEqual(shown, [...names.slice(0, 3), '#4', names[4]]);
      });

      it('ids beyond two thousand million', async () => {
        bot.calcom.state.eventTypes.push({
          id: 3_000_000_011,
          title: 'Cut',
          lengthInMinutes: 30,
          hostIds: [1],
        });
        await bot
          .db('calcom_event_map')
          .where({ service_id: CUT, staff_id: ANNA })
          .update({ event_type_id: 3_000_000_011 });
        const id = 9_007_199_254_740;
        await insertAppointment(bot.db, { id, startsAt: tomorrow });
        await booked(id);
        assert.equal(live(id)[0]?.eventTypeId, 3_000_000_011);
        await change(id, { starts_at: toSqlInstant(addMs(tomorrow, HOUR)) });
        await bot.until('it is moved', () => bot.isFollowed(id));
      });

      it('a status that nobody knows: never pushed, and a booking that stands is left alone', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, status: 'on_hold' });
        await insertAppointment(bot.db, { id: 2, startsAt: addMs(tomorrow, HOUR) });
        await booked(2);
        await change(2, { status: 'on_hold', starts_at: toSqlInstant(addMs(tomorrow, 2 * HOUR)) });
        await bot.quiet();
        assert.equal(await bot.record(1), undefined);
        assert.equal(live(2).length, 1);
        assert.equal(bot.writes().length, 1);
        await change(1, { status: 'booked' });
        await change(2, { status: 'booked' });
        await booked(1);
        await bot.until('#2 is moved', () => bot.isFollowed(2));
      });

      it('an end before the start, and a start in the year 9999', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, endsAt: addMs(tomorrow, -HOUR) });
        await insertAppointment(bot.db, { id: 2, startsAt: new Date('9999-12-31T10:00:00Z') });
        await booked(1, 2);
        assert.deepEqual([live(1).length, live(2).length], [1, 1]);
      });

      it('an appointment whose customer or service is gone', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, customerId: 77 });
        await insertAppointment(bot.db, { id: 2, startsAt: addMs(tomorrow, HOUR), serviceId: 77 });
        await insertAppointment(bot.db, { id: 3, startsAt: addMs(tomorrow, 3 * HOUR), staffId: 'nobody' });
        await bot.until('all have failed', () => bot.isState('failed', 1, 2, 3));
        const kinds = await bot.db('appointment_syncs').orderBy('appointment_id').pluck('failure_kind');
        assert.deepEqual(kinds, ['contact_invalid', 'event_type_missing', 'event_type_missing']);
        assert.equal(bot.writes().length, 0);
      });

      it('dates that are none', async () => {
        const none = engine.name === 'sqlite' ? 'gestern' : '0000-00-00 00:00:00';
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        await insertAppointment(bot.db, { id: 2, startsAt: addMs(tomorrow, HOUR) });
        await insertAppointment(bot.db, { id: 3, startsAt: addMs(tomorrow, 2 * HOUR) });
        await booked(1, 2, 3);
        await change(1, { created_at: none });
        await change(2, { ends_at: none });
        await change(3, { starts_at: none });
        await insertAppointment(bot.db, { id: 4, startsAt: addMs(tomorrow, 3 * HOUR), staffId: null });
        await change(4, { created_at: none, ends_at: none });
        await insertAppointment(bot.db, { id: 5, startsAt: addMs(tomorrow, 4 * HOUR) });
        await booked(5);
        await bot.quiet();
        assert.deepEqual([live(1).length, live(2).length], [1, 1]);
        assert.equal((await bot.record(4)).failure_kind, 'no_staff');
        // MariaDB knows the zero date as long past; a text that is no date is not compared with anything.
        assert.equal(live(3).length, engine.name === 'sqlite' ? 1 : 0);
        await change(4, { staff_id: ANNA });
        await booked(4);
      });

      it('the same instant written another way', async () => {
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        await booked(1);
        await change(1, { starts_at: '2025-11-25 11:00:00' });
        await bot.quiet();
        const { pending_since: since } = await bot.record(1);
        assert.equal(since, null);
        const told = (await bot.db('history').pluck('id')).length;
        await bot.quiet();
        assert.equal(bot.writes().length, 1);
        assert.equal((await bot.db('history').pluck('id')).length, told);
        assert.equal(await bot.isFollowed(1), true);
      });

      it('dates as ISO 8601 writes them', async () => {
        if (engine.name === 'mariadb') return;
        await bot.db('customers').insert({ id: 1, name: 'One', email: 'one@example.com' });
        const row = { customer_id: 1, service_id: CUT, staff_id: ANNA };
        const iso = (startsAt: Date) => ({
          starts_at: startsAt.toISOString(),
          ends_at: addMs(startsAt, HOUR / 2).toISOString(),
        });
        await bot.db('appointments').insert({ id: 1, ...row, ...iso(addMs(NOON, HOUR)) });
        await bot.db('appointments').insert({ id: 2, ...row, ...iso(addMs(NOON, -HOUR)) });
        await booked(1);
        await bot.quiet();
        assert.equal(live(1)[0]?.start.getTime(), addMs(NOON, HOUR).getTime());
        assert.equal(await bot.record(2), undefined, 'what is past is past, though its text sorts after now');
      });

      it('a booking that Cal.com describes in an unknown way', async () => {
        const body = { status: 'success', data: [{ uid: 7 }] };
        bot.calcom.faults.add({
          method: 'POST',
          times: 1,
          fault: { kind: 'commit_then_answer', status: 201, body },
        });
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
        await booked(1);
        assert.equal(live(1).length, 1);
        assert.equal(bot.writes().length, 1);
      });
    });
  }
});
