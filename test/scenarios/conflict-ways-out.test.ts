import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { answerCancelThere } from '../../src/alerts/cancel-there.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { subjectOf } from '../../src/appointments/alerts.ts';
import { addMs, DAY, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { createPace } from '../../src/sync/pace.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { foreignBooking, insertAppointment, NOON } from '../support/salon.ts';

// SQLite only: nothing here races, and the statements are those of the other tests.
const [sqlite] = databases();
assert.ok(sqlite);
const tomorrow = addMs(NOON, DAY);
const ACTOR = 'U0SABINE';

describe('the way out of a host conflict', () => {
  let bot: Harness;
  beforeEach(async () => {
    bot = await createHarness({ engine: sqlite });
  });
  afterEach(() => bot.close());

  /** A live booking with the mark of an appointment of ours, made by nobody who remembers. */
  async function leave(uid: string, appointmentId: number, startsAt: Date): Promise<void> {
    const { installation_id: installation } = await bot.db('installation').first('installation_id');
    const metadata = { installation, appointmentId: String(appointmentId), revision: '1' };
    const { attendee } = foreignBooking(900, { uid, startsAt });
    bot.calcom.state.bookings.push({
      ...{ id: 900, uid, eventTypeId: 11, hostId: 1, coHostIds: [], title: '', status: 'accepted' },
      ...{ start: startsAt, end: addMs(startsAt, 30 * MINUTE), guests: [], metadata },
      ...{ createdAt: NOON, updatedAt: null, cancellationReason: null, cancelledByEmail: null },
      ...{ reschedulingReason: null, rescheduledByEmail: null, rescheduledFromUid: null },
      ...{ rescheduledToUid: null },
      attendee: { ...attendee, timeZone: 'Europe/Berlin', language: 'de', phoneNumber: null },
    });
  }
  const failed = (id: number) => bot.until(`#${id} has failed`, () => bot.isState('failed', id));
  async function cancelThere(id: number): Promise<string> {
    const { db, clock, client } = bot;
    const { revision } = await db('alerts')
      .where({ open_subject: subjectOf(id) })
      .first('revision');
    const calls = createCalls({ db, calcom: client, pace: createPace(db, 0), clock });
    const voice = createVoice({ locale: 'en', timeZone: 'Europe/Berlin' });
    const text = JSON.stringify({ appointment: id, revision });
    const ask = { db, actor: ACTOR, voice, now: clock.now(), text };
    return (await answerCancelThere(ask, { calls, clock, locale: 'de' })).headline;
  }
  const statusOf = (uid: string) => bot.calcom.state.bookings.find((each) => each.uid === uid)?.status;

  it('of an orphan is to cancel it there: then the appointment is booked, and the history tells who did it', async () => {
    await leave('left', 78, tomorrow);
    await insertAppointment(bot.db, { id: 78, startsAt: tomorrow, status: 'cancelled' });
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
    bot.start();
    await failed(1);
    assert.equal(statusOf('left'), 'accepted', 'nobody has asked for it yet');
    const both = await Promise.all([cancelThere(1), cancelThere(1)]);
    assert.ok(both.includes('The booking is cancelled in Cal.com. Appointment #1 is being tried again now.'));
    await bot.until('#1 is booked', () => bot.isState('synced', 1));
    assert.equal(statusOf('left'), 'cancelled');
    assert.equal(bot.calcom.liveBookings().length, 1);
    const deeds = await bot.db('history').where({ appointment_id: 1, actor: ACTOR }).pluck('action');
    assert.ok(deeds.includes('orphan_cancelled') && deeds.includes('asked_again'));
  });

  it('of a former booking of the very appointment is the same', async () => {
    await leave('former', 1, addMs(tomorrow, 15 * MINUTE));
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
    bot.start();
    await failed(1);
    assert.match(await cancelThere(1), /cancelled in Cal\.com/);
    await bot.until('#1 is booked', () => bot.isState('synced', 1));
    assert.equal(statusOf('former'), 'cancelled');
    assert.equal(bot.calcom.liveBookings().length, 1);
  });

  it('cancels nothing that something wants by now, nor while Cal.com is silent or the bot is held', async () => {
    await leave('left', 78, tomorrow);
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
    const engine = bot.start();
    await failed(1);
    await bot.quiet();
    await engine.stop();
    const fault = bot.calcom.faults.add({ method: 'GET', times: 1, fault: { kind: 'reset' } });
    assert.match(await cancelThere(1), /does not answer/);
    assert.ok(fault);
    await bot.db('installation').update({ mode: 'held' });
    await cancelThere(1);
    await bot.db('installation').update({ mode: 'running' });
    assert.equal(statusOf('left'), 'accepted');

    await insertAppointment(bot.db, { id: 78, startsAt: addMs(tomorrow, DAY) });
    await bot.db('appointment_syncs').insert({
      ...{ appointment_id: 78, state: 'synced', booking_uid: 'left' },
      starts_at: toSqlInstant(addMs(tomorrow, DAY)),
    });
    assert.match(await cancelThere(1), /belongs to an appointment by now/);
    assert.equal(statusOf('left'), 'accepted');
  });
});
