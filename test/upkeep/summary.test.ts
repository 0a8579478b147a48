import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { answerSummary } from '../../src/alerts/answer-summary.ts';
import type { Content } from '../../src/alerts/content.ts';
import { readEarlierSummaries } from '../../src/alerts/read-earlier-summaries.ts';
import { summaryContent } from '../../src/alerts/summary-content.ts';
import type { Locale } from '../../src/alerts/texts.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { beginRun } from '../../src/appointments/cron-runs.ts';
import { readDayOutcomes } from '../../src/appointments/outcomes.ts';
import {
  readStanding,
  readSummary,
  readSummaryBefore,
  recordSummary,
} from '../../src/appointments/summaries.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { NOON } from '../support/salon.ts';
import { bookedRecord, insertPast, openUpkeepBench, type UpkeepBench } from './upkeep-fixtures.ts';

const voiceOf = (locale: Locale) => createVoice({ locale, timeZone: 'Europe/Berlin' });
const said = ({ headline, paragraphs, items, facts, notes }: Content) =>
  [
    headline,
    ...paragraphs,
    ...items,
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    ...notes,
  ].join('\n');

for (const engine of databases()) {
  describe(`the daily summary on ${engine.name}`, { skip: engine.skip }, () => {
    let bench: UpkeepBench;
    let db: Db;

    beforeEach(async () => {
      bench = await openUpkeepBench(engine);
      db = bench.db;
    });
    afterEach(() => bench.close());

    async function runAt(at: string, summaryCron = '0 8 * * *'): Promise<void> {
      bench.clock.to(at);
      await bench.start({ summaryCron, cleanupCron: '0 0 1 1 *' }).tick();
    }
    const failing = (id: number, startsAt: Date, record = {}) => insertPast(db, id, { startsAt, record });
    const noted = (
      appointmentId: number,
      entry: { action: string; actor?: string; reason?: string; at?: Date },
    ) =>
      db('history').insert({
        appointment_id: appointmentId,
        actor: 'bot',
        ...entry,
        at: toSqlInstant(entry.at ?? addMs(NOON, -HOUR)),
      });
    const ask = async (text: string, now = bench.clock.now()) =>
      said(await answerSummary({ db, actor: 'U0MONA', voice: voiceOf('en'), now, text }));

    it('is taken once a day, for the day of its time, and raised in the same step', async () => {
      await failing(1, addMs(NOON, 2 * DAY));
      await runAt('2025-11-25T00:30:00Z', '30 23 * * *');
      assert.equal((await readSummary(db, '2025-11-24'))?.figures.failed, 1, 'made up for after midnight');
      assert.deepEqual(await db('alerts').pluck('open_subject'), ['summary:2025-11-24']);
      assert.equal(await readSummary(db, '2025-11-25'), null);
    });

    it('keeps what it found, so that a later day can be set beside it', async () => {
      await failing(1, addMs(NOON, 2 * DAY));
      await failing(2, addMs(NOON, 3 * DAY), { failure_kind: 'contact_invalid' });
      await runAt('2025-11-25T07:00:10Z');
      await db('appointments').where({ id: 1 }).update({ status: 'cancelled' });
      await runAt('2025-11-26T07:00:10Z');
      const [first, second] = [
        await readSummary(db, '2025-11-25'),
        await readSummaryBefore(db, '2025-11-27'),
      ];
      assert.deepEqual(
        [first?.figures.failed, second?.localDate, second?.figures.failed],
        [2, '2025-11-26', 1],
      );
      assert.deepEqual(
        first?.open.map(({ appointmentId, failureKind, startsAt }) => [appointmentId, failureKind, startsAt]),
        [
          [1, 'host_conflict', addMs(NOON, 2 * DAY)],
          [2, 'contact_invalid', addMs(NOON, 3 * DAY)],
        ],
      );
      assert.equal(await readSummaryBefore(db, '2025-11-25'), null);
    });

    it('is one a day: a second time of the day takes its place and edits its message', async () => {
      await runAt('2025-11-25T07:00:10Z', '0 8,17 * * *');
      await failing(1, addMs(NOON, 3 * DAY));
      await runAt('2025-11-25T16:00:10Z', '0 8,17 * * *');
      assert.equal((await readSummary(db, '2025-11-25'))?.figures.failed, 1);
      assert.deepEqual(
        (await db('alerts')).map(({ subject, revision }) => [subject, revision]),
        // A third time for the picture of the second: the first was a quiet day.
        [['summary:2025-11-25', 3]],
      );
    });

    it('writes nothing once another replica has taken the run over', async () => {
      const run = await beginRun(db, { task: 'summary', fireAt: NOON, now: NOON });
      assert.ok(run);
      const summary = { localDate: '2025-11-24', ...(await readStanding(db, NOON)) };
      assert.equal(await recordSummary(db, { ...run, token: 'another' }, summary), false);
      assert.deepEqual([await db('daily_summaries'), await db('alerts')], [[], []]);
      assert.equal(await recordSummary(db, run, summary), true);
    });

    it('counts each way of ending apart, each appointment once, over 24 hours', async () => {
      await noted(1, { action: 'booked' });
      await noted(2, { action: 'failed', reason: 'unclear' });
      await noted(2, { action: 'booked' });
      await noted(3, { action: 'adopted', actor: 'U0EMIL' });
      await noted(4, { action: 'rescheduled', actor: 'U0ANNA' });
      await noted(4, { action: 'moved' });
      await noted(4, { action: 'moved', actor: 'calcom' });
      await noted(5, { action: 'reassigned', actor: 'U0ANNA' });
      await noted(6, { action: 'reassigned', actor: 'U0ANNA' });
      await noted(6, { action: 'reassigned' });
      await noted(7, { action: 'cancelled', actor: 'U0ANNA' });
      await noted(7, { action: 'closed', reason: 'cancelled' });
      await noted(8, { action: 'closed', reason: 'duplicate' });
      await noted(9, { action: 'booked', at: addMs(NOON, -DAY - 1) });
      await noted(10, { action: 'booked', at: NOON });
      const outcomes = await readDayOutcomes(db, { from: addMs(NOON, -DAY), to: NOON });
      const expected = {
        booked: 1,
        repaired: 1,
        adopted: 1,
        moved: 1,
        reassigned: 1,
        contactFixed: 0,
        cancelled: 1,
        closedByPlan: 0,
        cleaned: 0,
      };
      assert.deepEqual(outcomes, expected);
    });

    it('counts what the cleanup closed, of both kinds, and not what was opened again', async () => {
      await insertPast(db, 1);
      await insertPast(db, 2, { record: bookedRecord(2) });
      await insertPast(db, 3);
      bench.clock.to('2025-11-25T02:15:10Z');
      await bench.start().tick();
      await db('undo_entries').where({ appointment_id: 3 }).update({ outcome: 'undone' });
      const now = bench.clock.now();
      const { cleaned } = await readDayOutcomes(db, { from: addMs(now, -DAY), to: addMs(now, 1) });
      assert.equal(cleaned, 2);
    });

    it('reads well in both languages, with yesterday beside each figure', async () => {
      await failing(1, addMs(NOON, 5 * DAY));
      await runAt('2025-11-24T07:00:10Z');
      await failing(2, addMs(NOON, 3 * DAY), { failure_kind: 'contact_invalid' });
      await noted(2, { action: 'booked', at: new Date('2025-11-25T01:00:00Z') });
      await runAt('2025-11-25T07:00:10Z');
      const summary = await readSummary(db, '2025-11-25');
      assert.ok(summary);
      const german = said(
        summaryContent(summary, await readEarlierSummaries(db, '2025-11-25'), voiceOf('de')),
      );
      assert.match(
        german,
        /^Tagesbericht, Dienstag, 25\. November 2025: rot\nIn den letzten 24 Stunden: 1 gebucht\.\n/,
      );
      assert.match(
        german,
        /2 Termine brauchen einen Menschen:\n#2 · Do\., 27\.11\., 12:00 · .+\n#1 · Sa\., 29\.11\./,
      );
      assert.match(german, /Fehlgeschlagen: 2 \(gestern: 1\)\nKritisch [^:]+: 0 \(gestern: 0\)/);
      const english = said(summaryContent(summary, { previous: null, weekBefore: null }, voiceOf('en')));
      assert.match(
        english,
        /^Daily summary, Tuesday,? 25 November 2025: red\nIn the last 24 hours: 1 booked\.\n/,
      );
      assert.match(english, /Failed: 2\n/);
    });

    it('names the day beside it when that is not yesterday, and says when there is nothing to do', async () => {
      await runAt('2025-11-21T07:00:10Z');
      assert.match(
        await ask(''),
        /^How things stand now: green\nIn the last 24 hours nothing .*\nThere is nothing to do\.$/,
      );
      await failing(1, addMs(NOON, 2 * DAY));
      assert.match(await ask('', new Date('2025-11-24T10:00:00Z')), /Failed: 1 \(Fri,? 21\/11: 0\)/);
    });

    it('names ten of those that need a person and counts the others', async () => {
      for (let id = 1; id <= 13; id++) await failing(id, addMs(NOON, 2 * DAY + id * HOUR));
      await runAt('2025-11-25T07:00:10Z');
      assert.match(await ask('today'), /#10 .*\n… and 3 more: \/sync-status page 2/);
    });

    it('answers for the day asked for, in any way of writing it', async () => {
      await runAt('2025-11-24T07:00:10Z');
      bench.clock.to('2025-11-24T23:30:00Z');
      for (const text of ['yesterday', 'GESTERN', '24.11.2025', ' 2025-11-24 ']) {
        assert.match(await ask(text), /^Daily summary, Monday,? 24 November 2025: green/, text);
      }
      for (const text of ['today', 'heute', '25.11.2025', '2026-01-01', '1.2.2024']) {
        assert.match(await ask(text), /^There is no daily summary for \w+day,? /, text);
      }
      for (const text of ['31.2.2025', 'tomorrow', '24.11.', '24.11.2025 25.11.2025', 'x'.repeat(100_000)]) {
        const answer = await ask(text);
        assert.match(answer, /^How to use \/sync-summary\nI did not understand this/, text.slice(0, 20));
        assert.ok(answer.length < 1_000);
      }
      assert.match(await ask('help'), /^How to use \/sync-summary\n\/sync-summary shows/);
    });

    it('tells how things stand now from the record, not from the last summary', async () => {
      await runAt('2025-11-24T07:00:10Z');
      await failing(1, addMs(NOON, 2 * HOUR), { first_failed_at: toSqlInstant(addMs(NOON, -MINUTE)) });
      assert.match(
        await ask('', NOON),
        /^How things stand now: red\n[\s\S]*#1 · Mon 24\/11, 14:00[\s\S]*Critical [^:]+: 1\n/,
      );
    });
  });
}
