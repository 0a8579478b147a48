import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Fault } from '../../sandbox/calcom/faults.ts';
import { addMs, DAY, HOUR, SECOND, toSqlInstant } from '../../src/instant.ts';
import { askAgain } from '../../src/sync/ask.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { BEN, COLOUR, insertAppointment } from '../support/salon.ts';
import { LATE_LANDING_MS } from '../support/test-engine.ts';

/** Every appointment has a morning of its own, Anna's and Ben's. */
const startOf = (id: number) =>
  addMs(new Date('2025-11-25T08:00:00Z'), (id + Math.floor((id + 1) / 6)) * DAY);

type Change = Record<string, unknown>;
const BOOK = /^\/v2\/bookings$/;
const CANCEL = /\/cancel$/;

interface Operation {
  title: string;
  /** The request that meets the fault. */
  path: RegExp;
  /** What happens to the row that is booked already; none: it is new. */
  change?: (id: number) => Change;
  live: number;
}

const OPERATIONS: Operation[] = [
  { title: 'booking', path: BOOK, live: 1 },
  {
    title: 'moving',
    path: /\/reschedule$/,
    change: (id) => ({
      starts_at: toSqlInstant(addMs(startOf(id), HOUR)),
      ends_at: toSqlInstant(addMs(startOf(id), 1.5 * HOUR)),
    }),
    live: 1,
  },
  { title: 'cancelling', path: CANCEL, change: () => ({ status: 'cancelled' }), live: 0 },
  { title: 'booking the replacement', path: BOOK, change: () => ({ staff_id: BEN }), live: 1 },
  { title: 'cancelling what was replaced', path: CANCEL, change: () => ({ staff_id: BEN }), live: 1 },
  {
    title: 'cancelling what stands in its own way',
    path: CANCEL,
    change: (id) => ({ service_id: COLOUR, ends_at: toSqlInstant(addMs(startOf(id), 1.5 * HOUR)) }),
    live: 1,
  },
  {
    title: 'booking anew what stood in its own way',
    path: BOOK,
    change: (id) => ({ service_id: COLOUR, ends_at: toSqlInstant(addMs(startOf(id), 1.5 * HOUR)) }),
    live: 1,
  },
];

const LATE: Fault = { kind: 'late_commit', afterMs: LATE_LANDING_MS - SECOND };
const FAULTS: Fault[] = [
  { kind: 'commit_then_hang' },
  LATE,
  { kind: 'hang' },
  { kind: 'commit_then_reset' },
  { kind: 'commit_then_answer', status: 502, body: '<html>Bad gateway</html>' },
  { kind: 'reset' },
  { kind: 'garbage' },
  { kind: 'half_body' },
  { kind: 'empty' },
  { kind: 'answer', status: 500, body: { statusCode: 500, message: 'Internal server error' } },
];
const LANDING = ['commit_then_hang', 'late_commit', 'commit_then_reset', 'commit_then_answer'];
/** Everything for a first booking; for the others what differs: it landed, it lands later, it never does. */
const CASES = OPERATIONS.flatMap((operation) =>
  (operation.change ? FAULTS.slice(0, 3) : FAULTS).map((fault) => ({ ...operation, fault })),
);

describe("an answer of Cal.com's that never came", { concurrency: 2 }, () => {
  for (const engine of databases()) {
    describe(engine.name, { skip: engine.skip, concurrency: 1 }, () => {
      let bot: Harness;
      before(async () => {
        bot = await createHarness({ engine, timeoutMs: 150 });
        bot.start();
      });
      after(() => bot.close());

      const isDone = async (id: number) =>
        (await bot.isFollowed(id)) && (await bot.record(id)).due_at === null;

      // What the wire can do beyond the first three is the same for every database.
      const cases = CASES.filter(({ fault }) => engine.name === 'sqlite' || FAULTS.indexOf(fault) < 3);
      for (const [index, { title, path, change, fault, live }] of cases.entries()) {
        const id = index + 1;
        it(`${title}: ${fault.kind} leaves exactly what the row says`, async () => {
          // Cal.com works: a second and third lost answer in a row would be an incident.
          const healthy = change ? id : 1_000 + id;
          await insertAppointment(bot.db, { id: healthy, startsAt: startOf(healthy) });
          await bot.until('it is booked', () => isDone(healthy));
          const earlier = bot.writes().filter((call) => path.test(call.path)).length;
          bot.calcom.faults.add({ method: 'POST', path, times: 1, fault });
          if (change) await bot.db('appointments').where({ id }).update(change(id));
          else await insertAppointment(bot.db, { id, startsAt: startOf(id) });
          await bot.calcom.waitFor(
            () => bot.writes().filter((call) => path.test(call.path)).length > earlier,
          );

          await bot.until('the engine knows or waits', async () => {
            const record = await bot.record(id);
            return record.claim_token === null && record.open_attempt_id === null
              ? isDone(id)
              : record.failure_kind === 'unclear' && record.claim_token === null;
          });
          bot.clock.advance(LATE_LANDING_MS / 2);
          await bot.looked();
          bot.clock.advance(LATE_LANDING_MS / 2);
          await bot.until('Cal.com has what the row says', () => isDone(id));

          const own = bot.calcom.state.bookings.filter(
            ({ metadata }) => metadata.appointmentId === String(id),
          );
          const standing = bot.calcom.liveBookings({ appointmentId: String(id) });
          assert.equal(standing.length, live);
          assert.equal((await bot.record(id)).booking_uid, standing[0]?.uid ?? null);
          assert.equal(own.length, change && live === 1 ? 2 : 1, 'no booking was made and thrown away');
          const sent = bot.writes().filter((call) => path.test(call.path)).length - earlier;
          assert.equal(sent, LANDING.includes(fault.kind) ? 1 : 2, 'what landed is not sent again');
          assert.deepEqual(await bot.openAlerts(), []);
        });
      }

      it('a person who asks again meanwhile does not hurry what could still land', async () => {
        const id = CASES.length + 1;
        bot.calcom.faults.add({ method: 'POST', path: BOOK, times: 1, fault: LATE });
        await insertAppointment(bot.db, { id, startsAt: startOf(id) });
        await bot.until('it waits', async () => (await bot.record(id))?.failure_kind === 'unclear');
        const sent = bot.writes().length;
        for (let seconds = 0; seconds < 5; seconds++) {
          bot.clock.advance(LATE_LANDING_MS / 6);
          await askAgain(bot.db, { which: [id], actor: 'U1', now: bot.clock.now() });
          await bot.looked();
        }
        bot.clock.advance(LATE_LANDING_MS / 6);
        await bot.until('it is found', () => isDone(id));
        assert.equal(bot.writes().length, sent);
      });
    });
  }
});
