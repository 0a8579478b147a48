import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBusinessTables } from '../../../sandbox/load-scenario.ts';
import { systemClock } from '../../../src/clock.ts';
import type { Db } from '../../../src/database.ts';
import { HOUR } from '../../../src/instant.ts';
import { migrateDatabase } from '../../../src/migrate-database.ts';
import { CHANNEL } from '../../alerts/alert-fixtures.ts';
import { databases } from '../../support/databases.ts';
import { ANNA, BEN, CUT, insertAppointment, insertSalon, prepareFormerSalon } from '../../support/salon.ts';
import { kindsOf, openInstallation } from './installation.ts';

const inHours = (hours: number) => new Date(systemClock.now().getTime() + hours * HOUR);

interface Mistake {
  title: string;
  make: (db: Db) => Promise<unknown>;
  found: string;
  says: RegExp;
}

const mistakes: Mistake[] = [
  {
    title: 'a migration that has not run',
    make: (db) => db('sync_bot_migrations').where('name', 'like', '0019%').delete(),
    found: 'failed database.migrations',
    says: /not run yet: 0019-thread-notes\.ts\..*npm run migrate/s,
  },
  {
    title: 'a schema that a newer version has changed',
    make: (db) => db('sync_bot_migrations').insert({ name: '9999-of-tomorrow.ts', batch: 9 }),
    found: 'failed database.migrations',
    says: /newer version.*9999-of-tomorrow/s,
  },
  {
    title: 'active staff without an event type',
    make: (db) => db('staff').insert({ id: 'c'.repeat(36), name: 'Cem Can', is_active: 1 }),
    found: 'warning map.staff',
    says: /Cem Can \(c{36}\).*calcom_event_map/s,
  },
  {
    title: 'a service without an event type',
    make: (db) => db('services').insert({ id: 3, name: 'Dauerwelle', duration_minutes: 120 }),
    found: 'warning map.services',
    says: /Dauerwelle \(3\)/,
  },
  {
    title: 'a map that names staff and services that do not exist',
    make: (db) =>
      db('calcom_event_map').insert([
        { service_id: 9, staff_id: ANNA, event_type_id: 11 },
        { service_id: CUT, staff_id: 'd'.repeat(36), event_type_id: 12 },
      ]),
    found: 'warning map.entries',
    says: /service 1 with staff d{36} \(no such staff\), service 9 with staff \S+ \(no such service\)/,
  },
  {
    title: 'a status that the bot does not know, in whatever letters',
    make: async (db) => {
      await insertAppointment(db, { id: 1, startsAt: inHours(2), status: 'Booked' });
      await insertAppointment(db, { id: 2, startsAt: inHours(4), status: 'booked' });
      await insertAppointment(db, { id: 3, startsAt: inHours(-4), status: 'waiting' });
    },
    found: 'warning data.statuses',
    says: /"Booked": 1 \(1 to come\), "waiting": 1 \(0 to come\)\./,
  },
  {
    title: 'a booking system that writes local time',
    make: (db) => insertAppointment(db, { id: 1, startsAt: inHours(30), createdAt: inHours(1) }),
    found: 'warning data.times',
    says: /Of the newest 1 appointments 1 were created in the future.*UTC/s,
  },
  {
    title: 'a bot that is held, and books nothing',
    make: (db) => db('installation').update({ mode: 'held', since: '2025-11-24 11:00:00.000' }),
    found: 'info data.mode',
    says: /held since 2025-11-24T11:00:00.000Z.*\/resync start/s,
  },
  {
    title: 'staff records that count as one person',
    make: (db) =>
      db('staff_persons').insert([
        { staff_id: ANNA, person_id: ANNA },
        { staff_id: BEN, person_id: ANNA },
      ]),
    found: 'info data.persons',
    says: new RegExp(`Anna Albers: ${ANNA} = ${BEN}`),
  },
  {
    title: 'an index on the start that is missing',
    make: (db) => db.schema.alterTable('appointments', (t) => t.dropIndex([], 'appointments_starts_at')),
    found: 'warning database.starts_at_index',
    says: /(CREATE INDEX appointments_starts_at ON appointments \(starts_at\)|ADD INDEX \(`starts_at`\));/,
  },
];

