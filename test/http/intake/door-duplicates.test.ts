import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { createSandboxClock } from '../../../sandbox/clock.ts';
import { acceptAppointment, findRepeated, type Visit } from '../../../src/appointments/accept-appointment.ts';
import { readPersons } from '../../../src/appointments/persons.ts';
import { type Db, openDatabase } from '../../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, SECOND } from '../../../src/instant.ts';
import { migrateDatabase } from '../../../src/migrate-database.ts';
import { usablePhone } from '../../../src/sync/contact.ts';
import { isSameCustomer } from '../../../src/sync/same-customer.ts';
import { databases, type TestDatabase } from '../../support/databases.ts';
import { NOON, prepareFormerSalon } from '../../support/salon.ts';

// Everybody has a phone or stays anonymous within one call; each asks in many words for a few visits.
const people = [
  { names: ['Clara Conrad', 'clara conrad', 'Frau Conrad'], phones: ['0151 23456789', '+4915123456789'] },
  { names: ['Jörg Groß', 'Joerg Gross'], phones: ['0049 151 11111111', '(0151) 111-111-11'] },
  { names: ['Max', 'MAX'], phones: ['anonymous', 'Unknown', ''] },
];
const request = fc.record({
  who: fc.nat(people.length - 1),
  name: fc.nat(5),
  phone: fc.nat(5),
  serviceId: fc.integer({ min: 1, max: 2 }),
  hour: fc.nat(2),
  seconds: fc.nat(59),
});
type Request = typeof request extends fc.Arbitrary<infer R> ? R : never;

const pick = (words: string[] | undefined, index: number) => words?.[index % words.length] ?? '';
const keyOf = ({ who, serviceId, hour }: Request) => `${who} ${serviceId} ${hour}`;

function visitOf({ who, name, phone, serviceId, hour, seconds }: Request): Visit {
  const startsAt = addMs(NOON, DAY + hour * HOUR + seconds * SECOND);
  const number = usablePhone(pick(people[who]?.phones, phone));
  const customer = { name: pick(people[who]?.names, name), phone: number, email: null };
  return {
    callId: number === null ? 'call_1' : null,
    customer,
    isCustomer: (stored) => isSameCustomer(customer, stored),
    serviceId,
    startsAt,
    endsAt: addMs(startsAt, 30 * MINUTE),
  };
}

for (const engine of databases()) {
  describe(`duplicates at the door (${engine.name})`, { skip: engine.skip }, () => {
    let database: TestDatabase;
    let db: Db;
    before(async () => {
      database = await engine.open();
      db = openDatabase(database.url);
      await prepareFormerSalon(db);
      await migrateDatabase(db, createSandboxClock(NOON));
    });
    after(async () => {
      await db.destroy();
      await database.drop();
    });

    async function accept(each: Request): Promise<number> {
      const staffId = `staff of ${each.who} for ${each.serviceId}`;
      const accepted = await acceptAppointment(db, visitOf(each), {
        staffId,
        persons: await readPersons(db),
        now: NOON,
      });
      assert.ok(accepted.is !== 'taken');
      return accepted.appointment.id;
    }

    it('are one appointment for each customer, service and minute, and one customer for each person', async () => {
      const requests = fc.array(request, { minLength: 1, maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(requests, fc.boolean(), async (asked, isAtOnce) => {
          for (const table of ['appointments', 'customers', 'door_turns']) await db(table).delete();
          const ids: number[] = isAtOnce ? await Promise.all(asked.map(accept)) : [];
          if (!isAtOnce) for (const each of asked) ids.push(await accept(each));

          const keys = asked.map(keyOf);
          const idOf = new Map(keys.map((key, index) => [key, ids[index]]));
          assert.deepEqual(
            ids,
            keys.map((key) => idOf.get(key)),
          );
          assert.equal((await db('appointments')).length, idOf.size);
          assert.equal(new Set(ids).size, idOf.size);
          for (const [index, each] of asked.entries())
            assert.equal((await findRepeated(db, visitOf(each), NOON))?.id, ids[index]);
          const known = new Set(asked.filter(({ who }) => who < 2).map(({ who }) => who));
          const anonymous = new Set(asked.filter(({ who }) => who === 2).map(keyOf));
          assert.equal((await db('customers')).length, known.size + anonymous.size);
        }),
        { numRuns: engine.name === 'sqlite' ? 40 : 15 },
      );
    });
  });
}
