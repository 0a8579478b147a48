import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { raiseAlert, subjectOf } from '../../src/appointments/alerts.ts';
import { closePast, finishCleanup } from '../../src/appointments/close-past.ts';
import { beginRun } from '../../src/appointments/cron-runs.ts';
import { readFigures } from '../../src/appointments/figures.ts';
import { recordMode } from '../../src/appointments/installation.ts';
import { pastRowsToClose } from '../../src/appointments/past-rows.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { makePlan } from '../../src/sync/plan/make-plan.ts';
import { runCleanup } from '../../src/upkeep/cleanup.ts';
import { databases } from '../support/databases.ts';
import { readPastRowsToClose } from '../support/past-rows.ts';
import { BEN, COLOUR, insertAppointment, NOON, prepareFormerSalon } from '../support/salon.ts';
import { ADOPTED, bookedRecord, insertPast, openUpkeepBench, type UpkeepBench } from './upkeep-fixtures.ts';

const NIGHT = new Date('2025-11-25T02:15:10Z');

const marks = { hasUpdatedAt: true, hasVersion: false };

for (const engine of databases()) {
  describe(`the cleanup on ${engine.name}`, { skip: engine.skip }, () => {
    let bench: UpkeepBench;
    let db: Db;

    async function open(prepare?: (db: Db) => Promise<void>) {
      bench = await openUpkeepBench(engine, prepare);
      db = bench.db;
    }
    beforeEach(() => open());
    afterEach(() => bench.close());

    async function cleanUp(): Promise<void> {
      bench.clock.to(NIGHT);
      await bench.start({ summaryCron: '0 0 1 1 *' }).tick();
      assert.equal((await bench.ran('cleanup')).length, 1);
    }
    const raise = (id: number) =>
      db.transaction((tx) => raiseAlert(tx, { subject: subjectOf(id), appointmentId: id, now: NOON }));
    const untouched = async (id: number) => {
      assert.equal(await bench.status(id), 'booked', `#${id}`);
      assert.deepEqual(await bench.history(id), [], `#${id}`);
    };

    it('cancels what is over and was never booked, and ends its alert', async () => {
      await insertPast(db, 1);
      await raise(1);
      await cleanUp();
      assert.equal(await bench.status(1), 'cancelled');
      const record = await bench.record(1);
      assert.deepEqual([record.state, record.closed_reason, record.failure_kind], ['closed', 'past', null]);
      const [entry] = await bench.history(1);
      assert.deepEqual([entry.actor, entry.action, entry.reason], ['bot', 'closed', 'past']);
      const alert = await db('alerts').where({ subject: 'appointment:1' }).first();
      assert.deepEqual([alert.open_subject, alert.resolution], [null, 'closed:past']);
    });

    it('closes only our record of what was booked, and keeps the uid in the history', async () => {
      await insertPast(db, 1, { record: bookedRecord(1) });
      const before = await db('appointments').where({ id: 1 }).first();
      await raise(1);
      await cleanUp();
      assert.deepEqual(await db('appointments').where({ id: 1 }).first(), before);
      const record = await bench.record(1);
      assert.deepEqual([record.state, record.closed_reason, record.booking_uid], ['closed', 'done', null]);
      const [entry] = await bench.history(1);
      assert.deepEqual([entry.reason, JSON.parse(entry.before)], ['done', { uid: 'uid1' }]);
      assert.equal(
        (await db('alerts').where({ subject: 'appointment:1' }).first()).resolution,
        'closed:past',
      );
      assert.equal(await db('alerts').where('subject', 'like', 'cleanup:%').first(), undefined, 'no news');
    });

    it('leaves booked ones out of the plan and in the success rate once they are closed', async () => {
      await insertPast(db, 1, { record: { ...bookedRecord(1), created_at: toSqlInstant(NOON) } });
      const { successRate24h } = await readFigures(db, NOON);
      await cleanUp();
      assert.deepEqual([successRate24h, (await readFigures(db, NOON)).successRate24h], [100, 100]);
      const [past] = await makePlan(db, { calls: null, now: bench.clock.now() });
      assert.deepEqual(past?.items, []);
    });

    it('takes a booking that only the import found for one that took place', async () => {
      await insertPast(db, 1, { record: { found_uid: 'theirs', found_as: 'adoptable' } });
      await cleanUp();
      assert.equal(await bench.status(1), 'booked');
      assert.equal((await bench.record(1)).closed_reason, 'done');
    });

    it('waits for the grace after the end, not after the start', async () => {
      const ended = (ms: number) => ({
        startsAt: addMs(NOON, -8 * HOUR),
        endsAt: addMs(NIGHT, ms - 12 * HOUR),
      });
      await insertPast(db, 1, { ...ended(0) });
      await insertPast(db, 2, { ...ended(1), staffId: BEN });
      await cleanUp();
      assert.deepEqual([await bench.status(1), await bench.status(2)], ['cancelled', 'booked']);
    });

    it('leaves alone what is in flight, closed already, or booked for another time', async () => {
      const later = toSqlInstant(addMs(NIGHT, 48 * HOUR));
      await insertPast(db, 1, { record: { open_attempt_id: 7 } });
      await insertPast(db, 2, { record: { ...bookedRecord(2), replaces_uid: 'older' } });
      await insertPast(db, 3, { record: { ...bookedRecord(3), pushed_start: later } });
      await insertPast(db, 4, { record: { claim_token: 'somebody', due_at: later } });
      await insertPast(db, 5, { record: { state: 'closed', closed_reason: 'done', failure_kind: null } });
      await insertPast(db, 6, { status: 'completed' });
      await insertPast(db, 7, { startsAt: addMs(NIGHT, HOUR) });
      await cleanUp();
      for (const id of [1, 2, 3, 4, 5, 7]) await untouched(id);
      assert.deepEqual([await bench.status(6), await bench.history(6)], ['completed', []]);
    });

    it('closes what nobody recorded if it ended under our eyes, and not the time before us', async () => {
      const long = addMs(ADOPTED, -24 * HOUR);
      await insertPast(db, 1, { record: null });
      await insertPast(db, 2, { record: null, startsAt: long, createdAt: addMs(long, -HOUR) });
      await insertPast(db, 3, { record: null, startsAt: long, createdAt: null, staffId: BEN });
      await insertPast(db, 4, { record: null, startsAt: long, createdAt: NOON, serviceId: COLOUR });
      await cleanUp();
      assert.deepEqual(await db('appointments').orderBy('id').pluck('status'), [
        'cancelled',
        'booked',
        'booked',
        'cancelled',
      ]);
      assert.equal((await bench.record(1)).closed_reason, 'past');
    });

    it('believes what the former system wrote', async () => {
      await bench.close();
      await open(prepareFormerSalon);
      const long = {
        record: null,
        startsAt: addMs(ADOPTED, -24 * HOUR),
        createdAt: addMs(ADOPTED, -48 * HOUR),
      };
      await insertPast(db, 1, { ...long, former: { status: 'failed' } });
      await insertPast(db, 2, { ...long, former: { status: 'synced', uid: 'theirs' } });
      await insertPast(db, 3, { ...long });
      await insertPast(db, 4, { ...long, former: { status: 'pending', uid: 'perhaps' } });
      await cleanUp();
      assert.deepEqual(await db('appointments').orderBy('id').pluck('status'), [
        'cancelled',
        'booked',
        'booked',
        'booked',
      ]);
    });

    it('works in batches of 200 with a pause after each, and says once what it closed', async () => {
      for (let id = 1; id <= 410; id++) {
        await insertPast(db, id, id % 2 === 0 ? { record: bookedRecord(id) } : {});
      }
      await cleanUp();
      assert.equal(bench.clock.sleeps.length, 2);
      const kinds: string[] = await db('undo_entries').pluck('kind');
      const { past, done } = Object.groupBy(kinds, (kind) => kind);
      assert.deepEqual([past?.length, done?.length], [205, 205]);
      assert.equal((await db('alerts').where('subject', 'like', 'cleanup:%')).length, 1);
    });

    it('goes on behind what cannot be closed, whatever its record says', async () => {
      const startsAt = addMs(NOON, -26 * HOUR);
      for (let id = 1; id <= 5; id++) await insertPast(db, id);
      for (let id = 6; id <= 8; id++) await insertPast(db, id, { record: bookedRecord(id) });
      await insertPast(db, 9, { record: { state: 'pending' }, startsAt: addMs(startsAt, -HOUR) });
      await insertPast(db, 10, { record: { state: 'closed', closed_reason: 'past' } });
      await insertPast(db, 11, { record: null });
      const pages = pastRowsToClose(db, { now: NIGHT, cutoff: NOON, since: null, limit: 2 });
      const read: number[] = [];
      for await (const page of pages) read.push(...page.map(({ seen }) => seen.appointmentId));
      assert.deepEqual(
        read.toSorted((one, other) => one - other),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      );
    });

    it('looks a week back from the last one for what nobody recorded, and for records however old', async () => {
      const last = await beginRun(db, { task: 'cleanup', fireAt: addMs(NIGHT, -DAY), now: NOON });
      assert.ok(last && (await finishCleanup(db, last, NOON)));
      const entered = { record: null, createdAt: NOON };
      await insertPast(db, 1, { ...entered, startsAt: addMs(NIGHT, -8 * DAY) });
      await insertPast(db, 2, { ...entered, startsAt: addMs(NIGHT, -10 * DAY) });
      await insertPast(db, 3, { startsAt: addMs(NIGHT, -30 * DAY) });
      bench.clock.to(NIGHT);
      await bench.start({ summaryCron: '0 0 1 1 *' }).tick();
      assert.deepEqual(await db('appointments').orderBy('id').pluck('status'), [
        'cancelled',
        'booked',
        'cancelled',
      ]);
    });

    it('finds nothing to do a second time', async () => {
      await insertPast(db, 1);
      await insertPast(db, 2, { record: bookedRecord(2) });
      await cleanUp();
      bench.clock.to(addMs(NIGHT, 24 * HOUR));
      await bench.start({ summaryCron: '0 0 1 1 *' }).tick();
      assert.equal((await bench.ran('cleanup')).length, 2);
      assert.equal((await db('undo_entries')).length, 2);
      assert.equal((await db('history')).length, 2);
    });

    for (const [what, edit] of [
      ['moves it', { starts_at: toSqlInstant(addMs(NOON, 48 * HOUR)) }],
      ['completes it', { status: 'completed' }],
      ['gives it to somebody else', { staff_id: BEN }],
    ] as const) {
      it(`writes nothing when somebody ${what} at that moment`, async () => {
        await insertPast(db, 1);
        await insertPast(db, 2, { record: bookedRecord(2) });
        const rows = await readPastRowsToClose(db, { now: NIGHT, cutoff: NOON });
        await db('appointments').update(edit);
        const before = await db('appointment_syncs').orderBy('appointment_id');
        const closing = { runId: 1, marks, now: NIGHT };
        for (const row of rows) assert.equal(await closePast(db, row, closing), 'changed');
        assert.equal(rows.length, 2);
        assert.deepEqual(await db('appointment_syncs').orderBy('appointment_id'), before);
        assert.deepEqual([await db('history'), await db('undo_entries')], [[], []]);
        const kept = await db('appointments').where(edit);
        assert.equal(kept.length, 2);
      });
    }

    it('writes nothing when the booking comes in at that moment', async () => {
      await insertPast(db, 1);
      const [row] = await readPastRowsToClose(db, { now: NIGHT, cutoff: NOON });
      await db('appointment_syncs').update(bookedRecord(1));
      assert.ok(row);
      assert.equal(await closePast(db, row, { runId: 1, marks, now: NIGHT }), 'changed');
      await untouched(1);
    });

    it('closes nothing more once the bot is held, and lets another replica do its part', async () => {
      await insertPast(db, 1);
      const [row] = await readPastRowsToClose(db, { now: NIGHT, cutoff: NOON });
      await recordMode(db, { from: 'running', to: 'held', by: 'U0EMIL', now: NIGHT });
      assert.ok(row);
      assert.equal(await closePast(db, row, { runId: 1, marks, now: NIGHT }), 'changed');
      await untouched(1);
      await recordMode(db, { from: 'held', to: 'running', by: 'U0EMIL', now: NIGHT });
      const both = await Promise.all([1, 2].map((runId) => closePast(db, row, { runId, marks, now: NIGHT })));
      assert.deepEqual(both.toSorted(), ['changed', 'closed']);
    });

    it('closes the others when one cannot be closed', async () => {
      await insertPast(db, 1);
      await insertPast(db, 2);
      const refuse =
        engine.name === 'sqlite'
          ? "CREATE TRIGGER refuse BEFORE UPDATE ON appointments WHEN NEW.id = 1 BEGIN SELECT RAISE(ABORT, 'no'); END"
          : "CREATE TRIGGER refuse BEFORE UPDATE ON appointments FOR EACH ROW IF NEW.id = 1 THEN SIGNAL SQLSTATE '45000'; END IF";
      await db.raw(refuse);
      await cleanUp();
      assert.deepEqual([await bench.status(1), await bench.status(2)], ['booked', 'cancelled']);
      assert.ok(
        bench.recorded.lines.some((line) => line.msg === 'cleanup.not_closed' && line.appointmentId === 1),
      );
      assert.deepEqual([await bench.history(1), (await bench.record(1)).state], [[], 'failed']);
    });

    it('counts the row’s version up where there is one', async () => {
      await db.schema.alterTable('appointments', (table) =>
        table.integer('version').notNullable().defaultTo(3),
      );
      await insertPast(db, 1);
      await cleanUp();
      assert.equal((await db('appointments').first()).version, 4);
    });

    it('stops when another replica has taken the run over', async () => {
      await insertPast(db, 1);
      const run = await beginRun(db, { task: 'cleanup', fireAt: NIGHT, now: NIGHT });
      assert.ok(run);
      assert.equal(await beginRun(db, { task: 'cleanup', fireAt: NIGHT, now: NIGHT }), null);
      bench.clock.to(addMs(NIGHT, 6 * MINUTE));
      await bench.start({ cleanupCron: '0 0 1 1 *', summaryCron: '0 0 1 1 *' }).tick();
      const { signal } = new AbortController();
      await runCleanup(
        { db, clock: bench.clock, log: bench.recorded.log, graceMs: 0, retentionMs: DAY, signal },
        run,
      );
      assert.ok(bench.recorded.lines.some(({ msg }) => msg === 'cleanup.lost'));
      assert.equal((await db('alerts').where('subject', 'like', 'cleanup:%')).length, 1);
    });

    it('says nothing about a run that another replica has taken over', async () => {
      await insertPast(db, 1);
      const [row] = await readPastRowsToClose(db, { now: NIGHT, cutoff: NOON });
      const run = await beginRun(db, { task: 'cleanup', fireAt: NIGHT, now: NIGHT });
      assert.ok(row && run);
      await closePast(db, row, { runId: run.id, marks, now: NIGHT });
      assert.equal(await finishCleanup(db, { ...run, token: 'another' }, NIGHT), false);
      assert.deepEqual(await db('alerts'), []);
      assert.equal(await finishCleanup(db, run, NIGHT), true);
      assert.equal((await db('alerts')).length, 1);
    });

    it('does not look at appointments that are still to come', async () => {
      await insertAppointment(db, { id: 1, startsAt: addMs(NIGHT, HOUR) });
      assert.deepEqual(await readPastRowsToClose(db, { now: NIGHT, cutoff: NIGHT }), []);
    });
  });
}
