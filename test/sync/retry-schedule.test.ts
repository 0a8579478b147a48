import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addMs, DAY, HOUR, MINUTE, SECOND } from '../../src/instant.ts';
import { NEAR_START_MS, retryAt } from '../../src/sync/retry-schedule.ts';

const now = new Date('2025-11-24T11:00:00Z');
const inWeeks = addMs(now, 30 * DAY);
const waitMs = (attempts: number, startsAt: Date, random = 0) =>
  retryAt(attempts, startsAt, { now, random: () => random }).getTime() - now.getTime();

describe('the retry schedule', () => {
  it('doubles from half a minute to six hours', () => {
    const waits = [0, 1, 2, 3, 9, 10, 60].map((attempts) => waitMs(attempts, inWeeks));
    const expected = [30 * SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE, 256 * MINUTE, 6 * HOUR, 6 * HOUR];
    assert.deepEqual(waits, expected);
  });

  it('is never later than the doubled wait, nor earlier than three quarters of it, far from the start', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    fc.assert(
      fc.property(fc.nat({ max: 200 }), chance, (attempts, random) => {
        const full = waitMs(attempts, inWeeks);
        const wait = waitMs(attempts, inWeeks, random);
        assert.ok(wait <= full && wait >= full * 0.75);
      }),
    );
  });

  it('always lies in the future, and two hours before the start it comes up again', () => {
    const toStart = fc.integer({ min: 1, max: 40 * DAY });
    const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    fc.assert(
      fc.property(fc.nat({ max: 200 }), toStart, chance, (attempts, startMs, random) => {
        const wait = waitMs(attempts, addMs(now, startMs), random);
        assert.ok(wait > 0);
        if (startMs > NEAR_START_MS) assert.ok(wait <= startMs - NEAR_START_MS);
      }),
    );
  });

  it('lies before the start as long as a minute is left', () => {
    for (const leftMs of [MINUTE, 2 * MINUTE, 10 * MINUTE, HOUR, NEAR_START_MS]) {
      for (const attempts of [0, 5, 50]) {
        const wait = waitMs(attempts, addMs(now, leftMs));
        assert.ok(wait < leftMs, `${attempts} tries, ${leftMs} ms left, waits ${wait}`);
      }
    }
  });
});
