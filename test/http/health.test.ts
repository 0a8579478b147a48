import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Db, openDatabase } from '../../src/database.ts';
import { healthRoutes } from '../../src/http/health.ts';
import { type Http, startHttp } from '../../src/http/start-http.ts';
import type { Check } from '../../src/http/stored-checks.ts';
import { SECOND } from '../../src/instant.ts';
import { silentLog } from '../../src/log.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { closeBreaker, openBreaker } from '../../src/sync/breaker.ts';
import type { FailureKind } from '../../src/sync/failure-kinds.ts';
import { version } from '../../src/version.ts';
import { createTestClock, NOW } from '../alerts/alert-fixtures.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { type DatabaseLine, startDatabaseLine } from './database-line.ts';

const CHECK_MS = 1_000;
const WELL: Check = { ok: true, reason: null };
const SETTINGS = { noticeMs: SECOND, quietHours: null, timeZone: 'Europe/Berlin' };

interface Health {
  status: number;
  ok: boolean;
  version: string;
  checks: {
    database: Check;
    schema: Check & { version: string | null; pending: string[] };
    slack: Check;
    calcom: Check;
    notice: Check;
    delivery: Check;
  };
}

for (const engine of databases()) {
  describe(`health on ${engine.name}`, { skip: engine.skip }, () => {
    let database: TestDatabase;
    let line: DatabaseLine | undefined;
    let db: Db;
    let http: Http;
    let slack: () => Promise<Check>;

    beforeEach(async () => {
      database = await engine.open();
      line = engine.name === 'sqlite' ? undefined : await startDatabaseLine(database.url);
      db = openDatabase(line?.url ?? database.url);
      await migrateDatabase(db, createTestClock());
      slack = async () => WELL;
      const deps = { db, clock: createTestClock(), settings: SETTINGS };
      const routes = healthRoutes({ ...deps, slack: () => slack(), checkMs: CHECK_MS });
      http = await startHttp({ host: '127.0.0.1', port: 0, routes, log: silentLog });
    });
    afterEach(async () => {
      await http.stop();
      await db.destroy();
      await line?.stop();
      await database.drop();
    });

    async function health(): Promise<Health> {
      const response = await fetch(`${http.address}/health/ready`, { signal: AbortSignal.timeout(10_000) });
      return { status: response.status, ...((await response.json()) as Omit<Health, 'status'>) };
    }
    const live = async () => (await fetch(`${http.address}/health/live`)).json();
    const lastMigration = async () => (await db('sync_bot_migrations').max({ name: 'name' }).first())?.name;
    const isLive = async () => (await fetch(`${http.address}/health/live`)).status === 200;
    const untilReady = async () => {
      const giveUpAt = performance.now() + 20_000;
      while ((await health()).status !== 200) assert.ok(performance.now() < giveUpAt, 'never ready again');
    };

    it('is ready when everything works, and says what was looked at', async () => {
      assert.deepEqual(await health(), {
        status: 200,
        ok: true,
        version,
        checks: {
          database: WELL,
          schema: { ...WELL, version: await lastMigration(), pending: [] },
          slack: WELL,
          calcom: WELL,
          notice: { ...WELL, lastAt: null },
          delivery: { ...WELL, due: 0, lagSeconds: 0 },
        },
      });
      assert.deepEqual(await live(), { ok: true, version });
    });

    it('tells while Cal.com is away, and what to do when it refuses the key', async () => {
      const reasonWhile = async (kind: FailureKind) => {
        await openBreaker(db, { kind, now: NOW });
        const { status, checks } = await health();
        assert.equal(status, 503);
        assert.deepEqual(checks.database, WELL);
        await closeBreaker(db, NOW);
        assert.equal((await health()).status, 200);
        return checks.calcom.reason ?? '';
      };
      assert.match(
        await reasonWhile('unavailable'),
        /does not answer or reports errors; there is nothing to do/,
      );
      assert.match(await reasonWhile('unauthorized'), /set CALCOM_API_KEY/);
      assert.match(await reasonWhile('rate_limited'), /no more requests/);
      await db('breaker').update({ state: 'trial', kind: 'unavailable' });
      assert.match((await health()).checks.calcom.reason ?? '', /answers again/);
    });

    it('passes on what Slack’s side says, and does not wait for it for ever', async () => {
      slack = async () => ({ ok: false, reason: 'Slack says token_revoked' });
      const { status, ok, checks } = await health();
      assert.deepEqual([status, ok, checks.slack.reason], [503, false, 'Slack says token_revoked']);
      slack = () => new Promise(() => {});
      assert.match((await health()).checks.slack.reason ?? '', /does not answer/);
      slack = async () => WELL;
      assert.equal((await health()).status, 200);
    });

    it('is not ready on a schema of an older program', async () => {
      const last = await db('sync_bot_migrations').orderBy('name', 'desc').first();
      await db('sync_bot_migrations').where({ id: last.id }).delete();
      const { status, checks } = await health();
      assert.equal(status, 503);
      assert.match(checks.database.reason ?? '', /npm run migrate/);
      assert.deepEqual(
        [checks.schema.ok, checks.schema.version, checks.schema.pending],
        [false, await lastMigration(), [last.name]],
      );
      assert.match(checks.notice.reason ?? '', /not known/);
      await db('sync_bot_migrations').insert(last);
      assert.equal((await health()).status, 200);
    });

    it('answers when the database has no time, and is ready again when it has', async () => {
      const busy = await Promise.all(Array.from({ length: db.client.pool.max }, () => db.transaction()));
      const { status, checks } = await health();
      assert.equal(status, 503);
      assert.match(checks.database.reason ?? '', /did not answer within 1 seconds.*DATABASE_URL/);
      for (const unknown of [checks.schema, checks.calcom, checks.notice, checks.delivery])
        assert.match(unknown.reason ?? '', /not known while the database cannot be asked/);
      assert.ok(await isLive());
      await Promise.all(busy.map((tx) => tx.rollback()));
      await untilReady();
    });

    it('says which error a broken database has, and nothing of what the error says', async () => {
      await db.schema.renameTable('breaker', 'breaker_away');
      const { database: check } = (await health()).checks;
      await db.schema.renameTable('breaker_away', 'breaker');
      assert.match(
        check.reason ?? '',
        /^the database cannot be used \((SQLITE_ERROR|ER_NO_SUCH_TABLE)\): see /,
      );
      assert.doesNotMatch(check.reason ?? '', /select|breaker|mysql:/);
      assert.equal((await health()).status, 200);
    });

    it('outlives a database that is cut off, or swallows everything', {
      skip: engine.name === 'sqlite' && 'a file is not reached over a line',
    }, async () => {
      assert.ok(line);
      await line.cut();
      const cut = await health();
      assert.equal(cut.status, 503);
      assert.match(
        cut.checks.database.reason ?? '',
        /\((ECONNREFUSED|PROTOCOL_CONNECTION_LOST|ECONNRESET)\)/,
      );
      assert.doesNotMatch(JSON.stringify(cut), /127\.0\.0\.1|password|mysql:/);
      assert.ok(await isLive());
      await line.restore();
      await untilReady();
      line.swallow();
      const silent = await health();
      assert.equal(silent.status, 503);
      assert.match(silent.checks.database.reason ?? '', /did not answer|cannot be used/);
      await line.restore();
      await untilReady();
    });
  });
}
