import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Fault } from '../../sandbox/calcom/faults.ts';
import { addMs, DAY, HOUR, MINUTE, SECOND } from '../../src/instant.ts';
import { readBreaker } from '../../src/sync/breaker.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness, type HarnessOptions } from '../support/engine-harness.ts';
import { insertAppointment, NOON } from '../support/salon.ts';

const IDS = Array.from({ length: 10 }, (_, n) => n + 1);
const tomorrow = (id: number) => addMs(new Date('2025-11-25T07:00:00Z'), id * HOUR);
const KEY_REFUSED = {
  statusCode: 401,
  error: { code: 'UnauthorizedException', message: 'ApiAuthStrategy - api key - Your api key is not valid' },
};
const BUSY: Fault = {
  kind: 'answer',
  status: 429,
  body: { error: { code: 'ThrottlerException', message: 'CustomThrottlerGuard - Too many requests.' } },
  headers: { 'X-RateLimit-Reset-Default': '20' },
};

const OUTAGES: [string, Fault | 'refuses connections', string][] = [
  ['refuses the key', { kind: 'answer', status: 401, body: KEY_REFUSED }, 'unauthorized'],
  ['says 429 again and again', BUSY, 'rate_limited'],
  [
    'says 500',
    { kind: 'answer', status: 500, body: { statusCode: 500, message: 'Internal server error' } },
    'unavailable',
  ],
  ['is behind a broken gateway', { kind: 'down' }, 'unavailable'],
  ['answers garbage', { kind: 'garbage' }, 'unavailable'],
  ['answers half a body', { kind: 'half_body' }, 'unavailable'],
  ['answers nothing', { kind: 'empty' }, 'unavailable'],
  ['hangs', { kind: 'hang' }, 'unavailable'],
  ['resets connections', { kind: 'reset' }, 'unavailable'],
  ['refuses connections', 'refuses connections', 'unavailable'],
];

