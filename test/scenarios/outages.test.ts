import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Fault } from '../../sandbox/calcom/faults.ts';
import { addMs, DAY, fromSqlInstant, HOUR, MINUTE, SECOND } from '../../src/instant.ts';
import type { LogEvent } from '../../src/log-events.ts';
import { readBreaker } from '../../src/sync/breaker.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness, type HarnessOptions } from '../support/engine-harness.ts';
import { insertAppointment } from '../support/salon.ts';

const INCIDENT = 'incident:calcom';
const KEY_REFUSED = {
  status: 'error',
  error: { code: 'UnauthorizedException', message: 'ApiAuthStrategy - api key - Your api key is not valid' },
};
const BUSY = { error: { code: 'ThrottlerException', message: 'CustomThrottlerGuard - Too many requests.' } };

const OUTAGES: [string, Fault | 'refuses connections', string][] = [
  ['refuses the key', { kind: 'answer', status: 401, body: KEY_REFUSED }, 'unauthorized'],
  [
    'says 429 again and again',
    { kind: 'answer', status: 429, body: BUSY, headers: { 'X-RateLimit-Reset-Default': '20' } },
    'rate_limited',
  ],
  ['says 500', { kind: 'answer', status: 500, body: { message: 'Internal server error' } }, 'unavailable'],
  ['is behind a broken gateway', { kind: 'down' }, 'unavailable'],
  ['answers garbage', { kind: 'garbage' }, 'unavailable'],
  ['answers half a body', { kind: 'half_body' }, 'unavailable'],
  ['answers nothing', { kind: 'empty' }, 'unavailable'],
  ['hangs', { kind: 'hang' }, 'unavailable'],
  ['resets connections', { kind: 'reset' }, 'unavailable'],
  ['refuses connections', 'refuses connections', 'unavailable'],
];

