import { isAlertOpen } from '../appointments/alerts.ts';
import type { Appointment } from '../appointments/appointment.ts';
import type { Attempt, AttemptEnding } from '../appointments/attempts.ts';
import { recordClosed, recordDeferred, recordFailed, releaseClaim } from '../appointments/record.ts';
import { hashOf, readSituations } from '../appointments/situation.ts';
import { CalcomBusy, type CalcomError } from '../calcom/errors.ts';
import { isPassing } from '../database.ts';
import { addMs, MINUTE, SECOND } from '../instant.ts';
import { readQuietly } from './calls.ts';
import { type Answer, classify } from './classify.ts';
import { diagnoseConflict, minimumNoticeMinutes } from './diagnosis.ts';
import { type FailureKind, failureRules } from './failure-kinds.ts';
import { findLanding, recordLanding } from './landing.ts';
import type { FailureHint } from './refusals.ts';
import { NEAR_START_MS, RECHECK_MS, retryAt, WINDOW_RETRY_MS } from './retry-schedule.ts';
import { shortText, withoutName } from './short-text.ts';
import { rawAnswerOf, type Work } from './work.ts';

/** A failure that is known. */
export interface Failure {
  kind: FailureKind;
  text: string | null;
  blocker: Appointment | null;
  /** Whose booking is in the way, also when that appointment is gone. */
  blockedBy?: number | null;
  hint?: FailureHint | undefined;
}

interface Trouble {
  error: CalcomError;
  operation: Attempt['operation'] | 'read';
  attempt?: Attempt;
  hint?: FailureHint | undefined;
}

/** Nothing was sent: the claim goes back as it was. */
export async function giveBack({ db, claim, clock }: Work, retryInMs: number): Promise<void> {
  const now = clock.now();
  await releaseClaim(db, claim, { dueAt: addMs(now, retryInMs), now });
}

/** Records what an error of Cal.com's means for the appointment. */
export async function recordTrouble(work: Work, trouble: Trouble): Promise<void> {
  const { error, operation, attempt } = trouble;
  const startsAt = startOf(work);
  const answer = classify(error, { operation, startsAt, now: work.clock.now() });
  if (attempt && answer.is === 'failure' && answer.lookUp) {
    const found = await readQuietly(async () => ({ landing: await findLanding(work, attempt) }));
    // Cal.com in trouble may not answer the look-up either: then nothing is known yet, whatever the answer said.
    if (found === null) return recordKind(work, trouble, 'unclear');
    const { landing } = found;
    if (landing) {
      return recordLanding(work, attempt, { landing, outcome: 'found', answer: rawAnswerOf(error) });
    }
  }
  if (answer.is === 'past') return recordPast(work, trouble);
  const hint = answer.is === 'failure' ? answer.hint : undefined;
  await recordKind(work, { ...trouble, hint }, await kindOf(work, answer));
}

/** Too late to book or move. A booking that still stands at another time is withdrawn as soon as the start is over. */
async function recordPast(work: Work, { error, attempt }: Trouble): Promise<void> {
  const { db, claim, clock, situation } = work;
  const now = clock.now();
  const ended = attempt && ending(attempt, 'refused', error);
  const { bookingUid, pushed } = situation.record;
  if (bookingUid === null || pushed === null || pushed.startsAt <= now) {
    await recordClosed(db, claim, { reason: 'past', attempt: ended, now });
    return;
  }
  const dueAt = addMs(new Date(Math.max(startOf(work).getTime(), now.getTime())), SECOND);
  await defer(work, { kind: 'unclear', text: null, counts: true, dueAt, attempt: ended });
}

async function kindOf(work: Work, answer: Answer): Promise<FailureKind> {
  if (answer.is !== 'failure') return 'cancelled_there';
  if (answer.kind !== 'outside_window') return answer.kind;
  // One text says both "too soon" and "too far": only the event type tells which.
  const noticeMinutes = await minimumNoticeMinutes(work);
  // The next look would come after the start, or the notice is not known: either way a person has to hear of it now.
  const soonMs = Math.max(noticeMinutes * MINUTE, WINDOW_RETRY_MS);
  return startOf(work) > addMs(work.clock.now(), soonMs) ? 'outside_window' : 'host_conflict';
}

