import {
  type Attempt,
  type AttemptRequest,
  beginAttempt,
  forgetAttempt,
  type Operation,
} from '../appointments/attempts.ts';
import { isContested } from '../appointments/rivals.ts';
import { hashOf } from '../appointments/situation.ts';
import type { Calcom } from '../calcom/client.ts';
import { CalcomError } from '../calcom/errors.ts';
import { startTimer } from '../clock.ts';
import { lastSeenBreaker } from './breaker.ts';
import { CallNotMade } from './calls.ts';
import { SETTLED_SOON_MS } from './preflight.ts';
import type { Work } from './work.ts';

export type Tried<T> =
  | { is: 'answered'; attempt: Attempt; answer: T }
  | { is: 'failed'; attempt: Attempt; error: CalcomError }
  /** The claim was lost, or its time ran out, before anything was sent. */
  | { is: 'lost' };

/** One write to Cal.com: a permit, then the durable intent, then the call. Throws CallNotMade when nothing was sent. */
export async function tryWrite<T>(
  work: Work,
  intent: { operation: Operation; request: AttemptRequest },
  call: (calcom: Calcom) => Promise<T>,
): Promise<Tried<T>> {
  const { db, claim, clock, calls, settings, situation, turns } = work;
  await calls.permit(work.asked);
  // An intent of a time long ago would be over for everybody else before the call is made.
  if (clock.isSure?.() === false) throw new CallNotMade(SETTLED_SOON_MS);
  const intentAt = clock.now();
  const isOver = startTimer(clock, settings.claimLeaseMs);
  const triedHash = hashOf(situation, situation.blocker);
  const id = await beginAttempt(db, claim, { ...intent, triedHash, now: intentAt });
  if (id === 'lost') return { is: 'lost' };
  if (await isPlaceContested(work, intent.operation)) return leaveUnsent(work, id);
  const attempt: Attempt = { id, appointmentId: claim.appointmentId, intentAt, ...intent };
  return turns.take(work.asked, async () => {
    // It took so long that another may have looked for it in vain already: sent now, it could come twice.
    if (isOver()) return { is: 'lost' };
    if (lastSeenBreaker(db) === 'open') return leaveUnsent(work, id);
    const tried = await callOnce(attempt, () => calls.run(claim.appointmentId, call));
    const outcome = tried.is === 'failed' ? tried.error.kind : tried.is;
    work.measures?.attempt({ operation: intent.operation, outcome });
    return tried;
  });
}

async function callOnce<T>(
  attempt: Attempt,
  call: () => Promise<T>,
): Promise<Exclude<Tried<T>, { is: 'lost' }>> {
  try {
    return { is: 'answered', attempt, answer: await call() };
  } catch (error) {
    if (error instanceof CalcomError) return { is: 'failed', attempt, error };
    throw error;
  }
}

async function leaveUnsent({ db, claim, clock }: Work, id: number): Promise<{ is: 'lost' }> {
  const unsent = { id, outcome: 'not_sent' };
  if ((await forgetAttempt(db, claim, unsent, clock.now())) === 'lost') return { is: 'lost' };
  throw new CallNotMade(SETTLED_SOON_MS);
}

/** Looked at after the intent is written: of two that do so at once, at least one sees the other. */
async function isPlaceContested({ db, situation }: Work, operation: Operation): Promise<boolean> {
  const { appointment, record } = situation;
  return (
    operation !== 'cancel' && appointment !== null && (await isContested(db, appointment, record.pushed))
  );
}
