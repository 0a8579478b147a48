import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { playScenario } from '../../sandbox/play-scenario.ts';
import { readScenario } from '../../sandbox/scenario.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import type { BusinessTable } from '../../src/database-map.ts';
import { withFate } from '../support/bookable.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import {
  COLUMNS_OF_APPOINTMENTS,
  COMPANY,
  type ExistingSchema,
  existingSystem,
  INDEXES_MAX,
  OTHER_NAMES,
  SAME_NAMES,
  SEVERAL_COMPANIES,
  theirName,
} from '../support/existing-schema.ts';
import { startWatchedStage } from '../support/nothing-private.ts';

const seed = readScenario(path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json'));

type Row = Record<string, unknown>;

interface Snapshot {
  definitions: string[];
  rows: Record<string, Row[]>;
}

/** Everything that the booking system's tables are and hold. */
async function snapshotOf(db: Db, schema: ExistingSchema): Promise<Snapshot> {
  const snapshot: Snapshot = { definitions: [], rows: {} };
  for (const [table, name] of Object.entries(schema.tables)) {
    const [[definition]] = await db.raw('SHOW CREATE TABLE ??', [name]);
    snapshot.definitions.push(definition['Create Table'].replace(/ AUTO_INCREMENT=\d+/, ''));
    const keys = table === 'calcom_event_map' ? ['service_id', 'staff_id'] : ['id'];
    snapshot.rows[table] = await db(name).orderBy(
      keys.map((key) => theirName(schema, table as BusinessTable, key)),
    );
  }
  return snapshot;
}

interface Layout {
  schema: ExistingSchema;
  /** The booking system's database. */
  theirUrl: string;
  /** What the bot is given. */
  botUrl: string;
  map: string | null;
  prepare?: (theirs: Db) => Promise<void>;
}

/** Plays the scenario with the real bot, and compares the booking system's tables before and after. */
async function playAndCompare({ schema, theirUrl, botUrl, map, prepare }: Layout): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-map-'));
  const mapFile = path.join(folder, 'database-map.yml');
  if (map !== null) writeFileSync(mapFile, map);
  const theirs = openDatabase(theirUrl);
  const system = existingSystem(schema);
  await system.fill(theirs, seed);
  await prepare?.(theirs);
  const before = await snapshotOf(theirs, schema);
  const stage = await startWatchedStage(seed, {
    frozen: true,
    settings: {
      LOG_LEVEL: 'fatal',
      DATABASE_URL: botUrl,
      ...(map !== null && { DATABASE_MAP: mapFile }),
    },
    bookingSystem: { fill: async () => {}, change: (_, step) => system.change(theirs, step) },
  });
  try {
    assert.deepEqual(await playScenario(stage, seed), seed.expect);
    compare(schema, before, await snapshotOf(theirs, schema));
  } finally {
    await stage.stop();
    await theirs.destroy();
    rmSync(folder, { recursive: true });
  }
}

const [, server] = databases();
describe('an existing database on mariadb', { skip: server?.skip }, () => {
  let database: TestDatabase;
  beforeEach(async () => {
    assert.ok(server);
    database = await server.open();
  });
  afterEach(() => database.drop());

  for (const schema of [SAME_NAMES, SEVERAL_COMPANIES, OTHER_NAMES])
    it(`plays the scenario to the same figures, and stays what it was: ${schema.name}`, () =>
      playAndCompare({ schema, theirUrl: database.url, botUrl: database.url, map: schema.map }));

  it('needs no right to alter it, nor to write more than what a person changes', async () => {
    const own = await server?.open();
    assert.ok(own);
    const admin = openDatabase(own.url);
    const user = `bot${randomBytes(6).toString('hex')}`;
    const nameOf = (url: string) => new URL(url).pathname.slice(1);
    const [theirDatabase, ownDatabase] = [nameOf(database.url), nameOf(own.url)] as const;
    const botUrl = new URL(own.url);
    Object.assign(botUrl, { username: user, password: 'x' });
    try {
      await admin.raw(`CREATE USER ${user} IDENTIFIED BY 'x'`);
      await admin.raw(`GRANT ALL ON ${ownDatabase}.* TO ${user}`);
      await playAndCompare({
        schema: OTHER_NAMES,
        theirUrl: database.url,
        botUrl: botUrl.href,
        prepare: (theirs) => grantLeast(theirs, theirDatabase, user),
        map: `database: ${theirDatabase}\n${OTHER_NAMES.map}`,
      });
    } finally {
      await admin.raw(`DROP USER IF EXISTS ${user}`);
      await admin.destroy();
      await own.drop();
    }
  });
});

/** The least that docs/existing-database.md names. */
async function grantLeast(theirs: Db, database: string, user: string): Promise<void> {
  const grant = (rights: string, table: string) =>
    theirs.raw(`GRANT ${rights} ON ${database}.${table} TO ${user}`);
  for (const table of Object.values(OTHER_NAMES.tables)) await grant('SELECT', table);
  await grant('UPDATE (zustand, beginn, ende, staff_id, geaendert_am)', 'termine');
  await grant('UPDATE (mail, phone)', 'kunden');
}

/** What the plan closed has a new status and time of change; nothing else is different. */
function compare(schema: ExistingSchema, before: Snapshot, after: Snapshot): void {
  const their = (ours: string) => theirName(schema, 'appointments', ours);
  assert.deepEqual(after.definitions, before.definitions);
  const [definition = ''] = before.definitions;
  assert.equal(definition.match(/^ {2}`/gm)?.length, COLUMNS_OF_APPOINTMENTS);
  assert.equal(definition.match(/^ {2}(PRIMARY )?KEY /gm)?.length, INDEXES_MAX);
  const kept = keptRows(schema, before, after);
  const formerly = before.rows;
  for (const table of ['customers', 'staff', 'services', 'calcom_event_map'])
    assert.deepEqual(kept[table], formerly[table], table);
  const owned = (row: Row) => row.company_id === COMPANY && row.deleted_at === null;
  const withoutOurs = (row: Row) =>
    owned(row) ? { ...row, [their('status')]: undefined, [their('updated_at')]: undefined } : row;
  assert.deepEqual(kept.appointments?.map(withoutOurs), formerly.appointments?.map(withoutOurs));
  const changed = (kept.appointments ?? []).filter(
    (row, at) => row[their('status')] !== formerly.appointments?.[at]?.[their('status')],
  );
  const closed = withFate(seed, 'past', 'no_staff', 'duplicate', 'no_event_type').map(({ id }) => id);
  assert.deepEqual(
    changed.map((row) => [row[their('id')], row[their('status')]]),
    closed.toSorted((one, other) => one - other).map((id) => [id, schema.words.cancelled]),
  );
}

/** The rows that were there before; those that the scenario inserts are left out. */
function keptRows(schema: ExistingSchema, before: Snapshot, after: Snapshot): Record<string, Row[]> {
  const keyOf = (table: string, row: Row) =>
    table === 'calcom_event_map'
      ? `${row.service_id} ${row.staff_id}`
      : String(row[theirName(schema, table as BusinessTable, 'id')]);
  return Object.fromEntries(
    Object.entries(after.rows).map(([table, rows]) => {
      const keys = new Set(before.rows[table]?.map((row) => keyOf(table, row)));
      return [table, rows.filter((row) => keys.has(keyOf(table, row)))];
    }),
  );
}
