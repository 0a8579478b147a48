import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RUNS } from './hostile-values.ts';

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

export const MEGABYTE = 1024 * 1024;
/** 400 bytes an input: compiled code and caches that fill up come to less, whatever is kept of inputs to more. */
const GROWTH_MAX = 3 * MEGABYTE;
const WARM_UP = RUNS / 4;

/** What is freed with an object is freed a moment after it. */
export async function collectGarbage(): Promise<void> {
  for (let rounds = 0; rounds < 3; rounds++) {
    collect();
    await setImmediate();
  }
}

async function heldBytes(): Promise<number> {
  await collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What the process keeps of inputs that it has answered. `forget` drops what the test itself has kept of them. */
export function watchMemory(forget: () => void) {
  let inputs = 0;
  let warm = 0;
  return {
    /** Called after each input. */
    async answered(): Promise<void> {
      inputs += 1;
      if (inputs === WARM_UP) {
        forget();
        warm = await heldBytes();
      }
    },
    async assertBounded(): Promise<void> {
      assert.ok(inputs > WARM_UP);
      forget();
      const grown = (await heldBytes()) - warm;
      assert.ok(grown < GROWTH_MAX, `${grown} bytes are kept of ${inputs - WARM_UP} inputs`);
    },
  };
}
