import { randomUUID } from 'node:crypto';
import { type Claim, claimDue } from '../appointments/claim.ts';
import { readInstallation } from '../appointments/installation.ts';
import { recordLeaseWork, releaseLease, takeLease } from '../appointments/leases.ts';
import { noticeDifferences } from '../appointments/notice.ts';
import { releaseClaim } from '../appointments/record.ts';
import type { Situation } from '../appointments/situation.ts';
import { CalcomBusy, CalcomError } from '../calcom/errors.ts';
import { MINUTE, SECOND } from '../instant.ts';
import { logWith } from '../log-context.ts';
import { startLoop } from '../loop.ts';
import { adopt } from './adopt.ts';
import {
  type BreakerState,
  closeBreaker,
  isAnythingWaiting,
  openBreaker,
  readBreaker,
  recordProbe,
  takeProbe,
} from './breaker.ts';
import { CallNotMade } from './calls.ts';
import { recordUnexpected } from './failure.ts';
import { measuredClaim } from './measured-claim.ts';
import type { Pace } from './pace.ts';
import { syncAppointment } from './sync-appointment.ts';
import { createTurns, type Turns } from './turns.ts';
import type { SyncDeps } from './work.ts';

export interface EngineDeps extends SyncDeps {
  pace: Pace;
  startHeld: 'auto' | 'never';
  noticeMs: number;
  concurrency: number;
  /** Called when something that people see may have changed. */
  onRecorded: () => void;
}

export interface Engine {
  /** Something changed: notice and claim at once. */
  nudge(): void;
  /** True while a pass runs, is called for, or an appointment is being worked on. */
  isBusy(): boolean;
  /** Claims nothing more, waits at most eight seconds for what is in flight, and gives back the claims on the rest. */
  stop(): Promise<void>;
}

const LEASE_MS = 30 * SECOND;
const ADOPTION_RETRY_MS = 15 * SECOND;
const AFTER_FAILURE_MS = 5 * SECOND;
const DRAINING_MS_MAX = 8 * SECOND;
const TELLING_MS = 100;
/** With a pace there is a permit every half second: claiming more would only keep them from others. */
const PACED_CLAIMS_MAX = 2;
/** Beyond what is worked on at once: a person does not wait for a place that the backlog has. */
const PLACES_FOR_PEOPLE = 2;

/** Starts the two loops: one notices differences, the other claims what is due and syncs it. */
export function startEngine(deps: EngineDeps): Engine {
  const { clock, log } = deps;
  const holder = randomUUID();
  const inFlight = new Map<Claim, Promise<void>>();
  const turns = createTurns(deps.concurrency);
  const loop = { clock, log, afterFailureMs: AFTER_FAILURE_MS };
  let toldMs = 0;
  // Under load neither loop is called for every single one: both read before they know that there is nothing to do.
  function ended(): void {
    const { most, atLeast } = roomFor(deps);
    if (inFlight.size <= most - atLeast) working.nudge();
    if (inFlight.size > 0 && performance.now() - toldMs < TELLING_MS) return;
    toldMs = performance.now();
    deps.onRecorded();
  }
  const noticing = startLoop({
    ...loop,
    name: 'notice',
    pass: () => notice(deps, holder, () => working.nudge()),
  });
  const working = startLoop({
    ...loop,
    name: 'work',
    pass: () => work(deps, holder, { turns, inFlight, ended }),
  });
  return {
    nudge() {
      noticing.nudge();
      working.nudge();
    },
    isBusy: () => noticing.isBusy() || working.isBusy() || inFlight.size > 0,
    async stop() {
      await Promise.all([noticing.stop(), working.stop()]);
      await drain(deps, inFlight);
      // Else nobody compares until the lease runs out.
      await releaseLease(deps.db, { name: 'notice', holder }).catch((error) =>
        log.warn({ err: error, lease: 'notice' }, 'lease.kept'),
      );
    },
  };
}

/** What Cal.com does not end is given back: whoever claims it next finds its open attempt and looks it up. */
async function drain({ db, clock, log }: EngineDeps, inFlight: Map<Claim, Promise<void>>): Promise<void> {
  const drained = new AbortController();
  await Promise.race([Promise.all(inFlight.values()), clock.sleep(DRAINING_MS_MAX, drained.signal)]);
  drained.abort();
  const now = clock.now();
  for (const claim of inFlight.keys()) {
    const { appointmentId } = claim;
    await releaseClaim(db, claim, { dueAt: now, now }).then(
      (released) => released === 'recorded' && log.warn({ appointmentId }, 'claim.abandoned'),
      (error) => log.warn({ err: error, appointmentId }, 'claim.kept'),
    );
  }
}

/** One comparison, when this replica holds the lease. */
async function notice(deps: EngineDeps, holder: string, wake: () => void): Promise<number> {
  const { db, clock, noticeMs, measures } = deps;
  if ((await readInstallation(db)).mode !== 'running') return noticeMs;
  const now = clock.now();
  if (!(await takeLease(db, { name: 'notice', holder, ms: LEASE_MS, now }))) return noticeMs;
  // Not by the clock: when that is set forward meanwhile, the next comparison would be hours away.
  const startedMs = performance.now();
  const noticed = await noticeDifferences(db, now);
  if (noticed > 0) wake();
  const tookMs = performance.now() - startedMs;
  measures?.comparison({ tookMs });
  await recordLeaseWork(db, { name: 'notice', holder }, { at: clock.now(), tookMs });
  return nextComparisonMs(noticeMs, tookMs);
}

