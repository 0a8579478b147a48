import type { Calcom, EventType, SlotsQuery } from '../calcom/client.ts';
import { CalcomBusy, CalcomError, CalcomRefused, CalcomUnauthorized } from '../calcom/errors.ts';
import type { Clock } from '../clock.ts';
import { type Db, logOf } from '../database.ts';
import { addMs, MINUTE, SECOND } from '../instant.ts';
import type { Measures } from '../measures.ts';
import { closeBreaker, lastSeenBreaker, openBreaker } from './breaker.ts';
import { keepAnswers } from './kept-answers.ts';
import type { Pace } from './pace.ts';

/** It is not the time for the call: nothing was sent. `retryInMs` is when to ask again. */
export class CallNotMade extends Error {
  readonly retryInMs: number;
  constructor(retryInMs: number) {
    super('not the time to call Cal.com');
    this.name = 'CallNotMade';
    this.retryInMs = retryInMs;
  }
}

/** How Cal.com is called: at the shared pace, and with an ear for whether it serves us at all. */
export interface Calls {
  /** Waits for a permit; throws CallNotMade when it would take long. */
  permit(asked: boolean): Promise<void>;
  /** Runs a call that has its permit; `writesFor` is the appointment that it writes for, null when it only reads. */
  run<T>(writesFor: number | null, call: (calcom: Calcom) => Promise<T>): Promise<T>;
  /** Writes fail although Cal.com answers: only a write can tell whether that is over. */
  areWritesInTrouble(): boolean;
  /** Whether Cal.com answers at all and takes our key; takes no permit. */
  answers(): Promise<boolean>;
  /** Permit and call in one, for what only reads. */
  read<T>(asked: boolean, call: (calcom: Calcom) => Promise<T>): Promise<T>;
  /** What `read` gives, or gave lately: to explain, never to decide what is written. */
  recall: Recall;
}

export interface Recall {
  eventType(asked: boolean, id: number): Promise<EventType>;
  /** Forgotten when this process has changed anything at Cal.com; `isStale` tells of what was kept. */
  slots(asked: boolean, query: SlotsQuery, isStale: (starts: Date[]) => boolean): Promise<Date[]>;
}

const EVENT_TYPES_KEPT = { ms: MINUTE, most: 200 };
const SLOTS_KEPT = { ms: 15 * SECOND, most: 100 };
const PERMIT_WAIT_MS_MAX = 15 * SECOND;
const FAILURES_MAX = 3;

interface CallDeps {
  db: Db;
  calcom: Calcom;
  pace: Pace;
  clock: Clock;
  /** Once it aborts only people get a permit: what they wait for is finished, everything else goes on elsewhere. */
  stopping?: AbortSignal;
  measures?: Measures;
}

export function createCalls(deps: CallDeps): Calls {
  const ear = createEar(deps);
  const permit = (asked: boolean) => waitForPermit(deps, asked);
  const eventTypes = keepAnswers<EventType>(deps.clock, EVENT_TYPES_KEPT);
  const slots = keepAnswers<Date[]>(deps.clock, SLOTS_KEPT);

  async function run<T>(writesFor: number | null, call: (calcom: Calcom) => Promise<T>): Promise<T> {
    try {
      const result = await call(deps.calcom);
      if (writesFor !== null) slots.forget();
      await ear.heard(writesFor);
      return result;
    } catch (error) {
      if (error instanceof CalcomRefused) await ear.heard(writesFor);
      else if (error instanceof CalcomError) await ear.failed(error, writesFor);
      throw error;
    }
  }

  async function read<T>(asked: boolean, call: (calcom: Calcom) => Promise<T>): Promise<T> {
    await permit(asked);
    return run(null, call);
  }

  return {
    permit,
    run,
    answers: () => answers(deps.calcom),
    areWritesInTrouble: ear.areWritesInTrouble,
    read,
    recall: {
      eventType: (asked, id) =>
        eventTypes.read(String(id), () => read(asked, (calcom) => calcom.eventType(id))),
      slots: (asked, query, isStale) =>
        slots.read(JSON.stringify(query), () => read(asked, (calcom) => calcom.slots(query)), isStale),
    },
  };
}

/** Waits until the shared pace allows one call; throws CallNotMade when that would take long. */
export async function waitForPermit(
  { pace, clock, stopping, measures }: Pick<CallDeps, 'pace' | 'clock' | 'stopping' | 'measures'>,
  asked: boolean,
): Promise<void> {
  const given = asked ? undefined : stopping;
  let waited = 0;
  for (;;) {
    if (given?.aborted) throw new CallNotMade(0);
    const { waitMs } = await pace.take(clock.now(), asked);
    if (waitMs === 0) {
      measures?.permit({ asked, waitedMs: waited });
      return;
    }
    if (waited + waitMs > PERMIT_WAIT_MS_MAX) throw new CallNotMade(waitMs);
    await clock.sleep(waitMs, given);
    waited += waitMs;
  }
}

/** Tells a call in trouble from a server in trouble. */
async function answers(calcom: Calcom): Promise<boolean> {
  try {
    await calcom.me();
    return true;
  } catch {
    return false;
  }
}

/** Listens to how calls end, and opens or closes the breaker. */
function createEar({ db, calcom, pace, clock }: CallDeps) {
  // Of different appointments: one that Cal.com always chokes on says nothing about Cal.com.
  const failedWrites = new Set<number>();
  let limited = 0;
  let limitedUntil = new Date(0);

  async function busy(error: CalcomBusy, now: Date): Promise<void> {
    await pace.pause(now, error.resetMs);
    // Calls that were under way together meet one limit together.
    if (now < limitedUntil) return;
    limitedUntil = addMs(now, error.resetMs);
    logOf(db).warn({ waitSeconds: Math.ceil(error.resetMs / SECOND) }, 'pace.paused');
    limited += 1;
    if (limited >= FAILURES_MAX) await openBreaker(db, { kind: 'rate_limited', now });
  }

  return {
    /** A clear answer came, a refusal included. */
    async heard(writesFor: number | null): Promise<void> {
      limited = 0;
      if (writesFor === null) return;
      failedWrites.clear();
      if (lastSeenBreaker(db) === 'trial') await closeBreaker(db, clock.now());
    },
    areWritesInTrouble: () => failedWrites.size >= FAILURES_MAX,
    async failed(error: CalcomError, writesFor: number | null): Promise<void> {
      const now = clock.now();
      if (error instanceof CalcomUnauthorized) return openBreaker(db, { kind: 'unauthorized', now });
      if (error instanceof CalcomBusy) return busy(error, now);
      if (writesFor !== null) failedWrites.add(writesFor);
      const isDown = failedWrites.size >= FAILURES_MAX || !(await answers(calcom));
      if (isDown) await openBreaker(db, { kind: 'unavailable', now });
    },
  };
}

/** What reading gives, or null when Cal.com does not answer: for what is worth knowing, not worth failing for. */
export async function readQuietly<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CalcomError || error instanceof CallNotMade) return null;
    throw error;
  }
}
