import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { beginRun } from '../../src/appointments/cron-runs.ts';
import { recordMode } from '../../src/appointments/installation.ts';
import { type Db, isSqlite, openDatabase } from '../../src/database.ts';
import { addMs, MINUTE } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { insertPast, openUpkeepBench, type UpkeepBench } from './upkeep-fixtures.ts';

for (const engine of databases()) {
  describe(`the upkeep on ${engine.name}`, { skip: engine.skip }, () => {
    let bench: UpkeepBench;
    let db: Db;

    beforeEach(async () => {
      bench = await openUpkeepBench(engine);
      db = bench.db;
    });
    afterEach(() => bench.close());

    const digests = () => db('alerts').where('subject', 'like', 'cleanup:%').pluck('subject');

    it('runs each task when its time has come, once', async () => {
      const upkeep = bench.start();
      bench.clock.to('2025-11-25T02:14:59Z');
      await upkeep.tick();
      assert.deepEqual(await bench.ran('cleanup'), []);
      for (const at of ['02:15:00', '02:15:30', '06:59:00', '07:00:30', '07:01:00']) {
        bench.clock.to(`2025-11-25T${at}Z`);
        await upkeep.tick();
      }
      assert.deepEqual(await bench.ran('cleanup'), ['2025-11-25 02:15']);
      assert.deepEqual(await bench.ran('summary'), ['2025-11-25 07:00']);
      assert.deepEqual(await db('alerts').pluck('subject'), ['summary:2025-11-25']);
    });

    it('runs once when two replicas tick at once', async () => {
      for (let id = 1; id <= 30; id++) await insertPast(db, id);
      const own = isSqlite(db) ? db : openDatabase(urlOf(db));
      const crons = { summaryCron: '20 3 * * *' };
      const replicas = [bench.start(crons), bench.start(crons, own)];
      bench.clock.to('2025-11-25T02:20:10Z');
      await Promise.all(replicas.flatMap((replica) => [replica.tick(), replica.tick()]));
      const runs = await db('cron_runs').whereIn('task', ['cleanup', 'summary']);
      assert.equal(runs.length, 2, 'one cleanup and one summary');
      assert.equal((await db('history').where({ action: 'closed' })).length, 30);
      assert.equal((await digests()).length, 1);
      assert.equal((await db('alerts').where('subject', 'like', 'summary:%')).length, 1);
      if (own !== db) await own.destroy();
    });

    it('makes up for what was missed in two hours, and not for what was missed in four', async () => {
      await bench.start().tick();
      bench.clock.to('2025-11-25T09:00:00Z');
      await bench.start().tick();
      assert.deepEqual(await bench.ran('summary'), ['2025-11-25 07:00']);
      assert.deepEqual(await bench.ran('cleanup'), []);
      bench.clock.to('2025-11-26T11:00:00Z');
      await bench.start().tick();
      assert.deepEqual(await bench.ran('summary'), ['2025-11-25 07:00']);
    });

    it('runs no time twice when the clock jumps forth and back, and goes on afterwards', async () => {
      const upkeep = bench.start();
      const visited = [
        '25T08:00',
        '24T12:00',
        '25T07:30',
        '26T08:00',
        '25T06:00',
        '25T07:10',
        '26T07:20',
        '27T07:05',
      ];
      for (const at of visited) {
        bench.clock.to(`2025-11-${at}:00Z`);
        await upkeep.tick();
      }
      assert.deepEqual(await bench.ran('summary'), [
        '2025-11-25 07:00',
        '2025-11-26 07:00',
        '2025-11-27 07:00',
      ]);
    });

    it('is not stopped by a clock that was a year ahead for a while', async () => {
      const upkeep = bench.start();
      bench.clock.to('2026-11-25T07:30:00Z');
      await upkeep.tick();
      bench.clock.to('2025-11-25T07:30:00Z');
      await upkeep.tick();
      assert.deepEqual(await bench.ran('summary'), ['2025-11-25 07:00', '2026-11-25 07:00']);
    });

    it('does nothing while the bot is held, and does not make up for it', async () => {
      const upkeep = bench.start();
      await insertPast(db, 1);
      await recordMode(db, { from: 'running', to: 'held', by: 'U0EMIL', now: bench.clock.now() });
      bench.clock.to('2025-11-25T02:15:10Z');
      await upkeep.tick();
      assert.deepEqual(await db('cron_runs'), []);
      bench.clock.to('2025-11-25T03:00:00Z');
      await recordMode(db, { from: 'held', to: 'running', by: 'U0EMIL', now: bench.clock.now() });
      bench.clock.to('2025-11-25T03:01:00Z');
      await upkeep.tick();
      assert.deepEqual(await db('cron_runs'), []);
      assert.equal(await bench.status(1), 'booked');
    });

    it('repeats a run whose replica died, once its five minutes are over', async () => {
      await insertPast(db, 1);
      const fireAt = new Date('2025-11-25T02:15:00Z');
      assert.ok(await beginRun(db, { task: 'cleanup', fireAt, now: fireAt }));
      const upkeep = bench.start();
      bench.clock.to('2025-11-25T02:19:00Z');
      await upkeep.tick();
      assert.equal(await bench.status(1), 'booked');
      bench.clock.to('2025-11-25T02:20:00Z');
      await upkeep.tick();
      assert.equal(await bench.status(1), 'cancelled');
      assert.equal((await digests()).length, 1);
      assert.ok(bench.recorded.lines.some(({ msg }) => msg === 'upkeep.taken_over'));
      assert.equal((await db('cron_runs').first()).tries, 2);
    });

    it('leaves a run that died long ago unfinished, for everybody to see', async () => {
      const fireAt = new Date('2025-11-25T02:15:00Z');
      await beginRun(db, { task: 'summary', fireAt, now: fireAt });
      bench.clock.to('2025-11-25T05:16:00Z');
      await bench.start({ summaryCron: '15 3 * * *' }).tick();
      assert.deepEqual(await bench.ran('summary'), []);
      assert.equal((await db('cron_runs').where({ task: 'summary' }).first()).finished_at, null);
    });

    it('tries again what failed, five times in all', async () => {
      const upkeep = bench.start();
      await db.schema.renameTable('daily_summaries', 'away');
      for (let minutes = 0; minutes <= 60; minutes += 5) {
        bench.clock.to(addMs(new Date('2025-11-25T07:00:10Z'), minutes * MINUTE));
        await upkeep.tick();
      }
      const failures = bench.recorded.lines.filter(({ msg }) => msg === 'upkeep.run_failed');
      assert.equal(failures.length, 5);
      await db.schema.renameTable('away', 'daily_summaries');
      await db('cron_runs').where({ task: 'summary' }).update({ tries: 4 });
      await upkeep.tick();
      assert.deepEqual(await bench.ran('summary'), ['2025-11-25 07:00']);
    });

    it('survives a database that is away, and says so', async () => {
      const upkeep = bench.start();
      await db.schema.renameTable('installation', 'away');
      await upkeep.tick();
      await db.schema.renameTable('away', 'installation');
      assert.ok(bench.recorded.lines.some(({ msg }) => msg === 'upkeep.failed'));
      assert.equal(upkeep.isBusy(), false);
    });

    it('stops in the middle of a cleanup, and another replica goes on at once', async () => {
      for (let id = 1; id <= 250; id++) await insertPast(db, id);
      const upkeep = bench.start();
      bench.clock.to('2025-11-25T02:15:10Z');
      const ticked = upkeep.tick();
      assert.equal(upkeep.isBusy(), true);
      while (!(await db('undo_entries').first())) await new Promise((resolve) => setTimeout(resolve, 2));
      await upkeep.stop();
      await ticked;
      const closed = (await db('undo_entries')).length;
      assert.ok(closed > 0 && closed < 250, `${closed}`);
      assert.deepEqual(await bench.ran('cleanup'), []);
      await bench.start().tick();
      assert.equal((await db('undo_entries')).length, 250);
      assert.equal((await digests()).length, 1);
    });
  });
}

function urlOf(db: Db): string {
  const { user, password, host, port, database } = db.client.config.connection;
  return `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
}
