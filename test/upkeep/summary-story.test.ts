import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { answerSummary } from '../../src/alerts/answer-summary.ts';
import type { Content } from '../../src/alerts/content.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { readChartDays } from '../../src/appointments/chart-days.ts';
import { beginRun } from '../../src/appointments/cron-runs.ts';
import { readDeeds } from '../../src/appointments/deeds.ts';
import { readDayFailures, readDayOutcomes } from '../../src/appointments/outcomes.ts';
import { readStanding, readSummary, recordPicture } from '../../src/appointments/summaries.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, toSqlInstant } from '../../src/instant.ts';
import { runSummary } from '../../src/upkeep/summary.ts';
import { databases } from '../support/databases.ts';
import { NOON } from '../support/salon.ts';
import { insertPast, openUpkeepBench, type UpkeepBench } from './upkeep-fixtures.ts';

const voice = createVoice({ locale: 'de', timeZone: 'Europe/Berlin' });
const period = { from: addMs(NOON, -DAY), to: NOON };
const picture = { fileId: 'F0PICTURE9', altText: 'numbers' };

for (const engine of databases()) {
  describe(`the story of a day on ${engine.name}`, { skip: engine.skip }, () => {
    let bench: UpkeepBench;
    let db: Db;

    beforeEach(async () => {
      bench = await openUpkeepBench(engine);
      db = bench.db;
    });
    afterEach(() => bench.close());

    const noted = (
      appointmentId: number | null,
      entry: { action: string; actor?: string; reason?: string; at?: Date },
    ) =>
      db('history').insert({
        appointment_id: appointmentId,
        actor: 'bot',
        ...entry,
        at: toSqlInstant(entry.at ?? addMs(NOON, -HOUR)),
      });
    const closedBy = async (subject: string, id: number, change = {}) => {
      await db('undos').insert({ subject }).onConflict('subject').ignore();
      const undo = await db('undos').where({ subject }).first('id');
      await db('undo_entries').insert({
        ...{ undo_id: undo.id, appointment_id: id, kind: 'past', before: '{}', after: '{}' },
        ...{ done_at: toSqlInstant(addMs(NOON, -HOUR)), ...change },
      });
    };
    async function runAt(at: string, summaryCron = '0 8 * * *'): Promise<void> {
      bench.clock.to(at);
      await bench.start({ summaryCron, cleanupCron: '0 0 1 1 *' }).tick();
    }
    const failing = (id: number, record = {}) =>
      insertPast(db, id, { startsAt: addMs(NOON, 2 * DAY + id * HOUR), record });
    const ask = (text: string): Promise<Content> =>
      answerSummary({ db, actor: 'U0MONA', voice, now: bench.clock.now(), text });
    const revisions = () => db('alerts').where({ subject: 'summary:2025-11-25' }).pluck('revision');

    it('counts mended contacts, and what a plan closed apart from what the cleanup did', async () => {
      await noted(1, { action: 'contact_fixed', actor: 'U0ANNA' });
      await noted(1, { action: 'contact_fixed', actor: 'U0ANNA' });
      await noted(1, { action: 'booked' });
      await closedBy('plan:1', 2, { kind: 'closed' });
      await closedBy('plan:1', 3);
      await closedBy('plan:1', 4, { outcome: 'undone' });
      await closedBy('plan:1', 5, { kind: 'linked' });
      await closedBy('cleanup:1', 6, { kind: 'done' });
      await closedBy('change:1', 7, { kind: 'changed' });
      await closedBy('cleanup:1', 8, { done_at: toSqlInstant(NOON) });
      const { contactFixed, closedByPlan, cleaned, cancelled, booked } = await readDayOutcomes(db, period);
      assert.deepEqual([contactFixed, closedByPlan, cleaned, cancelled, booked], [1, 2, 1, 0, 1]);
    });

    it('counts the failures of the day by their last kind, each appointment once', async () => {
      await noted(1, { action: 'failed', reason: 'unavailable' });
      await noted(1, { action: 'failed', reason: 'host_conflict' });
      await noted(2, { action: 'failed', reason: 'host_conflict' });
      await noted(3, { action: 'failed', reason: 'unclear', at: addMs(NOON, -DAY - 1) });
      await noted(4, { action: 'imported', reason: 'host_conflict' });
      assert.deepEqual(await readDayFailures(db, period), { host_conflict: 2 });
    });

    it('counts what each person did, and neither the bot, nor refusals, nor another day', async () => {
      await noted(1, { action: 'rescheduled', actor: 'U0SABINE' });
      await noted(1, { action: 'rescheduled', actor: 'U0SABINE' });
      await noted(2, { action: 'rescheduled', actor: 'U0SABINE' });
      await noted(3, { action: 'cancelled', actor: 'U0SABINE' });
      await noted(null, { action: 'started', actor: 'U0EMIL' });
      await noted(null, { action: 'started', actor: 'U0EMIL' });
      await noted(4, { action: 'closed', actor: 'bot' });
      await noted(5, { action: 'adopted', actor: 'shell' });
      await noted(6, { action: 'refused', actor: 'U0MALLORY' });
      await noted(7, { action: 'cancelled', actor: 'U0EMIL', at: NOON });
      assert.deepEqual(await readDeeds(db, period), [
        { actor: 'U0SABINE', counts: { rescheduled: 2, cancelled: 1 } },
        { actor: 'U0EMIL', counts: { started: 2 } },
      ]);
    });

    it('keeps causes, tasks and deeds with the summary', async () => {
      for (const id of [1, 2, 3]) await failing(id, { failure_kind: 'unauthorized' });
      await noted(1, { action: 'failed', reason: 'unauthorized', at: new Date('2025-11-25T01:00:00Z') });
      await noted(1, { action: 'asked_again', actor: 'U0ANNA', at: new Date('2025-11-25T01:00:00Z') });
      await runAt('2025-11-25T07:00:10Z');
      const summary = await readSummary(db, '2025-11-25');
      assert.deepEqual(
        [summary?.failures, summary?.clusters, summary?.deeds],
        [
          { unauthorized: 1 },
          [{ task: 'key', name: null, count: 3, appointmentIds: [1, 2, 3] }],
          [{ actor: 'U0ANNA', counts: { asked_again: 1 } }],
        ],
      );
      const { paragraphs, facts } = await ask('heute');
      assert.ok(paragraphs.some((text) => text.endsWith('Ursachen: 0 fachlich (0 %), 1 technisch (100 %).')));
      assert.ok(paragraphs.some((text) => text.includes('\n– 3 Termine warten auf den Zugangsschlüssel')));
      assert.deepEqual(facts.at(-1), { label: '', value: '1 noch einmal versucht', actor: 'U0ANNA' });
    });

    it('reads a summary that was taken before this was noted', async () => {
      await failing(1);
      await runAt('2025-11-25T07:00:10Z');
      const old = JSON.stringify({
        booked: 2,
        repaired: 0,
        adopted: 0,
        moved: 0,
        reassigned: 0,
        cancelled: 0,
        cleaned: 0,
      });
      const unknown = { failures: null, clusters: null, deeds: null, picture: null, outcomes: old };
      await db('daily_summaries').update(unknown);
      const { paragraphs } = await ask('heute');
      assert.deepEqual(paragraphs, [
        'In den letzten 24 Stunden: 2 gebucht.',
        '1 Termin braucht einen Menschen:',
      ]);
    });

    it('sets yesterday and the same weekday beside each figure, once when they are the same', async () => {
      await failing(1);
      await runAt('2025-11-18T07:00:10Z');
      bench.clock.to('2025-11-25T06:00:00Z');
      assert.match((await ask('')).facts[0]?.value ?? '', /^1 \(Di\., 18\.11\.: 1\)$/);
      await failing(2);
      await runAt('2025-11-24T07:00:10Z');
      await failing(3);
      bench.clock.to('2025-11-25T06:00:00Z');
      assert.equal((await ask('')).facts[0]?.value, '3 (gestern: 2, vor einer Woche: 1)');
    });

    it('is three lines when nothing failed and nothing is open, without a picture', async () => {
      await noted(1, { action: 'booked', at: new Date('2025-11-25T01:00:00Z') });
      await runAt('2025-11-25T07:00:10Z');
      const { headline, paragraphs, items, facts, notes, buttons } = await ask('heute');
      assert.deepEqual(
        [headline, ...paragraphs],
        [
          'Tagesbericht, Dienstag, 25. November 2025: grün',
          'In den letzten 24 Stunden: 1 gebucht.',
          'Es gibt nichts zu tun.',
        ],
      );
      assert.deepEqual([items, facts, notes, buttons], [[], [], [], []]);
      assert.equal(bench.gallery.pictures.length, 0);
    });

    it('is told in full as soon as one thing failed, though nothing is open', async () => {
      await noted(1, { action: 'failed', reason: 'unclear', at: new Date('2025-11-25T01:00:00Z') });
      await runAt('2025-11-25T07:00:10Z');
      assert.equal((await ask('heute')).facts.length, 6);
      assert.equal(bench.gallery.pictures.length, 1);
    });

    it('gets its picture once, after it was raised, and is raised again for it', async () => {
      await failing(1);
      await runAt('2025-11-25T07:00:10Z');
      await runAt('2025-11-25T07:01:10Z');
      assert.deepEqual(
        bench.gallery.pictures.map(({ name }) => name),
        ['summary-2025-11-25.png'],
      );
      const kept = (await readSummary(db, '2025-11-25'))?.picture;
      assert.equal(kept?.fileId, 'F0PICTURE1');
      assert.match(kept?.altText ?? '', /Di\., 25\.11\.: 0 gebucht, 0 nach Fehler, 1 offen\.$/);
      assert.deepEqual(await revisions(), [2]);
      assert.equal((await ask('heute')).picture, null, 'an answer goes without');
    });

    it('stands without a picture that could not be kept', async () => {
      bench.gallery.close();
      await failing(1);
      await runAt('2025-11-25T07:00:10Z');
      assert.equal((await readSummary(db, '2025-11-25'))?.picture, null);
      assert.deepEqual([await revisions(), await bench.ran('summary')], [[1], ['2025-11-25 07:00']]);
    });

    it('is shown while its picture is still on its way, and stands when that fails', async () => {
      await failing(1);
      const run = await beginRun(db, { task: 'summary', fireAt: NOON, now: NOON });
      assert.ok(run);
      const order: string[] = [];
      await runSummary(
        {
          ...{ db, clock: bench.clock, log: bench.recorded.log, timeZone: 'Europe/Berlin', locale: 'de' },
          keepPicture: async () => {
            order.push('picture');
            throw new Error('no room');
          },
          onRecorded: () => order.push('shown'),
        },
        run,
      );
      assert.deepEqual(order, ['shown', 'picture']);
      assert.equal(bench.recorded.lines.filter(({ level }) => level === 40).length, 1);
      assert.equal((await readSummary(db, '2025-11-24'))?.picture, null);
    });

    it('draws a second time of the day anew, and refuses the picture of the first', async () => {
      await failing(1);
      await runAt('2025-11-25T07:00:10Z', '0 8,17 * * *');
      const first = await readSummary(db, '2025-11-25');
      assert.ok(first);
      await runAt('2025-11-25T16:00:10Z', '0 8,17 * * *');
      assert.equal((await readSummary(db, '2025-11-25'))?.picture?.fileId, 'F0PICTURE2');
      const late = { picture, now: bench.clock.now() };
      await db('daily_summaries').update({ picture: null });
      assert.equal(await recordPicture(db, first, late), false, 'its numbers are not these');
      const second = await readSummary(db, '2025-11-25');
      assert.ok(second);
      assert.equal(await recordPicture(db, second, late), true);
      assert.equal(await recordPicture(db, second, late), false, 'it has one');
      assert.deepEqual((await readSummary(db, '2025-11-25'))?.picture, picture);
    });

    it('gives the chart a gap for a day without a summary', async () => {
      await failing(1);
      await runAt('2025-11-24T07:00:10Z');
      assert.deepEqual(await readChartDays(db, ['2025-11-23', '2025-11-24']), [
        { localDate: '2025-11-23', counts: null },
        { localDate: '2025-11-24', counts: { booked: 0, repaired: 0, failed: 1 } },
      ]);
    });

    it('finds common tasks among more than it names', async () => {
      for (let id = 1; id <= 15; id++) await failing(id, { failure_kind: 'unauthorized' });
      const { clusters, open } = await readStanding(db, NOON);
      assert.deepEqual([clusters[0]?.count, open.length], [15, 10]);
    });
  });
}
