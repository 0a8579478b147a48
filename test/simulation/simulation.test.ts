import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guards } from './guards.ts';
import { playSeeds } from './processes.ts';

/** CI plays a thousand by themselves, after the tests. */
const SEEDS_MAX = 100;
const SECONDS = 110;
/** With a guard taken out, a few dozen seeds are enough by far. */
const SEARCH = { from: 1, count: 400, seconds: 300, isOneEnough: true } as const;

// Tests run side by side take each other's cores.
describe('the simulation', { concurrency: 1 }, () => {
  it('plays the same seed twice alike, to the last step', async () => {
    const play = () => playSeeds({ from: 7, count: 2, seconds: 300, isTraced: true });
    const [once, again] = [await play(), await play()];
    assert.equal(once.traced.length, 2);
    assert.deepEqual(again.traced, once.traced);
  });

  for (const { name, theme } of guards) {
    it(`sees that a guard is gone: ${name}`, async () => {
      const { failed } = await playSeeds({ ...SEARCH, without: name, theme });
      assert.notEqual(failed.length, 0, 'a seed fails when the guard is taken out');
    });
  }

  it('finds every promise kept in every seed', async (test) => {
    const { failed, count, tookMs } = await playSeeds({ from: 1, count: SEEDS_MAX, seconds: SECONDS });
    test.diagnostic(`${count} seeds in ${Math.round(tookMs / 1_000)} s`);
    const [first] = failed;
    assert.equal(first, undefined, `npm run test:sim -- --seeds 1 --seed ${first?.seed} tells what happened`);
  });
});
