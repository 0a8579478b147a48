import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Fault } from '../../sandbox/calcom/faults.ts';
import { addMs, DAY, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { BEN, insertAppointment } from '../support/salon.ts';
import { CLAIM_LEASE_MS, LATE_LANDING_MS } from '../support/test-engine.ts';

const PROGRAM = path.join(import.meta.dirname, '../support/engine-process.ts');
const startOf = (id: number) =>
  addMs(new Date('2025-11-25T07:00:00Z'), Math.floor(id / 4) * DAY + (id % 4) * 2 * HOUR);

interface Case {
  title: string;
  /** The request during which the process dies. */
  dying: { method: string; path: RegExp; fault: Fault };
  /** What happens to the row that is booked already; none: it is new. */
  change?: (id: number) => Record<string, unknown>;
  live: number;
}

const moved = (id: number) => ({
  starts_at: toSqlInstant(addMs(startOf(id), HOUR)),
  ends_at: toSqlInstant(addMs(startOf(id), 1.5 * HOUR)),
});
const withBen = () => ({ staff_id: BEN });
const hang: Fault = { kind: 'hang' };
const landed: Fault = { kind: 'commit_then_hang' };
const late: Fault = { kind: 'late_commit', afterMs: LATE_LANDING_MS - SECOND };
const post = (path: RegExp, fault: Fault) => ({ method: 'POST', path, fault });

const CASES: Case[] = [
  { title: 'a booking that landed', dying: post(/bookings$/, landed), live: 1 },
  { title: 'a booking that never landed', dying: post(/bookings$/, hang), live: 1 },
  { title: 'a booking that landed after the death', dying: post(/bookings$/, late), live: 1 },
  { title: 'a move that landed', dying: post(/reschedule$/, landed), change: moved, live: 1 },
  { title: 'a move that never landed', dying: post(/reschedule$/, hang), change: moved, live: 1 },
  {
    title: 'a cancellation that landed',
    dying: post(/cancel$/, landed),
    change: () => ({ status: 'cancelled' }),
    live: 0,
  },
  { title: 'a replacement that landed', dying: post(/bookings$/, landed), change: withBen, live: 1 },
  {
    title: 'between the new booking and the cancelling of the old one',
    dying: { method: 'GET', path: /bookings\/\w+$/, fault: hang },
    change: withBen,
    live: 1,
  },
  { title: 'the cancelling of the old booking', dying: post(/cancel$/, hang), change: withBen, live: 1 },
];

describe('a process that is killed', { concurrency: 2 }, () => {
  for (const engine of databases()) {
    describe(engine.name, { skip: engine.skip, concurrency: 1 }, () => {
      let bot: Harness;
      let child: ChildProcess | undefined;
      before(async () => {
        bot = await createHarness({ engine });
      });
      afterEach(() => child?.kill('SIGKILL'));
      after(() => bot.close());

      const isStill = async (id: number, live: number) => {
        const record = await bot.record(id);
        return record?.state === (live === 0 ? 'closed' : 'synced') && record.due_at === null;
      };

      for (const [index, { title, dying, change, live }] of CASES.entries()) {
        const id = index + 1;
        it(`during ${title} leaves nothing undone and nothing double`, async () => {
          // Whoever died in the test before kept the lease for comparing.
          bot.clock.advance(MINUTE);
          await insertAppointment(bot.db, { id, startsAt: startOf(id) });
          if (change) {
            const healthy = bot.start();
            await bot.until('it is booked', () => isStill(id, 1));
            await healthy.stop();
            await bot.db('appointments').where({ id }).update(change(id));
          }
          const earlier = bot.calcom.calls.length;
          bot.calcom.faults.add({ ...dying, times: 1 });
          bot.clock.freeze();
          child = startProcess(bot);
          const isMet = () =>
            bot.calcom.calls
              .slice(earlier)
              .some((call) => call.method === dying.method && dying.path.test(call.path));
          await bot.calcom.waitFor(isMet);
          child.kill('SIGKILL');
          await once(child, 'exit');
          bot.clock.resume();
          const record = await bot.record(id);
          assert.ok(record.claim_token, 'it died while it held the claim');

          const successor = bot.start();
          await bot.lookedAround();
          assert.equal(
            (await bot.record(id)).claim_token,
            record.claim_token,
            'the claim counts until it ends',
          );
          bot.clock.advance(CLAIM_LEASE_MS);
          await bot.looked();
          bot.clock.advance(LATE_LANDING_MS);
          await bot.until('all is done', async () => (await bot.isFollowed(id)) && (await isStill(id, live)));
          await bot.quiet();
          await successor.stop();

          const own = bot.calcom.state.bookings.filter(
            ({ metadata }) => metadata.appointmentId === String(id),
          );
          const standing = own.filter(({ status }) => status === 'accepted');
          assert.equal(standing.length, live);
          assert.equal((await bot.record(id)).booking_uid, standing[0]?.uid ?? null);
          assert.equal(own.length, change && live === 1 ? 2 : 1);
          assert.deepEqual(await bot.openAlerts(), []);
        });
      }
    });
  }
});

function startProcess(bot: Harness): ChildProcess {
  const options = [bot.databaseUrl, bot.calcom.url, bot.clock.now().toISOString()];
  return spawn(process.execPath, [PROGRAM, ...options], { stdio: ['pipe', 'ignore', 'inherit'] });
}
