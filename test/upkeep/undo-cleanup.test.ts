import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { answerUndoCleanup } from '../../src/alerts/answer-undo-cleanup.ts';
import type { Content } from '../../src/alerts/content.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { readFigures } from '../../src/appointments/figures.ts';
import { recordMode } from '../../src/appointments/installation.ts';
import { undoCleanup } from '../../src/appointments/undo-close.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { BEN, insertAppointment, NOON } from '../support/salon.ts';
import { bookedRecord, insertPast, openUpkeepBench, type UpkeepBench } from './upkeep-fixtures.ts';

const NIGHT = new Date('2025-11-25T02:15:10Z');
const MORNING = addMs(NIGHT, 6 * HOUR);
const voice = createVoice({ locale: 'en', timeZone: 'Europe/Berlin' });

for (const engine of databases()) {
  describe(`undoing a cleanup on ${engine.name}`, { skip: engine.skip }, () => {
    let bench: UpkeepBench;
    let db: Db;

    beforeEach(async () => {
      bench = await openUpkeepBench(engine);
      db = bench.db;
    });
    afterEach(() => bench.close());

    async function cleanUp(): Promise<number> {
      bench.clock.to(NIGHT);
      await bench.start({ summaryCron: '0 0 1 1 *' }).tick();
      return Number((await db('cron_runs').orderBy('id', 'desc').first()).id);
    }
    const undo = (runId: number, now = MORNING) => undoCleanup(db, runId, { actor: 'U0ANNA', now });
    const say = async (runId: number, now = MORNING) =>
      said(await answerUndoCleanup({ db, actor: 'U0ANNA', voice, now, text: String(runId) }));
    const said = ({ headline, paragraphs }: Content) => [headline, ...paragraphs].join(' ');

    it('opens again what was cancelled, with its record as it was', async () => {
      await insertPast(db, 1);
      await insertPast(db, 2, { record: null, staffId: BEN });
      await insertPast(db, 3, { record: bookedRecord(3) });
      const before = await bench.record(1);
      const figures = await readFigures(db, NIGHT);
      const runId = await cleanUp();
      assert.match(
        await say(runId),
        /^Cleanup undone: 2 of 2 appointments open again\. Open again: #1, #2\./,
      );
      assert.deepEqual([await bench.status(1), await bench.status(2)], ['booked', 'booked']);
      const { touched_at: touchedAt, ...others } = await bench.record(1);
      assert.equal(touchedAt, toSqlInstant(MORNING));
      assert.deepEqual({ ...others, touched_at: null }, before);
      assert.equal(await bench.record(2), undefined);
      assert.equal((await bench.record(3)).closed_reason, 'done', 'what took place stays done');
      const { failed, ancient } = await readFigures(db, MORNING);
      assert.deepEqual([failed, ancient], [figures.failed, 0], 'failed as before, and touched by a person');
      const last = (await bench.history(1)).at(-1);
      assert.deepEqual([last.actor, last.action], ['U0ANNA', 'reopened']);
    });

    it('has the digest shown anew, in the same step', async () => {
      await insertPast(db, 1);
      const runId = await cleanUp();
      const digest = () =>
        db('alerts')
          .where({ subject: `cleanup:${runId}` })
          .first();
      await db('alerts').update({ deliver_at: null });
      const { revision } = await digest();
      await undo(runId);
      assert.equal((await digest()).revision, revision + 1);
      assert.notEqual((await digest()).deliver_at, null);
    });

    it('is refused to who comes second, a day later, for no such run, and while the bot is held', async () => {
      await insertPast(db, 1);
      const runId = await cleanUp();
      assert.match(await say(runId, addMs(NIGHT, DAY)), /no longer possible/);
      assert.match(await say(runId + 1), /nothing about this cleanup/);
      await recordMode(db, { from: 'running', to: 'held', by: 'U0EMIL', now: NIGHT });
      assert.match(await say(runId), /bot is held/);
      assert.equal(await bench.status(1), 'cancelled');
      await recordMode(db, { from: 'held', to: 'running', by: 'U0EMIL', now: NIGHT });
      assert.match(await say(runId, addMs(NIGHT, DAY - 1)), /Cleanup undone: 1/);
      assert.match(await say(runId), /undone this already/);
      assert.equal((await bench.history(1)).length, 2);
    });

    it('happens once when two people click at once', async () => {
      for (let id = 1; id <= 10; id++) await insertPast(db, id);
      const runId = await cleanUp();
      const results = await Promise.all([undo(runId), undo(runId), undo(runId)]);
      const reopened = results.flatMap((result) => (result.is === 'undone' ? result.reopened : []));
      assert.deepEqual(
        reopened.toSorted((one, other) => one - other),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      );
      assert.equal((await db('history').where({ action: 'reopened' })).length, 10);
    });

    it('leaves what anybody has changed since, and says so', async () => {
      for (let id = 1; id <= 5; id++) await insertPast(db, id);
      const runId = await cleanUp();
      await db('appointments').where({ id: 1 }).update({ status: 'completed' });
      await db('appointments')
        .where({ id: 2 })
        .update({ starts_at: toSqlInstant(addMs(MORNING, DAY)) });
      await db('history').insert({
        appointment_id: 3,
        at: toSqlInstant(MORNING),
        actor: 'U0EMIL',
        action: 'cancelled',
      });
      await db('appointment_syncs').where({ appointment_id: 4 }).update({ closed_reason: 'cancelled' });
      const statuses = () => db('appointments').orderBy('id').pluck('status');
      const before = await statuses();
      const answer = await say(runId);
      assert.match(
        answer,
        /1 of 5 appointments open again\. Open again: #5\. Changed since.*: #1, #2, #3, #4\./,
      );
      assert.deepEqual(await statuses(), [...before.slice(0, 4), 'booked']);
      assert.equal((await db('cleanup_closings').whereNotNull('undone_at')).length, 1);
    });

    it('does not bring back a duplicate', async () => {
      await insertPast(db, 1);
      const runId = await cleanUp();
      const startsAt = addMs(NOON, -26 * HOUR);
      await insertAppointment(db, { id: 2, customerId: 1, startsAt });
      assert.deepEqual(await undo(runId), { is: 'undone', reopened: [], changed: [1] });
      assert.equal(await bench.status(1), 'cancelled');
    });

    it('holds: the next cleanup leaves it open, until it is moved', async () => {
      await insertPast(db, 1);
      await undo(await cleanUp());
      const nextNight = async (days: number) => {
        bench.clock.to(addMs(NIGHT, days * DAY));
        await bench.start({ summaryCron: '0 0 1 1 *' }).tick();
        return bench.status(1);
      };
      assert.equal(await nextNight(1), 'booked');
      await db('appointments').update({ starts_at: toSqlInstant(addMs(NOON, HOUR)) });
      assert.equal(await nextNight(2), 'cancelled');
    });
  });
}
