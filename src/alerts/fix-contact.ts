import { type Contact, changeContact } from '../appointments/change-contact.ts';
import type { Situation } from '../appointments/situation.ts';
import { ownEmail, usablePhone } from '../sync/contact.ts';
import { appointmentFacts } from './appointment-facts.ts';
import type { Dialog, Field, Submission } from './dialog.ts';
import { type DialogAsk, shownOf } from './dialog-case.ts';
import type { Submitted } from './submit-dialog.ts';
import type { Texts } from './texts.ts';

const LENGTH_MAX = 255;

/** Shows the whole contact: only for who may see it. */
export function fixContactDialog({ voice, now }: DialogAsk, situation: Situation): Dialog {
  const { fixContact: texts, abort } = voice.texts.dialogs;
  const { customer, record } = situation;
  const field = (id: 'email' | 'phone', value: string | null | undefined, hint?: string): Field => ({
    id,
    kind: 'text',
    label: texts[id],
    isOptional: true,
    isLong: false,
    lengthMax: LENGTH_MAX,
    ...(value && { initial: value.slice(0, LENGTH_MAX) }),
    ...(hint && { hint }),
  });
  return {
    action: 'fix_contact',
    title: texts.title(record.appointmentId),
    paragraphs: [texts.intro, texts.empty],
    facts: appointmentFacts(situation, voice, now),
    fields: [field('email', customer?.email), field('phone', customer?.phone, texts.phoneHint)],
    appendices: [],
    submit: texts.submit,
    close: abort,
    shown: shownOf(situation),
  };
}

export async function submitFixContact(
  { db, actor, now, voice }: DialogAsk,
  situation: Situation,
  submission: Submission,
): Promise<Submitted> {
  const { appointment, customer } = situation;
  if (!appointment || !customer) return { is: 'late', what: 'settled' };
  const { errors } = voice.texts.dialogs;
  const contact: Contact = {
    email: ownEmail(submission.values.email ?? null),
    phone: submission.values.phone?.trim() || null,
  };
  const problems = problemsOf(contact, customer, errors);
  if (Object.keys(problems).length > 0) return { is: 'errors', errors: problems };
  const change = {
    appointmentId: appointment.id,
    customerId: appointment.customerId,
    seenHash: submission.shown.contactHash,
    contact,
  };
  const changed = await changeContact(db, change, { actor, now });
  return changed === 'stale' ? { is: 'late', what: 'changed' } : { is: 'done' };
}

// What Cal.com's own check of an address accepts, as far as it is known: ASCII, one @, a domain with a dot.
const EMAIL = /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/i;

function problemsOf(
  { email, phone }: Contact,
  before: Contact,
  errors: Texts['dialogs']['errors'],
): Partial<Record<'email' | 'phone', string>> {
  if (email === before.email && phone === before.phone) return { email: errors.unchanged };
  // What stood there before may be no phone at all: who leaves it alone is not asked to mend it.
  const isNewPhone = phone !== null && phone !== before.phone;
  return {
    ...(email !== null && !EMAIL.test(email) && { email: errors.email }),
    ...(isNewPhone && usablePhone(phone) === null && { phone: errors.phone }),
  };
}
