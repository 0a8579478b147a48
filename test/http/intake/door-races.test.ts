import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Db } from '../../../src/database.ts';
import { databases } from '../../support/databases.ts';
import { ANNA, prepareFormerSalon } from '../../support/salon.ts';
import { type Door, openDoor, type Said, TUESDAY_AT_TWO } from './open-door.ts';

const TIMES = 100;
const nobody = { phone: 'anonymous', email: null };
const requests: [what: string, ask: (door: Door) => Promise<Said>][] = [
  ['of a caller with phone and e-mail', (door) => door.ask()],
  ['of an anonymous caller within a call', (door) => door.askInCall('call_1', { ...nobody, staff: null })],
  ['of an anonymous caller without a call', (door) => door.ask({ ...nobody, staff: null })],
];
const schemas: [name: string, prepare: { prepare?: (db: Db) => Promise<void> }][] = [
  ['our own tables', {}],
  ['tables that forbid nothing', { prepare: prepareFormerSalon }],
];
const atOnce = <T>(times: number, run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, index) => run(index)));

for (const engine of databases()) {
  describe(`a hundred requests at once (${engine.name})`, { skip: engine.skip }, () => {
    let door: Door;
    afterEach(() => door.close());

    for (const [schema, prepare] of schemas) {
      for (const [what, ask] of requests)
        it(`leave one appointment when they are the same ${what}, in ${schema}`, async () => {
          door = await openDoor({ engine, ...prepare });
          const said = await atOnce(TIMES, () => ask(door));
          assert.deepEqual(new Set(said.map(({ body }) => body.ok)), new Set([true]));
          assert.equal(new Set(said.map(({ body }) => body.appointmentId)).size, 1);
          assert.equal((await door.appointments()).length, 1);
          assert.equal((await door.customers()).length, 1);
        });

      it(`leave one appointment when they all want Anna at two, in ${schema}`, async () => {
        door = await openDoor({ engine, ...prepare });
        const said = await atOnce(TIMES, (index) =>
          door.ask({ name: `Customer ${index}`, phone: null, email: null }),
        );
        const accepted = said.filter(({ body }) => body.ok);
        assert.equal(accepted.length, 1);
        assert.deepEqual(new Set(said.map(({ body }) => body.code)), new Set([undefined, 'not_free']));
        assert.equal((await door.appointments()).length, 1);
        assert.equal((await door.customers()).length, 1);
      });
    }

    it('leave one customer when one person books two things at the same moment', async () => {
      door = await openDoor({ engine, prepare: prepareFormerSalon });
      await atOnce(10, (index) =>
        door.ask({
          staff: null,
          time: `${9 + index}:00`,
          phone: index % 2 ? '0151 23456789' : '+4915123456789',
        }),
      );
      assert.equal((await door.appointments()).length, 10);
      assert.equal((await door.customers()).length, 1);
    });
  });

  describe(`the tables of another booking system (${engine.name})`, { skip: engine.skip }, () => {
    let door: Door;
    afterEach(() => door.close());

    it('get what they have columns for, and keep what they forbid', async () => {
      door = await openDoor({
        engine,
        async prepare(db) {
          await prepareFormerSalon(db);
          await db.schema.alterTable('appointments', (table) => {
            table.integer('version').notNullable().defaultTo(1);
            table.dropColumn('source');
          });
          await db.schema.alterTable('customers', (table) => {
            table.datetime('created_at').notNullable().defaultTo('2000-01-01 00:00:00');
            table.unique(['email']);
          });
          await db('customers').insert({ id: 7, name: 'Somebody Else', email: 'clara@salon.example' });
        },
      });
      const { body } = await door.ask();
      assert.equal(body.startsAt, TUESDAY_AT_TWO);
      const [row] = await door.appointments();
      assert.deepEqual([row.staff_id, row.version, 'source' in row], [ANNA, 1, false]);
      const [, customer] = await door.customers();
      assert.deepEqual([customer.name, customer.email, customer.phone], ['Clara Conrad', null, null]);
      assert.match(String(customer.created_at), /^2025-11-24 11:/);
    });

    it('that cannot be read are answered with a sentence', async () => {
      door = await openDoor({ engine });
      door.allowErrors();
      await door.db.schema.renameTable('services', 'services_away');
      const { status, body } = await door.ask({ language: 'en' });
      assert.deepEqual([status, body.code], [500, 'failed']);
      assert.match(body.say, /^I am afraid that did not work just now\./);
    });
  });
}
