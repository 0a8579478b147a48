import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { readInstallation } from '../../src/appointments/installation.ts';
import { recordReplica } from '../../src/appointments/replicas.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { addMs, DAY, HOUR, SECOND, toSqlInstant } from '../../src/instant.ts';
import { lockForOneBot } from '../../src/lock-for-one-bot.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { takeOverAfterRestore } from '../../src/restored.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { holdSync, startSync } from '../../src/sync/hold.ts';
import { databases, type TestDatabase, type TestEngine } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { BEN, COLOUR, insertAppointment, NOON } from '../support/salon.ts';
import { API_KEY, LATE_LANDING_MS } from '../support/test-engine.ts';

const run = promisify(execFile);
const ROOT = path.join(import.meta.dirname, '../..');
const HANDBOOK = readFileSync(path.join(ROOT, 'docs/operating.md'), 'utf8');
const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-backup-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A command as the handbook gives it. */
function commandOf(beginning: string): string {
  const line = HANDBOOK.split('\n').find((each) => each.startsWith(beginning));
  assert.ok(line, `docs/operating.md has a command ${beginning}`);
  return line;
}

async function shell(command: string, env: Record<string, string> = {}): Promise<void> {
  await run('sh', ['-c', command], { cwd: ROOT, env: { PATH: process.env.PATH, ...env } });
}

const fileOf = ({ url }: TestDatabase) => url.slice('sqlite:'.length);

function serverOf({ url }: TestDatabase): Record<string, string> {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    DB_HOST: hostname,
    DB_PORT: port,
    DB_USER: username,
    DB_NAME: pathname.slice(1),
    MYSQL_PWD: password,
  };
}

const sql = path.join(folder, 'appointments.sql');
const file = path.join(folder, 'appointments.sqlite');

const BACKUPS: Record<TestEngine['name'], (of: TestDatabase) => Promise<void>> = {
  sqlite: (of) =>
    shell(commandOf('npm run backup ').replace(/backups\/[\w.-]+/, file), { DATABASE_URL: of.url }),
  mariadb: (of) => shell(commandOf('mariadb-dump ').replace(/backups\/[\w.-]+/, sql), serverOf(of)),
};

const RESTORES: Record<TestEngine['name'], (into: TestDatabase) => Promise<void>> = {
  sqlite: async (into) => copyFileSync(file, fileOf(into)),
  mariadb: (into) => shell(commandOf('mariadb -h').replace(/backups\/[\w.-]+/, sql), serverOf(into)),
};

const startOf = (id: number) =>
  addMs(new Date('2025-11-25T07:00:00Z'), Math.floor(id / 4) * DAY + (id % 4) * 3 * HOUR);

async function change(db: Db, id: number, set: Record<string, unknown>): Promise<void> {
  assert.equal(await db('appointments').where({ id }).update(set), 1);
}

const anHourLater = (id: number) => ({
  starts_at: toSqlInstant(addMs(startOf(id), HOUR)),
  ends_at: toSqlInstant(addMs(startOf(id), 1.5 * HOUR)),
});

const MUCH_LATER = { starts_at: '2025-12-09 09:00:00.000', ends_at: '2025-12-09 09:30:00.000' };

/** The live bookings, by the appointment that they name. */
function liveByName({ calcom }: Harness): [id: string, uid: string][] {
  return calcom
    .liveBookings()
    .map(({ metadata, uid }): [string, string] => [String(metadata.appointmentId), uid])
    .sort();
}

/** What was there when the backup was made: booked, on its way without an answer, failed, and not looked at yet. */
async function liveUntilTheBackup(bot: Harness): Promise<Engine> {
  for (const id of [1, 2, 3, 4, 5]) await insertAppointment(bot.db, { id, startsAt: startOf(id) });
  await insertAppointment(bot.db, { id: 12, startsAt: addMs(NOON, 2 * HOUR) });
  await insertAppointment(bot.db, { id: 7, startsAt: startOf(7), customer: { email: 'nobody', phone: '1' } });
  const engine = bot.start();
  await bot.quiet();
  const late = { kind: 'late_commit', afterMs: LATE_LANDING_MS - SECOND } as const;
  bot.calcom.faults.add({ method: 'POST', path: /bookings$/, fault: late, times: 1 });
  await insertAppointment(bot.db, { id: 6, startsAt: startOf(6) });
  await bot.until('#6 has no answer', async () => (await bot.record(6))?.open_attempt_id != null);
  await bot.looked();
  assert.equal(await holdSync(bot.db, { by: 'U1', now: bot.clock.now() }), true);
  for (const id of [10, 11]) await insertAppointment(bot.db, { id, startsAt: startOf(id) });
  return engine;
}

