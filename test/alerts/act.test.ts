import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Content } from '../../src/alerts/content.ts';
import type { Dialog, DialogAction, Submission } from '../../src/alerts/dialog.ts';
import type { DialogAsk } from '../../src/alerts/dialog-case.ts';
import { openDialog } from '../../src/alerts/open-dialog.ts';
import { answerRetry } from '../../src/alerts/retry.ts';
import { type SubmitAnswer, submitDialog } from '../../src/alerts/submit-dialog.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { raiseAlert, subjectOf } from '../../src/appointments/alerts.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { noCalls } from '../slack/slack-fixtures.ts';
import { databases } from '../support/databases.ts';
import {
  type AlertDatabase,
  createTestClock,
  insertFailed,
  NOW,
  openAlertDatabase,
  STAFF_ID,
} from './alert-fixtures.ts';

const COLLEAGUE_ID = '22222222-2222-4222-8222-222222222222';

for (const engine of databases()) {
  describe(`acting on an alert (${engine.name})`, { skip: engine.skip }, () => {
    let opened: AlertDatabase;
    let db: Db;

    before(async () => {
      opened = await openAlertDatabase(engine);
      db = opened.db;
      await db('staff').insert({ id: COLLEAGUE_ID, name: 'Lea Brandt' });
      await db('calcom_event_map').insert([
        { service_id: 1, staff_id: STAFF_ID, event_type_id: 91 },
        { service_id: 1, staff_id: COLLEAGUE_ID, event_type_id: 92 },
      ]);
    });
    after(() => opened.close());
    beforeEach(async () => {
      for (const table of ['alerts', 'history', 'appointment_syncs', 'appointments'])
        await db(table).delete();
      await db('installation').update({ mode: 'running' });
      await db('customers').update({ email: null, phone: '+49 1511 2345678' });
      await insertFailed(db, 748);
      await raise(748);
    });

    const raise = (id: number) =>
      db.transaction((tx) => raiseAlert(tx, { subject: subjectOf(id), appointmentId: id, now: NOW }));
    const askOf = (actor: string, now = NOW): DialogAsk => ({
      db,
      actor,
      now,
      text: '',
      voice: createVoice({ locale: 'en', timeZone: 'Europe/Berlin' }),
      calls: noCalls,
      clock: createTestClock(now),
      timeZone: 'Europe/Berlin',
    });
    async function open(action: DialogAction, id = 748): Promise<Dialog> {
      const dialog = await openDialog(askOf('U0ANNA'), { action, appointmentId: id });
      assert.ok('fields' in dialog, JSON.stringify(dialog));
      return dialog;
    }
    const submit = (
      actor: string,
      { action, shown }: Dialog,
      values: Submission['values'],
    ): Promise<SubmitAnswer> => submitDialog(askOf(actor, addMs(NOW, MINUTE)), { action, shown, values });
    const row = () => db('appointments').where({ id: 748 }).first();
    const actions = () => db('history').where({ appointment_id: 748 }).orderBy('id').pluck('action');
    const errorsOf = (answer: SubmitAnswer) => (answer.is === 'errors' ? answer.errors : answer);
    function warnedBy(answer: SubmitAnswer): Dialog {
      assert.ok(answer.is === 'warned', JSON.stringify(answer));
      return answer.dialog;
    }
    const late = (answer: SubmitAnswer | Content) =>
      JSON.stringify('is' in answer ? answer.is === 'late' && answer.content : answer);
    const retry = (actor: string, revision = 1) =>
      answerRetry({ ...askOf(actor), text: JSON.stringify({ appointment: 748, revision }) });

    it('reschedules to a time of one’s own while Cal.com does not answer, and keeps the length', async () => {
      const dialog = await open('reschedule');
      assert.match(dialog.paragraphs.join(), /does not answer/);
      assert.deepEqual(
        dialog.fields.map(({ id }) => id),
        ['date', 'time'],
      );
      const values = { date: '2025-11-28', time: '10:30' };
      const warned = warnedBy(await submit('U0ANNA', dialog, values));
      assert.match(warned.paragraphs.join(), /Cal\.com did not answer/);
      assert.deepEqual(
        warned.facts.slice(-4).map(({ value }) => value),
        [
          'Wed 26/11, 17:00, Petra Vogt, not in Cal.com',
          'Fri 28/11, 10:30, Petra Vogt',
          'a booking is made',
          'only Petra Vogt; please call the customer',
        ],
      );
      assert.deepEqual(await actions(), [], 'nothing was changed yet');
      const another = { date: '2025-11-28', time: '11:00' };
      assert.equal((await submit('U0ANNA', warned, another)).is, 'warned', 'it was of another time');
      assert.deepEqual(await submit('U0ANNA', warned, values), { is: 'done' });
      const { starts_at, ends_at } = await row();
      assert.match(String(starts_at), /^2025-11-28 09:30:00/);
      assert.match(String(ends_at), /^2025-11-28 10:30:00/);
      const record = await db('appointment_syncs').first();
      assert.equal(record.asked_at, toSqlInstant(addMs(NOW, MINUTE)));
      assert.equal(record.touched_at, record.asked_at);
      assert.deepEqual(await actions(), ['rescheduled']);
      assert.equal((await db('alerts').first()).revision, 2, 'the message is shown anew');
    });

    it('says at the field what cannot be, and changes nothing', async () => {
      const dialog = await open('reschedule');
      const start = dialog.shown.startsAtText;
      const cases: [Submission['values'], object][] = [
        [{}, { date: 'Please choose a free time, or give a day and a time.' }],
        [{ date: '2025-11-28' }, { time: 'Please give the time as well.' }],
        [{ time: '10:30' }, { date: 'Please give the day as well.' }],
        [{ date: '2025-11-01', time: '10:30' }, { date: 'This time is over already.' }],
        [
          { date: '2026-03-29', time: '02:30' },
          { time: 'This time does not exist on that day (the clocks change).' },
        ],
        [{ slot: addMs(NOW, 2 * DAY).toISOString() }, { slot: /already. "Retry"/ }],
      ];
      for (const [values, expected] of cases) {
        const errors = errorsOf(await submit('U0ANNA', dialog, values));
        for (const [field, text] of Object.entries(expected)) {
          const said = (errors as Record<string, string>)[field] ?? '';
          if (text instanceof RegExp) assert.match(said, text);
          else assert.equal(said, text);
        }
      }
      assert.equal((await row()).starts_at, start);
      assert.deepEqual(await actions(), []);
    });

    it('names the appointment that is in the way of a new time or another person', async () => {
      await insertFailed(db, 700, { startsInMs: 3 * DAY });
      const dialog = await open('reschedule');
      const slot = addMs(NOW, 3 * DAY + MINUTE).toISOString();
      assert.match(JSON.stringify(await submit('U0ANNA', dialog, { slot })), /Appointment #700/);
      await insertFailed(db, 701, { startsInMs: 2 * DAY + MINUTE });
      await db('appointments').where({ id: 701 }).update({ staff_id: COLLEAGUE_ID });
      const staff = await submit('U0ANNA', await open('reassign'), { staff: COLLEAGUE_ID });
      assert.deepEqual(errorsOf(staff), { staff: 'Appointment #701 is at this time already.' });
      assert.deepEqual(await actions(), []);
    });

    it('offers colleagues although Cal.com does not answer, and assigns the one chosen', async () => {
      const dialog = await open('reassign');
      const [field] = dialog.fields;
      assert.ok(field?.kind === 'choice');
      assert.deepEqual(field.choices, [
        { value: COLLEAGUE_ID, label: 'Lea Brandt', note: 'Cal.com does not answer right now' },
      ]);
      assert.match(
        JSON.stringify(await submit('U0ANNA', dialog, { staff: 'nobody-we-know' })),
        /Please choose somebody/,
      );
      assert.deepEqual(await submit('U0ANNA', dialog, { staff: COLLEAGUE_ID }), { is: 'done' });
      assert.equal((await row()).staff_id, COLLEAGUE_ID);
      assert.deepEqual(await actions(), ['reassigned']);
    });

    it('cancels only with a reason, and tells the reason to the history', async () => {
      const dialog = await open('cancel');
      assert.match(JSON.stringify(await submit('U0ANNA', dialog, { reason: '  ' })), /give a reason/);
      assert.deepEqual(await submit('U0ANNA', dialog, { reason: 'she called' }), { is: 'done' });
      assert.equal((await row()).status, 'cancelled');
      assert.equal((await db('history').first()).reason, 'she called');
    });

    it('of two who act at once one wins, and the other is told who and when', async () => {
      const [one, other] = await Promise.all([open('cancel'), open('reassign')]);
      const answers = await Promise.all([
        submit('U0ANNA', one, { reason: 'she called' }),
        submit('U0EMIL', other, { staff: COLLEAGUE_ID }),
      ]);
      const losers = answers.filter(({ is }) => is === 'late');
      assert.equal(losers.length, 1, JSON.stringify(answers));
      const winner = answers[0]?.is === 'done' ? 'U0ANNA' : 'U0EMIL';
      assert.match(late(losers[0] as SubmitAnswer), new RegExp(`Mon 24/11, 17:01.*"actor":"${winner}"`));
      assert.equal((await actions()).length, 1);
    });

    it('the same submission twice acts once', async () => {
      const values = { date: '2025-11-28', time: '10:30' };
      const dialog = warnedBy(await submit('U0ANNA', await open('reschedule'), values));
      const answers = await Promise.all([submit('U0ANNA', dialog, values), submit('U0ANNA', dialog, values)]);
      assert.deepEqual(answers.map(({ is }) => is).toSorted(), ['done', 'late']);
      assert.deepEqual(await actions(), ['rescheduled']);
    });

    it('of two who mend the contact at once one wins; the other overwrites nothing', async () => {
      const dialog = await open('fix_contact');
      const answers = await Promise.all([
        submit('U0ANNA', dialog, { email: 'a@example.com', phone: '' }),
        submit('U0EMIL', dialog, { email: 'b@example.com', phone: '' }),
      ]);
      assert.deepEqual(answers.map(({ is }) => is).toSorted(), ['done', 'late']);
      const winner = answers[0]?.is === 'done' ? 'a@example.com' : 'b@example.com';
      assert.equal((await db('customers').first()).email, winner);
      assert.deepEqual(await actions(), ['contact_fixed']);
      assert.doesNotMatch(JSON.stringify(await db('history')), /example\.com/);
    });

    it('refuses addresses and numbers that Cal.com would refuse, at their fields', async () => {
      const dialog = await open('fix_contact');
      const answer = await submit('U0ANNA', dialog, { email: 'müller@beispiel.de', phone: '12' });
      assert.deepEqual(Object.keys(errorsOf(answer)), ['email', 'phone']);
      const same = await submit('U0ANNA', dialog, { email: '', phone: '+49 1511 2345678' });
      assert.deepEqual(Object.keys(errorsOf(same)), ['email']);
    });

    it('a double click on Retry asks once, and the second click is told so', async () => {
      const answers = await Promise.all([retry('U0ANNA'), retry('U0EMIL')]);
      const said = answers.map(({ headline }) => headline).toSorted();
      assert.equal(said[0], 'Appointment #748 has changed meanwhile.');
      assert.equal(said[1], 'Appointment #748 is being tried again now.');
      assert.deepEqual(await actions(), ['asked_again']);
      assert.match(late(await retry('U0ANNA')), /out of date.*"actor":"U0/);
    });

    it('an alert that is over, or an appointment that is past or gone, offers nothing any more', async () => {
      const dialog = await open('cancel');
      await db('appointments').update({ status: 'completed' });
      for (const action of ['reschedule', 'reassign', 'cancel', 'fix_contact'] as const) {
        const content = await openDialog(askOf('U0ANNA'), { action, appointmentId: 748 });
        assert.match(late(content as Content), /nothing left to do/);
      }
      assert.match(late(await submit('U0ANNA', dialog, { reason: 'x' })), /nothing left to do/);
      assert.match(late(await retry('U0ANNA')), /nothing left to do/);
      await db('appointments').delete();
      const gone = await openDialog(askOf('U0ANNA'), { action: 'reschedule', appointmentId: 748 });
      assert.match(late(gone as Content), /nothing left to do/);
      assert.deepEqual(await actions(), []);
    });

    it('changes nothing while the bot is held', async () => {
      const dialog = await open('cancel');
      await db('installation').update({ mode: 'held' });
      assert.match(late(await submit('U0ANNA', dialog, { reason: 'x' })), /The bot is held/);
      assert.match(late(await retry('U0ANNA')), /The bot is held/);
      assert.equal((await row()).status, 'booked');
    });

    it('details show everything, the customer’s contact and Cal.com’s own words included', async () => {
      await retry('U0ANNA');
      await db('sync_attempts').insert({
        appointment_id: 748,
        operation: 'book',
        request: '{}',
        intent_at: toSqlInstant(NOW),
        outcome: 'refused',
        http_status: 400,
        raw_answer: '{"error":"not available"}',
      });
      const dialog = await open('details');
      const facts = Object.fromEntries(dialog.facts.map(({ label, value }) => [label, value]));
      assert.equal(facts.Customer, 'Miriam Kranz');
      assert.equal(facts.Phone, '+49 1511 2345678');
      const [story, answer] = dialog.appendices;
      assert.deepEqual(story?.lines, [
        { when: 'Mon 24/11, 17:00', actor: 'U0ANNA', text: 'has it tried again.' },
      ]);
      assert.equal(answer?.raw, '{"error":"not available"}');
      assert.equal(dialog.submit, null);
    });
  });
}
