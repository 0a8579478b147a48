import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { createSandboxClock } from '../sandbox/clock.ts';
import { startTimer } from '../src/clock.ts';
import { openDatabase } from '../src/database.ts';
import { addMs, HOUR, MINUTE, SECOND } from '../src/instant.ts';
import { createLog } from '../src/log.ts';
import { readServerTime, startSharedClock } from '../src/shared-clock.ts';
import { databases } from './support/databases.ts';
import { NOON } from './support/salon.ts';

const log = createLog({ level: 'silent', secrets: [] });
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A machine whose clock can be set beside its stop watch, and a server that knows the time. */
async function openMachine(t: TestContext, { offMs }: { offMs: number }) {
  const time = createSandboxClock(NOON);
  time.freeze();
  const machine = { offMs, suspendedMs: 0, tookMs: [] as number[], reads: 0 };
  const sharedClock = await startSharedClock(
    async () => {
      machine.reads += 1;
      const there = time.now();
      time.advance(machine.tookMs.shift() ?? 0);
      return there;
    },
    {
      log,
      machine: {
        clock: { now: () => addMs(time.now(), machine.offMs), sleep: time.sleep },
        stopWatchMs: () => time.now().getTime() - machine.suspendedMs,
      },
    },
  );
  t.after(() => sharedClock.stop());
  await nextTurn();
  return { time, machine, sharedClock };
}

const differenceMs = (one: Date, other: Date) => Math.abs(one.getTime() - other.getTime());

it('the time is the database’s, however far the machine’s clock is off, and whoever sets it', async (t) => {
  const { time, machine, sharedClock } = await openMachine(t, { offMs: 3 * HOUR });
  assert.deepEqual(sharedClock.now(), NOON);
  for (const offMs of [-HOUR, 26 * HOUR, 0]) {
    machine.offMs = offMs;
    time.advance(MINUTE);
    assert.deepEqual(sharedClock.now(), time.now());
    await nextTurn();
    assert.deepEqual(sharedClock.now(), time.now());
  }
});

it('a machine that was suspended asks for the time as soon as somebody wants it', async (t) => {
  const { time, machine, sharedClock } = await openMachine(t, { offMs: 0 });
  sharedClock.now();
  await nextTurn();
  const { reads } = machine;
  time.advance(10 * MINUTE);
  machine.suspendedMs += 10 * MINUTE;
  sharedClock.now();
  await nextTurn();
  assert.ok(machine.reads > reads);
  assert.deepEqual(sharedClock.now(), time.now());
});

it('nobody is sure of the time from a machine’s waking or being set until the server was asked', async (t) => {
  const { time, machine, sharedClock } = await openMachine(t, { offMs: 0 });
  assert.equal(sharedClock.isSure?.(), true);
  time.advance(10 * MINUTE);
  machine.suspendedMs += 10 * MINUTE;
  assert.equal(sharedClock.isSure?.(), false);
  await nextTurn();
  assert.equal(sharedClock.isSure?.(), true);
  machine.offMs = HOUR;
  assert.equal(sharedClock.isSure?.(), false);
  await nextTurn();
  assert.equal(sharedClock.isSure?.(), true);
});

it('an answer that took long is no measure: it is asked again', async (t) => {
  const { time, machine, sharedClock } = await openMachine(t, { offMs: 0 });
  machine.tookMs = [20 * SECOND];
  time.advance(5 * MINUTE);
  await nextTurn();
  assert.deepEqual(sharedClock.now(), time.now());
  time.advance(5 * SECOND);
  await nextTurn();
  assert.ok(differenceMs(sharedClock.now(), time.now()) < SECOND);
});

it('a timer is over when either clock says so: one is set back, and the other stood still', () => {
  const times = { shared: NOON, own: NOON };
  const clock = { now: () => times.shared, sleep: async () => {}, ownNow: () => times.own };
  for (const late of ['shared', 'own'] as const) {
    Object.assign(times, { shared: NOON, own: NOON });
    const isOver = startTimer(clock, MINUTE);
    assert.equal(isOver(), false);
    Object.assign(times, {
      shared: addMs(NOON, -HOUR),
      own: addMs(NOON, -HOUR),
      [late]: addMs(NOON, MINUTE),
    });
    assert.equal(isOver(), true);
  }
});

for (const engine of databases().filter(({ name }) => name === 'mariadb')) {
  it('the server’s time can be read, to the millisecond', { skip: engine.skip }, async (t) => {
    const { url, drop } = await engine.open();
    const db = openDatabase(url);
    t.after(async () => {
      await db.destroy();
      await drop();
    });
    const [[{ text }]] = await db.raw(
      "SELECT DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%fZ') AS text",
    );
    const there = await readServerTime(db);
    assert.ok(there.getTime() >= Date.parse(text));
    assert.ok(differenceMs(there, new Date(text)) < MINUTE);
  });
}