/** What the backup does not know. */
async function goOn(bot: Harness): Promise<void> {
  const { db } = bot;
  await startSync(db, { by: 'U1', now: bot.clock.now() });
  bot.clock.advance(LATE_LANDING_MS + SECOND);
  await db('customers').where({ id: 7 }).update({ email: 'seven@example.com' });
  await insertAppointment(db, { id: 9, startsAt: startOf(9) });
  await bot.quiet();
  await change(db, 2, anHourLater(2));
  await change(db, 3, { status: 'cancelled' });
  await change(db, 4, { service_id: COLOUR, ends_at: toSqlInstant(addMs(startOf(4), 1.5 * HOUR)) });
  await change(db, 5, { staff_id: BEN });
  await change(db, 6, anHourLater(6));
  await change(db, 11, anHourLater(11));
  await change(db, 12, MUCH_LATER);
  await bot.quiet();
  for (const id of [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12])
    assert.ok(await bot.isFollowed(id), `#${id} is followed`);
}

/** As a bot on the database does. */
async function pretendToRun(databaseUrl: string, now: Date): Promise<() => Promise<void>> {
  const release = await lockForOneBot(databaseUrl);
  const db = openDatabase(databaseUrl);
  await recordReplica(db, 'still-there', now);
  await db.destroy();
  return release;
}

async function heldBy(databaseUrl: string): Promise<string | null> {
  const db = openDatabase(databaseUrl);
  const { byWhom } = await readInstallation(db);
  await db.destroy();
  return byWhom;
}

function takeOver(bot: Harness, databaseUrl: string) {
  const config = {
    databaseUrl,
    databaseMap: null,
    logLevel: 'info',
    startHeld: 'auto',
    calcomApiKey: API_KEY,
    calcomApiUrl: bot.calcom.url,
    calcomCallsPerMinute: 0,
    claimLeaseMs: 60_000,
    calcomTimeoutMs: 8_000,
    lateLandingMs: LATE_LANDING_MS,
    timeZone: 'Europe/Berlin',
    locale: 'de',
    placeholderEmailDomain: 'placeholder.invalid',
    cleanupGraceMs: 12 * HOUR,
    syncConcurrency: 8,
  } as const;
  return takeOverAfterRestore(config, bot);
}

/** Why the server's backups are left out, or false. Where its tests have to run, its clients have to be there. */
const missingClient = await run('mariadb-dump', ['--version']).then(
  () => false as const,
  () => process.env.REQUIRE_MARIADB !== '1' && 'there is no mariadb-dump on the PATH',
);

for (const engine of databases()) {
  const skip = engine.skip || (engine.name === 'mariadb' && missingClient);
  describe(`a backup that is put back (${engine.name})`, { skip }, () => {
    it('books nothing twice, loses nothing, and leaves to people what only they know', async () => {
      const bot = await createHarness({ engine, startHeld: 'never', timeoutMs: 3_000 });
      const restored = await engine.open();
      try {
        const former = await liveUntilTheBackup(bot);
        await BACKUPS[engine.name]({ url: bot.databaseUrl, drop: async () => {} });
        await goOn(bot);
        await former.stop();
        const standing = liveByName(bot);
        const writes = bot.writes().length;

        await RESTORES[engine.name](restored);
        const release = await pretendToRun(restored.url, bot.clock.now());
        await assert.rejects(takeOver(bot, restored.url), /another bot runs|ran within the last 30 seconds/);
        await release();
        bot.clock.advance(3 * HOUR);
        const first = await takeOver(bot, restored.url);
        assert.equal(first.mode, 'held');
        assert.equal(await heldBy(restored.url), 'shell');
        assert.deepEqual(
          first.lost.map(({ appointmentId }) => appointmentId),
          [9, 12],
          'what came after the backup, and what would be past by it, is named',
        );
        const db = openDatabase(restored.url);
        try {
          await insertAppointment(db, { id: 9, startsAt: startOf(9) });
          await change(db, 12, MUCH_LATER);
          assert.deepEqual((await takeOver(bot, restored.url)).lost, [], 'entered again, it is linked');
          const again = bot.start({ db });
          await startSync(db, { by: 'U1', now: bot.clock.now() });
          await bot.until('nothing is due', async () => {
            await bot.lookedAround();
            return !(await db('appointment_syncs').whereNotNull('due_at').first());
          });

          assert.equal(bot.writes().length, writes, 'nothing was sent to Cal.com');
          assert.deepEqual(liveByName(bot), standing);
          await assertRecord(db, standing);
          await again.stop();
        } finally {
          await db.destroy();
        }
      } finally {
        await bot.close();
        await restored.drop();
      }
    });
  });
}

