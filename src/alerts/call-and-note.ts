import { type Attention, callResults, payAttention } from '../appointments/attention.ts';
import type { Situation } from '../appointments/situation.ts';
import { ownEmail } from '../sync/contact.ts';
import { visitFacts } from './appointment-facts.ts';
import type { Dialog, Field, Shown, Submission } from './dialog.ts';
import { type DialogAsk, formOf } from './dialog-case.ts';
import type { Submitted } from './submit-dialog.ts';

/** What a person types is a reason of the history, which holds no more. */
const TEXT_LENGTH_MAX = 250;

/** Shows whom to call, and at what number: only for who may see it. */
export function logCallDialog(ask: DialogAsk, situation: Situation): Dialog {
  const { voice, now } = ask;
  const { call: texts, details, note } = voice.texts.dialogs;
  const { customer } = situation;
  const getsMail = ownEmail(customer?.email ?? null) !== null;
  return {
    ...formOf(ask, situation, { action: 'log_call', texts }),
    paragraphs: getsMail ? [] : [texts.noMail],
    facts: [
      { label: details.customer, value: customer?.name ?? details.none },
      { label: details.phone, value: customer?.phone ?? details.none },
      ...visitFacts(situation, voice, now),
    ],
    fields: [
      {
        ...{ id: 'result', kind: 'choice', label: texts.result, isOptional: false },
        choices: callResults.map((result) => ({ value: result, label: texts.results[result] })),
      },
      textField(note.text, true),
    ],
  };
}

export async function submitLogCall(ask: DialogAsk, { shown, values }: Submission): Promise<Submitted> {
  const result = callResults.find((known) => known === values.result);
  if (!result) return { is: 'errors', errors: { result: ask.voice.texts.dialogs.errors.resultMissing } };
  return attend(ask, shown, { action: 'called', result, text: values.text?.trim() || null });
}

export function noteDialog(ask: DialogAsk, situation: Situation): Dialog {
  const { note: texts } = ask.voice.texts.dialogs;
  return {
    ...formOf(ask, situation, { action: 'note', texts }),
    paragraphs: [texts.intro],
    fields: [textField(texts.text, false)],
  };
}

export async function submitNote(ask: DialogAsk, { shown, values }: Submission): Promise<Submitted> {
  const text = values.text?.trim();
  if (!text) return { is: 'errors', errors: { text: ask.voice.texts.dialogs.errors.noteMissing } };
  return attend(ask, shown, { action: 'noted', text });
}

/** Notes what a person did without changing the appointment. */
export async function attend(
  { db, actor, now }: DialogAsk,
  { appointmentId }: Shown,
  attention: Attention,
): Promise<Submitted> {
  const noted = await payAttention(db, appointmentId, attention, { actor, now });
  return noted === 'late' ? { is: 'late', what: 'settled' } : { is: 'done' };
}

function textField(label: string, isOptional: boolean): Field {
  return { id: 'text', kind: 'text', label, isOptional, isLong: true, lengthMax: TEXT_LENGTH_MAX };
}
