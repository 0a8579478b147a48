import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readScenario } from '../../sandbox/scenario.ts';
import type { Stage } from '../../sandbox/stage.ts';
import { readInstallation } from '../../src/appointments/installation.ts';
import { remediate } from '../../src/remediate.ts';
import { type PlanChoice, readPlanChoice } from '../../src/upkeep/choose-plan.ts';
import { startWatchedStage } from '../support/nothing-private.ts';

// The plan on the seed's database, before anybody pressed *Start*.

const SEED = path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json');

describe('the plan', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await startWatchedStage(readScenario(SEED), { frozen: true, settings: { LOG_LEVEL: 'fatal' } });
    while ((await readInstallation(stage.db)).mode === 'new') {
      stage.clock.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  afterEach(() => stage.stop());

  const run = (choice: PlanChoice, dryRun = false) =>
    remediate({ config: stage.config, clock: stage.clock, log: stage.log, actor: 'shell', choice, dryRun });
  const statusOf = async (id: number) =>
    (await stage.db('appointments').where({ id }).first('status')).status;
  const idsOf = (results: Awaited<ReturnType<typeof run>>, name: string) =>
    results.find((result) => result.name === name)?.ids;

  it('puts each row into one group, in the order in which they run', async () => {
    const results = await run('all', true);
    assert.deepEqual(
      results.map(({ name, ids }) => [name, ids]),
      [
        ['past', [661, 662, 663, 664, 667, 673, 676, 700, 703, 705, 708, 735]],
        ['no_staff', [740, 741]],
        ['duplicates', [742, 743]],
        ['no_event_type', [744]],
        ['placeholder', [761]],
        ['adopt', [762]],
        ['wake', [748, 749, 750, 751]],
      ],
    );
  });

  it('changes nothing when it only looks', async () => {
    const before = await stage.db('appointments').orderBy('id');
    const results = await run('all', true);
    assert.ok(results.every(({ done, skipped }) => done === 0 && skipped.length === 0));
    assert.deepEqual(await stage.db('appointments').orderBy('id'), before);
    assert.equal(stage.calcom.calls.filter(({ method }) => method !== 'GET').length, 0);
  });

  it('leaves without being named what a customer may come for', async () => {
    const results = await run('default', true);
    assert.deepEqual(idsOf(results, 'no_staff'), []);
    assert.deepEqual(idsOf(results, 'no_event_type'), []);
    assert.deepEqual(idsOf(results, 'duplicates'), [742, 743], 'the elder is with the same person');
    assert.equal(idsOf(results, 'past')?.length, 12);
  });

  it('takes a duplicate with somebody else only when duplicates are named', async () => {
    const colleague = await stage
      .db('calcom_event_map as m')
      .join('appointments as a', 'a.service_id', 'm.service_id')
      .where('a.id', 742)
      .whereRaw('m.staff_id <> a.staff_id')
      .first('m.staff_id');
    await stage.db('appointments').where({ id: 742 }).update({ staff_id: colleague.staff_id });
    assert.deepEqual(idsOf(await run('default', true), 'duplicates'), [743]);
    assert.deepEqual(idsOf(await run(['duplicates'], true), 'duplicates'), [742, 743]);
  });

  it('closes the younger of two duplicates and keeps the booked one', async () => {
    const elder = await stage
      .db('appointments as e')
      .join('appointments as y', (twin) =>
        twin
          .on('y.customer_id', 'e.customer_id')
          .andOn('y.starts_at', 'e.starts_at')
          .andOn('y.service_id', 'e.service_id'),
      )
      .where('y.id', 742)
      .whereNot('e.id', 742)
      .first('e.id');
    await run(['duplicates']);
    assert.equal(await statusOf(742), 'cancelled');
    assert.equal(await statusOf(elder.id), 'booked');
  });

  it('runs twice without doing anything twice', async () => {
    await run(['past', 'no_staff', 'duplicates', 'no_event_type']);
    const again = await run(['past', 'no_staff', 'duplicates', 'no_event_type']);
    assert.ok(again.every(({ count }) => count === 0));
  });

  it('does not link a booking that was cancelled after the import', async () => {
    const { found_uid: uid } = await stage
      .db('appointment_syncs')
      .where({ appointment_id: 762 })
      .first('found_uid');
    const booking = stage.calcom.state.bookings.find((each) => each.uid === uid);
    assert.ok(booking);
    booking.status = 'cancelled';
    const adopt = (await run(['adopt'])).find(({ name }) => name === 'adopt');
    assert.deepEqual(adopt?.skipped, [{ id: 762, why: 'not_there' }]);
  });
});

describe('the choice of groups', () => {
  it('is what was named, in the order in which groups run', () => {
    assert.deepEqual(readPlanChoice({ only: 'wake, past', all: false }), ['past', 'wake']);
  });
  it('is the default when nothing is named', () => {
    assert.equal(readPlanChoice({ all: false }), 'default');
  });
});
