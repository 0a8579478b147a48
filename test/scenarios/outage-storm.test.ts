import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { addMs, DAY, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { ANNA, CUT, insertAppointment } from '../support/salon.ts';

const [sqlite] = databases();
assert.ok(sqlite);
const DUE = 5_000;
const ROWS_PER_INSERT = 250;
const INCIDENT = 'incident:calcom';

/** The same hours are taken many times over: what is to be seen here is what happens while Cal.com is down. */
async function insertMany(bot: Harness): Promise<void> {
  await insertAppointment(bot.db, { id: DUE + 1, startsAt: addMs(bot.clock.now(), 20 * HOUR) });
  const rows = Array.from({ length: DUE }, (_, n) => {
    const startsAt = addMs(bot.clock.now(), DAY + n * MINUTE);
    return {
      id: n + 1,
      customer_id: DUE + 1,
      service_id: CUT,
      staff_id: ANNA,
      starts_at: toSqlInstant(startsAt),
      ends_at: toSqlInstant(addMs(startsAt, MINUTE)),
      status: 'booked',
    };
  });
  for (let from = 0; from < DUE; from += ROWS_PER_INSERT)
    await bot.db('appointments').insert(rows.slice(from, from + ROWS_PER_INSERT));
}

describe('Cal.com down with 5,000 appointments due', () => {
  let bot: Harness;
  before(async () => {
    bot = await createHarness({ engine: sqlite, callsPerMinute: 110 });
  });
  after(() => {
    // Calls that wait for their turn get it.
    bot.clock.resume();
    return bot.close();
  });

  const whileTimePasses = (what: string, isSo: () => Promise<boolean>) =>
    bot.until(what, () => {
      bot.clock.advance(SECOND);
      return isSo();
    });

  it('is one incident and no other alert, however long it lasts, and all of them go on when it is over', async () => {
    bot.calcom.faults.add({ fault: { kind: 'down' } });
    bot.clock.freeze();
    await bot.db('installation').update({ mode: 'running', adopted_at: toSqlInstant(bot.clock.now()) });
    await insertMany(bot);
    bot.start();
    const isIncident = async () => (await bot.openAlerts()).includes(INCIDENT);
    await whileTimePasses('the incident is told', isIncident);
    const later = addMs(bot.clock.now(), 5 * MINUTE);
    await whileTimePasses('five minutes are over', async () => bot.clock.now() > later);
    assert.deepEqual(await bot.openAlerts(), [INCIDENT]);
    const claimed = await bot.db('sync_attempts').countDistinct({ tried: 'appointment_id' }).first();
    assert.ok(Number(claimed?.tried) <= 10, `${claimed?.tried} were tried before it was known`);
    const waiting = await bot.db('appointment_syncs').whereNotNull('due_at').count({ n: '*' }).first();
    assert.equal(Number(waiting?.n), DUE + 1, 'all are due still');

    bot.calcom.faults.clear();
    await whileTimePasses('it is over', async () => !(await isIncident()));
    assert.deepEqual(await bot.db('alerts').where({ subject: INCIDENT }).pluck('resolution'), ['over']);
    await whileTimePasses('the nearest is booked', () => bot.isState('synced', DUE + 1));
  });
});
