import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { acceptAppointment, type Visit } from '../../src/appointments/accept-appointment.ts';
import { forgetOldTurns } from '../../src/appointments/door-turns.ts';
import { readPersons } from '../../src/appointments/persons.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { addMs, DAY, MINUTE } from '../../src/instant.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { ANNA, BEN, CUT, NOON, prepareFormerSalon } from '../support/salon.ts';

const START = addMs(NOON, DAY);

for (const engine of databases()) {
  describe(`accepting appointments (${engine.name})`, { skip: engine.skip }, () => {
    let database: TestDatabase;
    let db: Db;
    beforeEach(async () => {
      database = await engine.open();
      db = openDatabase(database.url);
      await prepareFormerSalon(db);
      await migrateDatabase(db, createSandboxClock(NOON));
    });
    afterEach(async () => {
      await db.destroy();
      await database.drop();
    });

    const visitOf = (index: number, startsAt = START): Visit => ({
      callId: `call_${index}`,
      customer: { name: `Customer ${index}`, phone: null, email: null },
      isCustomer: () => false,
      serviceId: CUT,
      startsAt,
      endsAt: addMs(startsAt, 30 * MINUTE),
    });
    const accept = async (visit: Visit, staffId: string) =>
      acceptAppointment(db, visit, { staffId, persons: await readPersons(db), now: NOON });

    it('gives a person one of many that overlap and come at once, under whichever staff record', async () => {
      // Both records are one human.
      await db('staff_persons').insert([ANNA, BEN].map((id) => ({ staff_id: id, person_id: ANNA })));
      const accepted = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          accept(visitOf(index, addMs(START, (index % 3) * 5 * MINUTE)), index % 2 ? ANNA : BEN),
        ),
      );
      assert.equal(accepted.filter(({ is }) => is === 'accepted').length, 1);
      assert.equal(accepted.filter(({ is }) => is === 'taken').length, 39);
      assert.equal((await db('appointments')).length, 1);
      assert.equal((await db('customers')).length, 1);
    });

    it('gives two people what overlaps, and one person what only touches', async () => {
      const places: [number, Date, string][] = [
        [1, START, ANNA],
        [2, START, BEN],
        [3, addMs(START, 30 * MINUTE), ANNA],
        [4, addMs(START, -30 * MINUTE), ANNA],
      ];
      for (const [index, startsAt, staffId] of places)
        assert.equal((await accept(visitOf(index, startsAt), staffId)).is, 'accepted');
    });

    it('forgets turns that nobody took for a month, and no others', async () => {
      await accept(visitOf(1), ANNA);
      const later = addMs(NOON, 31 * DAY);
      await acceptAppointment(db, visitOf(2, addMs(later, DAY)), {
        staffId: BEN,
        persons: await readPersons(db),
        now: later,
      });
      await forgetOldTurns(db, later);
      const names: string[] = await db('door_turns').pluck('name');
      assert.equal(names.length, 2);
      assert.ok(names.includes(`person:${BEN}`));
    });
  });
}
