import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { addMs, DAY } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { createHarness } from '../support/engine-harness.ts';
import type { Line } from '../support/line-rules.ts';
import { insertAppointment, NOON } from '../support/salon.ts';
import { openSeedDesk, type SeedDesk } from '../support/seed-desk.ts';

// The whole bot on the seed, over HTTP. That each line is as the vocabulary says, and that none has a secret or names a
// customer, is looked at whenever the seed's desk is closed.

const SABINE = 'U0SUPPORT1';
const MONA = 'U0MANAGER1';
const INFO = 30;

for (const engine of databases()) {
  describe(`the log of a day (${engine.name})`, { skip: engine.skip }, () => {
    let opened: SeedDesk;

    before(async () => {
      opened = await openSeedDesk(engine, { slackOver: 'http' });
      const { desk } = opened;
      const view = await desk.open(SABINE, 748, 'reschedule');
      const slot = view.blocks.find(({ block_id }) => block_id === 'slot');
      const [first] = (slot?.element as { options: { value: string }[] }).options;
      await desk.submit(SABINE, { slot: first?.value ?? '' });
      await desk.settle();
      await desk.open(SABINE, 749, 'fix_contact');
      await desk.submit(SABINE, { email: 'müller@beispiel.de', phone: '' });
      await desk.open(MONA, 750, 'cancel');
      await desk.submit(MONA, { reason: 'Frau Kundin hat angerufen' });
      await desk.settle();
    });
    after(() => opened.close());

    const about = (appointmentId: number) =>
      opened.lines.filter((line) => line.appointmentId === appointmentId);
    const toldAt = (level: number, lines: Line[]) =>
      lines.filter((line) => Number(line.level) >= level).map(({ msg }) => String(msg));
    const first = (event: string, lines = opened.lines) => {
      const line = lines.find(({ msg }) => msg === event);
      assert.ok(line, `${event} is logged`);
      return line;
    };

    it('tells by its number how an appointment came to its end, each thing once', () => {
      const story = toldAt(INFO, about(748)).filter((event) => event !== 'alert.updated');
      assert.deepEqual(story, [
        'appointment.imported',
        'retry.asked',
        'appointment.failed',
        'alert.posted',
        'appointment.rescheduled',
        'appointment.repaired',
        'alert.resolved',
      ]);
      const { kind, cause, text, nextTryAt } = first('appointment.failed', about(748));
      assert.deepEqual([kind, cause], ['host_conflict', 'taken']);
      assert.match(String(text), /not available/);
      assert.ok(new Date(String(nextTryAt)) > opened.stage.clock.now());
      const { actor, startsAt } = first('appointment.rescheduled', about(748));
      assert.equal(actor, SABINE);
      assert.equal(first('appointment.repaired', about(748)).startsAt, startsAt);
    });

    it('tells in detail what was called for it', () => {
      const details = toldAt(0, about(748));
      for (const event of ['appointment.claimed', 'attempt.begun', 'calcom.answered'])
        assert.ok(details.includes(event), event);
    });

    it('has the id of the answer with which Cal.com refused, as the attempt keeps it', async () => {
      const refused = await opened.stage
        .db('sync_attempts')
        .where({ appointment_id: 748 })
        .whereNotNull('request_id')
        .pluck('request_id');
      assert.equal(first('appointment.failed', about(748)).requestId, refused.at(-1));
      const calls = about(748).filter(({ msg }) => msg === 'calcom.answered');
      assert.ok(calls.some(({ requestId }) => requestId === refused.at(-1)));
    });

    it('has one id for a click, what it changed, and what it asked of Cal.com', () => {
      const { requestId } = first('appointment.rescheduled');
      const ofSubmission = opened.lines.filter((line) => line.requestId === requestId);
      assert.deepEqual(toldAt(INFO, ofSubmission), ['appointment.rescheduled']);
      assert.ok(ofSubmission.some(({ msg, path }) => msg === 'http.answered' && path === '/slack/events'));
      const interaction = first('interaction.answered', ofSubmission);
      assert.deepEqual([interaction.actor, interaction.action], [SABINE, 'reschedule']);
      const asked = opened.lines.filter(({ msg, askedBy }) => msg === 'calcom.answered' && askedBy);
      const click = opened.lines.find(({ requestId }) => requestId === asked[0]?.askedBy);
      assert.ok(click, 'free times were asked for a click');
    });

    it('tells who came to nothing, and not what people typed', () => {
      const { actor, action, outcome } = first('dialog.returned', about(749));
      assert.deepEqual([actor, action, outcome], [SABINE, 'fix_contact', 'errors']);
      assert.equal(first('appointment.cancelled', about(750)).actor, MONA);
      assert.equal(first('appointment.closed', about(750)).reason, 'cancelled');
      assert.doesNotMatch(JSON.stringify(opened.lines), /Kundin|beispiel/);
    });

    it('names the alert and its message, Slack’s answer, and in every line the bot', () => {
      const posted = first('alert.posted', about(748));
      const resolved = first('alert.resolved', about(748));
      assert.deepEqual(
        [resolved.alertId, resolved.channel, resolved.ts],
        [posted.alertId, posted.channel, posted.ts],
      );
      assert.equal(resolved.outcome, 'synced');
      const call = opened.lines.find(
        ({ msg, requestId }) => msg === 'slack.answered' && requestId === posted.requestId,
      );
      assert.equal(call?.method, 'chat.postMessage');
      const names = [...new Set(opened.lines.map(({ replica }) => replica))];
      assert.deepEqual(
        names.filter((name) => name !== posted.replica),
        [`shell:${process.pid}`],
        'the plan was run from the shell',
      );
    });

    it('tells what ran, with its counts, and needs nobody', () => {
      const { closed, waiting, adopted } = first('plan.done');
      assert.deepEqual([closed, adopted, waiting], [17, 1, 5]);
      assert.equal(first('sync.started').actor, 'U0ENGINEER');
      const off = toldAt(40, opened.lines);
      assert.deepEqual(
        off.filter((event) => event !== 'index.missed'),
        [],
      );
    });
  });

  describe(`the log of a refusal that names the customer (${engine.name})`, { skip: engine.skip }, () => {
    it('has the words without the name, as everybody sees them', async (t) => {
      const bot = await createHarness({ engine });
      t.after(() => bot.close());
      const message = 'Erika Mustermann (erika@example.com) is blocked, says Mustermann';
      bot.calcom.faults.add({ method: 'POST', fault: { kind: 'answer', status: 400, body: { message } } });
      bot.start();
      await insertAppointment(bot.db, {
        id: 1,
        startsAt: addMs(NOON, DAY),
        customer: { name: 'Erika Mustermann' },
      });
      await bot.until('it failed', () => bot.isState('failed', 1));
      await bot.looked();
      const text = '… … … is blocked, says …';
      assert.equal(bot.lines.find(({ msg }) => msg === 'appointment.failed')?.text, text);
      assert.equal((await bot.record(1)).failure_text, text);
    });
  });
}
