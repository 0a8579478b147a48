import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  countHomeRows,
  type HomeFilter,
  homeFilters,
  readHomeRows,
} from '../../src/appointments/home-list.ts';
import type { Db } from '../../src/database.ts';
import { addMs, HOUR, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { openSalon } from '../support/open-salon.ts';
import { insertAppointment, NOON } from '../support/salon.ts';

for (const engine of databases()) {
  describe(`the list of the App Home on ${engine.name}`, { skip: engine.skip }, () => {
    let db: Db;
    let close: () => Promise<void>;

    before(async () => {
      ({ db, close } = await openSalon(engine));
      const at = (hours: number) => addMs(NOON, hours * HOUR);
      await insertAppointment(db, { id: 1, startsAt: at(3), staffId: null });
      await insertAppointment(db, { id: 2, startsAt: at(2), staffId: null, status: 'cancelled' });
      await insertAppointment(db, { id: 3, startsAt: at(-2), staffId: null });
      await insertAppointment(db, { id: 4, startsAt: at(2), staffId: null });
      await insertAppointment(db, { id: 5, startsAt: at(1) });
      for (const [id, state] of Object.entries({ 1: 'failed', 2: 'failed', 3: 'failed', 4: 'closed' }))
        await db('appointment_syncs').insert({
          ...{ appointment_id: id, state, attempts: 0, created_at: toSqlInstant(NOON) },
          starts_at: toSqlInstant(NOON),
        });
    });
    after(() => close());

    const idsOf = async (filter: HomeFilter) => {
      const wanted = { filter, reader: 'U0ANNA', now: NOON };
      const rows = await readHomeRows(db, { ...wanted, limit: 10, offset: 0 });
      assert.equal(await countHomeRows(db, wanted), rows.length);
      return rows.map(({ appointmentId }) => appointmentId);
    };

    it('has what each filter says, and counts it alike', async () => {
      const lists = await Promise.all(homeFilters.map(async (filter) => [filter, await idsOf(filter)]));
      assert.deepEqual(Object.fromEntries(lists), {
        failed: [1, 3],
        past: [3],
        pending: [5, 4],
        no_staff: [4, 1],
        mine: [],
      });
    });

    it('has under mine what the reader touched last, as long as it is not over and done with', async () => {
      await insertAppointment(db, { id: 6, startsAt: addMs(NOON, -30 * HOUR) });
      await db('appointment_syncs').insert({ appointment_id: 6, state: 'closed', closed_reason: 'done' });
      const touch = { at: toSqlInstant(NOON), action: 'noted' };
      for (const id of [1, 3, 6])
        await db('history').insert({ ...touch, appointment_id: id, actor: 'U0ANNA' });
      assert.deepEqual(await idsOf('mine'), [1, 3]);
      await db('history').insert({ ...touch, appointment_id: 1, actor: 'U0BEN' });
      assert.deepEqual(await idsOf('mine'), [3]);
    });
  });
}