/** How long after a comparison that took so long the next one comes. */
export function nextComparisonMs(noticeMs: number, tookMs: number): number {
  return Math.max(noticeMs, 20 * tookMs);
}

interface Flight {
  turns: Turns;
  inFlight: Map<Claim, Promise<void>>;
  /** Called whenever one of them is over. */
  ended: () => void;
}

/** One round of claims; returns when to look again. What is claimed goes on beside the loop. */
async function work(deps: EngineDeps, holder: string, flight: Flight): Promise<number> {
  const { db, clock, noticeMs } = deps;
  const { mode, installationId, since } = await readInstallation(db);
  if (mode === 'held') return noticeMs;
  const breaker = await readBreaker(db);
  if (breaker.state === 'open') {
    await probe(deps);
    return noticeMs;
  }
  if (mode === 'new') return adoptOnce(deps, holder);

  const { places, isFull } = placesLeft(deps, breaker, flight.inFlight.size);
  if (places <= 0) return noticeMs;
  const waitMs = await deps.pace.readyInMs(clock.now(), false);
  const claimed = await claimDue(db, {
    now: clock.now(),
    leaseMs: deps.settings.claimLeaseMs,
    limit: places,
    askedOnly: waitMs > 0 || isFull,
  });
  for (const each of claimed) launch(deps, { ...each, installationId, since }, flight);
  if (claimed.length > 0) return 0;
  const isUndecided = deps.calls.areWritesInTrouble() && (await isAnythingWaiting(db));
  if (breaker.state === 'trial' && flight.inFlight.size === 0 && !isUndecided) {
    await closeBreaker(db, clock.now());
    deps.onRecorded();
  }
  return waitMs > 0 ? Math.min(waitMs, noticeMs) : noticeMs;
}

/** How many more may be claimed now; when it is full, only what a person asked for. */
function placesLeft(
  deps: EngineDeps,
  { state }: BreakerState,
  inFlight: number,
): { places: number; isFull: boolean } {
  if (state === 'trial') return { places: 1 - inFlight, isFull: false };
  const { most, atLeast } = roomFor(deps);
  const left = most - inFlight;
  const isFull = left < atLeast;
  const places = isFull ? left + PLACES_FOR_PEOPLE : left;
  return { places: deps.pace.isPaced ? Math.min(places, PACED_CLAIMS_MAX) : places, isFull };
}

/**
 * How many may be worked on at once, and how many are claimed at least in one go. Without a pace some are read and written
 * together while others have their turn at Cal.com.
 */
function roomFor({ pace, concurrency }: EngineDeps): { most: number; atLeast: number } {
  return pace.isPaced
    ? { most: concurrency, atLeast: 1 }
    : { most: 6 * concurrency, atLeast: 2 * concurrency };
}

function launch(
  deps: EngineDeps,
  {
    installationId,
    since,
    ...claimed
  }: { claim: Claim; situation: Situation; installationId: string; since: Date | null },
  { turns, inFlight, ended }: Flight,
): void {
  const { log } = deps;
  const { claim, situation } = claimed;
  const { appointmentId } = claim;
  const asked = situation.record.askedAt !== null;
  const measured = measuredClaim(claimed, { ...deps, runningSince: since });
  const job = { ...deps, claim: measured, situation, installationId, asked, turns };
  log.debug({ appointmentId, asked }, 'appointment.claimed');
  const flight = logWith({ appointmentId }, () =>
    syncAppointment(job)
      .catch((error) => recordUnexpected(job, error))
      .catch((error) => log.error({ err: error, appointmentId }, 'outcome.lost')),
  ).finally(() => {
    inFlight.delete(claim);
    ended();
  });
  inFlight.set(claim, flight);
}

async function adoptOnce(deps: EngineDeps, holder: string): Promise<number> {
  const { db, clock, log, calls, startHeld } = deps;
  const lease = { name: 'adoption', holder } as const;
  if (!(await takeLease(db, { ...lease, ms: 10 * MINUTE, now: clock.now() }))) return deps.noticeMs;
  try {
    const { placeholderEmailDomain } = deps.settings;
    const mode = await adopt({ db, calls, clock, startHeld, placeholderEmailDomain });
    log.info({ mode }, 'adoption.done');
    if ((await readBreaker(db)).state === 'trial') await closeBreaker(db, clock.now());
    deps.onRecorded();
    return 0;
  } catch (error) {
    if (!(error instanceof CalcomError || error instanceof CallNotMade)) throw error;
    log.warn({ err: error }, 'adoption.postponed');
    // Also when Cal.com serves us otherwise: without the list nothing is ever booked, and somebody has to know.
    if (error instanceof CalcomError && !(error instanceof CalcomBusy)) {
      await openBreaker(db, { kind: 'unavailable', now: clock.now() });
    }
    deps.onRecorded();
    return ADOPTION_RETRY_MS;
  } finally {
    await releaseLease(db, lease);
  }
}

/** Asks Cal.com whether it serves us again, when it is time and no other replica does. */
async function probe({ db, clock, calls, log, onRecorded }: EngineDeps): Promise<void> {
  if (!(await takeProbe(db, clock.now()))) return;
  const answered = await calls.answers();
  await recordProbe(db, { answered, now: clock.now() });
  log.info({ answered }, 'calcom.probed');
  onRecorded();
}
