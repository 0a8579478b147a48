import { type Contact, changeContact, contactHash, readFailedOf } from '../appointments/change-contact.ts';
import { readLikelyCustomers, type StoredCustomer } from '../appointments/likely-customers.ts';
import type { Situation } from '../appointments/situation.ts';
import { ownEmail, usablePhone } from '../sync/contact.ts';
import type { Fact } from './content.ts';
import type { Dialog, Field, Submission } from './dialog.ts';
import { type DialogAsk, formOf } from './dialog-case.ts';
import { listIds } from './read-words.ts';
import type { Submitted } from './submit-dialog.ts';
import type { Texts } from './texts.ts';

const LENGTH_MAX = 255;

/** Shows the whole contact: only for who may see it. */
export async function fixContactDialog(
  ask: DialogAsk,
  situation: Situation,
  entered: Contact | null = situation.customer,
): Promise<Dialog> {
  const { fixContact: texts } = ask.voice.texts.dialogs;
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
  const form = formOf(ask, situation, { action: 'fix_contact', texts });
  return {
    ...form,
    paragraphs: [texts.intro, texts.empty],
    facts: [...form.facts, ...(await outcome(ask, situation))],
    fields: [field('email', entered?.email), field('phone', entered?.phone, texts.phoneHint)],
  };
}

async function outcome({ db, voice, now }: DialogAsk, { appointment }: Situation): Promise<Fact[]> {
  if (!appointment) return [];
  const { consequences: words } = voice.texts.dialogs;
  const ids = await readFailedOf(db, appointment.customerId, now);
  return [
    { label: words.after, value: ids.length > 0 ? words.again(listIds(ids)) : words.nothingAgain },
    ...(ids.length > 0 ? [{ label: words.calcom, value: words.calls.book }] : []),
    { label: words.mail, value: words.newAddress },
  ];
}

export async function submitFixContact(
  ask: DialogAsk,
  situation: Situation,
  submission: Submission,
): Promise<Submitted> {
  const { db, actor, now, voice } = ask;
  const { appointment, customer } = situation;
  if (!appointment || !customer) return { is: 'late', what: 'settled' };
  const { errors } = voice.texts.dialogs;
  const contact: Contact = {
    email: ownEmail(submission.values.email ?? null),
    phone: submission.values.phone?.trim() || null,
  };
  const problems = problemsOf(contact, customer, errors);
  if (Object.keys(problems).length > 0) return { is: 'errors', errors: problems };
  const warnedOf = contactHash(contact);
  const owners = submission.shown.warnedOf === warnedOf ? [] : await readOwners(ask, situation, contact);
  if (owners.length > 0) {
    const dialog = await fixContactDialog(ask, situation, contact);
    const shown = { ...submission.shown, warnedOf };
    return { is: 'warned', dialog: { ...warned(ask, dialog, { owners, contact }), shown } };
  }
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

/** Other customers who have what is new of the contact. */
async function readOwners(
  { db }: DialogAsk,
  { appointment, customer }: Situation,
  { email, phone }: Contact,
): Promise<StoredCustomer[]> {
  const isNew = { email: email !== customer?.email, phone: phone !== customer?.phone };
  const wanted = { email: isNew.email ? email : null, phone: isNew.phone ? usablePhone(phone) : null };
  const likely = await readLikelyCustomers(db, wanted);
  return likely.filter(
    ({ id, ...other }) => id !== appointment?.customerId && sharedFields(other, wanted).length > 0,
  );
}

function sharedFields(other: Contact, { email, phone }: Contact): ('email' | 'phone')[] {
  const isSameEmail = email !== null && ownEmail(other.email)?.toLowerCase() === email.toLowerCase();
  const isSamePhone = phone !== null && usablePhone(other.phone) === usablePhone(phone);
  return [...(isSameEmail ? (['email'] as const) : []), ...(isSamePhone ? (['phone'] as const) : [])];
}

const NAMED_MAX = 3;

function warned(
  { voice }: DialogAsk,
  dialog: Dialog,
  { owners, contact }: { owners: StoredCustomer[]; contact: Contact },
): Dialog {
  const { fixContact: texts } = voice.texts.dialogs;
  const list = new Intl.ListFormat(voice.texts.language, { type: 'conjunction' });
  const shared = new Set(owners.flatMap((owner) => sharedFields(owner, contact)));
  const names = owners.slice(0, NAMED_MAX).map(({ id, name }) => `${name} (${id})`);
  return {
    ...dialog,
    paragraphs: [
      texts.shared(list.format([...shared].map((field) => texts[field])), list.format(names)),
      texts.again,
    ],
    submit: texts.submitAnyway,
  };
}