async function recordKind(work: Work, { error, attempt, hint }: Trouble, kind: FailureKind): Promise<void> {
  const now = work.clock.now();
  const text = withoutName(shortText(error.answer?.message || error.message), work.situation.customer?.name);
  switch (kind) {
    case 'unauthorized':
      return defer(work, {
        kind,
        text,
        counts: false,
        dueAt: now,
        attempt: attempt && ending(attempt, 'refused', error),
      });
    case 'rate_limited': {
      const dueAt = addMs(now, error instanceof CalcomBusy ? error.resetMs : 0);
      return defer(work, {
        kind,
        text,
        counts: false,
        dueAt,
        attempt: attempt && ending(attempt, kind, error),
      });
    }
    case 'unavailable':
      return defer(work, {
        kind,
        text,
        counts: true,
        dueAt: retryAt(work.situation.record.attempts, startOf(work), { now, random: work.random }),
        attempt: attempt && ending(attempt, 'not_sent', error),
      });
    case 'unclear': {
      // The attempt stays open: it may still land, and is looked for before anything is sent again.
      const settledAt = addMs(attempt?.intentAt ?? now, work.settings.lateLandingMs);
      const backoffAt = retryAt(work.situation.record.attempts, startOf(work), { now, random: work.random });
      const dueAt = settledAt > backoffAt ? settledAt : backoffAt;
      return defer(work, { kind, text, counts: true, dueAt, attempt: undefined });
    }
    case 'outside_window': {
      const dueAt = addMs(now, WINDOW_RETRY_MS);
      return defer(work, {
        kind,
        text,
        counts: false,
        dueAt,
        attempt: attempt && ending(attempt, 'refused', error),
      });
    }
    default: {
      const failure = { kind, text, blocker: null, hint };
      return fail(work, failure, attempt && ending(attempt, 'refused', error));
    }
  }
}

const UNDIAGNOSED = { cause: null, evidence: [] };

/** Records a failure that needs a change or a person; of a host conflict, with the evidence. */
export async function fail(work: Work, failure: Failure, attempt?: AttemptEnding): Promise<void> {
  const { db, claim, clock, situation } = work;
  const { kind, text, blocker, blockedBy = blocker?.id ?? null, hint = null } = failure;
  const isConflict = kind === 'host_conflict';
  const found = isConflict ? await diagnoseConflict(work, { blocker, hint }) : UNDIAGNOSED;
  await recordFailed(db, claim, {
    kind,
    ...found,
    text,
    blockedBy,
    triedHash: hashOf(situation, blocker),
    dueAt: recheckAt(work, kind),
    bookingGone: kind === 'cancelled_there',
    attempt,
    alert: failureRules[kind].actor === 'nobody' ? 'keep' : 'raise',
    now: clock.now(),
  });
}

const UNEXPECTED_MAX = 5;

/**
 * Something broke that is no answer of Cal.com's. The database's passing troubles are over the next time; a bug of ours
 * is tried again a few times, then it is an engineer's.
 */
export async function recordUnexpected(work: Work, error: unknown): Promise<void> {
  work.log.error({ err: error, appointmentId: work.claim.appointmentId }, 'appointment.broken');
  const [current = work.situation] = await readSituations(work.db, [work.claim.appointmentId]);
  const { attempts, openAttemptId } = current.record;
  if (!isPassing(error) && attempts + 1 >= UNEXPECTED_MAX && openAttemptId === null) {
    return fail(work, { kind: 'unknown', text: null, blocker: null });
  }
  const now = work.clock.now();
  const dueAt = retryAt(attempts, startOf(work), { now, random: work.random });
  await defer(work, { kind: 'unknown', text: null, counts: true, dueAt, attempt: undefined });
}

/** When a failure of this kind is looked at again by itself; null when only a change or a person helps. */
export function recheckAt(work: Work, kind: FailureKind): Date | null {
  if (failureRules[kind].retry !== 'recheck') return null;
  const dueAt = addMs(work.clock.now(), RECHECK_MS);
  return dueAt < startOf(work) ? dueAt : null;
}

async function defer(
  work: Work,
  deferred: {
    kind: FailureKind;
    text: string | null;
    counts: boolean;
    dueAt: Date;
    attempt: AttemptEnding | undefined;
  },
): Promise<void> {
  const { db, claim, clock, situation } = work;
  const now = clock.now();
  const isNear =
    startOf(work).getTime() - now.getTime() <= NEAR_START_MS && deferred.kind !== 'outside_window';
  const isPersonal = isNear && situation.appointment !== null && !(await isAlertOpen(db, 'incident:calcom'));
  await recordDeferred(db, claim, {
    ...deferred,
    triedHash: hashOf(situation, situation.blocker),
    wasFailed: situation.record.state === 'failed',
    alert: isPersonal ? 'raise' : 'refresh',
    now,
  });
}

export function ending(attempt: Attempt, outcome: string, error?: CalcomError): AttemptEnding {
  return { id: attempt.id, outcome, answer: error && rawAnswerOf(error) };
}

function startOf({ situation, clock }: Work): Date {
  return situation.appointment?.startsAt ?? situation.record.pushed?.startsAt ?? clock.now();
}
