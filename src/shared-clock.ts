import { type Clock, systemClock } from './clock.ts';
import type { Db } from './database.ts';
import { MINUTE, SECOND } from './instant.ts';
import type { Log } from './log.ts';
import { startLoop } from './loop.ts';

const MEASURE_EVERY_MS = 5 * MINUTE;
const READ_MS_MAX = 5 * SECOND;
const MEASURE_AGAIN_MS = 5 * SECOND;
/** An answer that takes longer says too little about when it was given. */
const ROUND_TRIP_MS_MAX = SECOND;
const FIRST_TRIES_MAX = 5;
const DIFFERENCE_MS_TOLD = 5 * SECOND;

export interface SharedClock extends Clock {
  stop(): Promise<void>;
}

/** What a machine tells the time by: a clock that can be set, and a stop watch that cannot. */
export interface Machine {
  clock: Clock;
  stopWatchMs(): number;
}

const thisMachine: Machine = { clock: systemClock, stopWatchMs: () => performance.now() };

/** The database server's own time. */
export async function readServerTime(db: Db): Promise<Date> {
  const [[{ seconds }]] = await db.raw('SELECT @@timestamp AS seconds').timeout(READ_MS_MAX);
  return new Date(Number(seconds) * SECOND);
}

/**
 * The time that all bots on one database share: that of its server, asked every five minutes and carried on by the stop
 * watch. So it is no matter how far a machine's clock is off, or whether somebody sets it. When it was set, or the
 * machine was suspended, the server is asked at once. Throws when it cannot be asked the first time.
 */
export async function startSharedClock(
  readTime: () => Promise<Date>,
  { log, machine = thisMachine }: { log: Log; machine?: Machine },
): Promise<SharedClock> {
  const { clock, stopWatchMs } = machine;
  const readings = () => ({ watchMs: stopWatchMs(), ownMs: clock.now().getTime() });
  let base: { sharedMs: number; watchMs: number; ownMs: number } | null = null;
  let isToldOff = false;

  /** By how much the machine's clock was set since, or the machine was suspended. */
  function jumpMs(since: { watchMs: number; ownMs: number }): number {
    const now = readings();
    return now.ownMs - since.ownMs - (now.watchMs - since.watchMs);
  }

  async function measure(): Promise<number> {
    const before = readings();
    const there = (await readTime()).getTime();
    const after = readings();
    const tookMs = after.watchMs - before.watchMs;
    const isVague = tookMs > ROUND_TRIP_MS_MAX || Math.abs(jumpMs(before)) > ROUND_TRIP_MS_MAX;
    if (isVague && base !== null) return MEASURE_AGAIN_MS;
    base = { ...after, sharedMs: there + tookMs / 2 };
    tell(after.ownMs - base.sharedMs);
    return isVague ? MEASURE_AGAIN_MS : MEASURE_EVERY_MS;
  }

  function tell(differenceMs: number): void {
    const isOff = Math.abs(differenceMs) > DIFFERENCE_MS_TOLD;
    if (isOff && !isToldOff) log.warn({ seconds: Math.round(differenceMs / SECOND) }, 'clock.differed');
    isToldOff = isOff;
  }

  for (let tries = 1; (await measure()) === MEASURE_AGAIN_MS && tries < FIRST_TRIES_MAX; ) tries++;
  const measuring = startLoop({ name: 'clock', clock, log, pass: measure, afterFailureMs: MEASURE_AGAIN_MS });
  let jumpSeenMs = 0;
  return {
    now() {
      const since = base as NonNullable<typeof base>;
      const jumped = jumpMs(since);
      if (Math.abs(jumped - jumpSeenMs) > ROUND_TRIP_MS_MAX) measuring.nudge();
      jumpSeenMs = jumped;
      return new Date(since.sharedMs + stopWatchMs() - since.watchMs);
    },
    sleep: clock.sleep,
    ownNow: clock.now,
    isSure() {
      const isSure = Math.abs(jumpMs(base as NonNullable<typeof base>)) <= ROUND_TRIP_MS_MAX;
      if (!isSure) measuring.nudge();
      return isSure;
    },
    stop: measuring.stop,
  };
}