describe('an outage of Cal.com', { concurrency: 2 }, () => {
  for (const engine of databases()) {
    describe(engine.name, { skip: engine.skip, concurrency: 1 }, () => {
      let bot: Harness;
      const open = async (options: Partial<HarnessOptions> = {}) => {
        bot = await createHarness({ engine, timeoutMs: 60, ...options });
        bot.start();
        await bot.looked();
      };
      afterEach(() => bot.close());

      const insertAll = async () => {
        for (const id of IDS) await insertAppointment(bot.db, { id, startsAt: tomorrow(id) });
      };
      const isAllBooked = () => bot.isState('synced', ...IDS);
      const alerts = (): Promise<string[]> => bot.db('alerts').orderBy('id').pluck('subject');

      async function assertBookedOnce(): Promise<void> {
        assert.equal(bot.calcom.liveBookings().length, IDS.length);
        const made = bot.calcom.state.bookings.map(({ metadata }) => Number(metadata.appointmentId));
        assert.deepEqual(
          made.sort((one, other) => one - other),
          IDS,
        );
        await bot.quiet();
        assert.deepEqual(await bot.openAlerts(), []);
        assert.equal((await readBreaker(bot.db)).state, 'closed');
      }

      for (const [what, fault, kind] of OUTAGES) {
        it(`that ${what}: one incident, nothing lost, nothing double, over by itself`, async () => {
          await open();
          if (fault === 'refuses connections') await bot.calcom.pause();
          else bot.calcom.faults.add({ fault });
          await insertAll();
          await bot.pass(10 * SECOND, 'the incident', async () => (await bot.openAlerts()).length > 0);
          assert.equal((await readBreaker(bot.db)).kind, kind);
          for (let minutes = 0; minutes < 5; minutes++) {
            bot.clock.advance(MINUTE);
            await bot.looked();
          }
          assert.deepEqual(await bot.openAlerts(), ['incident:calcom']);
          assert.deepEqual(await alerts(), ['incident:calcom'], 'one message, edited');
          assert.equal(bot.calcom.liveBookings().length, 0);

          if (fault === 'refuses connections') await bot.calcom.resume();
          else bot.calcom.faults.clear();
          await bot.pass(10 * SECOND, 'all is booked', isAllBooked);
          const dd = JSON.stringify((await bot.db('alerts')).map((a)=>[a.subject,a.raised_at,a.resolved_at,a.resolution]));
          console.log(dd, JSON.stringify(bot.calcom.calls.map((c) => [c.at.toISOString().slice(14,23), c.method, c.path.slice(0, 30), c.status])), JSON.stringify(bot.lines.filter((l) => Number(l.level) > 20).map((l)=>[l.msg,l.answered,l.mode])));
          await assertBookedOnce();
          assert.deepEqual(await alerts(), ['incident:calcom']);
        });
      }

      it('of three hours is over for the only appointment within minutes', async () => {
        await open();
        await bot.calcom.pause();
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow(1) });
        await bot.pass(10 * SECOND, 'the incident', async () => (await bot.openAlerts()).length > 0);
        for (let minutes = 0; minutes < 180; minutes++) {
          bot.clock.advance(MINUTE);
          await bot.looked();
        }
        await bot.calcom.resume();
        const over = bot.clock.now();
        await bot.pass(10 * SECOND, '#1 is booked', () => bot.isState('synced', 1));
        assert.ok(bot.clock.now().getTime() - over.getTime() < 3 * MINUTE);
        await bot.quiet();
        assert.deepEqual(await bot.openAlerts(), []);
      });

      it('that is only its rate limit: all wait, and nobody hears of it', async () => {
        await open({ rateLimit: { limit: 6, windowMs: MINUTE, blockMs: MINUTE } });
        await insertAll();
        await bot.pass(5 * SECOND, 'all is booked', isAllBooked);
        await assertBookedOnce();
        assert.deepEqual(await alerts(), []);
        const refused = bot.calcom.calls.filter(({ status }) => status === 429);
        assert.ok(
          refused.length <= 8,
          `${refused.length} calls were refused: what was in flight, and no more`,
        );
        const ended = await bot.db('sync_attempts').where({ outcome: 'rate_limited' }).pluck('id');
        assert.equal(ended.length, refused.length, 'each try is kept, with its outcome');
      });

      it('of one call is nobody’s business, unless the appointment is near', async () => {
        await open();
        bot.calcom.faults.add({ method: 'POST', times: 2, fault: { kind: 'hang' } });
        await insertAppointment(bot.db, { id: 1, startsAt: addMs(NOON, HOUR) });
        await insertAppointment(bot.db, { id: 2, startsAt: addMs(NOON, DAY) });
        await bot.until('both wait', async () => (await bot.record(2))?.failure_kind === 'unclear');
        await bot.until('the near one is told', async () => (await bot.openAlerts()).length > 0);
        assert.deepEqual(await bot.openAlerts(), ['appointment:1']);
        await bot.pass(SECOND, 'both are booked', () => bot.isState('synced', 1, 2));
        assert.deepEqual(await bot.openAlerts(), []);
        assert.equal(bot.calcom.liveBookings().length, 2);
      });

      it('lets a new appointment wait for the end, with the incident as the only message', async () => {
        await open();
        await bot.calcom.pause();
        await insertAppointment(bot.db, { id: 1, startsAt: tomorrow(1) });
        await bot.pass(10 * SECOND, 'the incident', async () => (await bot.openAlerts()).length > 0);
        await insertAppointment(bot.db, { id: 2, startsAt: addMs(bot.clock.now(), HOUR) });
        await bot.looked();
        bot.clock.advance(10 * MINUTE);
        await bot.looked();
        assert.deepEqual(await bot.openAlerts(), ['incident:calcom']);
        await bot.calcom.resume();
        await bot.pass(10 * SECOND, 'both are booked', () => bot.isState('synced', 1, 2));
      });
    });
  }
});
