import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { raiseAlert, subjectOf } from '../../../src/appointments/alerts.ts';
import { recordLeaseWork, takeLease } from '../../../src/appointments/leases.ts';
import { type Db, transaction } from '../../../src/database.ts';
import { createMetrics } from '../../../src/http/metrics/metrics.ts';
import type { Route } from '../../../src/http/route.ts';
import { addMs, DAY, HOUR, MINUTE, SECOND, toSqlInstant } from '../../../src/instant.ts';
import { silentLog } from '../../../src/log.ts';
import type { Measures } from '../../../src/measures.ts';
import { closeBreaker, openBreaker } from '../../../src/sync/breaker.ts';
import { createPace } from '../../../src/sync/pace.ts';
import {
  type AlertDatabase,
  createTestClock,
  insertFailed,
  NOW,
  openAlertDatabase,
  type TestClock,
} from '../../alerts/alert-fixtures.ts';
import { databases, type TestEngine } from '../../support/databases.ts';
import { missingPromtool, promtool } from '../../support/promtool.ts';
import { type DatabaseLine, startDatabaseLine } from '../database-line.ts';
import { readTotal, samplesOf } from './read-scrape.ts';

/** For a database that does not answer, and for one that does, however slow the machine is. */
const SHORT_MS = 300;
const LONG_MS = 20_000;

