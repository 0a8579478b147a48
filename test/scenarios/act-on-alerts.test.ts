import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stage } from '../../sandbox/stage.ts';
import { databases } from '../support/databases.ts';
import type { FrontDesk } from '../support/front-desk.ts';
import { openSeedDesk, type SeedDesk } from '../support/seed-desk.ts';

// The whole bot on the seed: what the plan leaves open is brought to its end by clicks in Slack.

const SABINE = 'U0SUPPORT1';
const MONA = 'U0MANAGER1';

const ways = databases().flatMap((engine) =>
  (['socket', 'http'] as const).map((slackOver) => ({ engine, slackOver })),
);

for (const { engine, slackOver } of ways) {
  describe(`acting on the alerts of the seed (${engine.name}, ${slackOver})`, { skip: engine.skip }, () => {
    let stage: Stage;
    let desk: FrontDesk;
    let opened: SeedDesk;

    before(async () => {
      opened = await openSeedDesk(engine, { slackOver });
      ({ stage, desk } = opened);
    });
    after(async () => {
      await opened.close();
    });

    it('shows one alert for each of the four, with the buttons that help', async () => {
      const open = await desk.openAlerts();
      assert.deepEqual(
        open.toSorted(),
        [748, 749, 750, 751].map((id) => `appointment:${id}`),
      );
      assert.match(
        desk.read(desk.alertOf(748)),
        /Verschieben\nUmbesetzen\nAbsagen\nNoch einmal\nKontakt\nEinzelheiten\nIch übernehme\nSpäter\nAnruf\nNotiz$/,
      );
      assert.match(desk.read(desk.alertOf(749)), /Kontakt\nVerschieben/);
    });

    it('#748 is rescheduled to a free time', async () => {
      const view = await desk.open(SABINE, 748, 'reschedule');
      const slot = view.blocks.find(({ block_id }) => block_id === 'slot');
      const [first] = (slot?.element as { options: { value: string }[] }).options;
      assert.ok(first, 'free times are offered');
      const submitted = await desk.submit(SABINE, { slot: first.value });
      assert.deepEqual(submitted.ackBody, { response_action: 'clear' });
      await desk.settle();
      assert.equal((await desk.record(748)).state, 'synced');
      const [booking, another] = stage.calcom.liveBookings({ appointmentId: '748' });
      assert.equal(booking?.start.toISOString(), first.value);
      assert.equal(another, undefined);
      assert.match(
        desk.read(desk.alertOf(748)),
        /^✅ Termin #748 ist erledigt: Er steht jetzt in Cal\.com\./,
      );
      const thread = desk.threadOf(748);
      assert.match(
        thread[0] ?? '',
        /^@U0SUPPORT1 hat den Termin von Mi\., 26\.11\., 15:00 auf .* verschoben\.$/,
      );
      assert.equal(thread.at(-1), 'In Cal.com gebucht.');
    });

    it('#751 is reassigned to the colleague who is free', async () => {
      const view = await desk.open(SABINE, 751, 'reassign');
      const staff = view.blocks.find(({ block_id }) => block_id === 'staff');
      const { initial_option: free } = staff?.element as {
        initial_option: { value: string; text: { text: string } };
      };
      assert.ok(free, 'a free colleague is proposed');
      assert.deepEqual((await desk.submit(SABINE, {})).ackBody, { response_action: 'clear' });
      await desk.settle();
      assert.equal((await desk.record(751)).state, 'synced');
      assert.equal((await desk.appointment(751)).staff_id, free.value);
      assert.equal(
        desk.threadOf(751)[0],
        `@U0SUPPORT1 hat den Termin umbesetzt: Nadine Vogel → ${free.text.text}.`,
      );
    });

    it('#750 is cancelled with a reason', async () => {
      await desk.open(MONA, 750, 'cancel');
      assert.deepEqual((await desk.submit(MONA, { reason: 'Kundin hat angerufen' })).ackBody, {
        response_action: 'clear',
      });
      await desk.settle();
      assert.equal((await desk.appointment(750)).status, 'cancelled');
      assert.equal((await desk.record(750)).state, 'closed');
      assert.match(desk.read(desk.alertOf(750)), /Er wurde abgesagt/);
      assert.equal(desk.threadOf(750)[0], '@U0MANAGER1 hat den Termin abgesagt: Kundin hat angerufen');
    });

    it("#749's contact is fixed", async () => {
      const view = await desk.open(SABINE, 749, 'fix_contact');
      assert.match(JSON.stringify(view.blocks), /"initial_value":"[^"]+@/);
      const wrong = await desk.submit(SABINE, { email: 'müller@beispiel.de', phone: '' });
      assert.deepEqual(Object.keys((wrong.ackBody as { errors: object }).errors), ['email']);
      await desk.submit(SABINE, { email: 'neue.adresse@example.com', phone: '0171 2345678' });
      await desk.settle();
      assert.equal((await desk.record(749)).state, 'synced');
      assert.match(desk.threadOf(749)[0] ?? '', /^@U0SUPPORT1 hat den Kontakt berichtigt/);
    });

    it('ends without an open alert, with a history that tells it, and Slack took every message', async () => {
      assert.deepEqual(await desk.openAlerts(), []);
      assert.deepEqual((await desk.history(748)).slice(-2), ['rescheduled', 'booked']);
      assert.deepEqual((await desk.history(751)).slice(-2), ['reassigned', 'booked']);
      assert.deepEqual((await desk.history(750)).slice(-2), ['cancelled', 'closed']);
      assert.deepEqual((await desk.history(749)).slice(-2), ['contact_fixed', 'booked']);
      const told = JSON.stringify(
        stage.slack.messages('C0SALON01').map(({ blocks, text }) => [blocks, text]),
      );
      assert.doesNotMatch(told, /neue\.adresse|2345678/);
      assert.deepEqual(stage.slack.refusals, []);
    });
  });
}
