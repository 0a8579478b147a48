import { type Db, withRetries } from '../database.ts';
import { together } from '../together.ts';

const MICROSECONDS_PER_MINUTE = 60_000_000;
const BURST = 5;
const KEPT_FOR_PEOPLE = 3;

/** The one pace of all replicas: a row that moves forward with every call (generic cell rate algorithm). */
export interface Pace {
  /** False when only Cal.com's own pauses hold calls back. */
  isPaced: boolean;
  /** Takes a permit for one call, or tells in how many milliseconds to ask again. */
  take(now: Date, asked: boolean): Promise<{ waitMs: number }>;
  /** Milliseconds until `take` may succeed. */
  readyInMs(now: Date, asked: boolean): Promise<number>;
  /** Nobody calls before `ms` have passed: Cal.com said so. */
  pause(now: Date, ms: number): Promise<void>;
}

/** In microseconds since 1970. */
const readNextCall = together(async (db, asked: null[]): Promise<number[]> => {
  const row = await db('pace').where({ name: 'calcom' }).first('next_call_us');
  return asked.map(() => Number(row.next_call_us));
});

/** When nobody may call before, because calls were made or Cal.com asked for a pause; null when anybody may now. */
export async function readBusyUntil(db: Db, now: Date): Promise<Date | null> {
  const until = new Date(Math.ceil((await readNextCall(db, null)) / 1000));
  return until > now ? until : null;
}

/** `callsPerMinute` 0 means no pace, but for the pauses that Cal.com asks for. */
export function createPace(db: Db, callsPerMinute: number): Pace {
  const stepUs = callsPerMinute === 0 ? 0 : Math.ceil(MICROSECONDS_PER_MINUTE / callsPerMinute);
  const slackUs = (asked: boolean) => (BURST - 1 - (asked ? 0 : KEPT_FOR_PEOPLE)) * stepUs;
  const us = (now: Date) => now.getTime() * 1000;

  async function readyInMs(now: Date, asked: boolean): Promise<number> {
    return Math.max(0, Math.ceil(((await readNextCall(db, null)) - slackUs(asked) - us(now)) / 1000));
  }

  return {
    isPaced: stepUs > 0,
    readyInMs,
    async take(now, asked) {
      if (stepUs === 0) return { waitMs: await readyInMs(now, asked) };
      const taken = await withRetries(() =>
        db('pace')
          .where({ name: 'calcom' })
          .where('next_call_us', '<=', us(now) + slackUs(asked))
          .update({
            next_call_us: db.raw('CASE WHEN next_call_us > ? THEN next_call_us ELSE ? END + ?', [
              us(now),
              us(now),
              stepUs,
            ]),
          }),
      );
      return { waitMs: taken === 1 ? 0 : Math.max(1, await readyInMs(now, asked)) };
    },
    async pause(now, ms) {
      const until = us(now) + ms * 1000 + slackUs(true);
      await withRetries(() =>
        db('pace')
          .where({ name: 'calcom' })
          .where('next_call_us', '<', until)
          .update({ next_call_us: until }),
      );
    },
  };
}
