import type { Appointment } from '../appointments/appointment.ts';
import type { Situation } from '../appointments/situation.ts';
import { ownEmail } from '../sync/contact.ts';
import { type NextStep, nextStep } from '../sync/next-step.ts';
import { staffOf } from './appointment-facts.ts';
import type { Fact } from './content.ts';
import type { DialogAsk } from './dialog-case.ts';

/** What an appointment would be after a change; `eventTypeId` books the person that it would then have. */
export type Variant = Partial<Pick<Appointment, 'startsAt' | 'staffId'>> & { eventTypeId?: number };

/**
 * What a change leads to: what stands now, what will, what the bot asks of Cal.com for it, and who gets an e-mail.
 * `after` is the new place in words; `variants` are the changes that can be chosen.
 */
export function consequences(
  { voice, now }: DialogAsk,
  situation: Situation,
  { after, variants, people }: { after: string; variants: Variant[]; people: string[] },
): Fact[] {
  const { texts } = voice;
  const { consequences: words } = texts.dialogs;
  const { appointment, record, customer } = situation;
  if (!appointment) return [];
  const isBooked = record.bookingUid !== null;
  const before = placeOf(voice.shortDate(appointment.startsAt), staffOf(situation, texts));
  const steps = new Set(variants.map((variant) => stepFor(situation, appointment, variant, now)));
  const calls = [...steps].map((step) => words.calls[step]);
  const isTold = ownEmail(customer?.email ?? null) !== null;
  const list = (type: Intl.ListFormatType, parts: string[]) =>
    new Intl.ListFormat(texts.language, { type }).format(parts);
  const told = [...new Set([...(isTold ? [words.customer] : []), ...people])];
  return [
    { label: words.before, value: `${before}, ${isBooked ? words.booked : words.notBooked}` },
    { label: words.after, value: after },
    ...(calls.length > 0 ? [{ label: words.calcom, value: list('disjunction', calls) }] : []),
    {
      label: words.mail,
      value: isTold ? list('conjunction', told) : words.noMail(list('conjunction', told)),
    },
  ];
}

/** When and with whom. */
export function placeOf(when: string, person: string): string {
  return `${when}, ${person}`;
}

type Step = Extract<NextStep['do'], 'book' | 'move' | 'reassign' | 'replace'>;

function stepFor(situation: Situation, appointment: Appointment, variant: Variant, now: Date): Step {
  const { eventTypeId = situation.eventTypeId, ...change } = variant;
  const changed = { ...situation, eventTypeId, appointment: { ...appointment, ...change } };
  const step = nextStep(changed, now).do;
  return step === 'move' || step === 'reassign' || step === 'replace' ? step : 'book';
}
