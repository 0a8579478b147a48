import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { createConnection } from 'mysql2/promise';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { type Db, openDatabase } from '../../../src/database.ts';
import type { Finding } from '../../../src/finding.ts';
import { addMs } from '../../../src/instant.ts';
import { checkServer, checkVersion } from '../../../src/upkeep/doctor/database-server.ts';
import { databases } from '../../support/databases.ts';
import { mariadbUrl, missingServerProgram, startOwnServer } from '../../support/mariadb.ts';
import { kindsOf, openInstallation } from './installation.ts';

const mariadb = databases().find(({ name }) => name === 'mariadb');
assert.ok(mariadb);
const skip = mariadb.skip;

const UNREACHED = ['failed database.reachable', 'skipped calcom.event_types', 'skipped database'];

/** The database's address with something else in it. */
function changed(url: string, change: (url: URL) => void): Record<string, string> {
  const other = new URL(url);
  change(other);
  return { DATABASE_URL: other.href };
}

/** A user of this test alone, with these rights on the database. */
async function createUser(
  t: TestContext,
  db: Db,
  rights: string,
): Promise<{ name: string; password: string }> {
  const user = { name: `doctor_${randomBytes(4).toString('hex')}`, password: 'sesam-öffne' };
  const [[{ database }]] = await db.raw('SELECT DATABASE() AS `database`');
  await db.raw(`CREATE USER '${user.name}'@'%' IDENTIFIED BY '${user.password}'`);
  await db.raw(`GRANT ${rights} ON \`${database}\`.* TO '${user.name}'@'%'`);
  t.after(async () => {
    const root = await createConnection(await mariadbUrl());
    await root.query(`DROP USER '${user.name}'@'%'`);
    await root.end();
  });
  return user;
}

const oneOf = (findings: Finding[], check: string) => findings.find((finding) => finding.check === check);
const ahead = (ms: number): Clock => ({ ...systemClock, now: () => addMs(systemClock.now(), ms) });

describe('the doctor tells why a server cannot be reached:', { skip }, () => {
  const causes: [title: string, change: (url: URL) => void, says: RegExp][] = [
    [
      'a wrong password',
      (url) => Object.assign(url, { username: 'nobody_known', password: 'geheim-4711' }),
      /user or the password is wrong.*\(ER_ACCESS_DENIED_ERROR\)/,
    ],
    ['an unknown database', (url) => (url.pathname = '/no_such_thing'), /no database of this name/],
    ['nothing at the port', (url) => (url.port = '1'), /nothing listens.*\(ECONNREFUSED\)/],
    [
      'an unknown host',
      (url) => (url.hostname = 'no-such-host.invalid'),
      /host is not known|cannot be looked up/,
    ],
  ];
  for (const [title, change, says] of causes)
    it(title, async (t) => {
      const { environment, complaints } = await openInstallation(t, mariadb);
      const found = await complaints(changed(String(environment.DATABASE_URL), change));
      assert.deepEqual(kindsOf(found), UNREACHED);
      assert.match(String(oneOf(found, 'database.reachable')?.what), says);
      assert.doesNotMatch(JSON.stringify(found), /geheim-4711/);
    });
});

