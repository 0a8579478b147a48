import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { changeRows, createBusinessTables, insertRows } from '../../sandbox/load-scenario.ts';
import { readScenario } from '../../sandbox/scenario.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { databases, type TestDatabase } from '../support/databases.ts';

const seed = readScenario(path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json'));

for (const engine of databases()) {
  describe(`a scenario's rows on ${engine.name}`, { skip: engine.skip }, () => {
    let database: TestDatabase;
    let db: Db;
    before(async () => {
      database = await engine.open();
      db = openDatabase(database.url);
      await createBusinessTables(db);
      await insertRows(db, seed);
    });
    after(async () => {
      await db?.destroy();
      await database?.drop();
    });

    const appointment = (id: number) => db('appointments').where({ id }).first();

    it('are all there', async () => {
      for (const [table, rows] of Object.entries({
        customers: seed.customers,
        staff: seed.staff,
        services: seed.services,
        calcom_event_map: seed.eventMap,
        appointments: seed.appointments,
      })) {
        const found = await db(table).select('*');
        assert.equal(found.length, rows.length, table);
      }
    });

    it('hold instants as UTC text, and what is not there as NULL', async () => {
      const row = await appointment(748);
      assert.equal(row.starts_at, '2025-11-26 14:00:00.000');
      assert.equal(row.ends_at, '2025-11-26 16:15:00.000');
      assert.equal(row.calcom_sync_status, 'failed');
      assert.equal(row.calcom_v2_booking_uid, null);
      assert.equal(row.sync_error_message.length, 255);
      assert.equal((await appointment(740)).staff_id, null);
      const [umlaut] = await db('customers').where({ email: 'jörg.böhm@example.org' });
      assert.equal(umlaut.name, 'Jörg Böhm');
    });

    it('may be duplicates, and rows of other writers get the defaults', async () => {
      const { customer_id, service_id, staff_id, starts_at, ends_at } = await appointment(748);
      await db('appointments').insert({ customer_id, service_id, staff_id, starts_at, ends_at });
      const row = await db('appointments').orderBy('id', 'desc').first();
      assert.ok(row.id > 762);
      assert.deepEqual([row.status, row.source, row.created_at], ['booked', null, null]);
      await db('appointments').where({ id: row.id }).delete();
    });

    it('follow the insert and update steps', async () => {
      const insert = seed.steps.find((step) => step.do === 'insert');
      assert.ok(insert);
      await changeRows(db, insert);
      const added = await appointment(763);
      assert.equal(added.created_at, '2025-11-24 17:45:00.000');
      await changeRows(db, { do: 'update', table: 'appointments', id: 763, set: { starts_at: new Date(0) } });
      assert.deepEqual(await appointment(763), { ...added, starts_at: '1970-01-01 00:00:00.000' });
      const staff = seed.staff[0]?.id ?? '';
      await changeRows(db, { do: 'update', table: 'staff', id: staff, set: { is_active: false } });
      assert.equal((await db('staff').where({ id: staff }).first()).is_active, 0);
      const absent = { do: 'update', table: 'customers', id: 1, set: { email: null } } as const;
      await assert.rejects(changeRows(db, absent), /customers has no row 1/);
    });

    it('are inserted all or none', async () => {
      const [first] = seed.appointments;
      assert.ok(first);
      const many = Array.from({ length: 450 }, (_, at) => ({ ...first, id: 10_000 + at }));
      await assert.rejects(insertRows(db, { appointments: [...many, first] }));
      assert.equal(await appointment(10_000), undefined);
      await insertRows(db, { appointments: many });
      assert.ok(await appointment(10_449));
    });
  });
}
