import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { insertPlan, startPlan } from '../../src/appointments/plans.ts';
import { addMs, DAY, HOUR, toSqlInstant } from '../../src/instant.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { createPace } from '../../src/sync/pace.ts';
import { makePlan } from '../../src/sync/plan/make-plan.ts';
import { startPlans } from '../../src/upkeep/start-plans.ts';
import { databases } from '../support/databases.ts';
import { createHarness } from '../support/engine-harness.ts';
import { ANNA, CUT, insertAppointment, NOON } from '../support/salon.ts';

const PAST_ROWS = 500;

for (const engine of databases()) {
  describe(`a plan of ${PAST_ROWS} past appointments on ${engine.name}`, { skip: engine.skip }, () => {
    it('is made and run without keeping a booking back', async () => {
      const harness = await createHarness({ engine });
      const { db, clock, log } = harness;
      const calls = createCalls({ db, clock, calcom: harness.client, pace: createPace(db, 0) });
      const plans = startPlans({
        ...{ db, clock, log, calls, claimLeaseMs: 60_000, locale: 'de' as const },
        onChanged: () => {},
      });
      try {
        harness.start();
        await harness.quiet();
        await db('customers').insert({ id: 1, name: 'Customer', email: 'customer1@example.com' });
        const rows = Array.from({ length: PAST_ROWS }, (_, index) => {
          const startsAt = addMs(NOON, -DAY - index * HOUR);
          return {
            ...{ id: index + 1, customer_id: 1, service_id: CUT, staff_id: ANNA },
            ...{ starts_at: toSqlInstant(startsAt), ends_at: toSqlInstant(addMs(startsAt, HOUR / 2)) },
          };
        });
        await db.batchInsert('appointments', rows, 100);
        const now = clock.now();
        const [past] = await makePlan(db, { calls: null, now });
        const items = (past?.items ?? []).map((item) => ({ ...item, group: 'past' as const }));
        const id = await insertPlan(db, items, now);
        await startPlan(db, id, { actor: 'U0EMIL', now });
        plans.nudge();
        await harness.until('it has begun', async () => Boolean(await db('undo_entries').first()));
        await insertAppointment(db, { id: 5_000, startsAt: addMs(NOON, 2 * DAY) });
        await harness.until('the new one is booked', () => harness.isState('synced', 5_000));
        assert.ok(await db('plans').whereNull('finished_at').first(), 'booked while the plan runs');
        await harness.until('it is finished', async () => {
          return Boolean(await db('plans').whereNotNull('finished_at').first());
        });
        assert.equal((await db('appointments').where({ status: 'cancelled' })).length, PAST_ROWS);
      } finally {
        await plans.stop();
        await harness.close();
      }
    });
  });
}