describe('the doctor finds on a server', { skip }, () => {
  it('a user without rights, and names the ones to grant', async (t) => {
    const { db, environment, complaints } = await openInstallation(t, mariadb);
    const { name, password } = await createUser(t, db, 'SELECT');
    const asUser = changed(String(environment.DATABASE_URL), (url) =>
      Object.assign(url, { username: name, password }),
    );
    const found = await complaints(asUser);
    assert.deepEqual(kindsOf(found), ['failed database.rights']);
    assert.match(
      String(found[0]?.what),
      /CREATE, ALTER, INDEX; INSERT, UPDATE, DELETE on alerts; .*; UPDATE \(status\), .* on appointments/,
    );
    const [grant = ''] = /GRANT .*;/.exec(String(found[0]?.remedy)) ?? [];
    await db.raw(grant);
    assert.deepEqual(await complaints(asUser), []);
  });

  it('a user who may not read what a check needs, once and not with every check', async (t) => {
    const { db, environment, complaints } = await openInstallation(t, mariadb);
    const { name, password } = await createUser(t, db, 'INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX');
    const found = await complaints(
      changed(String(environment.DATABASE_URL), (url) => Object.assign(url, { username: name, password })),
    );
    assert.deepEqual(kindsOf(found.filter(({ level }) => level === 'failed')), ['failed database.rights']);
  });

  it('a table of the bot in another character set', async (t) => {
    const { db, complaints } = await openInstallation(t, mariadb);
    await db.raw('ALTER TABLE history CONVERT TO CHARACTER SET latin1');
    const found = await complaints();
    assert.deepEqual(kindsOf(found), ['failed database.charset']);
    await db.raw(String(found[0]?.remedy).replace(/;$/, ''));
    assert.deepEqual(await complaints(), []);
  });

  it('ids whose collations cannot be compared', async (t) => {
    const { db, complaints } = await openInstallation(t, mariadb);
    await db.raw(
      'ALTER TABLE staff MODIFY id char(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_swedish_ci NOT NULL',
    );
    const found = oneOf(await complaints(), 'database.collations');
    assert.equal(found?.level, 'failed');
    assert.match(
      found.what,
      /appointments\.staff_id and staff\.id; calcom_event_map\.staff_id and staff\.id/,
    );
  });

  it('a clock that is not the own one', async (t) => {
    const { complaints } = await openInstallation(t, mariadb);
    const found = await complaints({}, ahead(-30_000));
    assert.deepEqual(kindsOf(found), ['failed database.clock']);
    assert.match(String(found[0]?.what), /differ by 30 s/);
    assert.deepEqual(kindsOf(await complaints({}, ahead(5_000))), ['warning database.clock']);
  });

  it('connections of its own that are not as the bot asks for', async (t) => {
    const { environment } = await openInstallation(t, mariadb);
    const db = openDatabase(String(environment.DATABASE_URL));
    t.after(() => db.destroy());
    await db.raw("SET time_zone = '+02:00', sql_mode = ''");
    const found = (await checkServer(db, systemClock)).filter(({ level }) => level === 'failed');
    assert.deepEqual(kindsOf(found), ['failed database.strict', 'failed database.zone']);
  });

  it('versions that the bot is not made for', () => {
    const levels = (...versions: string[]) => versions.map((version) => checkVersion(version).level);
    assert.deepEqual(
      levels('8.0.36', '8.4.2-commercial', '10.11.19-MariaDB-log', '5.5.5-10.6.4-MariaDB', '11.4.2-MariaDB'),
      Array(5).fill('ok'),
    );
    assert.deepEqual(
      levels('5.7.44-log', '10.5.23-MariaDB', '8.0.11-TiDB-v7.5.0', 'unheard of'),
      Array(4).fill('warning'),
    );
  });
});

describe('the doctor finds on a server of its own', { skip: missingServerProgram() }, () => {
  it('settings that let writes be cut or fail', async (t) => {
    const server = await startOwnServer(['--sql-mode=', '--max-allowed-packet=2M']);
    t.after(() => server.stop());
    const root = await createConnection(server.url);
    t.after(() => root.end());
    await root.query('CREATE DATABASE salon CHARACTER SET utf8mb4');
    const own = { ...mariadb, open: async () => ({ url: `${server.url}/salon`, drop: async () => {} }) };
    const { complaints } = await openInstallation(t, own);
    assert.deepEqual(kindsOf(await complaints()), ['warning database.packet', 'warning database.strict']);
    await root.query("SET GLOBAL max_allowed_packet = 524288, sql_mode = 'STRICT_ALL_TABLES'");
    assert.deepEqual(kindsOf(await complaints()), ['failed database.packet']);
  });
});
