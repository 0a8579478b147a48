import type { Clock } from '../clock.ts';
import { CallNotMade, type Calls } from '../sync/calls.ts';

/** Calls whose reading is given up `ms` from now, all of it together, with CallNotMade; or earlier by `signal`. */
export function createPatientCalls(
  calls: Calls,
  { clock, ms, signal }: { clock: Clock; ms: number; signal: AbortSignal },
): Calls {
  const isOver = clock.sleep(ms, signal).then(() => {
    throw new CallNotMade(0);
  });
  // Nobody may be reading when it ends.
  isOver.catch(() => {});
  return { ...calls, read: (asked, call) => Promise.race([calls.read(asked, call), isOver]) };
}
