import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { raiseAlert, subjectOf } from '../../src/appointments/alerts.ts';
import { recordLeaseWork, takeLease } from '../../src/appointments/leases.ts';
import { transaction } from '../../src/database.ts';
import { healthRoutes } from '../../src/http/health.ts';
import type { Check } from '../../src/http/stored-checks.ts';
import { HOUR, MINUTE, SECOND } from '../../src/instant.ts';
import {
  type AlertDatabase,
  createTestClock,
  insertFailed,
  openAlertDatabase,
  type TestClock,
} from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';

interface Checks {
  notice: Check & { lastAt: string | null };
  delivery: Check & { due: number; lagSeconds: number };
}

for (const engine of databases()) {
  describe(`health of the work on ${engine.name}`, { skip: engine.skip }, () => {
    let there: AlertDatabase;
    let clock: TestClock;
    let slack: Check;

    beforeEach(async () => {
      there = await openAlertDatabase(engine);
      clock = createTestClock();
      slack = { ok: true, reason: null };
    });
    afterEach(() => there.close());

    /** As a process that starts now tells it. */
    function startHealth(settings: { noticeMs?: number; quietHours?: { from: number; to: number } } = {}) {
      const usual = { noticeMs: SECOND, quietHours: null, timeZone: 'Europe/Berlin' };
      const deps = {
        db: there.db,
        clock,
        settings: { ...usual, ...settings },
        slack: async () => slack,
        checkMs: MINUTE,
      };
      const ready = healthRoutes(deps).find((route) => route.path === '/health/ready');
      return async () => {
        const answer = await ready?.answer({ headers: {}, body: Buffer.alloc(0) });
        const { checks } = JSON.parse(answer?.body ?? '') as { checks: Checks };
        assert.equal(answer?.status, Object.values(checks).every((check) => check.ok) ? 200 : 503);
        return checks;
      };
    }
    async function doWork(name: 'notice' | 'delivery', tookMs = 10) {
      const lease = { name, holder: 'a replica' };
      assert.ok(await takeLease(there.db, { ...lease, ms: 30 * SECOND, now: clock.now() }));
      await recordLeaseWork(there.db, lease, { at: clock.now(), tookMs });
    }
    async function raise(id: number, kind?: string) {
      await insertFailed(there.db, id, { startsInMs: (48 + id) * HOUR, ...(kind && { kind }) });
      await transaction(there.db, (tx) =>
        raiseAlert(tx, { subject: subjectOf(id), appointmentId: id, now: clock.now() }),
      );
    }

    it('says when appointments were last compared, and is red once that does not happen any more', async () => {
      const health = startHealth();
      await doWork('notice');
      const lastAt = clock.now().toISOString();
      assert.deepEqual((await health()).notice, { ok: true, reason: null, lastAt });
      clock.advance(5 * MINUTE);
      assert.ok((await health()).notice.ok);
      clock.advance(SECOND);
      const { notice } = await health();
      assert.deepEqual([notice.ok, notice.lastAt], [false, lastAt]);
      assert.match(notice.reason ?? '', /not compared any more.*loop "notice".*restart/);
      await doWork('notice');
      assert.ok((await health()).notice.ok);
    });

    it('does not hold against a bot what stood still before it started or was released', async () => {
      await doWork('notice');
      clock.advance(12 * HOUR);
      const health = startHealth();
      assert.ok((await health()).notice.ok);
      clock.advance(6 * MINUTE);
      assert.equal((await health()).notice.ok, false);
      await there.db('installation').update({ mode: 'held' });
      assert.deepEqual((await health()).notice, { ok: true, reason: null, lastAt: null });
      const since = clock.now().toISOString().replace('T', ' ').slice(0, -1);
      await there.db('installation').update({ mode: 'running', since });
      assert.ok((await health()).notice.ok);
    });

    it('waits for long for comparisons that take long or come seldom', async () => {
      const health = startHealth();
      await doWork('notice', 30 * SECOND);
      clock.advance(29 * MINUTE);
      assert.ok((await health()).notice.ok);
      clock.advance(2 * MINUTE);
      assert.equal((await health()).notice.ok, false);
      const seldom = startHealth({ noticeMs: 20 * MINUTE });
      await doWork('notice');
      clock.advance(59 * MINUTE);
      assert.ok((await seldom()).notice.ok);
    });

    it('takes nothing from a replica that has lost the lease', async () => {
      await doWork('notice');
      const lastAt = clock.now().toISOString();
      clock.advance(MINUTE);
      const lost = { name: 'notice', holder: 'another' } as const;
      await recordLeaseWork(there.db, lost, { at: clock.now(), tookMs: 1 });
      assert.equal((await startHealth()()).notice.lastAt, lastAt);
    });

    it('is red when alerts wait and none is shown, unless Slack is away', async () => {
      const health = startHealth();
      await raise(1);
      await raise(2);
      clock.advance(5 * MINUTE);
      assert.deepEqual((await health()).delivery, { ok: true, reason: null, due: 2, lagSeconds: 300 });
      clock.advance(SECOND);
      const { delivery } = await health();
      assert.match(delivery.reason ?? '', /none is shown, although Slack answers.*loop "delivery"/);
      slack = { ok: false, reason: 'Slack says token_revoked' };
      assert.deepEqual((await health()).delivery, { ok: true, reason: null, due: 2, lagSeconds: 301 });
    });

    it('is not red while a long queue is shown one after the other, nor right after a start', async () => {
      const health = startHealth();
      await raise(1);
      clock.advance(20 * MINUTE);
      await doWork('delivery');
      clock.advance(4 * MINUTE);
      const { delivery } = await health();
      assert.deepEqual([delivery.ok, delivery.lagSeconds], [true, 24 * 60]);
      clock.advance(4 * MINUTE);
      assert.equal((await health()).delivery.ok, false);
      assert.ok((await startHealth()()).delivery.ok);
    });

    it('does not count what waits for the morning, for Start, or for a pause that Slack asked for', async () => {
      // 17:00 to 06:00 in Berlin; it is 17:00 there.
      const health = startHealth({ quietHours: { from: 17 * 60, to: 6 * 60 } });
      await raise(1);
      clock.advance(10 * HOUR);
      assert.deepEqual((await health()).delivery, { ok: true, reason: null, due: 0, lagSeconds: 0 });
      clock.advance(3 * HOUR + MINUTE);
      const morning = (await health()).delivery;
      assert.deepEqual([morning.ok, morning.due, morning.lagSeconds], [true, 1, 60]);
      clock.advance(5 * MINUTE);
      assert.equal((await health()).delivery.ok, false);
      await there.db('installation').update({ mode: 'held' });
      assert.deepEqual((await health()).delivery, { ok: true, reason: null, due: 0, lagSeconds: 0 });
      await there.db('installation').update({ mode: 'running' });
      await there.db('alerts').update({ deliver_at: '2025-12-24 00:00:00.000' });
      assert.ok((await health()).delivery.ok);
    });
  });
}
