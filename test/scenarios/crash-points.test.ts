import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { silentLog } from '../../src/log.ts';
import { databases } from '../support/databases.ts';
import { doomedDatabase } from '../support/doomed-database.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { BEN, insertAppointment } from '../support/salon.ts';
import { LATE_LANDING_MS } from '../support/test-engine.ts';

const POINTS_MAX = 120;
const startOf = (id: number) =>
  addMs(new Date('2025-11-25T07:00:00Z'), Math.floor(id / 4) * DAY + (id % 4) * 2 * HOUR);
const isOnSunday = (id: number) => startOf(id).getUTCDay() === 0;

const CHANGES: { title: string; change?: (id: number) => Record<string, unknown> }[] = [
  { title: 'booking' },
  {
    title: 'moving',
    change: (id) => ({
      starts_at: toSqlInstant(addMs(startOf(id), HOUR)),
      ends_at: toSqlInstant(addMs(startOf(id), 1.5 * HOUR)),
    }),
  },
  { title: 'replacing', change: () => ({ staff_id: BEN }) },
];

describe('a process that dies at any step', { concurrency: 2 }, () => {
  for (const engine of databases()) {
    describe(engine.name, { skip: engine.skip, concurrency: 1 }, () => {
      let bot: Harness;
      let id = 0;
      before(async () => {
        bot = await createHarness({ engine });
        const first = bot.start();
        await bot.looked();
        await first.stop();
      });
      after(() => bot.close());

      const live = () => bot.calcom.liveBookings({ appointmentId: String(id) });

      /** The row is there, changed, and nobody has looked at it yet. */
      async function prepare(change: (typeof CHANGES)[number]['change']): Promise<void> {
        do id += 1;
        while (isOnSunday(id));
        await insertAppointment(bot.db, { id, startsAt: startOf(id) });
        if (!change) return;
        const first = bot.start();
        await bot.until('it is booked', () => bot.isFollowed(id));
        await first.stop();
        await bot.db('appointments').where({ id }).update(change(id));
      }

      async function dieAfter(steps: number): Promise<void> {
        const doomed = doomedDatabase(bot.db, steps);
        const process = bot.start({ db: doomed.db, log: silentLog });
        await bot.until('it is dead', doomed.isDead);
        await process.stop();
      }

      for (const { title, change } of CHANGES) {
        it(`while ${title} leaves one booking, and the next process finishes the work`, async () => {
          let isFinished = false;
          let points = 0;
          for (let steps = 1; !isFinished; steps++, points++) {
            assert.ok(steps < POINTS_MAX, 'the work ends some time');
            await prepare(change);
            await dieAfter(steps);
            isFinished = await bot.isFollowed(id);
            assert.ok(live().length <= (title === 'replacing' ? 2 : 1));

            // Its leases and claims run out, and so does the time in which its calls could land.
            bot.clock.advance(LATE_LANDING_MS + MINUTE);
            const next = bot.start();
            await bot.until('the work is done', () => bot.isFollowed(id));
            await next.stop();
            assert.equal(live().length, 1, `one booking after ${steps} steps`);
            assert.equal((await bot.record(id)).booking_uid, live()[0]?.uid);
          }
          assert.ok(points > 5, 'it died at different steps');
        });
      }
    });
  }
});
