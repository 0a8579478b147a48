import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { refreshLastAlert } from '../../src/appointments/alerts.ts';
import { claimDue } from '../../src/appointments/claim.ts';
import { beginRun } from '../../src/appointments/cron-runs.ts';
import { findRival, findStandingRival, isContested } from '../../src/appointments/rivals.ts';
import { readSituations } from '../../src/appointments/situation.ts';
import { isBeingVacated } from '../../src/appointments/standing-bookings.ts';
import { readStory } from '../../src/appointments/story.ts';
import { type Db, isSqlite, openDatabase } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE } from '../../src/instant.ts';
import { createLog } from '../../src/log.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { hearWebhook } from '../../src/sync/hear-webhook.ts';
import { isOrphan } from '../../src/sync/plan/orphans.ts';
import { runCleanup } from '../../src/upkeep/cleanup.ts';
import { databases, type TestDatabase, type TestEngine } from '../support/databases.ts';
import { bookingsInStep, comparisons, growingPaths } from '../support/growing-paths.ts';
import { fillLongPast } from '../support/long-past.ts';
import { planOf, recordStatements, rowsLookedAt, type Statement } from '../support/query-plans.ts';

// What grows with the past; everything else has a row for each of the staff, the services or the days.
const GROWING = [
  ...['appointments', 'customers', 'appointment_syncs', 'sync_attempts', 'history', 'alerts', 'undo_entries'],
  ...['received_webhooks', 'plan_items', 'door_turns'],
];
const NOW = new Date('2026-03-02T11:00:00Z');
const TO_COME = 200;
const SHORT = 5_000;
const LONG = 20_000;

type Path = () => Promise<unknown>;

/** Everything in the order in which it is run: what changes nothing first. */
async function allPaths(db: Db): Promise<[name: string, path: Path][]> {
  const compared = comparisons(db, await bookingsInStep(db), addMs(NOW, -5 * MINUTE));
  const claim = { now: NOW, leaseMs: MINUTE, limit: 8 };
  return [
    ...Object.entries(growingPaths(db, NOW)),
    ['comparison of changes', compared.changes],
    ['comparison of everything', compared.everything],
    ['claim', () => claimDue(db, { ...claim, askedOnly: false })],
    ['claim for people', () => claimDue(db, { ...claim, askedOnly: true })],
    ['what stands in the way', () => lookForRivals(db)],
    ['webhook', () => hearOfAll(db)],
    ['orphan', () => isOrphan(db, 'booking-3', 3)],
    ['story', () => readStory(db, 3, { page: 1, size: 10 })],
    ['cleanup', () => cleanUp(db)],
    ['last alert', () => db.transaction((tx) => refreshLastAlert(tx, 3, NOW))],
  ];
}

async function cleanUp(db: Db): Promise<void> {
  const clock = createSandboxClock(NOW);
  const run = await beginRun(db, { task: 'cleanup', fireAt: NOW, now: NOW });
  assert.ok(run);
  const { signal } = new AbortController();
  const log = createLog({ level: 'silent', secrets: [] });
  await runCleanup({ db, clock, log, graceMs: 12 * HOUR, retentionMs: 180 * DAY, signal }, run);
}

/** Of an appointment whose person has a second calendar. */
async function lookForRivals(db: Db): Promise<void> {
  const last = await db('appointments').max({ id: 'id' }).first();
  const [situation] = await readSituations(db, [Number(last?.id)]);
  assert.ok(situation?.appointment);
  const { appointment, record } = situation;
  await findRival(db, appointment, record.pushed);
  await isBeingVacated(db, appointment, NOW);
  await findStandingRival(db, appointment);
  await isContested(db, appointment, record.pushed);
}

