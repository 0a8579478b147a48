import { randomUUID } from 'node:crypto';
import { type Claim, claimDue } from '../appointments/claim.ts';
import { readInstallation } from '../appointments/installation.ts';
import { recordLeaseWork, releaseLease, takeLease } from '../appointments/leases.ts';
import { noticeDifferences } from '../appointments/notice.ts';
import { releaseClaim } from '../appointments/record.ts';
import type { Situation } from '../appointments/situation.ts';
import { CalcomBusy, CalcomError } from '../calcom/errors.ts';
import { MINUTE, SECOND } from '../instant.ts';
import { startLoop } from '../loop.ts';
import { adopt } from './adopt.ts';
import {
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
/** With a pace there is a permit every half second: claiming more would only keep them from others. */
const PACED_CLAIMS_MAX = 2;

/** Starts the two loops: one notices differences, the other claims what is due and syncs it. */
export function startEngine(deps: EngineDeps): Engine {
  const { clock, log } = deps;
  const holder = randomUUID();
  const inFlight = new Map<Claim, Promise<void>>();
  const loop = { clock, log, afterFailureMs: AFTER_FAILURE_MS };
  const noticing = startLoop({
    ...loop,
    name: 'notice',
    pass: () => notice(deps, holder, () => working.nudge()),
  });
  const working = startLoop({
    ...loop,
    name: 'work',
    pass: () => work(deps, holder, { inFlight, wake: () => working.nudge() }),
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
        log.warn({ err: error }, 'lease.not_released'),
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
      () => log.warn({ appointmentId }, 'appointment.given_back'),
      (error) => log.warn({ err: error, appointmentId }, 'appointment.not_given_back'),
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
  inFlight: Map<Claim, Promise<void>>;
  wake: () => void;
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

  const room = breaker.state === 'trial' ? 1 - flight.inFlight.size : deps.concurrency - flight.inFlight.size;
  if (room <= 0) return noticeMs;
  const waitMs = await deps.pace.readyInMs(clock.now(), false);
  const claimed = await claimDue(db, {
    now: clock.now(),
    leaseMs: deps.settings.claimLeaseMs,
    limit: deps.pace.isPaced ? Math.min(room, PACED_CLAIMS_MAX) : room,
    askedOnly: waitMs > 0,
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

function launch(
  deps: EngineDeps,
  {
    installationId,
    since,
    ...claimed
  }: { claim: Claim; situation: Situation; installationId: string; since: Date | null },
  { inFlight, wake }: Flight,
): void {
  const { claim, situation } = claimed;
  const log = deps.log.child({ appointmentId: claim.appointmentId });
  const asked = situation.record.askedAt !== null;
  const measured = measuredClaim(claimed, { ...deps, runningSince: since });
  const job = { ...deps, log, claim: measured, situation, installationId, asked };
  const flight = syncAppointment(job)
    .catch((error) => recordUnexpected(job, error))
    .catch((error) => log.error({ err: error }, 'appointment.not_recorded'))
    .finally(() => {
      inFlight.delete(claim);
      deps.onRecorded();
      wake();
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