const [sqlite] = databases();

async function copyBusinessTables(from: Db, into: Db): Promise<void> {
  for (const table of ['customers', 'staff', 'services', 'calcom_event_map', 'appointments']) {
    const rows = await from(table).select();
    // Generated, and nobody's to write.
    for (const { live_minute: _, ...row } of rows) await into(table).insert(row);
  }
}

for (const engine of databases()) {
  describe(`a move from SQLite to an empty record (${engine.name})`, { skip: engine.skip }, () => {
    it('links every booking with its appointment, and sends nothing', async () => {
      assert.ok(sqlite);
      const bot = await createHarness({ engine: sqlite });
      const target = await engine.open();
      const db = openDatabase(target.url);
      try {
        for (const id of [1, 2, 3]) await insertAppointment(bot.db, { id, startsAt: startOf(id) });
        const former = bot.start();
        await bot.quiet();
        await change(bot.db, 2, anHourLater(2));
        await change(bot.db, 3, { status: 'cancelled' });
        await bot.quiet();
        await former.stop();
        const standing = liveByName(bot);
        const writes = bot.writes().length;

        await migrateDatabase(db, bot.clock);
        await copyBusinessTables(bot.db, db);
        const next = bot.start({ db });
        await bot.until('it is taken over', async () => (await readInstallation(db)).mode === 'running');
        await bot.lookedAround();
        await next.stop();
        const records = await db('appointment_syncs')
          .orderBy('appointment_id')
          .select('state', 'booking_uid');
        assert.deepEqual(
          records.map((each) => [each.state, each.booking_uid]),
          standing.map(([, uid]) => ['synced', uid]),
        );
        assert.equal(bot.writes().length, writes);
      } finally {
        await bot.close();
        await db.destroy();
        await target.drop();
      }
    });
  });
}

async function assertRecord(db: Db, standing: [id: string, uid: string][]): Promise<void> {
  const records = await db('appointment_syncs').orderBy('appointment_id');
  const uids = new Map(standing.map(([id, uid]) => [Number(id), uid]));
  assert.deepEqual(
    records.map((each) => [
      Number(each.appointment_id),
      each.state,
      each.failure_kind,
      each.booking_uid ?? each.found_uid,
    ]),
    [
      [1, 'synced', null, uids.get(1)],
      [2, 'synced', null, uids.get(2)],
      [3, 'failed', 'cancelled_there', null],
      [4, 'failed', 'two_truths', uids.get(4)],
      [5, 'failed', 'two_truths', uids.get(5)],
      [6, 'failed', 'two_truths', uids.get(6)],
      [7, 'synced', null, uids.get(7)],
      [9, 'synced', null, uids.get(9)],
      [10, 'synced', null, uids.get(10)],
      [11, 'failed', 'two_truths', uids.get(11)],
      [12, 'synced', null, uids.get(12)],
    ],
  );
  const [second] = await db('appointments').where({ id: 2 });
  assert.equal(second.starts_at, toSqlInstant(addMs(startOf(2), HOUR)), 'the row follows what was moved');
  const open = await db('alerts').whereNotNull('open_subject').orderBy('appointment_id').pluck('subject');
  assert.deepEqual(
    open.sort(),
    [3, 4, 5, 6, 11].map((id) => `appointment:${id}`).sort(),
    'each that a person has to decide has one alert',
  );
}
