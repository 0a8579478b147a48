import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { answerUndo } from '../../src/alerts/answer-undo.ts';
import type { Content } from '../../src/alerts/content.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { readFigures } from '../../src/appointments/figures.ts';
import { recordMode } from '../../src/appointments/installation.ts';
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
      return Number((await db('cron_runs').where({ task: 'cleanup' }).orderBy('id', 'desc').first()).id);
    }
    const say = async (runId: number, now = MORNING) =>
      said(await answerUndo({ db, actor: 'U0ANNA', voice, now, text: `cleanup:${runId}` }));
    const said = ({ headline, paragraphs }: Content) => [headline, ...paragraphs].join(' ');

    it('opens again what was cancelled, with its record as it was', async () => {
      await insertPast(db, 1);
      await insertPast(db, 2, { record: null, staffId: BEN });
      await insertPast(db, 3, { record: bookedRecord(3) });
      const before = await bench.record(1);
      const figures = await readFigures(db, NIGHT);
      const runId = await cleanUp();
      assert.match(await say(runId), /^Undone: 2 of 2 appointments as they were\. As they were: #1, #2\./);
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
      await say(runId);
      assert.equal((await digest()).revision, revision + 1);
      assert.notEqual((await digest()).deliver_at, null);
    });

    it('is refused to who comes second, a day later, for no such run, and while the bot is held', async () => {
      await insertPast(db, 1);
      const runId = await cleanUp();
      assert.match(await say(runId, addMs(NIGHT, DAY)), /no longer possible/);
      assert.match(await say(runId + 1), /nothing here that could be undone/);
      await recordMode(db, { from: 'running', to: 'held', by: 'U0EMIL', now: NIGHT });
      assert.match(await say(runId), /bot is held/);
      assert.equal(await bench.status(1), 'cancelled');
      await recordMode(db, { from: 'held', to: 'running', by: 'U0EMIL', now: NIGHT });
      assert.match(await say(runId, addMs(NIGHT, DAY - 1)), /Undone: 1/);
      assert.match(await say(runId), /undone this already/);
      assert.equal((await bench.history(1)).length, 2);
    });

    it('happens once when two people click at once', async () => {
      for (let id = 1; id <= 10; id++) await insertPast(db, id);
      const runId = await cleanUp();
      const answers = await Promise.all([say(runId), say(runId), say(runId)]);
      const isDone = (answer: string) => answer.startsWith('Undone: 10 of 10 appointments');
      assert.equal(answers.filter(isDone).length, 1);
      assert.equal(answers.filter((answer) => /undone this already/.test(answer)).length, 2);
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
        /1 of 5 appointments as they were\. As they were: #5\. Changed since.*: #1, #2, #3, #4\./,
      );
      assert.deepEqual(await statuses(), [...before.slice(0, 4), 'booked']);
      assert.equal((await db('undo_entries').where({ outcome: 'undone' })).length, 1);
    });

    it('does not bring back a duplicate', async () => {
      await insertPast(db, 1);
      const runId = await cleanUp();
      const startsAt = addMs(NOON, -26 * HOUR);
      await insertAppointment(db, { id: 2, customerId: 1, startsAt });
      assert.match(await say(runId), /^Undone: 0 of 1 appointment as they were\. Changed since.*: #1\./);
      assert.equal(await bench.status(1), 'cancelled');
    });

    it('holds: the next cleanup leaves it open, until it is moved', async () => {
      await insertPast(db, 1);
      await say(await cleanUp());
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
