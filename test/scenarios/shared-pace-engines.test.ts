import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { CalcomCall } from '../../sandbox/calcom/exchange.ts';
import { STANDARD_RATE_LIMIT } from '../../sandbox/calcom/throttle.ts';
import { wakeRecords } from '../../src/appointments/wake.ts';
import type { Calcom } from '../../src/calcom/client.ts';
import { type Db, isSqlite, openDatabase } from '../../src/database.ts';
import { addMs, DAY, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import type { Engine } from '../../src/sync/engine.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { ANNA, BEN, CUT } from '../support/salon.ts';

const PACE = 110;
const REPLICAS = 3;
const DUE = 700;
const HALF_HOURS_A_DAY = 20;
const CONCURRENCY = 3;
const MINUTES = 5;
const STEP_MS = 250;
/** So many looks at nothing under way, one after the other, are rest. */
const LOOKS = 5;

/** Half-hours of Anna and Ben in turn, from tomorrow on, without Sundays; a higher number never starts earlier. */
function startOf(id: number): Date {
  const workday = Math.floor((id - 1) / (2 * HALF_HOURS_A_DAY));
  const halfHour = Math.floor(((id - 1) % (2 * HALF_HOURS_A_DAY)) / 2);
  const sundays = Math.floor((workday + 1) / 6);
  return addMs(new Date('2025-11-25T07:00:00Z'), (workday + sundays) * DAY + halfHour * 30 * MINUTE);
}

async function insertBacklog(db: Db): Promise<void> {
  const ids = Array.from({ length: DUE }, (_, n) => n + 1);
  const customers = ids.map((id) => ({ id, name: `Customer ${id}`, email: `customer${id}@example.com` }));
  const rows = ids.map((id) => ({
    ...{ id, customer_id: id, service_id: CUT, staff_id: id % 2 === 0 ? BEN : ANNA, status: 'booked' },
    ...{ starts_at: toSqlInstant(startOf(id)), ends_at: toSqlInstant(addMs(startOf(id), 30 * MINUTE)) },
  }));
  await db.batchInsert('customers', customers, 100);
  await db.batchInsert('appointments', rows, 100);
}

/** Tells how many of its calls are under way. */
function withCount(client: Calcom): { client: Calcom; underWay: () => number } {
  let underWay = 0;
  const counting = new Proxy(client, {
    get(target, key) {
      const method = Reflect.get(target, key);
      return (...args: unknown[]) => {
        underWay += 1;
        return Promise.resolve(Reflect.apply(method as () => unknown, target, args)).finally(() => {
          underWay -= 1;
        });
      };
    },
  });
  return { client: counting, underWay: () => underWay };
}

const engine = databases().findLast(({ skip }) => skip === false);
assert.ok(engine);

describe(`bots that share their pace (${engine.name})`, () => {
  let bot: Harness;
  let engines: Engine[];
  let pools: Db[];
  let underWay: () => number;
  let isSlow = false;
  const asked = new Set<number>();
  before(async () => {
    bot = await createHarness({
      ...{ engine, callsPerMinute: PACE, concurrency: CONCURRENCY, noticeMs: SECOND },
      ...{ rateLimit: STANDARD_RATE_LIMIT, timeoutMs: MINUTE },
    });
    bot.clock.freeze();
    const counted = withCount(bot.client);
    underWay = counted.underWay;
    await bot.db('installation').update({ mode: 'running', adopted_at: toSqlInstant(bot.clock.now()) });
    await insertBacklog(bot.db);
    pools = isSqlite(bot.db)
      ? [bot.db]
      : Array.from({ length: REPLICAS }, () => openDatabase(bot.databaseUrl));
    engines = Array.from({ length: REPLICAS }, (_, n) =>
      bot.start({ db: pools[n % pools.length] as Db, client: counted.client }),
    );
  });
  after(async () => {
    bot.clock.resume();
    await bot.close();
    await Promise.all(pools.filter((pool) => pool !== bot.db).map((pool) => pool.destroy()));
  });

  /** Those that Cal.com answers later wait for the clock too. */
  const held = () => (isSlow ? bot.calcom.calls.filter(({ status }) => status === 'none').length : 0);
  const isBusy = () =>
    underWay() > held() ||
    pools.some(
      ({ client: { pool } }) => pool.numUsed() + pool.numPendingAcquires() + pool.numPendingCreates() > 0,
    );

  /** Until all that is left waits for the clock. */
  async function settled(): Promise<void> {
    for (let looks = 0; looks < LOOKS; looks++) {
      await setImmediate();
      if (isBusy()) looks = 0;
    }
  }

  async function pass(ms: number): Promise<void> {
    for (const until = addMs(bot.clock.now(), ms); bot.clock.now() < until; ) {
      await settled();
      bot.clock.advance(STEP_MS);
    }
    await settled();
  }

  const posts = () => bot.calcom.calls.filter(({ method }) => method === 'POST');
  const idOf = ({ body }: CalcomCall) =>
    Number((body as { metadata: { appointmentId: string } }).metadata.appointmentId);

  /** How long it takes until this one is sent, by the clock of all, when a person asks one of the bots for it. */
  async function clicked(id: number, through: Engine): Promise<number> {
    const clickedAt = bot.clock.now().getTime();
    await wakeRecords(bot.db, [id], { now: bot.clock.now(), asked: true });
    through.nudge();
    await settled();
    while (!posts().some((post) => idOf(post) === id)) await pass(STEP_MS);
    asked.add(id);
    return bot.clock.now().getTime() - clickedAt;
  }

  it('use at least 95 % of it for five minutes, the nearest start first, without one 429', async () => {
    const from = bot.clock.now();
    const waits: number[] = [];
    for (const [minute, through] of [...engines, ...engines].slice(0, MINUTES).entries()) {
      await pass(MINUTE / 2);
      waits.push(await clicked(DUE - minute, through));
      await pass(from.getTime() + (minute + 1) * MINUTE - bot.clock.now().getTime());
    }
    const made = bot.calcom.calls.length;
    assert.ok(made >= 0.95 * MINUTES * PACE, `${made} of ${MINUTES * PACE} calls`);
    assert.deepEqual([...new Set(bot.calcom.calls.map(({ status }) => status))], [201]);
    assert.deepEqual(waits, [0, 0, 0, 0, 0], 'no click waited for the backlog');
    const order = posts()
      .map(idOf)
      .filter((id) => !asked.has(id));
    const outOfTurn = Math.max(...order.map((id, at) => Math.abs(at + 1 - id)));
    assert.ok(outOfTurn <= REPLICAS * CONCURRENCY, `${outOfTurn} places off`);
    console.log(`# ${engine.name}: ${made} calls of ${MINUTES * PACE}, at most ${outOfTurn} places off`);
  });

  it('serve a click at once also when all they may work on at once waits for a slow Cal.com', async () => {
    const slow = bot.calcom.faults.add({ method: 'POST', fault: { kind: 'slow', ms: 10 * SECOND } });
    isSlow = true;
    const answered = () => posts().filter(({ status }) => status !== 'none').length;
    await pass(9 * SECOND);
    assert.equal(posts().length - answered(), REPLICAS * CONCURRENCY, 'nobody has a place left');
    const [first] = engines;
    assert.ok(first);
    assert.equal(await clicked(DUE - MINUTES, first), 0);
    slow.remove();
    await pass(10 * SECOND);
    isSlow = false;
  });

  it('all pause when Cal.com says 429 to one, as long as it says', async () => {
    const busy = { error: { code: 'ThrottlerException', message: 'Too many requests.' } };
    const headers = { 'X-RateLimit-Reset-Default': '12' };
    const earlier = bot.calcom.calls.length;
    bot.calcom.faults.add({ times: 1, fault: { kind: 'answer', status: 429, body: busy, headers } });
    while (bot.calcom.calls.every(({ status }) => status !== 429)) await pass(STEP_MS);
    await pass(20 * SECOND);
    const since = bot.calcom.calls.slice(earlier);
    const refused = since.findIndex(({ status }) => status === 429);
    const resumed = since[refused + 1]?.at.getTime() ?? 0;
    assert.ok(resumed - (since[refused]?.at.getTime() ?? 0) >= 12 * SECOND, 'nobody called meanwhile');
    assert.ok(since.length > refused + 5, 'they go on');
    assert.equal(bot.calcom.liveBookings().length, new Set(posts().map(idOf)).size, 'each booked once');
  });
});
