import { forgetAttempt } from '../appointments/attempts.ts';
import { releaseClaim } from '../appointments/record.ts';
import { tryWrite } from './attempt.ts';
import { classify } from './classify.ts';
import { ending, recordTrouble } from './failure.ts';
import { headOrGone, recordCancelled, recordLanding } from './landing.ts';
import { isLive } from './look-up.ts';
import { wordsFor } from './reasons.ts';
import { rawAnswerOf, type Work } from './work.ts';

/** Cancels a booking. When it was moved over there, the one that stands now is cancelled. */
export async function cancel(
  work: Work,
  step: { uid: string; reason: string; aim: 'close' | 'replaced' | 'rebook' },
): Promise<void> {
  const uid = await standingUid(work, step.uid);
  if (uid === null) return recordCancelled(work, step);
  const request = { uid, reason: step.reason, aim: step.aim };
  const words = wordsFor(step.aim === 'close' ? 'cancelled' : 'replaced', work.settings.locale);
  const tried = await tryWrite(work, { operation: 'cancel', request }, (calcom) =>
    calcom.cancelBooking(uid, words),
  );
  if (tried.is === 'lost') return;
  const { attempt } = tried;
  if (tried.is === 'answered') return recordLanding(work, attempt, { landing: 'cancelled', outcome: 'done' });

  const { error } = tried;
  const now = work.clock.now();
  const answer = classify(error, { operation: 'cancel', startsAt: now, now });
  if (answer.is === 'failure' || answer.is === 'moved_to') {
    return recordTrouble(work, { error, operation: 'cancel', attempt });
  }
  // It may be cancelled only because somebody moved it just now.
  if ((await standingUid(work, uid)) === null) {
    return recordLanding(work, attempt, {
      landing: 'cancelled',
      outcome: 'found',
      answer: rawAnswerOf(error),
    });
  }
  const { db, claim, clock } = work;
  if ((await forgetAttempt(db, claim, ending(attempt, 'refused', error), clock.now())) === 'lost') return;
  await releaseClaim(db, claim, { dueAt: clock.now(), now: clock.now() });
}

/** The uid that is to be cancelled, or null when nothing stands any more. */
async function standingUid(work: Work, uid: string): Promise<string | null> {
  const head = await headOrGone(work, uid);
  return head === 'gone' || !isLive(head) ? null : head.uid;
}
