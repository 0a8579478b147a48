import { callResults, payAttention } from '../appointments/attention.ts';
import type { Situation } from '../appointments/situation.ts';
import { ownEmail } from '../sync/contact.ts';
import { appointmentFacts } from './appointment-facts.ts';
import type { Dialog, Field, Submission } from './dialog.ts';
import { type DialogAsk, shownOf } from './dialog-case.ts';
import type { Submitted } from './submit-dialog.ts';

/** What a person types is a reason of the history, which holds no more. */
const TEXT_LENGTH_MAX = 250;

/** Shows whom to call, and at what number: only for who may see it. */
export function logCallDialog({ voice, now }: DialogAsk, situation: Situation): Dialog {
  const { call: texts, details, abort } = voice.texts.dialogs;
  const { customer, record } = situation;
  const getsMail = ownEmail(customer?.email ?? null) !== null;
  return {
    action: 'log_call',
    title: texts.title(record.appointmentId),
    paragraphs: getsMail ? [] : [texts.noMail],
    facts: [
      { label: details.customer, value: customer?.name ?? details.none },
      { label: details.phone, value: customer?.phone ?? details.none },
      ...appointmentFacts(situation, voice, now).slice(0, -1),
    ],
    fields: [
      {
        ...{ id: 'result', kind: 'choice', label: texts.result, isOptional: false },
        choices: callResults.map((result) => ({ value: result, label: texts.results[result] })),
      },
      textField(voice.texts.dialogs.note.text, true),
    ],
    appendices: [],
    submit: texts.submit,
    close: abort,
    shown: shownOf(situation),
  };
}

export async function submitLogCall(
  { db, actor, now, voice }: DialogAsk,
  { shown, values }: Submission,
): Promise<Submitted> {
  const result = callResults.find((known) => known === values.result);
  if (!result) return { is: 'errors', errors: { result: voice.texts.dialogs.errors.resultMissing } };
  const text = values.text?.trim() || null;
  const called = { action: 'called', result, text } as const;
  const noted = await payAttention(db, shown.appointmentId, called, { actor, now });
  return noted === 'late' ? { is: 'late', what: 'settled' } : { is: 'done' };
}

export function noteDialog({ voice, now }: DialogAsk, situation: Situation): Dialog {
  const { note: texts, abort } = voice.texts.dialogs;
  return {
    action: 'note',
    title: texts.title(situation.record.appointmentId),
    paragraphs: [texts.intro],
    facts: appointmentFacts(situation, voice, now),
    fields: [textField(texts.text, false)],
    appendices: [],
    submit: texts.submit,
    close: abort,
    shown: shownOf(situation),
  };
}

export async function submitNote(
  { db, actor, now, voice }: DialogAsk,
  { shown, values }: Submission,
): Promise<Submitted> {
  const text = values.text?.trim();
  if (!text) return { is: 'errors', errors: { text: voice.texts.dialogs.errors.noteMissing } };
  const noted = await payAttention(db, shown.appointmentId, { action: 'noted', text }, { actor, now });
  return noted === 'late' ? { is: 'late', what: 'settled' } : { is: 'done' };
}

function textField(label: string, isOptional: boolean): Field {
  return { id: 'text', kind: 'text', label, isOptional, isLong: true, lengthMax: TEXT_LENGTH_MAX };
}
