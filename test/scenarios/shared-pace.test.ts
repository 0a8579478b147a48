import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type CalcomLookAlike, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import { type Calcom, createCalcom } from '../../src/calcom/client.ts';
import type { Clock } from '../../src/clock.ts';
import type { Db } from '../../src/database.ts';
import { addMs, MINUTE, SECOND } from '../../src/instant.ts';
import { silentLog } from '../../src/log.ts';
import { CallNotMade, type Calls, createCalls } from '../../src/sync/calls.ts';
import { createPace } from '../../src/sync/pace.ts';
import { databases } from '../support/databases.ts';
import { openSalon } from '../support/open-salon.ts';
import { NOON, salonWorld } from '../support/salon.ts';
import { API_KEY } from '../support/test-engine.ts';

const PACE = 110;
const REPLICAS = 3;
const CALLS_AT_ONCE = 2;

/** A clock on which time passes only when all `workers` sleep: it jumps to the next of them. */
function createJumpingClock(start: Date, workers: () => number) {
  let now = start;
  const sleepers: { wakesAt: Date; wake: () => void }[] = [];
  function jump() {
    if (sleepers.length === 0 || sleepers.length < workers()) return;
    sleepers.sort((one, other) => one.wakesAt.getTime() - other.wakesAt.getTime());
    const [next] = sleepers.splice(0, 1);
    if (!next) return;
    if (next.wakesAt > now) now = next.wakesAt;
    next.wake();
  }
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ wakesAt: addMs(now, ms), wake });
        jump();
      }),
    jump,
  } satisfies Clock & { jump(): void };
}

for (const engine of databases()) {
  describe(`the pace that replicas share (${engine.name})`, { skip: engine.skip }, () => {
    let salon: Awaited<ReturnType<typeof openSalon>>;
    let calcom: CalcomLookAlike;
    let client: Calcom & { close(): Promise<void> };
    let db: Db;
    let workers = 0;
    const clock = createJumpingClock(NOON, () => workers);
    before(async () => {
      salon = await openSalon(engine);
      db = salon.db;
      // With Cal.com's own limit: 120 a minute.
      calcom = await startCalcom({ clock, world: salonWorld(), apiKey: API_KEY });
      client = createCalcom({ url: calcom.url, apiKey: API_KEY, timeoutMs: 20_000, log: silentLog });
    });
    after(async () => {
      await client.close();
      await calcom.stop();
      await salon.close();
    });

    it(`uses at least 95 % of it over five minutes without one 429, and lets people in at once`, async () => {
      const replicas = Array.from({ length: REPLICAS }, () =>
        createCalls({ db, calcom: client, pace: createPace(db, PACE), clock }),
      );
      const until = addMs(clock.now(), 5 * MINUTE);
      let made = 0;
      /** As the engine does: what waits too long goes back to the queue. */
      async function permitOf(calls: Calls): Promise<void> {
        try {
          await calls.permit(false);
        } catch (error) {
          if (!(error instanceof CallNotMade)) throw error;
          await clock.sleep(error.retryInMs);
          await permitOf(calls);
        }
      }
      async function backlog(calls: Calls) {
        for (;;) {
          await permitOf(calls);
          if (clock.now() >= until) break;
          made += 1;
          await calls.run(null, (each) => each.me());
        }
        workers -= 1;
        clock.jump();
      }
      const waits: number[] = [];
      async function people(calls: Calls) {
        while (clock.now() < until) {
          await clock.sleep(20 * SECOND);
          const clickedAt = clock.now().getTime();
          await calls.read(true, (each) => each.me());
          waits.push(clock.now().getTime() - clickedAt);
          made += 1;
        }
        workers -= 1;
        clock.jump();
      }
      const [first] = replicas;
      assert.ok(first);
      workers = REPLICAS * CALLS_AT_ONCE + 1;
      await Promise.all([
        ...replicas.flatMap((calls) => Array.from({ length: CALLS_AT_ONCE }, () => backlog(calls))),
        people(first),
      ]);

      const configured = 5 * PACE;
      assert.ok(made >= 0.95 * configured, `${made} of ${configured} calls`);
      assert.deepEqual([...new Set(calcom.calls.map(({ status }) => status))], [200]);
      assert.ok(waits.length >= 14 && Math.max(...waits) === 0, `people waited ${waits} ms`);
      console.log(`# ${engine.name}: ${made} calls of ${configured}, no 429, no click waited`);
    });

    it('is a pause for all when Cal.com says 429 to one', async () => {
      const [one, other] = [1, 2].map(() =>
        createCalls({ db, calcom: client, pace: createPace(db, PACE), clock }),
      );
      assert.ok(one && other);
      workers = 1;
      await other.read(true, (each) => each.me());
      const busy = { error: { code: 'ThrottlerException', message: 'Too many requests.' } };
      const headers = { 'X-RateLimit-Reset-Default': '12' };
      calcom.faults.add({ times: 1, fault: { kind: 'answer', status: 429, body: busy, headers } });
      await assert.rejects(one.read(true, (each) => each.me()));
      const refusedAt = clock.now().getTime();
      const before = calcom.calls.length;
      await other.read(true, (each) => each.me());
      assert.equal(calcom.calls.length, before + 1);
      assert.ok(clock.now().getTime() - refusedAt >= 12 * SECOND, 'the other waited as long as Cal.com said');
    });
  });
}