describe('an outage of Cal.com', { concurrency: 4 }, () => {
  for (const engine of databases()) {
    describe(engine.name, { skip: engine.skip, concurrency: 1 }, () => {
      let bot: Harness;
      let ids: number[] = [];
      before(async () => {
        bot = await createHarness({ engine, timeoutMs: 1_500 });
        bot.allowErrors('key.refused');
        bot.start();
        await bot.looked();
      });
      after(() => bot.close());

      const isIncident = async () => (await bot.openAlerts()).includes(INCIDENT);
      const isAllBooked = () => bot.isState('synced', ...ids);

      for (const [index, [what, fault, kind]] of OUTAGES.entries()) {
        it(`that ${what}: one incident, nothing lost, nothing double, over by itself`, async () => {
          ids = [1, 2, 3, 4, 5].map((n) => index * 5 + n);
          const messages = (await bot.db('alerts').pluck('id')).length;
          const linesBefore = bot.lines.length;
          if (fault === 'refuses connections') await bot.calcom.pause();
          else bot.calcom.faults.add({ fault });
          for (const id of ids) await insertAppointment(bot.db, { id, startsAt: hourOf(id) });
          await bot.pass(10 * SECOND, 'the incident', isIncident);
          assert.equal((await readBreaker(bot.db)).kind, kind);
          for (let minutes = 0; minutes < 3; minutes++) {
            bot.clock.advance(MINUTE);
            await bot.looked();
          }
          assert.deepEqual(await bot.openAlerts(), [INCIDENT]);
          assert.equal(await isAllBooked(), false);

          if (fault === 'refuses connections') await bot.calcom.resume();
          else bot.calcom.faults.clear();
          await bot.pass(10 * SECOND, 'all is booked', isAllBooked);
          await bot.quiet();
          assert.deepEqual(await bot.openAlerts(), []);
          assert.equal((await readBreaker(bot.db)).state, 'closed');
          assert.equal((await bot.db('alerts').pluck('id')).length, messages + 1, 'one message, edited');
          assert.deepEqual(toldOf(bot.lines.slice(linesBefore)), {
            begin: [kind === 'unauthorized' ? 'key.refused' : 'breaker.opened'],
            end: ['breaker.closed'],
            isPaused: kind === 'rate_limited',
          });
          const made = bot.calcom.state.bookings.map(({ metadata }) => Number(metadata.appointmentId));
          assert.deepEqual(
            made.filter((id) => ids.includes(id)).sort((one, other) => one - other),
            ids,
          );
        });
      }
    });

    describe(`that is small or odd (${engine.name})`, { skip: engine.skip, concurrency: 1 }, () => {
      let bot: Harness;
      const open = async (options: Partial<HarnessOptions> = {}) => {
        bot = await createHarness({ engine, timeoutMs: 1_500, ...options });
        bot.start();
        await bot.looked();
      };
      afterEach(() => bot.close());
      const alerts = (): Promise<string[]> => bot.db('alerts').orderBy('id').pluck('subject');

      it('one appointment that Cal.com chokes on is no outage: it backs off, and is booked once it can be', async () => {
        await open();
        bot.calcom.faults.add({ method: 'POST', fault: { kind: 'down' } });
        await insertAppointment(bot.db, { id: 1, startsAt: addMs(bot.clock.now(), 3 * DAY) });
        for (let steps = 0; steps < 18; steps++) {
          bot.clock.advance(10 * MINUTE);
          await bot.looked();
        }
        assert.deepEqual(await alerts(), []);
        const sent = bot.writes().length;
        assert.ok(sent >= 3 && sent <= 10, `it was sent ${sent} times in three hours`);
        bot.calcom.faults.clear();
        await bot.pass(10 * MINUTE, '#1 is booked', () => bot.isState('synced', 1));
        assert.deepEqual(await bot.openAlerts(), []);
        assert.equal(bot.calcom.state.bookings.length, 1);
      });

      it('one that Cal.com chokes on for ever is told two hours before its start', async () => {
        await open();
        bot.calcom.faults.add({ method: 'POST', fault: { kind: 'down' } });
        await insertAppointment(bot.db, { id: 1, startsAt: addMs(bot.clock.now(), 5 * HOUR) });
        await bot.pass(5 * MINUTE, 'it is told', async () => (await bot.openAlerts()).length > 0);
        assert.deepEqual(await bot.openAlerts(), ['appointment:1']);
        const { starts_at: startsAt } = await bot.db('appointments').where({ id: 1 }).first('starts_at');
        assert.ok(fromSqlInstant(startsAt).getTime() - bot.clock.now().getTime() > HOUR);
      });

      it('at its rate limit all wait, and nobody hears of it', async () => {
        await open({ rateLimit: { limit: 6, windowMs: MINUTE, blockMs: MINUTE } });
        const ids = Array.from({ length: 12 }, (_, n) => n + 1);
        for (const id of ids) await insertAppointment(bot.db, { id, startsAt: hourOf(id) });
        await bot.pass(5 * SECOND, 'all are booked', () => bot.isState('synced', ...ids));
        assert.equal(bot.calcom.state.bookings.length, ids.length);
        assert.deepEqual(await alerts(), []);
        const refused = bot.calcom.calls.filter(({ status }) => status === 429);
        assert.ok(refused.length <= 16, `only what was under way was refused, not ${refused.length} calls`);
        const ended = await bot.db('sync_attempts').where({ outcome: 'rate_limited' }).pluck('id');
        assert.equal(ended.length, refused.length, 'each try is kept with its outcome');
      });

      it('two lost answers are nobody’s business, unless the appointment is near', async () => {
        await open();
        bot.calcom.faults.add({ method: 'POST', times: 2, fault: { kind: 'hang' } });
        await insertAppointment(bot.db, { id: 1, startsAt: addMs(bot.clock.now(), HOUR) });
        await insertAppointment(bot.db, { id: 2, startsAt: addMs(bot.clock.now(), DAY) });
        await bot.until('the near one is told', async () => (await bot.openAlerts()).length > 0);
        await bot.looked();
        assert.deepEqual(await bot.openAlerts(), ['appointment:1']);
        await bot.pass(SECOND, 'both are booked', () => bot.isState('synced', 1, 2));
        assert.deepEqual(await bot.openAlerts(), []);
        assert.equal(bot.calcom.state.bookings.length, 2);
      });

      it('a near appointment waits for the end too, with the incident as the only message', async () => {
        await open();
        await bot.calcom.pause();
        await insertAppointment(bot.db, { id: 1, startsAt: hourOf(1) });
        await bot.pass(10 * SECOND, 'the incident', async () => (await bot.openAlerts()).length > 0);
        await insertAppointment(bot.db, { id: 2, startsAt: addMs(bot.clock.now(), HOUR) });
        await bot.looked();
        bot.clock.advance(10 * MINUTE);
        await bot.looked();
        assert.deepEqual(await bot.openAlerts(), [INCIDENT]);
        await bot.calcom.resume();
        await bot.pass(10 * SECOND, 'both are booked', () => bot.isState('synced', 1, 2));
        assert.deepEqual(await alerts(), [INCIDENT]);
      });
    });
  }
});

/** What the log told of the incident. */
function toldOf(lines: Record<string, unknown>[]) {
  const of = (...events: LogEvent[]) =>
    lines.map(({ msg }) => msg as LogEvent).filter((event) => events.includes(event));
  return {
    begin: of('breaker.opened', 'key.refused'),
    end: of('breaker.closed'),
    isPaused: of('pace.paused').length > 0,
  };
}

/** An hour of its own for every appointment, in the salon's hours, from tomorrow on. */
function hourOf(id: number): Date {
  const day = Math.floor(id / 10);
  const sundays = Math.floor((day + 1) / 6);
  return addMs(new Date('2025-11-25T07:00:00Z'), (day + sundays) * DAY + (id % 10) * HOUR);
}
