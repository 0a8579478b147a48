import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createSandboxClock } from '../../sandbox/clock.ts';

const START = new Date('2025-11-24T16:00:00.000Z');
const HOUR_MS = 3_600_000;

/** Lets everything that is already resolved run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Sleeps of `hours`, and the list in which each puts its name when it wakes. */
function namedSleeps(clock: { sleep(ms: number): Promise<void> }, hours: number[]) {
  const woken: number[] = [];
  for (const hour of hours) clock.sleep(hour * HOUR_MS).then(() => woken.push(hour));
  return woken;
}

describe('the sandbox clock', { timeout: 40_000 }, () => {
  // The clock's own timers do not hold the process, so the tests do.
  let hold: NodeJS.Timeout;
  before(() => {
    hold = setInterval(() => {}, 60_000);
  });
  after(() => clearInterval(hold));

  it('ticks with real time from its start', async () => {
    const clock = createSandboxClock(START);
    const realStartMs = performance.now();
    await clock.sleep(25);
    const shownMs = clock.now().getTime() - START.getTime();
    const realMs = performance.now() - realStartMs;
    assert.ok(shownMs >= 25, `woke ${shownMs} ms after the start`);
    assert.ok(Math.abs(shownMs - realMs) < 100, `shown ${shownMs} ms, real ${realMs} ms`);
  });

  it('wakes, in order, the sleepers whose time a jump has passed, and no other', async () => {
    const clock = createSandboxClock(START);
    const woken = namedSleeps(clock, [3, 1, 2, 5]);
    clock.advance(3 * HOUR_MS);
    await settled();
    assert.deepEqual(woken, [1, 2, 3]);
    clock.moveTo(new Date(START.getTime() + 6 * HOUR_MS));
    await settled();
    assert.deepEqual(woken, [1, 2, 3, 5]);
  });

  it('stands still while frozen and wakes sleepers only by moves', async () => {
    const clock = createSandboxClock(START);
    clock.freeze();
    clock.moveTo(new Date('2025-11-24T17:45:00.000Z'));
    assert.equal(clock.frozen, true);
    let woken = false;
    clock.sleep(5).then(() => {
      woken = true;
    });
    await createSandboxClock(START).sleep(20);
    assert.equal(woken, false);
    assert.equal(clock.now().toISOString(), '2025-11-24T17:45:00.000Z');
    clock.advance(5);
    await settled();
    assert.equal(woken, true);
    assert.equal(clock.now().toISOString(), '2025-11-24T17:45:00.005Z');
  });

  it('freezes the sleepers that were already waiting, and lets them go on when resumed', async () => {
    const clock = createSandboxClock(START);
    let woken = false;
    const sleep = clock.sleep(10).then(() => {
      woken = true;
    });
    clock.freeze();
    const frozenAt = clock.now();
    await createSandboxClock(START).sleep(30);
    assert.equal(woken, false);
    const realResumeMs = performance.now();
    clock.resume();
    assert.equal(clock.frozen, false);
    const shownMs = clock.now().getTime() - frozenAt.getTime();
    assert.ok(shownMs <= performance.now() - realResumeMs, 'the frozen time is not made up for');
    await sleep;
    assert.ok(clock.now().getTime() - START.getTime() >= 10);
  });

  it('lets a sleep of no length end while frozen', async () => {
    const clock = createSandboxClock(START);
    clock.freeze();
    await Promise.all([clock.sleep(0), clock.sleep(-1)]);
  });

  it('wakes a sleeper by its signal, frozen or not, and forgets it', { timeout: 5_000 }, async () => {
    const clock = createSandboxClock(START);
    clock.freeze();
    const abort = new AbortController();
    const sleep = clock.sleep(HOUR_MS, abort.signal);
    abort.abort();
    await sleep;
    await clock.sleep(HOUR_MS, abort.signal);
    clock.advance(2 * HOUR_MS);
  });

  it('never moves backwards unless asked, and then keeps the rest of every sleep', async () => {
    const clock = createSandboxClock(START);
    clock.freeze();
    const woken = namedSleeps(clock, [2]);
    assert.throws(() => clock.moveTo(new Date(START.getTime() - 1)), RangeError);
    assert.throws(() => clock.advance(-1), RangeError);
    assert.throws(() => clock.moveTo(new Date('no date')), RangeError);
    assert.equal(clock.now().getTime(), START.getTime());
    clock.moveTo(new Date(START.getTime() - 24 * HOUR_MS), { backwards: true });
    clock.advance(2 * HOUR_MS - 1);
    await settled();
    assert.deepEqual(woken, []);
    clock.advance(1);
    await settled();
    assert.deepEqual(woken, [2]);
  });

  it('sleeps longer than one timer of the machine can', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error) => warnings.push(warning.name);
    process.on('warning', listen);
    const clock = createSandboxClock(START);
    const woken = namedSleeps(clock, [24 * 40]);
    await createSandboxClock(START).sleep(5);
    process.off('warning', listen);
    assert.deepEqual(warnings, []);
    assert.deepEqual(woken, []);
    clock.advance(24 * 40 * HOUR_MS);
    await settled();
    assert.deepEqual(woken, [24 * 40]);
  });

  it('does not keep a process alive that only sleeps', async () => {
    const module = new URL('../../sandbox/clock.ts', import.meta.url).href;
    const program = `import { createSandboxClock } from ${JSON.stringify(module)};
      createSandboxClock(new Date(0)).sleep(600000);`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { timeout: 20_000 });
  });
});
