import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { differences, playScenario } from '../../sandbox/play-scenario.ts';
import { readScenario, type Scenario } from '../../sandbox/scenario.ts';
import type { StoredView } from '../../sandbox/slack/start-slack.ts';
import { ALERT_CHANNEL, ENGINEER, type Stage } from '../../sandbox/stage.ts';
import { readItemsToDo, recordFiguresBefore, startPlan } from '../../src/appointments/plans.ts';
import { MINUTE } from '../../src/instant.ts';
import { runItem } from '../../src/sync/plan/run-item.ts';
import { noCalls } from '../slack/slack-fixtures.ts';
import { databases } from '../support/databases.ts';
import { createFrontDesk, type FrontDesk } from '../support/front-desk.ts';
import { startWatchedStage } from '../support/nothing-private.ts';

// The seed's way from 23 to 4 by clicks alone: look at the plan, choose, confirm, start.

const MONA = 'U0MANAGER1';
const SABINE = 'U0SUPPORT1';
const seed = path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json');
const ALL = ['past', 'no_staff', 'duplicates', 'no_event_type', 'placeholder', 'adopt', 'wake'];

for (const engine of databases()) {
  describe(`the plan in Slack on ${engine.name}`, { skip: engine.skip }, () => {
    let scenario: Scenario;
    let stage: Stage;
    let desk: FrontDesk;
    let drop: () => Promise<void>;

    beforeEach(async () => {
      const database = await engine.open();
      drop = database.drop;
      scenario = readScenario(seed);
      const settings = { LOG_LEVEL: 'fatal', DATABASE_URL: database.url };
      stage = await startWatchedStage(scenario, { frozen: true, settings });
      desk = createFrontDesk(stage, scenario);
      await playScenario(stage, { ...scenario, steps: [{ do: 'settle' }] });
    });
    afterEach(async () => {
      await stage.stop();
      assert.deepEqual(stage.slack.refusals, []);
      await drop();
    });

    const messageLike = (pattern: RegExp) =>
      stage.slack
        .messages(ALERT_CHANNEL)
        .filter((message) => !message.deleted)
        .map((message) => ({ ts: message.ts, reads: desk.read(message) }))
        .findLast(({ reads }) => pattern.test(reads));
    const viewLike = async (user: string, pattern: RegExp): Promise<StoredView> => {
      const isThere = () => pattern.test(JSON.stringify(stage.slack.viewOf(user)?.blocks ?? ''));
      await desk.until(`${user} sees ${pattern}`, isThere);
      return stage.slack.viewOf(user) as StoredView;
    };
    const openPlan = async (user: string) => {
      const asked = await stage.slack.command({ user, channel: ALERT_CHANNEL, command: '/sync-cleanup' });
      assert.ok(asked.acknowledged, asked.personSaw);
      return viewLike(user, /Das schlägt der Bot vor|This is what the bot proposes/);
    };
    const choose = async (groups: string[]) => {
      const submitted = await stage.slack.submitView({ user: ENGINEER, values: { groups: { groups } } });
      assert.ok(submitted.acknowledged, submitted.personSaw);
      return viewLike(ENGINEER, /Das geschieht jetzt/);
    };
    const confirm = async (answer = /Der Plan läuft/) => {
      await stage.slack.submitView({ user: ENGINEER });
      await viewLike(ENGINEER, answer);
    };
    const restOfSeed = () => {
      const from = scenario.steps.findIndex(({ do: what }) => what === 'start');
      return playScenario(stage, { ...scenario, steps: scenario.steps.slice(from) });
    };
    const statusOf = async (id: number) =>
      (await stage.db('appointments').where({ id }).first('status')).status;

    it('brings 23 to 4, with the table of the shell', async () => {
      const before = await playScenario(stage, {
        ...scenario,
        steps: [{ do: 'figures', as: 'before' }],
      });
      const view = JSON.stringify((await openPlan(ENGINEER)).blocks);
      assert.match(view, /Vorbei und nie gebucht: 12.*Ohne Mitarbeiter: 2.*Doppelt: 2/s);
      await choose(ALL);
      await confirm();
      await desk.settle();
      const message = messageLike(/Aufräumplan fertig/)?.reads ?? '';
      assert.match(message, /Ergebnis: 1 mit vorhandener Buchung verbunden, 17 geschlossen\./);
      assert.match(message, /5 Termine versucht der Bot, sobald er gestartet ist\./);
      const after = await restOfSeed();
      assert.deepEqual(differences({ ...before, ...after }, scenario.expect), []);
      const settled = messageLike(/Aufräumplan fertig/)?.reads ?? '';
      assert.match(
        settled,
        /1 nach einem Fehler gebucht, 1 mit .* verbunden, 17 geschlossen, 4 weiter offen/,
      );
      assert.match(settled, /Fehlgeschlagen: 4 \(vorher: 23\)/);
    });

    it('ticks what the shell runs by default', async () => {
      const view = await openPlan(ENGINEER);
      const input = view.blocks.find(({ block_id }) => block_id === 'groups');
      const { initial_options: ticked } = input?.element as { initial_options: { value: string }[] };
      assert.deepEqual(
        ticked.map(({ value }) => value),
        ['past', 'duplicates', 'placeholder', 'adopt', 'wake'],
      );
    });

    it('shows managers the plan, lets only engineers run it, and tells support no', async () => {
      const view = await openPlan(MONA);
      assert.equal(view.submit ?? null, null);
      assert.ok(!view.blocks.some(({ block_id }) => block_id === 'groups'));
      await stage.slack.command({ user: SABINE, channel: ALERT_CHANNEL, command: '/sync-cleanup' });
      await viewLike(SABINE, /./);
      // The support agent is in the channel, and so a manager as long as nothing else is set.
      assert.ok(!stage.slack.viewOf(SABINE)?.submit);
      assert.equal(await statusOf(661), 'booked');
    });

    it('asks for a choice, and does nothing without the confirmation', async () => {
      await openPlan(ENGINEER);
      const submitted = await stage.slack.submitView({
        user: ENGINEER,
        values: { groups: { groups: [] } },
      });
      assert.ok(submitted.personSaw, 'Slack itself asks for a choice');
      await choose(['past']);
      await desk.settle();
      assert.equal(await statusOf(661), 'booked');
    });

    it('assigns somebody on top of the plan, also while the bot is held, and shows the plan anew', async () => {
      await openPlan(ENGINEER);
      const clicked = await stage.slack.clickInView({
        user: ENGINEER,
        actionId: 'reassign',
        value: '{"appointment":740,"revision":0}',
      });
      assert.ok(clicked.acknowledged, clicked.personSaw);
      await viewLike(ENGINEER, /Wer übernimmt/);
      const done = await desk.submit(ENGINEER, {});
      assert.deepEqual(done.ackBody, {}, 'only the dialog on top closes');
      await viewLike(ENGINEER, /Ohne Mitarbeiter: 1/);
      assert.notEqual((await desk.appointment(740)).staff_id, null);
    });

    it('is taken back whole, and what was linked is found again', async () => {
      await openPlan(ENGINEER);
      await choose(['past', 'no_staff', 'adopt']);
      await confirm();
      await desk.settle();
      assert.equal(await statusOf(740), 'cancelled');
      assert.equal((await desk.record(762)).state, 'synced');
      const message = messageLike(/Aufräumplan fertig/);
      const undone = await desk.press(ENGINEER, message?.ts ?? '', 'undo_plan');
      await stage.slack.waitFor(() => undone.responses.length > 0);
      await desk.settle();
      assert.match(messageLike(/Rückgängig gemacht/)?.reads ?? '', /15 von 15 Terminen wieder wie vorher/);
      assert.deepEqual([await statusOf(661), await statusOf(740)], ['booked', 'booked']);
      const { state, booking_uid: linked, found_as: found } = await desk.record(762);
      assert.deepEqual([state, linked, found], ['failed', null, 'adoptable']);
      const twice = await desk.press(ENGINEER, message?.ts ?? '', 'undo_plan');
      await stage.slack.waitFor(() => twice.responses.length > 0);
      assert.match(desk.read(twice.responses[0] as never), /schon jemand rückgängig gemacht/);
    });

    it('goes on after whoever ran it died in the middle, and doubles nothing', async () => {
      await openPlan(ENGINEER);
      await choose(ALL);
      const { db, clock, log, config } = stage;
      const planId = Number((await db('plans').first('id')).id);
      const run = { id: planId, actor: ENGINEER, token: 'died' };
      await startPlan(db, planId, { ...run, now: clock.now() });
      await recordFiguresBefore(db, planId, clock.now());
      const { claimLeaseMs, locale } = config;
      const deps = { db, clock, log, calls: noCalls, claimLeaseMs, locale, actor: ENGINEER };
      for (const item of (await readItemsToDo(db, planId, 9)).slice(0, 9)) await runItem(deps, item);
      assert.equal(
        await db('plan_items')
          .whereNull('ending')
          .then((rows) => rows.length),
        14,
      );
      await confirm(/schon ausgeführt/);
      clock.advance(6 * MINUTE);
      await desk.until('it goes on', () => messageLike(/Aufräumplan fertig/) !== undefined, 1_000);
      const closed: unknown[] = await db('history').where({ action: 'closed' }).pluck('appointment_id');
      assert.equal(new Set(closed.map(Number)).size, 17);
      assert.equal(closed.length, 17);
      assert.deepEqual(await db('plan_items').whereNot('ending', 'done'), []);
      const after = await restOfSeed();
      const { before: _, ...expected } = scenario.expect;
      assert.deepEqual(differences(after, expected), []);
    });
  });
}
