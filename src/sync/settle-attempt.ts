import { forgetAttempt, readAttempt } from '../appointments/attempts.ts';
import { recordDeferred } from '../appointments/record.ts';
import { hashOf } from '../appointments/situation.ts';
import { addMs } from '../instant.ts';
import { findLanding, recordLanding } from './landing.ts';
import type { Work } from './work.ts';

/**
 * An attempt was made and nobody knows what came of it: a crash, a time-out, a lost database reply. It is looked for,
 * and nothing is sent again before the time is over in which it could still land. `go_on`: it did not happen.
 */
export async function settleOpenAttempt(work: Work): Promise<'recorded' | 'go_on'> {
  const { db, claim, clock, settings, situation } = work;
  const attempt = await readAttempt(db, situation.record.openAttemptId as number);
  const lookedAt = clock.now();
  const landing = await findLanding(work, attempt);
  if (landing) {
    await recordLanding(work, attempt, { landing, outcome: 'found' });
    return 'recorded';
  }
  const settledAt = addMs(attempt.intentAt, settings.lateLandingMs);
  if (lookedAt < settledAt) {
    await recordDeferred(db, claim, {
      kind: 'unclear',
      text: null,
      wasFailed: situation.record.state === 'failed',
      counts: false,
      triedHash: hashOf(situation, situation.blocker),
      dueAt: settledAt,
      alert: 'refresh',
      now: clock.now(),
    });
    return 'recorded';
  }
  const forgotten = await forgetAttempt(db, claim, { id: attempt.id, outcome: 'not_landed' }, clock.now());
  return forgotten === 'lost' ? 'recorded' : 'go_on';
}
