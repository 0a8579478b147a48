import { retryFailed } from '../appointments/retry-failed.ts';
import { readButtonValue } from './alert-buttons.ts';
import type { Ask } from './ask.ts';
import { type Content, content } from './content.ts';
import { isHeld, lateAnswer, readOpenCase } from './dialog-case.ts';

/** Tries a failed appointment again for a person; who comes late hears so, and nothing happens twice. */
export async function answerRetry(ask: Ask): Promise<Content> {
  const { db, actor, now, voice, text } = ask;
  const alert = readButtonValue(text);
  if (alert === null) throw new Error('the button has no value of ours');
  const { appointmentId } = alert;
  if (await isHeld(ask)) return lateAnswer(ask, appointmentId, 'held');
  if (!(await readOpenCase(ask, appointmentId))) return lateAnswer(ask, appointmentId, 'settled');
  const asked = await retryFailed(db, alert, { actor, now });
  if (asked === 'stale') return lateAnswer(ask, appointmentId, 'notAgain');
  return content({ tone: 'plain', headline: voice.texts.dialogs.late.retrying(appointmentId) });
}
