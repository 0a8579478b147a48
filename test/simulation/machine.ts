import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { createRandom } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** From here on random ids are the seed's, for the whole process. */
export function seedIds(seed: number): void {
  const random = createRandom(seed ^ 0x5eed);
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => random.whole(0, 15).toString(16)).join('');
  crypto.randomUUID = () => `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}` as const;
  crypto.randomBytes = ((size: number) => Buffer.from(hex(2 * size), 'hex')) as typeof crypto.randomBytes;
  syncBuiltinESMExports();
}

/**
 * What a process gets from its machine beside the clock: random ids, a stop watch, and timers (the pause before a
 * transaction is run again, knex's patience with a ROLLBACK). From here on the seed and the scheduler give them, for
 * the whole process: so this is not for a process that runs tests.
 */
export function seedMachine(seed: number, scheduler: Scheduler): void {
  seedIds(seed);
  Object.assign(globalThis, {
    setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      scheduler.after(ms, null, () => run(...args)),
    clearTimeout: (cancel?: () => void) => cancel?.(),
  });
  performance.now = () => scheduler.nowMs();
}
