import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { appendHistory } from '../../src/appointments/history.ts';
import { transaction } from '../../src/database.ts';
import { HOUR, MINUTE, SECOND } from '../../src/instant.ts';
import { BOOKED, NOW } from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';
import type { Mode } from './both-modes.ts';
import {
  EMIL,
  type HomeStage,
  insertRow,
  listed,
  MONA,
  OTTO,
  openHomeStage,
  SABINE,
} from './home-fixtures.ts';

for (const [index, engine] of databases().entries()) {
  const mode: Mode = index === 0 ? 'HTTP' : 'Socket Mode';
  describe(`the App Home on ${engine.name} over ${mode}`, { skip: engine.skip }, () => {
    let stage: HomeStage;

    before(async () => {
      stage = await openHomeStage(engine, mode);
    });
    after(() => stage.close());
    beforeEach(async () => {
      for (const table of ['opened_homes', 'history', 'appointment_syncs', 'appointments'])
        await stage.db(table).delete();
      await stage.db('installation').update({ mode: 'running' });
      for (const user of [SABINE, EMIL, MONA])
        while (stage.sides.slack.viewOf(user)) await stage.sides.slack.closeView({ user });
    });

    it('shows health, figures with their definitions and the list, in the reader’s language', async () => {
      await insertRow(stage.db, 748);
      const home = await stage.open(SABINE);
      assert.match(home, /^🟠 Stand der Synchronisierung: gelb\nDer Bot läuft\./);
      assert.match(home, /Fehlgeschlagen: 1\n\(Offene Termine, die nicht wie gewünscht/);
      assert.match(home, /#748 · Do\., 27\.11\., 05:28 · die Kontaktdaten stimmen nicht \[ Einzelheiten \]/);
      assert.match(await stage.open(EMIL), /^🟠 State of the sync: amber\nThe bot is running\./);
      assert.deepEqual(stage.sides.slack.refusals, []);
    });

    it('shows to each role what it may see and do', async () => {
      await insertRow(stage.db, 748);
      await stage.db('installation').update({ mode: 'held' });
      const [support, manager, engineer] = [
        await stage.open(SABINE),
        await stage.open(MONA),
        await stage.open(EMIL),
      ];
      assert.match(support, /Der Bot ist angehalten/);
      assert.doesNotMatch(support, /\[ (Plan ansehen|Starten) \]|Für die Technik/);
      assert.match(manager, /\[ Look at the plan \]/);
      assert.doesNotMatch(manager, /\[ (Start|Details) \]|For engineers/);
      assert.deepEqual(listed(manager), [748]);
      assert.match(engineer, /\[ Look at the plan \] \[ Start \]/);
      assert.match(engineer, /\[ Details \][\s\S]*For engineers/);
      for (const home of [support, manager, engineer]) assert.doesNotMatch(home, /Miriam|Kranz|1511/);
    });

    it('tells a stranger in one sentence who may see it, and nothing else', async () => {
      await insertRow(stage.db, 748);
      assert.equal(
        await stage.open(OTTO),
        'This page is for support, managers and engineers. Who they are is set in ' +
          'ACCESS_SUPPORT, ACCESS_MANAGERS, ACCESS_ENGINEERS; if you should be one of them, ask an engineer.',
      );
    });

    it('lists what the filter says, the most urgent first', async () => {
      await insertRow(stage.db, 1, { startsInMs: 5 * HOUR });
      await insertRow(stage.db, 2, { startsInMs: 2 * HOUR });
      await insertRow(stage.db, 3, { startsInMs: -3 * HOUR });
      await insertRow(stage.db, 4, { startsInMs: 4 * HOUR, state: 'pending' });
      await insertRow(stage.db, 5, { startsInMs: 3 * HOUR, state: null });
      await insertRow(stage.db, 7, { startsInMs: 8 * HOUR, state: 'synced', takenBy: SABINE });
      await insertRow(stage.db, 8, { startsInMs: 9 * HOUR, state: 'synced' });
      await insertRow(stage.db, 9, { startsInMs: 10 * HOUR, state: 'synced', takenBy: MONA });
      const at = NOW;
      await transaction(stage.db, (tx) =>
        appendHistory(
          tx,
          { appointmentId: 8, at, actor: SABINE, action: 'asked_again' },
          { appointmentId: 8, at, actor: 'bot', action: 'booked', after: BOOKED },
          { appointmentId: 8, at, actor: MONA, action: 'refused', reason: 'cancel' },
          { appointmentId: 9, at, actor: SABINE, action: 'asked_again' },
          { appointmentId: 9, at, actor: MONA, action: 'asked_again' },
          { appointmentId: 4, at, actor: SABINE, action: 'refused', reason: 'x' },
        ),
      );
      assert.deepEqual(listed(await stage.open(SABINE)), [2, 1, 3]);
      assert.deepEqual(listed(await stage.turn(SABINE, 'home_past')), [3]);
      assert.deepEqual(listed(await stage.turn(SABINE, 'home_pending')), [5, 4]);
      const mine = await stage.turn(SABINE, 'home_mine');
      assert.deepEqual(listed(mine), [7, 8]);
      assert.match(mine, /\[\*✓ Meine\*\]/);
      assert.match(mine, /#7 · .* · steht in Cal\.com/);
      assert.match(
        await stage.turn(SABINE, 'home_no_staff'),
        /Allen kommenden Terminen ist jemand zugeteilt/,
      );
      assert.deepEqual(stage.sides.slack.refusals, []);
    });

    it('turns pages, and comes back to the last there is', async () => {
      for (let id = 1; id <= 32; id++) await insertRow(stage.db, id);
      const first = await stage.open(SABINE);
      assert.deepEqual(
        listed(first),
        [...Array(15).keys()].map((index) => index + 1),
      );
      assert.match(first, /32 Termine · Seite 1 von 3/);
      assert.doesNotMatch(first, /‹ Zurück/);
      await stage.turn(SABINE, 'home_next');
      const last = await stage.turn(SABINE, 'home_next');
      assert.deepEqual(listed(last), [31, 32]);
      assert.doesNotMatch(last, /Weiter ›/);
      await stage.db('appointment_syncs').where('appointment_id', '>', 20).update({ state: 'synced' });
      assert.match(await stage.open(SABINE), /20 Termine · Seite 2 von 2/);
      assert.match(await stage.turn(SABINE, 'home_previous'), /Seite 1 von 2/);
    });

    it('stays within Slack’s limits with 500 failures', async () => {
      for (let id = 1; id <= 500; id++)
        await insertRow(stage.db, id, { startsInMs: 30 * HOUR + id * MINUTE });
      await stage.open(EMIL);
      const { blocks } = stage.sides.slack.homeOf(EMIL) ?? { blocks: [] };
      assert.ok(blocks.length <= 100, `${blocks.length} blocks`);
      assert.match(stage.read(EMIL), /500 appointments · page 1 of 34/);
      assert.deepEqual(stage.sides.slack.refusals, []);
    });

    it('shows the last of several choices that were made at once', async () => {
      for (let id = 1; id <= 20; id++) await insertRow(stage.db, id, { state: 'pending' });
      await stage.open(EMIL);
      const { slack } = stage.sides;
      const { id: viewId = '' } = slack.homeOf(EMIL) ?? {};
      const actions = ['home_past', 'home_mine', 'home_pending'];
      await Promise.all(actions.map((actionId) => slack.clickInView({ user: EMIL, viewId, actionId })));
      const labels = { past: 'Of these, past', mine: 'Mine', pending: 'Pending' };
      const isTrue = async () => {
        stage.clock.advance(SECOND);
        const row = await stage.db('opened_homes').where({ user_id: EMIL }).first();
        const chosen = labels[row.filter as keyof typeof labels];
        return Number(row.revision) === 4 && stage.read(EMIL).includes(`[*✓ ${chosen}*]`);
      };
      for (const giveUpAt = performance.now() + 10_000; !(await isTrue()); await nextTurn())
        assert.ok(performance.now() < giveUpAt, stage.read(EMIL));
      await stage.republish();
      assert.ok(await isTrue(), 'and it stays so');
    });

    it('opens an appointment’s details from the list', async () => {
      await insertRow(stage.db, 748);
      await stage.open(SABINE);
      const details = await stage.press(SABINE, 'details');
      assert.match(JSON.stringify(details.blocks), /Miriam Kranz/);
    });

    it('starts the bot and shows the plan by its buttons', async () => {
      await stage.db('installation').update({ mode: 'held' });
      await stage.open(EMIL);
      const plan = await stage.press(EMIL, 'open_plan');
      assert.equal(plan.callback_id, 'open_plan');
      await stage.sides.slack.closeView({ user: EMIL });
      const told = await stage.press(EMIL, 'start_sync');
      assert.match(JSON.stringify(told.blocks), /The bot is running/);
      assert.equal((await stage.db('installation').first()).mode, 'running');
    });
  });
}
