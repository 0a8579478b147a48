import { createHash } from 'node:crypto';
import { settleTruths, type Truth } from '../appointments/settle-truths.ts';
import type { Situation } from '../appointments/situation.ts';
import { type There, thereText } from '../appointments/there.ts';
import { fromSqlInstant } from '../instant.ts';
import { staffOf } from './appointment-facts.ts';
import type { Fact } from './content.ts';
import type { Choice, Dialog, Submission } from './dialog.ts';
import { type DialogAsk, formOf } from './dialog-case.ts';
import type { Submitted } from './submit-dialog.ts';
import type { Voice } from './voice.ts';

type Differing = Pick<Situation['record'], 'state' | 'failureKind' | 'bookingUid' | 'there'>;

/** What Cal.com has instead, while a person has to decide; null when there is nothing to decide. */
export function truthThere({ record }: { record: Differing }): There | null {
  const isOpen = record.state === 'failed' && record.failureKind === 'two_truths' && record.there != null;
  return isOpen && record.bookingUid !== null ? record.there : null;
}

/** The other truth, beside the facts of the appointment. */
export function thereFacts(situation: Situation, voice: Voice): Fact[] {
  const there = truthThere(situation);
  if (there === null) return [];
  return [{ label: voice.texts.dialogs.decide.there, value: placeThere(there, situation, voice) }];
}

function placeThere({ startsAtText, hostName }: There, situation: Situation, voice: Voice): string {
  return `${voice.shortDate(fromSqlInstant(startsAtText))}, ${hostName ?? staffOf(situation, voice.texts)}`;
}

/** Which side is right: both are named, and what happens then. Null: there is nothing to decide any more. */
export function decideDialog(ask: DialogAsk, situation: Situation): Dialog | null {
  const { voice } = ask;
  const { decide: texts } = voice.texts.dialogs;
  const there = truthThere(situation);
  const { appointment } = situation;
  if (there === null || appointment === null) return null;
  const here = `${voice.shortDate(appointment.startsAt)}, ${staffOf(situation, voice.texts)}`;
  const choices: Choice[] = [
    { value: choiceOf('ours', there), label: texts.ours(here), note: texts.oursNote },
    ...(there.staffId === null
      ? []
      : [
          {
            value: choiceOf('theirs', there),
            label: texts.theirs(placeThere(there, situation, voice)),
            note: texts.theirsNote,
          },
        ]),
  ];
  const form = formOf(ask, situation, { action: 'decide', texts });
  return {
    ...form,
    paragraphs: [texts.intro, ...(there.staffId === null ? [texts.unknownHost(there.hostName ?? '…')] : [])],
    facts: [...form.facts, ...thereFacts(situation, voice)],
    fields: [{ id: 'truth', kind: 'choice', label: texts.truth, choices, isOptional: false }],
  };
}

/** What was shown of Cal.com's side comes back with the choice, as a fingerprint: a choice takes few characters. */
function choiceOf(truth: Truth, there: There): string {
  const shown = createHash('sha256').update(thereText(there)).digest('hex').slice(0, 16);
  return `${truth} ${shown}`;
}

export async function submitDecide(
  { db, actor, now, voice }: DialogAsk,
  situation: Situation,
  { shown, values }: Submission,
): Promise<Submitted> {
  const { errors } = voice.texts.dialogs;
  if (!values.truth) return { is: 'errors', errors: { truth: errors.truthMissing } };
  const there = truthThere(situation);
  if (there === null) return { is: 'late', what: 'changed' };
  const truth = (['ours', 'theirs'] as const).find((each) => choiceOf(each, there) === values.truth);
  if (truth === undefined) return { is: 'late', what: 'changed' };
  const settled = await settleTruths(db, shown, { truth, there, actor, now });
  if (settled === 'duplicate') return { is: 'errors', errors: { truth: errors.duplicate } };
  return settled === 'changed' ? { is: 'late', what: 'changed' } : { is: 'done' };
}
