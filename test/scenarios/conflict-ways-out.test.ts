import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { checkView } from '../../sandbox/slack/rules/view-rules.ts';
import { answerCancelThere } from '../../src/alerts/cancel-there.ts';
import type { Choice, Dialog, DialogAction, Submission } from '../../src/alerts/dialog.ts';
import type { DialogAsk } from '../../src/alerts/dialog-case.ts';
import { openDialog } from '../../src/alerts/open-dialog.ts';
import { answerRetry } from '../../src/alerts/retry.ts';
import { submitDialog } from '../../src/alerts/submit-dialog.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { subjectOf } from '../../src/appointments/alerts.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { dialogView } from '../../src/slack/dialog-view.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { createPace } from '../../src/sync/pace.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { BEN, foreignBooking, insertAppointment, NOON } from '../support/salon.ts';

// SQLite only: nothing here races, and the statements are those of the other tests.
const [sqlite] = databases();
assert.ok(sqlite);
const tomorrow = addMs(NOON, DAY);
const ACTOR = 'U0SABINE';

describe('the way out of a host conflict', () => {
  let bot: Harness;
  beforeEach(async () => {
    // No machine is so slow that Cal.com would seem silent.
    bot = await createHarness({ engine: sqlite, timeoutMs: 60_000 });
  });
  afterEach(() => bot.close());

  /** A live booking with the mark of an appointment of ours, made by nobody who remembers. */
  async function leave(uid: string, appointmentId: number, startsAt: Date): Promise<void> {
    const { installation_id: installation } = await bot.db('installation').first('installation_id');
    const metadata = { installation, appointmentId: String(appointmentId), revision: '1' };
    const { attendee } = foreignBooking(900, { uid, startsAt });
    bot.calcom.state.bookings.push({
      ...{
        id: 900,
        uid,
        eventTypeId: 11,
        hostId: 1,
        coHostIds: [],
        seats: [],
        seriesUid: null,
        title: '',
        status: 'accepted',
      },
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
  const askOf = (): DialogAsk => {
    const { db, clock, client } = bot;
    const calls = createCalls({ db, calcom: client, pace: createPace(db, 0), clock });
    const voice = createVoice({ locale: 'en', timeZone: 'Europe/Berlin' });
    return { db, actor: ACTOR, voice, now: clock.now(), text: '', calls, clock, timeZone: 'Europe/Berlin' };
  };
  async function open(action: DialogAction, id: number): Promise<Dialog> {
    const dialog = await openDialog(askOf(), { action, appointmentId: id });
    assert.ok('fields' in dialog, JSON.stringify(dialog));
    checkView(dialogView(dialog), 'modal');
    return dialog;
  }
  const submit = ({ action, shown }: Dialog, values: Submission['values']) =>
    submitDialog(askOf(), { action, shown, values });
  function choicesOf(dialog: Dialog): Choice[] {
    const [field] = dialog.fields;
    assert.ok(field?.kind === 'choice');
    return field.choices;
  }
  const factsOf = ({ facts }: Dialog) => facts.slice(-4).map(({ value }) => value);
  const statusOf = (uid: string) => bot.calcom.state.bookings.find((each) => each.uid === uid)?.status;

  it('is explained with what was asked lately, as long as that does not contradict the refusal', async () => {
    const entry = (from: string, to: string) =>
      bot.calcom.state.external.push({
        ...{ hostId: 1, start: `2025-11-25T${from}:00+01:00`, end: `2025-11-25T${to}:00+01:00` },
      });
    const asked = (path: RegExp) => bot.calcom.calls.filter((call) => path.test(call.path)).length;
    const causeOf = async (id: number) => JSON.parse((await bot.record(id)).failure_evidence)[0];
    entry('11:00', '13:00');
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
    bot.start();
    await failed(1);
    await insertAppointment(bot.db, { id: 2, startsAt: addMs(tomorrow, -30 * MINUTE) });
    await failed(2);
    assert.equal((await causeOf(2)).cause, 'external');
    assert.deepEqual([asked(/event-types/), asked(/slots/)], [1, 1]);
    entry('16:00', '17:00');
    await insertAppointment(bot.db, { id: 3, startsAt: addMs(tomorrow, 4 * 60 * MINUTE) });
    await failed(3);
    const { cause, from, to } = await causeOf(3);
    assert.deepEqual([cause, from.slice(11, 16), to.slice(11, 16)], ['external', '16:00', '17:00']);
    assert.deepEqual([asked(/event-types/), asked(/slots/)], [1, 2]);
  });

  it('is explained anew after six hours, when something else may be in the way by then', async () => {
    const entry = { hostId: 1, start: '2025-11-25T11:00:00+01:00', end: '2025-11-25T13:00:00+01:00' };
    bot.calcom.state.external.push(entry);
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
    bot.start();
    await failed(1);
    const cause = async () => JSON.parse((await bot.record(1)).failure_evidence)[0].cause;
    await leave('left', 78, tomorrow);
    bot.calcom.state.external.length = 0;
    for (let hour = 1; hour <= 5; hour++) {
      bot.clock.advance(HOUR);
      await bot.quiet();
    }
    assert.equal(await cause(), 'external', 'until then one call an hour is enough');
    bot.clock.advance(HOUR);
    await bot.until('it is explained anew', async () => (await cause()) === 'orphan');
    assert.equal(bot.writes().length, 1);
  });

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
    bot.start();
    // The import would take it for the appointment's own.
    await bot.looked();
    await leave('former', 1, addMs(tomorrow, 15 * MINUTE));
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
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

  it('with another of ours is to move either of the two in one dialog; the other is then booked by itself', async () => {
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, createdAt: addMs(NOON, -2 * DAY) });
    await insertAppointment(bot.db, { id: 2, startsAt: addMs(tomorrow, 15 * MINUTE), createdAt: NOON });
    bot.start();
    await failed(2);
    await bot.until('#1 is booked', () => bot.isState('synced', 1));
    const dialog = await open('reschedule', 2);
    assert.match(dialog.paragraphs.join(' '), /#1 is in the way at the same time/);
    const [own, other] = [/^2025/, /^1@2025/].map((sort) =>
      choicesOf(dialog).find(({ value }) => sort.test(value)),
    );
    assert.ok(own && other);
    assert.match(other.label, /^#1: /);
    assert.deepEqual(await submit(dialog, { slot: other.value }), { is: 'done' });
    await bot.pass(
      2_000,
      'both are booked',
      async () => (await bot.isFollowed(1)) && (await bot.isFollowed(2)),
    );
    const { starts_at } = await bot.db('appointments').where({ id: 1 }).first();
    assert.equal(starts_at, toSqlInstant(new Date(other.value.slice(2))));
    assert.equal(bot.calcom.liveBookings().length, 2);
    assert.equal(
      (await submit(dialog, { slot: other.value })).is,
      'late',
      'it is not as it was shown any more',
    );
  });

  it('with another of ours is also to reassign either, free ones by Cal.com and by our own appointments', async () => {
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, createdAt: addMs(NOON, -2 * DAY) });
    await insertAppointment(bot.db, { id: 2, startsAt: tomorrow, createdAt: NOON });
    bot.start();
    await failed(2);
    await bot.until('#1 is booked', () => bot.isState('synced', 1));
    const dialog = await open('reassign', 2);
    assert.deepEqual(
      choicesOf(dialog).map(({ value, label, note }) => [value, label, note]),
      [
        [BEN, 'Ben Brandt', 'free'],
        [`1@${BEN}`, '#1: Ben Brandt', 'free'],
      ],
    );
    assert.deepEqual(
      dialog.facts.slice(-5).map(({ value }) => value),
      [
        'Tue 25/11, 12:00, Anna Albers, not in Cal.com',
        'Tue 25/11, 12:00, Ben Brandt',
        'a booking is made',
        'the customer and Ben Brandt',
        'So far: Tue 25/11, 12:00, Anna Albers, booked in Cal.com · Afterwards: Tue 25/11, 12:00, Ben Brandt · ' +
          'In Cal.com: a new booking is made, then the old one is cancelled · ' +
          'E-mail by Cal.com: the customer, Ben Brandt and Anna Albers',
      ],
    );
    assert.deepEqual(await submit(dialog, { staff: `1@${BEN}` }), { is: 'done' });
    // Whoever comes just before the old booking is cancelled is refused, and looks again after an hour.
    await bot.pass(
      MINUTE,
      'both are booked',
      async () => (await bot.isFollowed(1)) && (await bot.isFollowed(2)),
    );
    const hosts = bot.calcom.liveBookings().map(({ hostId, metadata }) => [metadata.appointmentId, hostId]);
    assert.deepEqual(hosts.toSorted(), [
      ['1', 2],
      ['2', 1],
    ]);
  });

  it('warns of a time of one’s own that is not offered or that the customer has, and of no other', async () => {
    bot.calcom.state.external.push({
      ...{ hostId: 1, start: '2025-11-25T11:00:00+01:00', end: '2025-11-25T13:00:00+01:00' },
    });
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
    await insertAppointment(bot.db, {
      ...{ id: 2, startsAt: addMs(tomorrow, 4 * 60 * MINUTE), staffId: BEN, customerId: 1 },
    });
    bot.start();
    await failed(1);
    const dialog = await open('reschedule', 1);
    const warning = async (time: string) => {
      const answer = await submit(dialog, { date: '2025-11-25', time });
      return answer.is === 'warned' ? answer.dialog.paragraphs[0] : answer.is;
    };
    assert.match((await warning('11:30')) ?? '', /does not offer this time/);
    assert.match((await warning('16:15')) ?? '', /Appointment #2 of the same person or the same customer/);
    assert.equal(await warning('14:00'), 'done');
    await bot.until('#1 is booked', () => bot.isState('synced', 1));
  });

  it('keeps the wished time of day across the change of the clocks, and knows it for free', async () => {
    await bot.close();
    const now = new Date('2026-03-26T11:00:00Z');
    bot = await createHarness({ engine: sqlite, timeoutMs: 60_000, now });
    // All of Saturday; on Sunday the clocks go forward, and nobody works.
    const entry = { hostId: 1, start: '2026-03-28T00:00:00+01:00', end: '2026-03-29T00:00:00+01:00' };
    bot.calcom.state.external.push(entry);
    await insertAppointment(bot.db, { id: 1, startsAt: new Date('2026-03-28T15:00:00+01:00') });
    bot.start();
    await failed(1);
    const dialog = await open('reschedule', 1);
    const [first] = choicesOf(dialog);
    assert.deepEqual([first?.label, first?.value], ['Mon 30/03, 15:00', '2026-03-30T13:00:00.000Z']);
    assert.deepEqual(await submit(dialog, { date: '2026-03-30', time: '15:00' }), { is: 'done' });
    await bot.until('#1 is booked', () => bot.isState('synced', 1));
    assert.equal(bot.calcom.liveBookings()[0]?.start.toISOString(), '2026-03-30T13:00:00.000Z');
  });

  it('asks for free time before Cal.com’s own reassignment, which would not, and warns who chooses a busy colleague', async () => {
    const { state } = bot.calcom;
    const shared = { id: 31, title: 'Cut with anybody', lengthInMinutes: 30, hostIds: [1, 2] };
    state.eventTypes.push({ ...shared, schedulingType: 'roundRobin' });
    await bot.db('calcom_event_map').where({ service_id: 1 }).update({ event_type_id: 31 });
    // Anna alone is free, so that she gets it.
    const entry = { hostId: 2, start: '2025-11-25T11:00:00+01:00', end: '2025-11-25T13:00:00+01:00' };
    state.external.push(entry);
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
    bot.start();
    await bot.until('#1 is booked', () => bot.isState('synced', 1));
    const dialog = await open('reassign', 1);
    assert.deepEqual(factsOf(dialog).slice(2), [
      'the booking is handed over if the new person is free',
      'the customer, Ben Brandt and Anna Albers',
    ]);
    const warned = await submit(dialog, { staff: BEN });
    assert.ok(warned.is === 'warned');
    assert.match(warned.dialog.paragraphs.join(), /Ben Brandt is not free at that time/);
    assert.deepEqual(await submit(warned.dialog, { staff: BEN }), { is: 'done' });
    await failed(1);
    assert.ok(!bot.writes().some(({ path }) => path.includes('reassign')), 'nobody was booked twice');
    assert.equal(bot.calcom.liveBookings()[0]?.hostId, 1);

    // With a third host somebody is free, and only his own booking tells that Ben is not.
    state.external.length = 0;
    state.hosts.push({ id: 3, name: 'Carla', email: '3@salon.example' });
    Object.assign(state.eventTypes.at(-1) ?? {}, { hostIds: [1, 2, 3] });
    await bot.db('calcom_event_map').where({ staff_id: BEN }).whereNot({ event_type_id: 31 }).delete();
    const { revision } = await bot
      .db('alerts')
      .where({ open_subject: subjectOf(1) })
      .first('revision');
    await leave('bens', 99, tomorrow);
    Object.assign(state.bookings.at(-1) ?? {}, { hostId: 2, eventTypeId: 12 });
    await answerRetry({ ...askOf(), text: JSON.stringify({ appointment: 1, revision }) });
    await bot.until('#1 was tried again', async () => Number((await bot.record(1)).attempts) === 2);
    assert.equal(bot.calcom.liveBookings({ appointmentId: '1' })[0]?.hostId, 1);

    state.bookings.pop();
    bot.clock.advance(61 * MINUTE);
    await bot.until('#1 is handed over', () => bot.isFollowed(1));
    assert.equal(bot.calcom.liveBookings()[0]?.hostId, 2);
    assert.equal(bot.writes().filter(({ path }) => path.includes('reassign')).length, 1);
  });

  it('warns of a contact that another customer has, and tries every failure of the customer again', async () => {
    const customer = { email: 'kaputt@beispiel..de' };
    await insertAppointment(bot.db, { id: 1, startsAt: tomorrow, customer });
    await insertAppointment(bot.db, { id: 2, startsAt: addMs(tomorrow, DAY), customerId: 1 });
    await insertAppointment(bot.db, {
      ...{ id: 3, startsAt: addMs(tomorrow, 2 * DAY), staffId: BEN },
      customer: { name: 'Rosa Keller', email: 'Rosa@example.com', phone: '0171 2345678' },
    });
    bot.start();
    await failed(1);
    await failed(2);
    const dialog = await open('fix_contact', 1);
    assert.ok(dialog.facts.some(({ value }) => value === 'tried again: #1, #2'));
    const values = { email: 'rosa@example.com', phone: '+49 171 2345678' };
    const warned = await submit(dialog, values);
    assert.ok(warned.is === 'warned');
    assert.match(warned.dialog.paragraphs[0] ?? '', /E-mail and Phone: Rosa Keller \(3\) has it already/);
    assert.deepEqual(await submit(warned.dialog, values), { is: 'done' });
    await bot.until('both are booked', () => bot.isState('synced', 1, 2));
  });
});