for (const engine of databases())
  describe(`the doctor finds in a database of ${engine.name}`, { skip: engine.skip }, () => {
    for (const { title, make, found, says } of mistakes)
      it(title, async (t) => {
        const { db, complaints } = await openInstallation(t, engine);
        await make(db);
        const complained = await complaints();
        assert.deepEqual(kindsOf(complained), [found]);
        assert.match(`${complained[0]?.what} ${complained[0]?.why} ${complained[0]?.remedy}`, says);
      });

    it('routes by services that do not exist, and by branches that no appointment has', async (t) => {
      const { db, complaints } = await openInstallation(t, engine);
      await insertAppointment(db, { id: 1, startsAt: inHours(2) });
      const saysOf = async (routes: string) => {
        const found = await complaints({ ALERT_ROUTES: routes });
        return found.filter(({ check }) => check === 'map.routes').map(({ what }) => what);
      };
      assert.deepEqual(await saysOf(`service:${CUT}=${CHANNEL}`), []);
      assert.match((await saysOf(`service:77=${CHANNEL}`)).join(), /services that do not exist: 77\./);
      assert.match((await saysOf(`branch:3=${CHANNEL}`)).join(), /no appointment has a branch/);
      await db.schema.alterTable('appointments', (table) => table.integer('branch_id').nullable());
      assert.match((await saysOf(`branch:3=${CHANNEL}`)).join(), /no appointment has a branch/);
      await db('appointments').update({ branch_id: 3 });
      assert.deepEqual(await saysOf(`branch:3=${CHANNEL}`), []);
    });

    it('an empty database, and leaves it as it is', async (t) => {
      const { db, complaints } = await openInstallation(t, engine, { prepare: makeFile });
      const found = await complaints();
      const failures = found.filter(({ level }) => level === 'failed');
      assert.deepEqual(kindsOf(failures), ['failed database.migrations']);
      assert.ok(found.every(({ level }) => level === 'failed' || level === 'skipped'));
      assert.equal(await db.schema.hasTable('sync_bot_migration_lease'), false);
    });

    it('a database of the booking system that the bot has not migrated', async (t) => {
      const { complaints } = await openInstallation(t, engine, { prepare: prepareFormerSalon });
      assert.deepEqual(kindsOf((await complaints()).filter(({ level }) => level !== 'info')), [
        'failed database.migrations',
        'skipped data.mode',
        'skipped data.persons',
        // The former booking system's table has none.
        'warning database.starts_at_index',
      ]);
    });

    it('appointments without staff, and once there are none how to keep it so', async (t) => {
      const { db, complaints } = await openInstallation(t, engine, { prepare: prepareFormer });
      const aboutStaff = async () =>
        (await complaints()).filter(({ check }) => check === 'database.staff_id')[0];
      const [missing] = [await aboutStaff()];
      assert.equal(missing?.level, 'warning');
      assert.match(missing.what, /^Appointments without staff .*: 2, of them still to come: 1\.$/);
      await db('appointments').whereNull('staff_id').update({ staff_id: ANNA });
      const advice = await aboutStaff();
      assert.equal(advice?.level, 'info');
      if (engine.name === 'sqlite')
        return assert.match(String(advice.remedy), /SQLite cannot change a column/);
      const [statement = ''] = /ALTER TABLE .*;/.exec(String(advice.remedy)) ?? [];
      await db.raw(statement);
      assert.equal(await aboutStaff(), undefined);
      const collations = await db('information_schema.columns')
        .whereRaw("table_schema = DATABASE() AND table_name = 'appointments'")
        .where({ column_name: 'staff_id' })
        .select({ collation: 'collation_name' });
      assert.deepEqual(collations, [{ collation: 'utf8mb4_unicode_ci' }]);
    });
  });

/** SQLite makes its file at the first connection. */
async function makeFile(db: Db): Promise<void> {
  await db.raw('SELECT 1');
}

async function prepareFormer(db: Db): Promise<void> {
  await createBusinessTables(db);
  await insertSalon(db);
  await migrateDatabase(db, systemClock);
  await insertAppointment(db, { id: 1, startsAt: inHours(5), staffId: null });
  await insertAppointment(db, { id: 2, startsAt: inHours(-5), staffId: null });
}