for (const engine of databases()) {
  describe(`metrics on ${engine.name}`, { skip: engine.skip }, () => {
    let there: AlertDatabase;
    let db: Db;
    let clock: TestClock;
    let line: DatabaseLine | undefined;
    let route: Route;
    let measures: Measures;

    beforeEach(async () => {
      const own = withLine(engine);
      there = await openAlertDatabase(own.engine);
      line = own.line();
      db = there.db;
      clock = createTestClock();
      ({ route, measures } = start());
    });
    afterEach(async () => {
      await there.close();
      await line?.stop();
    });

    function start({ pace = createPace(db, 120), scrapeMs = LONG_MS } = {}) {
      const settings = { quietHours: null, timeZone: 'Europe/Berlin' };
      const deps = { db, clock, log: silentLog, settings, scrapeMs };
      return createMetrics({ ...deps, pace, callsPerMinute: 120 });
    }
    const scrape = async ({ answer }: Route = route) =>
      (await answer({ headers: {}, body: Buffer.alloc(0) })).body ?? '';
    /** What a bot that has not answered before says. */
    const scrapeAnew = () => scrape(start().route);
    /** Scrapes until a metric has this value. */
    async function scrapeUntil(name: string, value: number | undefined, from = route) {
      const giveUpAt = performance.now() + 20_000;
      for (;;) {
        const text = await scrape(from);
        if (readTotal(text, name) === value) return text;
        assert.ok(performance.now() < giveUpAt, `${name} never was ${value}`);
      }
    }
    async function assertTellsOnlyOfProcess(text: string) {
      assert.equal(readTotal(text, 'database_up'), 0);
      for (const name of ['mode', 'failed_appointments', 'queue_due_records', 'alerts_due', 'breaker_state'])
        assert.equal(readTotal(text, name), undefined, name);
      assert.equal(readTotal(text, 'build_info'), 1);
      assert.ok(samplesOf(text).some(({ name }) => name === 'nodejs_eventloop_lag_seconds'));
      if (!missingPromtool())
        assert.deepEqual(await promtool(['check', 'metrics'], { input: text }), { code: 0, said: '' });
    }

    it('tell of failures by kind, the queue, and how long its oldest record has been waiting', async () => {
      await insertFailed(db, 1, { startsInMs: 2 * HOUR });
      await insertFailed(db, 2, { startsInMs: 3 * DAY, kind: 'no_staff' });
      await insertFailed(db, 3, { startsInMs: -HOUR });
      await db('appointment_syncs')
        .where({ appointment_id: 2 })
        .update({ due_at: toSqlInstant(addMs(NOW, -90 * SECOND)) });
      await db('appointment_syncs')
        .where({ appointment_id: 1 })
        .update({ due_at: toSqlInstant(addMs(NOW, 30 * SECOND)) });
      const text = await scrape();
      assert.equal(readTotal(text, 'failed_appointments', { kind: 'host_conflict' }), 2);
      assert.equal(readTotal(text, 'failed_appointments', { kind: 'no_staff' }), 1);
      assert.equal(readTotal(text, 'critical_appointments'), 1);
      assert.equal(readTotal(text, 'manual_review_appointments'), 3);
      assert.equal(readTotal(text, 'ancient_appointments'), 0);
      assert.equal(readTotal(text, 'upcoming_records', { state: 'failed' }), 2);
      assert.equal(readTotal(text, 'upcoming_records', { state: 'synced' }), 0);
      assert.equal(readTotal(text, 'queue_due_records'), 1);
      assert.equal(readTotal(text, 'queue_oldest_age_seconds'), 90);
      assert.equal(readTotal(text, 'success_ratio'), 0);
      await db('appointment_syncs').delete();
      const after = await scrapeUntil('failed_appointments', undefined);
      assert.equal(readTotal(after, 'success_ratio'), undefined);
      assert.equal(readTotal(after, 'queue_oldest_age_seconds'), 0);
    });

    it('tell of the mode, the breaker, the pace and the last comparison', async () => {
      const before = await scrape();
      assert.equal(readTotal(before, 'mode', { mode: 'running' }), 1);
      assert.equal(readTotal(before, 'breaker_state', { state: 'closed' }), 1);
      assert.equal(readTotal(before, 'pace_limit_calls_per_second'), 2);
      assert.equal(readTotal(before, 'pace_wait_seconds'), 0);
      assert.equal(readTotal(before, 'last_comparison_timestamp_seconds'), undefined);
      await openBreaker(db, { kind: 'unavailable', now: NOW });
      await createPace(db, 120).pause(NOW, 20 * SECOND);
      const lease = { name: 'notice', holder: 'a replica' } as const;
      await takeLease(db, { ...lease, ms: MINUTE, now: NOW });
      await recordLeaseWork(db, lease, { at: NOW, tookMs: 5 });
      await db('installation').update({ mode: 'held' });
      const after = await scrapeAnew();
      assert.equal(readTotal(after, 'mode', { mode: 'held' }), 1);
      assert.equal(readTotal(after, 'mode'), 1);
      assert.equal(readTotal(after, 'breaker_state', { state: 'open' }), 1);
      assert.equal(readTotal(after, 'breaker_state'), 1);
      assert.ok(Number(readTotal(after, 'pace_wait_seconds')) >= 20);
      assert.equal(readTotal(after, 'last_comparison_timestamp_seconds'), NOW.getTime() / SECOND);
      await closeBreaker(db, NOW);
    });

    it('tell how many alerts Slack does not show yet, and for how long', async () => {
      await insertFailed(db, 1);
      await transaction(db, (tx) =>
        raiseAlert(tx, { subject: subjectOf(1), appointmentId: 1, now: clock.now() }),
      );
      clock.advance(40 * SECOND);
      const text = await scrape();
      assert.equal(readTotal(text, 'alerts_due'), 1);
      assert.equal(readTotal(text, 'alerts_oldest_age_seconds'), 40);
      assert.equal(readTotal(text, 'last_alert_shown_timestamp_seconds'), undefined);
    });

    it('count and time what the process tells', async () => {
      measures.calcomCall({ operation: 'slots', result: '429', tookMs: 1_500 });
      measures.slackCall({ method: 'chat.update', result: 'limited', tookMs: 200 });
      measures.permit({ asked: true, waitedMs: 3_000 });
      measures.attempt({ operation: 'book', outcome: 'unclear' });
      measures.claim({ outcome: 'failed', reason: 'no_staff', tookMs: 40, noticedMsAgo: null });
      measures.claim({ outcome: 'synced', reason: null, tookMs: 40, noticedMsAgo: 7_000 });
      measures.alert({ as: 'line', delayMs: -5 });
      const text = await scrape();
      const calcom = { operation: 'slots', result: '429' };
      assert.equal(readTotal(text, 'calcom_request_duration_seconds_sum', calcom), 1.5);
      const slack = { method: 'chat.update', result: 'limited' };
      assert.equal(readTotal(text, 'slack_request_duration_seconds_count', slack), 1);
      assert.equal(readTotal(text, 'permit_wait_seconds_sum', { asked_by: 'person' }), 3);
      assert.equal(readTotal(text, 'attempts_total', { operation: 'book', outcome: 'unclear' }), 1);
      assert.equal(readTotal(text, 'outcomes_total', { outcome: 'failed', reason: 'no_staff' }), 1);
      assert.equal(readTotal(text, 'booking_delay_seconds_sum'), 7);
      assert.equal(readTotal(text, 'booking_delay_seconds_count'), 1);
      assert.equal(readTotal(text, 'alert_delay_seconds_sum', { shown_as: 'line' }), 0);
      assert.equal(readTotal(await scrapeAnew(), 'attempts_total'), undefined, 'another bot counts its own');
    });

    it('ask the database once for many scrapes at a time', async () => {
      let asked = 0;
      db.on('query', ({ sql }: { sql: string }) => {
        if (/from [`"]?breaker/.test(sql)) asked += 1;
      });
      await scrapeAnew();
      const once = asked;
      const fresh = start().route;
      await Promise.all(Array.from({ length: 50 }, () => scrape(fresh)));
      assert.equal(asked, 2 * once);
    });

    it('answer when the database has no time', async () => {
      ({ route } = start({ scrapeMs: SHORT_MS }));
      const { pool } = db.client;
      const busy = await Promise.all(Array.from({ length: pool.max }, () => db.transaction()));
      const texts = await Promise.all([scrape(), scrape(), scrape()]);
      // First, since a database that stays busy cannot be closed.
      await Promise.all(busy.map((tx) => tx.rollback()));
      for (const text of texts) await assertTellsOnlyOfProcess(text);
      assert.equal(readTotal(texts[0] ?? '', 'database_connections', { state: 'used' }), pool.max);
      assert.equal(readTotal(texts[0] ?? '', 'database_waiting'), 1);
      await scrapeUntil('database_up', 1);
    });

    it('let the database rest after a reading that took long', async () => {
      const slow = Promise.withResolvers<number>();
      const { route: patient } = start({
        pace: { ...createPace(db, 120), readyInMs: () => slow.promise },
        scrapeMs: SHORT_MS,
      });
      await assertTellsOnlyOfProcess(await scrape(patient));
      slow.resolve(0);
      await scrapeUntil('database_up', 1, patient);
      await insertFailed(db, 1);
      const text = await scrape(patient);
      assert.deepEqual(
        [readTotal(text, 'database_up'), readTotal(text, 'failed_appointments')],
        [1, undefined],
      );
    });

    it('answer when what they read is not there', async () => {
      await db.schema.renameTable('breaker', 'breaker_away');
      await assertTellsOnlyOfProcess(await scrape());
      await db.schema.renameTable('breaker_away', 'breaker');
      assert.equal(readTotal(await scrape(), 'breaker_state', { state: 'closed' }), 1);
    });

    it('outlive a database that is cut off, or swallows everything', {
      skip: engine.name === 'sqlite' && 'a file is not reached over a line',
    }, async () => {
      assert.ok(line);
      ({ route } = start({ scrapeMs: SHORT_MS }));
      await scrapeUntil('database_up', 1);
      await line.cut();
      await assertTellsOnlyOfProcess(await scrapeUntil('database_up', 0));
      await line.restore();
      await scrapeUntil('database_up', 1);
      line.swallow();
      await assertTellsOnlyOfProcess(await scrapeUntil('database_up', 0));
      await line.restore();
      await scrapeUntil('database_up', 1);
    });
  });
}

/** The engine, but that a server is reached over a line that can be cut. */
function withLine(engine: TestEngine): { engine: TestEngine; line: () => DatabaseLine | undefined } {
  let line: DatabaseLine | undefined;
  return {
    line: () => line,
    engine: {
      ...engine,
      async open() {
        const database = await engine.open();
        if (engine.name === 'sqlite') return database;
        line = await startDatabaseLine(database.url);
        return { ...database, url: line.url };
      },
    },
  };
}