async function hearOfAll(db: Db): Promise<void> {
  const [booking] = await bookingsInStep(db);
  assert.ok(booking);
  const { uid, start: startsAt, eventTypeId, metadata } = booking;
  const told = { event: 'BOOKING_CANCELLED', uid, formerUid: null, startsAt, eventTypeId, metadata };
  const host = { id: null, name: 'Person 1' };
  await hearWebhook(db, { ...told, says: 'is_over', host }, { bodyHash: 'a'.repeat(64), now: NOW });
}

interface Filled {
  db: Db;
  /** The statements of each path. */
  ran: Map<string, Statement[]>;
  close(): Promise<void>;
}

async function fillAndRun(engine: TestEngine, past: number): Promise<Filled> {
  const database: TestDatabase = await engine.open();
  const db = openDatabase(database.url);
  await migrateDatabase(db, createSandboxClock(NOW));
  await fillLongPast(db, { past, toCome: TO_COME, now: NOW });
  const ran = new Map<string, Statement[]>();
  for (const [name, path] of await allPaths(db)) ran.set(name, await recordStatements(db, path));
  return {
    db,
    ran,
    async close() {
      await db.destroy();
      await database.drop();
    },
  };
}

/** The tables that grow with the past and are gone through as a whole. */
async function wholeReads(db: Db, ran: Map<string, Statement[]>): Promise<string[]> {
  const found: string[] = [];
  for (const [path, statements] of ran)
    for (const statement of statements)
      for (const { table, how, isWhole } of await planOf(db, statement))
        if (isWhole && GROWING.includes(table)) found.push(`${path}: ${table}: ${how}: ${statement.sql}`);
  return found;
}

for (const engine of databases())
  describe(`what is looked at again and again on ${engine.name}`, { skip: engine.skip }, () => {
    let long: Filled;
    before(async () => {
      long = await fillAndRun(engine, LONG);
    });
    after(() => long.close());

    it('is found by an index, as the planner says, with fresh statistics', async () => {
      for (const [path, statements] of long.ran) assert.ok(statements.length > 0, path);
      assert.deepEqual(await wholeReads(long.db, long.ran), []);
    });

    it('is told when an index is missing', async () => {
      const { db } = long;
      await db.schema.alterTable('appointment_syncs', (table) =>
        table.dropIndex([], 'appointment_syncs_queue'),
      );
      const missed = await wholeReads(db, long.ran);
      assert.ok(
        missed.some((each) => each.startsWith('claim: appointment_syncs: ')),
        missed.join('\n'),
      );
      await db.schema.alterTable('appointment_syncs', (table) => {
        const columns = ['due_at', 'asked_at', 'starts_at', 'appointment_id'];
        table.index(columns, 'appointment_syncs_queue', { predicate: db.whereNotNull('due_at') });
      });
      assert.deepEqual(await wholeReads(db, long.ran), []);
    });

    it('is found by an index without statistics, too', { skip: engine.name !== 'sqlite' }, async () => {
      // The planner knows what stood there when the connection was opened.
      const { filename } = long.db.client.config.connection;
      await long.db.raw('DROP TABLE sqlite_stat1');
      await long.db.raw('DROP TABLE sqlite_stat4');
      const db = openDatabase(`sqlite:${filename}`);
      try {
        assert.ok(isSqlite(db));
        assert.deepEqual(await wholeReads(db, long.ran), []);
      } finally {
        await db.destroy();
      }
    });

    it('costs no more rows the longer the past is', { skip: engine.name === 'sqlite' }, async () => {
      const short = await fillAndRun(engine, SHORT);
      try {
        const grown: string[] = [];
        for (const [path, statements] of long.ran)
          for (const statement of statements) {
            const before = short.ran.get(path)?.find(({ sql }) => sql === statement.sql);
            if (!before) continue;
            const more = (await rowsLookedAt(long.db, statement)) - (await rowsLookedAt(short.db, before));
            // A day of the long past has more appointments than one of the short.
            if (more > (LONG - SHORT) / 20) grown.push(`${path}: ${more} rows more: ${statement.sql}`);
          }
        assert.deepEqual(grown, []);
      } finally {
        await short.close();
      }
    });
  });
