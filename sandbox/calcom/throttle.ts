// Cal.com's rate limit: a fixed window from the first hit, and a block that further hits do not prolong.

import { namedRefusal } from './named-refusals.ts';
import type { Clock } from './world.ts';

export interface RateLimit {
  limit: number;
  windowMs: number;
  blockMs: number;
}

export interface Throttle {
  /** Counts one request of `caller`, right or wrong; throws the 429 when it is one too many. */
  count(caller: string): void;
  /** The headers that every answer to `caller` carries. */
  headers(caller: string): Record<string, string>;
}

interface Tally {
  hits: number;
  windowEndsMs: number;
  /** 0 while not blocked. */
  blockEndsMs: number;
}

export const STANDARD_RATE_LIMIT: RateLimit = { limit: 120, windowMs: 60_000, blockMs: 60_000 };

export function createThrottle({ limit, windowMs, blockMs }: RateLimit, clock: Clock): Throttle {
  const tallies = new Map<string, Tally>();

  function tallyOf(caller: string): Tally {
    const nowMs = clock.now().getTime();
    const known = tallies.get(caller);
    const isOver = !known || nowMs >= (known.blockEndsMs || known.windowEndsMs);
    const tally = isOver ? { hits: 0, windowEndsMs: nowMs + windowMs, blockEndsMs: 0 } : known;
    tallies.set(caller, tally);
    return tally;
  }

  return {
    count(caller) {
      const tally = tallyOf(caller);
      tally.hits += 1;
      if (tally.hits > limit && !tally.blockEndsMs) tally.blockEndsMs = clock.now().getTime() + blockMs;
      if (tally.blockEndsMs) {
        throw namedRefusal('throttled');
      }
    },

    headers(caller) {
      const { hits, windowEndsMs, blockEndsMs } = tallyOf(caller);
      const restMs = (blockEndsMs || windowEndsMs) - clock.now().getTime();
      return {
        'X-RateLimit-Limit-Default': String(limit),
        'X-RateLimit-Remaining-Default': String(Math.max(limit - hits, 0)),
        'X-RateLimit-Reset-Default': String(Math.ceil(restMs / 1000)),
      };
    },
  };
}

export const NO_THROTTLE: Throttle = { count() {}, headers: () => ({}) };
