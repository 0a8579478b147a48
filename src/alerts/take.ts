import { takeOrGiveBack } from '../appointments/attention.ts';
import { readButtonValue } from './alert-buttons.ts';
import type { Ask } from './ask.ts';
import { type Content, content } from './content.ts';
import { lateAnswer } from './dialog-case.ts';

/** *I take it*: everybody sees who looks after the appointment; who has it already gives it back. */
export async function answerTake(ask: Ask): Promise<Content> {
  const { db, actor, now, voice, text } = ask;
  const seen = readButtonValue(text);
  if (seen === null) throw new Error('the button has no value of ours');
  const { appointmentId, holder: seenHolder = null } = seen;
  const became = await takeOrGiveBack(db, { appointmentId, seenHolder }, { actor, now });
  if (became === 'late') return lateAnswer(ask, appointmentId, 'notAgain');
  return content({ tone: 'plain', headline: voice.texts.dialogs.take[became](appointmentId) });
}
