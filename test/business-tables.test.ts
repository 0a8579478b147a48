import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createSandboxClock } from '../sandbox/clock.ts';
import { createBusinessTables } from '../sandbox/load-scenario.ts';
import { holdOnOtherSource } from '../src/appointments/hold-on-other-source.ts';
import { readInstallation, recordAdopted, recordMode } from '../src/appointments/installation.ts';
import { readRowMarks } from '../src/appointments/row-marks.ts';
import { businessOf, insertRow } from '../src/business-tables.ts';
import { type Db, openDatabase } from '../src/database.ts';
import { DatabaseMapError, parseDatabaseMap } from '../src/database-map.ts';
import { migrateDatabase } from '../src/migrate-database.ts';
import { databases, type TestDatabase } from './support/databases.ts';
import { NOON } from './support/salon.ts';

const clock = createSandboxClock(NOON);
const COMPANY_7 = 'tables: { appointments: { filter: { company_id: 7 } } }';
const START = '2025-12-01 09:00:00';
const visit = {
  customer_id: 1,
  service_id: 1,
  staff_id: 'x',
  starts_at: START,
  ends_at: '2025-12-01 10:00:00',
};

const [, server] = databases();
describe('business tables on mariadb that are not ours', { skip: server?.skip }, () => {
  let database: TestDatabase;
  let theirs: Db;
  const opened: Db[] = [];

  beforeEach(async () => {
    assert.ok(server);
    database = await server.open();
    theirs = openDatabase(database.url);
    await createBusinessTables(theirs);
    await theirs.raw('ALTER TABLE appointments ADD COLUMN company_id BIGINT NOT NULL DEFAULT 7');
  });
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.destroy();
    await theirs.destroy();
    await database.drop();
  });

  const open = (map?: string, url = database.url) => {
    const db = openDatabase(url, map === undefined ? null : parseDatabaseMap(map));
    opened.push(db);
    return db;
  };
  async function migrated(map?: string): Promise<Db> {
    const db = open(map);
    await migrateDatabase(db, clock, () => holdOnOtherSource(db, NOON));
    return db;
  }
  async function problemsOf(map?: string): Promise<string[]> {
    const before = await tables();
    try {
      await migrated(map);
      return [];
    } catch (error) {
      assert.ok(error instanceof DatabaseMapError, String(error));
      assert.deepEqual(await tables(), before, 'nothing was changed');
      return error.problems;
    }
  }
  const tables = async () => (await theirs.raw('SHOW TABLES'))[0].map((row: object) => Object.values(row)[0]);
  const views = async () => (await tables()).filter((name: string) => name.startsWith('sync_appointments'));

  it('are used as they are where nothing differs, without a view', async () => {
    const db = await migrated();
    assert.deepEqual(await views(), []);
    await theirs('appointments').insert({ ...visit, company_id: 8 });
    assert.equal((await db('appointments')).length, 1);
  });

  it('are seen without other companies and deleted rows, and written only through what is seen', async () => {
    await theirs.raw('ALTER TABLE appointments ADD COLUMN deleted_at TIMESTAMP NULL');
    const db = await migrated('tables: { appointments: { filter: { company_id: [7, 9] } } }');
    await theirs('appointments').insert([
      { ...visit, company_id: 7 },
      { ...visit, company_id: 8 },
      { ...visit, company_id: 9, deleted_at: START },
    ]);
    assert.deepEqual(await db('appointments').pluck('id'), [1]);
    assert.equal(await db('appointments as a').update({ status: 'completed' }), 1);
    assert.deepEqual(await theirs('appointments').orderBy('id').pluck('status'), [
      'completed',
      'booked',
      'booked',
    ]);
  });

  it('are told apart by texts with every character', async () => {
    const name = `O'Brien \\ "Söhne" \`x\` ? ?? %`;
    await theirs.raw('ALTER TABLE appointments ADD COLUMN firm VARCHAR(40)');
    const db = await migrated(`tables: { appointments: { filter: { firm: ${JSON.stringify(name)} } } }`);
    await theirs('appointments').insert([
      { ...visit, firm: name },
      { ...visit, firm: "O'Brien" },
    ]);
    assert.deepEqual(await db('appointments').pluck('id'), [1]);
  });

  it('get a new row by our names, with what tells the company and what else is needed', async () => {
    await theirs.raw(
      'ALTER TABLE appointments ADD COLUMN made_by VARCHAR(9) NOT NULL, RENAME COLUMN status TO zustand',
    );
    const db = await migrated(`
tables:
  appointments:
    columns: { status: zustand }
    filter: { company_id: [9, 7] }
    insert: { made_by: bot }
statuses: { booked: offen }`);
    await db.transaction(async (tx) => {
      assert.equal(await insertRow(tx, 'appointments', visit), 1);
    });
    assert.equal(await insertRow(db, 'customers', { name: 'Ada', email: null, phone: null }), 1);
    const [row] = await theirs('appointments');
    assert.deepEqual(
      [row.zustand, row.company_id, row.made_by, row.starts_at],
      ['offen', 9, 'bot', `${START}.000`],
    );
    assert.deepEqual(await db('appointments').pluck('status'), ['offen']);
  });

  it('are refused with a list of all that is missing, before anything is changed', async () => {
    await theirs.raw('ALTER TABLE services MODIFY duration_minutes VARCHAR(9)');
    await theirs.raw('ALTER TABLE customers DROP COLUMN phone');
    const problems = await problemsOf(`
tables:
  appointments:
    columns: { starts_at: source, created_at: erstellt }
    filter: { firma: 7 }
    insert: { kanal: x }
    composite: { column: teile, not_null: true }
  staff: { table: leute }`);
    assert.deepEqual(problems, [
      "staff: the database has no table leute, or the bot's user may not read it",
      'appointments.starts_at: appointments.source is varchar, and has to be DATETIME or TIMESTAMP',
      'appointments.created_at: appointments has no column erstellt',
      'appointments.filter: appointments has no column firma',
      'appointments.insert: appointments has no column kanal',
      'appointments.composite: appointments has no column teile',
      'customers.phone: customers has no column phone; name it under tables.customers.columns.phone',
      'services.duration_minutes: services.duration_minutes is varchar, and has to be a number',
    ]);
    assert.equal((await problemsOf()).length, 2, 'also without a map');
  });

  it('are refused when one beside the mapped ones is missing, but not the event map', async () => {
    await theirs.raw('DROP TABLE services');
    await theirs.raw('DROP TABLE calcom_event_map');
    assert.deepEqual(await problemsOf(COMPANY_7), [
      'services: there is no such table; name it under tables.services.table',
    ]);
  });

  it('are refused when an ENUM does not know a word that the bot would write', async () => {
    const type = (words: string) =>
      theirs.raw(`ALTER TABLE appointments MODIFY status ENUM(${words}) NOT NULL`);
    await type("'booked', 'it''s off'");
    assert.deepEqual(await problemsOf(), [
      'statuses.cancelled: appointments.status is an ENUM without "cancelled"',
    ]);
    assert.deepEqual(await problemsOf('tables: {}\nstatuses: { cancelled: off, booked: [booked, new] }'), [
      'statuses.booked: appointments.status is an ENUM without "new"',
      'statuses.cancelled: appointments.status is an ENUM without "off"',
    ]);
    assert.deepEqual(await problemsOf(`tables: {}\nstatuses: { cancelled: "it's off" }`), []);
  });

  it('may lack what is not needed: when a row was made and changed, and who is active', async () => {
    await theirs.raw('ALTER TABLE appointments DROP COLUMN created_at, DROP COLUMN updated_at');
    await theirs.raw('ALTER TABLE staff DROP COLUMN is_active');
    const db = await migrated();
    await theirs('appointments').insert(visit);
    await theirs('staff').insert({ id: 'x', name: 'Xaver' });
    assert.deepEqual(await db('appointments').pluck('created_at'), [null]);
    assert.deepEqual(await db('staff').where({ is_active: 1 }).pluck('id'), ['x']);
  });

  it('keep a column that only has the name of one that is not needed', async () => {
    await theirs.raw("ALTER TABLE appointments ADD COLUMN version VARCHAR(9) DEFAULT 'v1.2'");
    const db = await migrated();
    assert.deepEqual(await readRowMarks(db), { hasUpdatedAt: true, hasVersion: false });
  });

  it('are migrated by several replicas at once, and again', async () => {
    const dbs = await Promise.all(Array.from({ length: 4 }, () => migrated(COMPANY_7)));
    for (const db of dbs)
      assert.deepEqual([...businessOf(db).views], [['appointments', 'sync_appointments']]);
    await migrated(COMPANY_7);
    assert.deepEqual(await views(), ['sync_appointments']);
  });

  it('hold a running bot when another company or table takes their place, until somebody starts it', async () => {
    const db = await migrated(COMPANY_7);
    await recordAdopted(db, { mode: 'running', now: NOON });
    await migrated('tables: { appointments: { filter: { company_id: 8 } } }');
    assert.equal((await readInstallation(db)).mode, 'running', 'there is no record that could look gone');
    await migrated(COMPANY_7);
    await db('appointment_syncs').insert({ appointment_id: 1, state: 'synced' });
    await theirs('appointments').insert([visit, { ...visit, company_id: 8 }]);

    await migrated(COMPANY_7);
    assert.equal((await readInstallation(db)).mode, 'running');
    await migrated('tables: { appointments: { filter: { company_id: 8 } } }');
    const { mode, byWhom } = await readInstallation(db);
    assert.deepEqual([mode, byWhom], ['held', 'database-map.yml']);
    assert.deepEqual(await db('alerts').pluck('subject'), ['held']);
    assert.deepEqual(await db('appointments').pluck('id'), [2], 'the views are those of the new map');
    await recordMode(db, { from: 'held', to: 'running', by: 'U1', now: NOON });
    await migrated();
    assert.equal((await readInstallation(db)).mode, 'held', 'the map was left out');
  });

  it('stay beside a table that only has the name of one of the bot’s', async () => {
    await theirs.raw('CREATE TABLE history (id INT PRIMARY KEY)');
    const db = open();
    await assert.rejects(
      migrateDatabase(db, clock),
      /a table history already that is not the bot's: give the bot a/,
    );
    assert.deepEqual(Object.keys(await theirs('history').columnInfo()), ['id']);
    await theirs.raw('DROP TABLE history');
    await migrateDatabase(db, clock);
    await theirs.raw("DELETE FROM sync_bot_migrations WHERE name LIKE '0009%'");
    assert.deepEqual(await migrateDatabase(db, clock), ['0009-history.ts'], 'one that broke off goes on');
  });

  it('say which right is missing to make a view', async () => {
    const user = `u${randomBytes(6).toString('hex')}`;
    const name = new URL(database.url).pathname.slice(1);
    await theirs.raw(`CREATE USER ${user} IDENTIFIED BY 'x'`);
    await theirs.raw(`GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON ${name}.* TO ${user}`);
    const url = new URL(database.url);
    url.username = user;
    url.password = 'x';
    const db = open(COMPANY_7, url.href);
    try {
      await assert.rejects(
        migrateDatabase(db, clock),
        /GRANT CREATE VIEW, DROP .*sync_appointments|GRANT CREATE VIEW/,
      );
      await theirs.raw(`GRANT CREATE VIEW, DROP ON ${name}.* TO ${user}`);
      const again = open(COMPANY_7, url.href);
      assert.ok((await migrateDatabase(again, clock)).length > 0);
    } finally {
      await theirs.raw(`DROP USER ${user}`);
    }
  });
});

describe('business tables on sqlite that are not ours', () => {
  it('are refused when they hold deleted rows, which a view would have to leave out', async () => {
    const database = await databases()[0]?.open();
    assert.ok(database);
    const db = openDatabase(database.url);
    await createBusinessTables(db);
    await db.schema.alterTable('staff', (table) => table.datetime('deleted_at'));
    await assert.rejects(migrateDatabase(db, clock), /staff has a column deleted_at/);
    await db.destroy();
    await database.drop();
  });
});
