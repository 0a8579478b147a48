import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import type { Interaction, StoredView } from '../../sandbox/slack/start-slack.ts';
import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { raiseAlert, refreshAlert, resolveAlert, subjectOf } from '../../src/appointments/alerts.ts';
import type { Db } from '../../src/database.ts';
import { HOUR, MINUTE, SECOND } from '../../src/instant.ts';
import {
  type AlertDatabase,
  CHANNEL,
  insertFailed,
  NOW,
  openAlertDatabase,
} from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';
import { type BothSides, type Mode, startBothSides } from './both-modes.ts';
import { readMessage } from './read-message.ts';
import { createRecordedLog } from './slack-fixtures.ts';

const [sqlite] = databases();
assert.ok(sqlite);
const ANNA = 'U0ANNA';
const EMIL = 'U0EMIL';
/** In the channel, and so support. */
const GRETA = 'U0GRETA';
const MALLORY = 'U0MALLORY';
const WAITING = /Einen Moment|One moment/;

for (const mode of ['Socket Mode', 'HTTP'] satisfies Mode[]) {
  describe(`the dialogs of an alert over ${mode}`, () => {
    const clock = createSandboxClock(NOW);
    const recorded = createRecordedLog();
    let opened: AlertDatabase;
    let db: Db;
    let sides: BothSides;

    before(async () => {
      opened = await openAlertDatabase(sqlite);
      db = opened.db;
      const world = {
        users: [
          { id: ANNA, name: 'anna', locale: 'de-DE' },
          { id: EMIL, name: 'emil', locale: 'en-GB' },
          { id: GRETA, name: 'greta', locale: 'en-GB' },
          { id: MALLORY, name: 'mallory', locale: 'en-GB' },
        ],
        channels: [{ id: CHANNEL, name: 'alerts', members: [ANNA, EMIL, GRETA], botIsMember: true }],
      };
      sides = await startBothSides({ mode, world, config: {}, db, clock, log: recorded.log });
    });
    after(async () => {
      await sides.stop();
      await opened.close();
    });
    beforeEach(async () => {
      for (const table of ['alerts', 'history', 'appointment_syncs', 'appointments'])
        await db(table).delete();
      recorded.lines.length = 0;
      sides.slack.faults.clear();
      for (const user of [ANNA, EMIL, GRETA, MALLORY])
        while (sides.slack.viewOf(user)) await sides.slack.closeView({ user });
      await insertFailed(db, 748);
      await db.transaction((tx) =>
        raiseAlert(tx, { subject: subjectOf(748), appointmentId: 748, now: clock.now() }),
      );
      await deliver();
    });

    afterEach(() => assert.deepEqual(sides.slack.refusals, []));

    function deliver() {
      // The pace of posting is not what is tested here.
      clock.advance(2 * SECOND);
      return deliverAlerts({
        ...{ db, clock, log: recorded.log, poster: sides.bot.poster, holder: 'one' },
        settings: {
          channel: CHANNEL,
          timeZone: 'Europe/Berlin',
          locale: 'en',
          routes: [],
          quietHours: null,
          alertLookupMs: MINUTE,
        },
      });
    }
    const alertTs = () => sides.slack.messages(CHANNEL).at(-1)?.ts ?? '';
    const press = (user: string, actionId: string, ts = alertTs()): Promise<Interaction> =>
      sides.slack.click({ user, channel: CHANNEL, ts, actionId });
    const viewOf = (user: string): StoredView | undefined => sides.slack.viewOf(user);
    async function filled(user: string): Promise<StoredView> {
      await sides.slack.waitFor(() => {
        const view = viewOf(user);
        return view !== undefined && !WAITING.test(JSON.stringify(view.blocks));
      });
      return viewOf(user) as StoredView;
    }
    const readView = (view: StoredView | undefined) => JSON.stringify(view?.blocks ?? []);
    async function answerTo(pressed: Promise<Interaction>): Promise<string> {
      const interaction = await pressed;
      assert.ok(interaction.acknowledged, interaction.personSaw);
      await sides.slack.waitFor(() => interaction.responses.length > 0);
      return readMessage(interaction.responses[0] ?? { blocks: [] });
    }
    const status = async () => (await db('appointments').where({ id: 748 }).first()).status;
    const errorsLogged = () => recorded.lines.filter(({ level }) => level === 50);
    const cancel = (user: string) =>
      sides.slack.submitView({ user, values: { reason: { reason: 'she called' } } });

    it('opens at once, in the reader’s language, and is carried out when it is submitted', async () => {
      assert.ok((await press(ANNA, 'cancel')).acknowledged);
      const view = await filled(ANNA);
      assert.equal(view.callback_id, 'cancel');
      assert.match(readView(view), /wird im Buchungssystem abgesagt/);
      assert.deepEqual((await cancel(ANNA)).ackBody, { response_action: 'clear' });
      assert.equal(viewOf(ANNA), undefined);
      assert.equal(await status(), 'cancelled');
      await deliver();
      const [line] = sides.slack.thread(CHANNEL, alertTs());
      assert.equal(readMessage(line ?? { blocks: [] }), '@U0ANNA cancelled the appointment: she called');
      assert.deepEqual(sides.slack.refusals, []);
    });

    it('shows errors at the fields, and takes the next try', async () => {
      await press(EMIL, 'reschedule');
      await filled(EMIL);
      const submit = (date: string, time: string) =>
        sides.slack.submitView({ user: EMIL, values: { date: { date }, time: { time } } });
      const wrong = await submit('2025-11-01', '10:00');
      assert.deepEqual(wrong.ackBody, {
        response_action: 'errors',
        errors: { date: 'This time is over already.' },
      });
      const warned = await submit('2025-11-28', '10:00');
      assert.equal((warned.ackBody as { response_action: string }).response_action, 'update');
      assert.match(readView(viewOf(EMIL)), /does not offer this time.*"2025-11-28".*"10:00"/);
      // The view holds what was entered.
      assert.deepEqual((await sides.slack.submitView({ user: EMIL, values: {} })).ackBody, {
        response_action: 'clear',
      });
    });

    it('of two people the second hears in the dialog who was first, and when', async () => {
      for (const user of [ANNA, EMIL]) {
        await press(user, 'cancel');
        await filled(user);
      }
      await cancel(ANNA);
      const { ackBody, personSaw } = await cancel(EMIL);
      assert.equal(personSaw, undefined);
      assert.equal((ackBody as { response_action: string }).response_action, 'update');
      assert.match(
        readView(viewOf(EMIL)),
        /has changed meanwhile.*Last touched.*Mon 24\/11.*"user_id":"U0ANNA"/,
      );
      assert.equal((await db('history').where({ action: 'cancelled' })).length, 1);
    });

    it('refuses who may not act, at dialogs and at Retry, and writes it down', async () => {
      await press(MALLORY, 'fix_contact');
      const refused = readView(await filled(MALLORY));
      assert.match(refused, /ACCESS_SUPPORT/);
      assert.doesNotMatch(refused, /1511/, 'nothing of the customer is shown');
      assert.match(await answerTo(press(MALLORY, 'retry')), /ACCESS_SUPPORT/);
      const entries = await db('history').where({ action: 'refused', actor: MALLORY }).orderBy('id');
      assert.deepEqual(
        entries.map(({ reason, appointment_id }) => [reason, Number(appointment_id)]),
        [
          ['fix_contact', 748],
          ['retry', 748],
        ],
      );
    });

    it('asks again at the submission whether the person may', async () => {
      await press(GRETA, 'cancel');
      await filled(GRETA);
      clock.advance(2 * HOUR);
      sides.slack.faults.add({
        method: 'conversations.members',
        fault: { kind: 'error', error: 'channel_not_found' },
      });
      const { ackBody } = await cancel(GRETA);
      assert.equal((ackBody as { response_action: string }).response_action, 'update');
      assert.equal(await status(), 'booked');
      assert.deepEqual(await db('history').pluck('action'), ['refused']);
    });

    it('Retry answers privately, and a second click on the same message asks no second time', async () => {
      const ts = alertTs();
      assert.match(await answerTo(press(EMIL, 'retry', ts)), /#748 is being tried again now/);
      assert.match(await answerTo(press(EMIL, 'retry', ts)), /out of date.*Last touched: Mon 24\/11/);
      assert.equal((await db('history').where({ action: 'asked_again' })).length, 1);
    });

    it('offers to cancel a booking that nothing wants, which needs Cal.com’s answer and the right to act', async () => {
      const from = '2025-11-26T15:00:00+01:00';
      const evidence = [{ cause: 'orphan', appointmentId: 700, bookingUid: 'left', from }];
      await db('appointment_syncs').update({ failure_evidence: JSON.stringify(evidence) });
      await db.transaction((tx) => refreshAlert(tx, subjectOf(748), clock.now()));
      await deliver();
      const ts = alertTs();
      assert.match(
        JSON.stringify(sides.slack.messages(CHANNEL).at(-1)),
        /booking for appointment #700 \(Wed/,
      );
      assert.match(await answerTo(press(MALLORY, 'cancel_there', ts)), /ACCESS_SUPPORT/);
      assert.match(await answerTo(press(EMIL, 'cancel_there', ts)), /does not answer right now/);
      assert.equal((await db('history').where({ action: 'asked_again' })).length, 0);
    });

    it('a click on the message of an ended case changes nothing and says so', async () => {
      const ts = alertTs();
      await db('appointments').update({ status: 'completed' });
      await db.transaction((tx) =>
        resolveAlert(tx, subjectOf(748), { resolution: 'closed:completed', now: clock.now() }),
      );
      await deliver();
      await press(EMIL, 'reschedule', ts);
      assert.match(readView(await filled(EMIL)), /nothing left to do/);
      assert.match(await answerTo(press(EMIL, 'retry', ts)), /nothing left to do/);
    });

    it('says to press again when Slack takes the click no more, and does not call that an error', async () => {
      sides.slack.faults.add({
        method: 'views.open',
        times: 1,
        fault: { kind: 'error', error: 'expired_trigger_id' },
      });
      assert.match(await answerTo(press(EMIL, 'cancel')), /Please press again/);
      assert.deepEqual(errorsLogged(), []);
    });

    it('opens one dialog for a click that arrives twice', async () => {
      const callsBefore = sides.slack.calls.length;
      const toldBefore = sides.slack.ephemerals(EMIL).length;
      sides.slack.duplicateNextDelivery();
      await press(EMIL, 'cancel');
      await filled(EMIL);
      const opened = () =>
        sides.slack.calls.slice(callsBefore).filter(({ method }) => method === 'views.open');
      await sides.slack.waitFor(() => opened().length === 2);
      await sides.slack.closeView({ user: EMIL });
      assert.equal(viewOf(EMIL), undefined, 'there was no second dialog');
      await answerTo(press(EMIL, 'retry'));
      const told = sides.slack.ephemerals(EMIL).slice(toldBefore);
      assert.deepEqual(
        told.map(({ text }) => text),
        ['Appointment #748 is being tried again now.'],
      );
      assert.deepEqual(errorsLogged(), []);
    });

    it('acts once on a submission that arrives twice', async () => {
      await press(EMIL, 'cancel');
      await filled(EMIL);
      sides.slack.duplicateNextDelivery();
      assert.ok((await cancel(EMIL)).acknowledged);
      assert.equal((await db('history').where({ action: 'cancelled' })).length, 1);
    });

    it('leaves alone who has closed the dialog before it is filled', async () => {
      sides.slack.faults.add({ method: 'views.update', times: 1, fault: { kind: 'slow', ms: 200 } });
      await press(EMIL, 'cancel');
      await sides.slack.waitFor(() => viewOf(EMIL) !== undefined);
      await sides.slack.closeView({ user: EMIL });
      await sides.slack.waitFor(() => sides.slack.calls.at(-1)?.method === 'views.update');
      assert.equal(viewOf(EMIL), undefined);
      assert.deepEqual(errorsLogged(), []);
    });

    it('keeps the person waiting in the dialog when the database is slow, and then says how it ended', async () => {
      await press(EMIL, 'cancel');
      await filled(EMIL);
      // SQLite has one connection: while it is taken, everything else waits.
      const holding = await db.transaction();
      const submitted = cancel(EMIL);
      assert.equal(((await submitted).ackBody as { response_action: string }).response_action, 'update');
      assert.match(readView(viewOf(EMIL)), /I am saving/);
      await holding.rollback();
      assert.match(readView(await filled(EMIL)), /Done\. The alert in the channel/);
      assert.equal(await status(), 'cancelled');
    });

    it('tells the person when something broke, and logs it once without what was entered', async () => {
      await press(EMIL, 'fix_contact');
      await filled(EMIL);
      await db.schema.renameTable('history', 'history_away');
      try {
        const values = { email: { email: 'secret@example.com' }, phone: { phone: '' } };
        await sides.slack.submitView({ user: EMIL, values });
        assert.match(readView(viewOf(EMIL)), /did not work/);
        await recorded.linesAt(50);
        await sides.slack.closeView({ user: EMIL });
        await press(EMIL, 'details');
        assert.match(readView(await filled(EMIL)), /did not work/);
      } finally {
        await db.schema.renameTable('history_away', 'history');
      }
      await recorded.linesAt(50, 2);
      assert.equal(errorsLogged().length, 2);
      assert.doesNotMatch(JSON.stringify(recorded.lines), /secret@/);
      assert.equal((await db('customers').first()).email, null, 'nothing was changed');
    });
  });
}
