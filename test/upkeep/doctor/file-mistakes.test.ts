import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { sqliteFile } from '../../../src/database.ts';
import { checkJournal } from '../../../src/upkeep/doctor/database-schema.ts';
import { databases } from '../../support/databases.ts';
import { kindsOf, openInstallation } from './installation.ts';

const [engine] = databases();
assert.ok(engine);
const UNREACHED = ['failed database.reachable', 'skipped calcom.event_types', 'skipped database'];
const fileOf = (environment: Record<string, string>) => String(sqliteFile(String(environment.DATABASE_URL)));

describe('the doctor finds of the file of SQLite', () => {
  it('that it is not there, and does not make it', async (t) => {
    const { environment, complaints } = await openInstallation(t, engine);
    const DATABASE_URL = `sqlite:${path.join(path.dirname(fileOf(environment)), 'other', 'none.sqlite')}`;
    for (const look of ['first', 'second']) {
      const found = await complaints({ DATABASE_URL });
      assert.deepEqual(kindsOf(found), UNREACHED, look);
      assert.match(JSON.stringify(found), /no database file .*none\.sqlite, nor its folder.*npm run migrate/);
    }
  });

  it('that it is something else', async (t) => {
    const { environment, complaints } = await openInstallation(t, engine);
    const other = `${fileOf(environment)}.txt`;
    writeFileSync(other, 'Dear diary, today I was taken for a database.');
    const found = await complaints({ DATABASE_URL: `sqlite:${other}` });
    assert.deepEqual(kindsOf(found), UNREACHED);
    assert.match(JSON.stringify(found), /is no database of SQLite/);
  });

  it('that everybody can read it, unless nobody gets into its folder', async (t) => {
    const { environment, complaints } = await openInstallation(t, engine);
    const file = fileOf(environment);
    chmodSync(file, 0o644);
    chmodSync(path.dirname(file), 0o755);
    const found = await complaints();
    assert.deepEqual(kindsOf(found), ['warning database.private']);
    assert.match(JSON.stringify(found), /chmod o= /);
    chmodSync(path.dirname(file), 0o750);
    assert.deepEqual(await complaints(), []);
  });

  const maySeeAll = process.getuid?.() === 0 && 'root may read and write every file';
  it('that its user may not write it, or not its folder', { skip: maySeeAll }, async (t) => {
    const { environment, complaints } = await openInstallation(t, engine);
    const file = fileOf(environment);
    chmodSync(file, 0o400);
    assert.deepEqual(kindsOf(await complaints()), UNREACHED);
    chmodSync(file, 0o600);
    chmodSync(path.dirname(file), 0o500);
    assert.deepEqual(kindsOf(await complaints()), UNREACHED);
    chmodSync(path.dirname(file), 0o700);
    assert.deepEqual(await complaints(), []);
  });

  it('that no write-ahead log can be kept', () => {
    assert.equal(checkJournal('wal').level, 'ok');
    assert.equal(checkJournal('delete').level, 'failed');
  });
});
