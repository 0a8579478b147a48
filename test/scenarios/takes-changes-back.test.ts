import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StoredMessage } from '../../sandbox/slack/start-slack.ts';
import { ALERT_CHANNEL, type Stage } from '../../sandbox/stage.ts';
import { MINUTE } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import type { FrontDesk } from '../support/front-desk.ts';
import { openSeedDesk, type SeedDesk } from '../support/seed-desk.ts';

// What a person did by mistake is taken back by the button under the alert, on both sides.

const SABINE = 'U0SUPPORT1';
const MONA = 'U0MANAGER1';

for (const engine of databases()) {
  describe(`taking a change back on ${engine.name}`, { skip: engine.skip }, () => {
    let stage: Stage;
    let desk: FrontDesk;
    let opened: SeedDesk;

    before(async () => {
      opened = await openSeedDesk(engine);
      ({ stage, desk } = opened);
    });
    after(async () => {
      await opened.close();
      assert.deepEqual(stage.slack.refusals, []);
    });

    type Button = { action_id: string; value: string; confirm: { text: { text: string } } };
    const undoButton = ({ blocks }: StoredMessage) =>
      (blocks as { elements?: Button[] }[])
        .flatMap((block) => block.elements ?? [])
        .find((element) => element.action_id === 'undo');
    const undo = async (user: string, id: number) => {
      const pressed = await desk.press(user, desk.alertOf(id).ts, 'undo');
      await stage.slack.waitFor(() => pressed.responses.length > 0);
      return desk.read(pressed.responses[0] as never);
    };
    const live = (id: number) => stage.calcom.liveBookings({ appointmentId: String(id) });
    const startOf = async (id: number) => (await desk.appointment(id)).starts_at;
    const reschedule = async (id: number) => {
      const view = await desk.open(SABINE, id, 'reschedule');
      const slot = view.blocks.find(({ block_id }) => block_id === 'slot');
      const { options } = slot?.element as { options: { value: string }[] };
      await desk.submit(SABINE, { slot: options[0]?.value ?? '' });
      await desk.settle();
    };

    it('moves a rescheduled appointment back, in Cal.com too, after saying that the customer hears of it', async () => {
      const before = await startOf(751);
      await reschedule(751);
      const booked = live(751);
      assert.equal(booked.length, 1);
      assert.match(
        undoButton(desk.alertOf(751))?.confirm.text.text ?? '',
        /Cal\.com ändert die Buchung und schreibt der Kundschaft|auch in Cal\.com/,
      );
      assert.match(await undo(SABINE, 751), /Termin #751 ist wieder wie vorher/);
      await desk.settle();
      assert.equal(await startOf(751), before);
      // Its old time is still taken, so the alert is back; nothing is booked twice.
      assert.ok((await desk.openAlerts()).includes('appointment:751'));
      assert.ok(live(751).length <= 1);
      assert.deepEqual((await desk.history(751)).includes('undone'), true);
    });

    it('opens a cancelled appointment again', async () => {
      await desk.open(MONA, 750, 'cancel');
      await desk.submit(MONA, { reason: 'aus Versehen' });
      await desk.settle();
      assert.equal((await desk.appointment(750)).status, 'cancelled');
      assert.match(undoButton(desk.alertOf(750))?.confirm.text.text ?? '', /wieder wie vorher/);
      await undo(SABINE, 750);
      await desk.settle();
      assert.equal((await desk.appointment(750)).status, 'booked');
      assert.ok((await desk.openAlerts()).includes('appointment:750'));
    });

    it('gives a contact back as it was', async () => {
      const customerId = (await desk.appointment(749)).customer_id;
      const contact = () => stage.db('customers').where({ id: customerId }).first('email', 'phone');
      const before = await contact();
      await desk.open(SABINE, 749, 'fix_contact');
      await desk.submit(SABINE, { email: 'neue.adresse@example.com', phone: '' });
      await desk.settle();
      await undo(SABINE, 749);
      assert.deepEqual(await contact(), before);
    });

    it('tells who comes second, and offers what Cal.com has for a quarter of an hour only', async () => {
      await reschedule(748);
      const { ts } = desk.alertOf(748);
      stage.clock.advance(16 * MINUTE);
      await desk.settle();
      assert.equal(undoButton(desk.alertOf(748)), undefined, 'the button is gone');
      const late = await stage.slack.click({
        user: SABINE,
        channel: ALERT_CHANNEL,
        ts,
        actionId: 'undo',
      });
      await stage.slack.waitFor(() => late.responses.length > 0);
      assert.match(desk.read(late.responses[0] as never), /Frist ist vorbei/);
    });

    it('keeps no contact longer than it may be given back', async () => {
      // The cleanup of the second night.
      stage.clock.moveTo(new Date('2025-11-26T02:16:00Z'));
      stage.bot.nudge();
      await desk.settle();
      const kept = await stage.db('undo_entries').where({ kind: 'contact' }).pluck('before');
      assert.deepEqual(kept, ['{}']);
    });
  });
}
