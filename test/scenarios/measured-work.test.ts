import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readLeaseWork } from '../../src/appointments/leases.ts';
import { addMs, DAY, HOUR } from '../../src/instant.ts';
import { collectMeasures } from '../support/collect-measures.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { BEN, insertAppointment, NOON, prepareFormerSalon } from '../support/salon.ts';

const tomorrow = addMs(NOON, DAY);

for (const engine of databases()) {
  describe(`what the engine tells of its work (${engine.name})`, { skip: engine.skip }, () => {
    let bot: Harness;
    let seen: ReturnType<typeof collectMeasures>;
    beforeEach(async () => {
      seen = collectMeasures();
      bot = await createHarness({ engine, prepare: prepareFormerSalon, measures: seen.measures });
    });
    afterEach(() => bot.close());

    const endings = () => seen.told.claim.map(({ outcome, reason }) => `${outcome} ${reason}`);
    const attempts = () => seen.told.attempt.map(({ operation, outcome }) => `${operation} ${outcome}`);

    it('is each claim’s end with its reason, each write’s outcome, and each permit', async () => {
      bot.start();
      await bot.quiet();
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      await bot.until('#1 is booked', () => bot.isState('synced', 1));
      await insertAppointment(bot.db, { id: 2, startsAt: addMs(tomorrow, HOUR), staffId: null });
      await bot.until('#2 has failed', () => bot.isState('failed', 2));
      await bot.db('appointments').where({ id: 1 }).update({ status: 'cancelled' });
      await bot.until('#1 is closed', () => bot.isState('closed', 1));
      await bot.quiet();
      assert.deepEqual(endings(), ['synced null', 'failed no_staff', 'closed cancelled']);
      assert.deepEqual(attempts(), ['book answered', 'cancel answered']);
      assert.ok(seen.told.permit.length >= 2 && seen.told.permit.every(({ asked }) => !asked));
      for (const { tookMs } of seen.told.claim) assert.ok(tookMs > 0 && tookMs < 60_000);
    });

    it('is what Cal.com refuses and what stays unclear, and what comes of it later', async () => {
      await insertAppointment(bot.db, {
        id: 1,
        startsAt: tomorrow,
        customer: { email: 'jürgen@exämple.de' },
      });
      bot.calcom.faults.add({ method: 'POST', times: 1, fault: { kind: 'reset' } });
      bot.start();
      await bot.until('it waits', async () => (await bot.record(1))?.failure_kind === 'unclear');
      await bot.looked();
      assert.deepEqual([attempts(), endings()], [['book unclear'], ['deferred unclear']]);
      await bot.pass(30_000, 'its failure', () => bot.isState('failed', 1));
      assert.equal(attempts().at(-1), 'book refused');
      assert.equal(endings().at(-1), 'failed contact_invalid');
    });

    it('is how long a difference was known until it was closed, but not of what had failed', async () => {
      await insertAppointment(bot.db, { id: 1, startsAt: tomorrow });
      await insertAppointment(bot.db, { id: 2, startsAt: addMs(tomorrow, HOUR), staffId: null });
      bot.calcom.faults.add({ method: 'POST', times: 1, fault: { kind: 'reset' } });
      bot.start();
      await bot.until('#1 waits', async () => (await bot.record(1))?.failure_kind === 'unclear');
      await bot.pass(30_000, 'its booking', () => bot.isState('synced', 1));
      const waited = seen.told.claim.find(({ outcome }) => outcome === 'synced')?.noticedMsAgo;
      assert.ok(Number(waited) >= 30_000, String(waited));
      await bot.until('#2 has failed', () => bot.isState('failed', 2));
      await bot.db('appointments').where({ id: 2 }).update({ staff_id: BEN });
      await bot.until('#2 is booked', () => bot.isState('synced', 2));
      await bot.looked();
      assert.equal(seen.told.claim.findLast(({ outcome }) => outcome === 'synced')?.noticedMsAgo, null);
    });

    it('is every comparison, which all replicas can see', async () => {
      const startedAt = bot.clock.now();
      bot.start();
      await bot.quiet();
      assert.ok(seen.told.comparison.length > 0);
      const last = await readLeaseWork(bot.db, 'notice');
      assert.ok(last && last.at >= startedAt && last.at <= bot.clock.now());
    });
  });
}
