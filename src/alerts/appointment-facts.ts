import { takerOf } from '../appointments/attention.ts';
import type { Situation } from '../appointments/situation.ts';
import type { SyncRecord } from '../appointments/sync-record.ts';
import type { Fact } from './content.ts';
import { maskContact } from './masked-contact.ts';
import type { Texts } from './texts.ts';
import type { Verdict } from './verdict.ts';
import type { Voice } from './voice.ts';

const NAME_LENGTH_MAX = 80;

export function serviceOf({ serviceName }: Situation, { appointment }: Texts): string {
  return serviceName === null ? appointment.unknown : shortLine(serviceName);
}

export function staffOf({ staffName, appointment }: Situation, texts: Texts): string {
  if (staffName !== null) return shortLine(staffName);
  return appointment?.staffId ? texts.appointment.unknown : texts.appointment.nobodyAssigned;
}

/** The member of staff by name, or null when there is nobody to name. */
export function namedStaffOf(situation: Situation, texts: Texts): string | null {
  return situation.staffName === null ? null : staffOf(situation, texts);
}

/** What it is, with whom, when, and a contact that is recognised but cannot be reached. */
export function appointmentFacts(situation: Situation, voice: Voice, now: Date): Fact[] {
  const { texts } = voice;
  const contact = { label: texts.appointment.contact, value: contactText(situation, texts) };
  return [...visitFacts(situation, voice, now), contact];
}

/** What it is, with whom, and when. */
export function visitFacts(situation: Situation, voice: Voice, now: Date): Fact[] {
  const { texts } = voice;
  const { service, staff, start } = texts.appointment;
  const startsAt = situation.appointment?.startsAt;
  return [
    { label: service, value: serviceOf(situation, texts) },
    { label: staff, value: staffOf(situation, texts) },
    ...(startsAt
      ? [
          {
            label: start,
            value: voice.date(startsAt),
            moment: { at: startsAt, inWords: voice.relative(startsAt, now) },
          },
        ]
      : []),
  ];
}

/** Who is asked now, what was tried, and what happens next by itself. */
export function failureFacts(
  { record }: Situation,
  actor: Verdict['actor'],
  voice: Voice,
  now: Date,
): Fact[] {
  const { appointment: texts } = voice.texts;
  const taker = takerOf(record, now);
  return [
    { label: texts.actor, value: texts.actors[actor] },
    ...(taker === null ? [] : [{ label: texts.takenBy, value: '', actor: taker }]),
    ...snoozeFacts(record, voice, now),
    { label: texts.attempts, value: texts.attemptsMade(record.attempts) },
    nextTry(record.dueAt, voice, now),
  ];
}

function snoozeFacts({ snoozedUntil, snoozedBy }: SyncRecord, voice: Voice, now: Date): Fact[] {
  if (snoozedUntil === null || snoozedUntil <= now) return [];
  const { snoozed: label } = voice.texts.appointment;
  return [{ label, value: voice.shortDate(snoozedUntil), ...(snoozedBy !== null && { actor: snoozedBy }) }];
}

function nextTry(dueAt: Date | null, voice: Voice, now: Date): Fact {
  const { nextTry: label, tryOnChange, tryNow } = voice.texts.appointment;
  if (dueAt === null) return { label, value: tryOnChange };
  if (dueAt <= now) return { label, value: tryNow };
  return {
    label,
    value: voice.shortDate(dueAt),
    moment: { at: dueAt, inWords: voice.relative(dueAt, now) },
  };
}

function contactText({ customer }: Situation, { appointment: texts }: Texts): string {
  if (customer === null) return texts.noContact;
  const { initials, phone, email } = maskContact(customer);
  const ways = [phone, email].filter((way) => way !== null);
  return ways.length === 0 ? texts.noUsableContact(initials) : [initials, ...ways].join(' · ');
}

/** User-written text on one line, cut to what a line takes, between whole characters. */
function shortLine(text: string): string {
  const line = text
    .slice(0, 4 * NAME_LENGTH_MAX)
    .replaceAll(/\s+/g, ' ')
    .trim();
  const characters = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment);
  return characters.length <= NAME_LENGTH_MAX
    ? line
    : `${characters.slice(0, NAME_LENGTH_MAX - 1).join('')}…`;
}
