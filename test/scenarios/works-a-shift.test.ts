import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ALERT_CHANNEL, type Stage } from '../../sandbox/stage.ts';
import { HOUR, MINUTE } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import type { FrontDesk } from '../support/front-desk.ts';
import { openSeedDesk, type SeedDesk } from '../support/seed-desk.ts';

// A shift at the front desk after the plan: who looks after what, what waits, and who is called when nobody does.

const SABINE = 'U0SUPPORT1';
const MONA = 'U0MANAGER1';
const LEADS = 'S0LEADS';

for (const engine of databases()) {
  describe(`a shift with the alerts of the seed (${engine.name})`, { skip: engine.skip }, () => {
    let stage: Stage;
    let desk: FrontDesk;
    let opened: SeedDesk;

    before(async () => {
      opened = await openSeedDesk(engine, { settings: { ESCALATION_GROUP: LEADS } });
      ({ stage, desk } = opened);
    });
    after(() => opened.close());

    const shown = (id: number) => desk.read(desk.alertOf(id));
    const press = async (user: string, id: number, action: string) => {
      const pressed = await desk.press(user, desk.alertOf(id).ts, action);
      await desk.until(`${action} is answered`, () => pressed.responses.length === 1);
      return desk.read(pressed.responses[0] ?? { blocks: [] });
    };
    const lastLine = (id: number) => desk.threadOf(id).at(-1);
    async function moveTo(text: string): Promise<void> {
      stage.clock.moveTo(new Date(text));
      stage.bot.nudge();
      await desk.settle();
    }
    /** The lines of a thread that the channel shows too. */
    const broadcasts = (id: number) =>
      stage.slack
        .thread(ALERT_CHANNEL, desk.alertOf(id).ts)
        .filter(({ isBroadcast }) => isBroadcast)
        .map((line) => desk.read(line));

    it('an alert is taken for all to see, once by a double click, and taken over or given back', async () => {
      const [first, second] = await Promise.all([press(SABINE, 748, 'take'), press(SABINE, 748, 'take')]);
      assert.deepEqual(
        [first, second].toSorted(),
        [
          'Termin #748 liegt jetzt bei Ihnen, zwei Stunden lang oder bis jemand etwas tut.',
          'Termin #748 liegt schon bei Ihnen.',
        ].toSorted(),
      );
      await desk.settle();
      assert.match(shown(748), /In Arbeit bei: @U0SUPPORT1/);
      assert.match(shown(748), /Übernehmen oder abgeben/);
      assert.deepEqual(desk.threadOf(748), ['@U0SUPPORT1 kümmert sich darum.']);

      await press(MONA, 748, 'take');
      await desk.settle();
      assert.match(shown(748), /In Arbeit bei: @U0MANAGER1/);
      assert.equal(lastLine(748), '@U0MANAGER1 übernimmt von einer Kollegin oder einem Kollegen.');

      assert.equal(await press(MONA, 748, 'take'), "Appointment #748 is nobody's again.");
      await desk.settle();
      assert.doesNotMatch(shown(748), /In Arbeit bei/);
    });

    it('who takes it and does nothing for two hours has it no longer', async () => {
      await press(SABINE, 749, 'take');
      await desk.settle();
      assert.match(shown(749), /In Arbeit bei: @U0SUPPORT1/);
      stage.clock.advance(2 * HOUR - MINUTE);
      await desk.settle();
      assert.match(shown(749), /In Arbeit bei/);
      stage.clock.advance(MINUTE);
      await desk.settle();
      assert.doesNotMatch(shown(749), /In Arbeit bei/);
    });

    it('a note and a call stand in the thread, and the number only in the dialog', async () => {
      const call = await desk.open(SABINE, 748, 'log_call');
      const { phone } = await stage
        .db('customers as c')
        .join('appointments as a', 'a.customer_id', 'c.id')
        .where('a.id', 748)
        .first('c.phone');
      assert.ok(phone && JSON.stringify(call.blocks).includes(phone), 'the number to call');
      await desk.submit(SABINE, { result: 'no_answer', text: 'Mailbox' });
      await desk.settle();
      assert.equal(lastLine(748), '@U0SUPPORT1 hat angerufen: Niemand ging ran. Mailbox');

      await desk.open(MONA, 748, 'note');
      await desk.submit(MONA, { text: 'Ruft selbst zurück' });
      await desk.settle();
      assert.equal(lastLine(748), '@U0MANAGER1 notiert: Ruft selbst zurück');
      assert.ok(!JSON.stringify(stage.slack.messages(ALERT_CHANNEL)).includes(phone));
    });

    it('what is snoozed rests until then, and comes up again in the channel', async () => {
      const view = await desk.open(SABINE, 750, 'snooze');
      const until = view.blocks.find(({ block_id }) => block_id === 'until');
      const { options } = until?.element as { options: { value: string }[] };
      assert.deepEqual(
        options.map(({ value }) => value),
        ['hour', 'tomorrow'],
      );
      await desk.submit(SABINE, { until: 'tomorrow' });
      await desk.settle();
      assert.match(shown(750), /Ruht bis: Di\., 25\.11\., 08:00 @U0SUPPORT1/);
      assert.deepEqual(broadcasts(750), []);
      await moveTo('2025-11-25T06:59:00Z');
      assert.match(shown(750), /Ruht bis/);
      await moveTo('2025-11-25T07:01:00Z');
      assert.doesNotMatch(shown(750), /Ruht bis/);
      assert.equal(lastLine(750), 'Die Ruhezeit ist vorbei: Der Termin braucht noch jemanden.');
      assert.equal(broadcasts(750)[0], lastLine(750));
    });

    it('a start that comes near is told once each time that nobody has acted, and at last a group is called', async () => {
      const startsAt = '2025-11-26T14:00:00Z';
      assert.equal((await desk.appointment(748)).starts_at, '2025-11-26 14:00:00.000');
      const told = () => desk.threadOf(748).filter((line) => /beginnt in/.test(line));
      await moveTo('2025-11-25T14:01:00Z');
      assert.deepEqual(told(), [], 'people have acted since it was raised');
      await moveTo('2025-11-26T10:01:00Z');
      await desk.settle();
      assert.deepEqual(told(), [
        'Der Termin beginnt in 3 Stunden, und noch hat sich niemand darum gekümmert.',
      ]);
      await moveTo('2025-11-26T13:01:00Z');
      await desk.settle();
      const [, last, another] = told();
      assert.equal(
        last,
        '@S0LEADS Bitte helfen: Der Termin beginnt in 59 Minuten, und noch hat sich niemand darum gekümmert.',
      );
      assert.equal(another, undefined);
      assert.deepEqual(broadcasts(748), told());
      assert.ok(new Date(startsAt) > stage.clock.now());
    });

    it('what is settled is one line that says who did what, and when', async () => {
      await desk.open(MONA, 748, 'cancel');
      await desk.submit(MONA, { reason: 'Kundin hat abgesagt' });
      await desk.settle();
      assert.match(
        shown(748),
        /^✅ Termin #748 ist erledigt: Er wurde abgesagt\. .* Erledigt: Mi\., 26\.11\., 14:\d\d · Zuletzt: @U0MANAGER1/,
      );
      assert.deepEqual(stage.slack.refusals, []);
    });
  });
}
