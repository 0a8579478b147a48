import { DateTime } from 'luxon';
import { changeAppointment } from '../appointments/change-appointment.ts';
import { findRival } from '../appointments/rivals.ts';
import type { Situation } from '../appointments/situation.ts';
import { addMs, DAY } from '../instant.ts';
import { readQuietly } from '../sync/calls.ts';
import { covers } from '../sync/free-start.ts';
import { offerSlots, readOursAt } from '../sync/offers.ts';
import { staffOf } from './appointment-facts.ts';
import {
  choiceForOther,
  chosenCase,
  otherFact,
  readChoice,
  readColliding,
  retryAfterOther,
} from './colliding.ts';
import { consequences, placeOf } from './consequences.ts';
import type { Fact } from './content.ts';
import type { Choice, Dialog, Field, Submission } from './dialog.ts';
import { type DialogAsk, formOf, shownOf } from './dialog-case.ts';
import { packStarts, unpackStarts } from './packed-starts.ts';
import type { Submitted } from './submit-dialog.ts';

const OFFERS_MAX = 25;
const OFFERS_OF_EITHER_MAX = 12;
/** All of them, not only those that are shown: nobody is warned of a time that is free. */
const KNOWN_MAX = 5_000;

export async function rescheduleDialog(ask: DialogAsk, situation: Situation): Promise<Dialog> {
  const { voice } = ask;
  const { reschedule: texts, pair } = voice.texts.dialogs;
  const other = await readColliding(ask, situation);
  const limit = other ? OFFERS_OF_EITHER_MAX : OFFERS_MAX;
  const [offers, others] = await Promise.all([
    readOffers(ask, situation, KNOWN_MAX),
    other ? readOffers(ask, other, limit) : null,
  ]);
  const choice = (startsAt: Date) => ({ value: startsAt.toISOString(), label: voice.shortDate(startsAt) });
  const choices: Choice[] = [
    ...(offers ?? []).slice(0, limit).map(choice),
    ...(other && others ? others.map((startsAt) => choiceForOther(other, choice(startsAt))) : []),
  ];
  const intro = offers === null ? texts.unreadable : offers.length === 0 ? texts.noOffers : texts.offers;
  const slots: Field[] =
    choices.length > 0 ? [{ id: 'slot', kind: 'choice', label: texts.slot, choices, isOptional: true }] : [];
  const form = rescheduleForm(ask, situation, null);
  return {
    ...form,
    facts: [...form.facts, ...(other ? [otherFact(other, outcome(ask, other, null))] : [])],
    paragraphs: [intro, ...(other ? [pair.intro(other.record.appointmentId)] : [])],
    fields: [...slots, ...ownTimeFields(ask, {})],
    shown: {
      ...form.shown,
      ...(offers && { offered: packStarts(offers) }),
      ...(other && { other: shownOf(other) }),
    },
  };
}

async function readOffers(ask: DialogAsk, situation: Situation, limit: number): Promise<Date[] | null> {
  const offers = await readQuietly(() => offerSlots(ask, situation, { now: ask.now, limit }));
  return offers?.map(({ startsAt }) => startsAt) ?? null;
}

/** What the form has in any case; `startsAt` is the new start, if it is known. */
function rescheduleForm(ask: DialogAsk, situation: Situation, startsAt: Date | null) {
  const form = formOf(ask, situation, { action: 'reschedule', texts: ask.voice.texts.dialogs.reschedule });
  return { ...form, facts: [...form.facts, ...outcome(ask, situation, startsAt)] };
}

function outcome(ask: DialogAsk, situation: Situation, startsAt: Date | null): Fact[] {
  const { voice, now } = ask;
  const { consequences: words } = voice.texts.dialogs;
  const staff = staffOf(situation, voice.texts);
  const when = startsAt ? voice.shortDate(startsAt) : words.chosenTime;
  // Any other start: what is asked of Cal.com is the same for all of them.
  const elsewhere = startsAt ?? addMs(situation.appointment?.startsAt ?? now, DAY);
  return consequences(ask, situation, {
    after: placeOf(when, staff),
    variants: [{ startsAt: elsewhere }],
    people: [staff],
  });
}

function ownTimeFields({ voice }: DialogAsk, entered: { date?: string; time?: string }): Field[] {
  const { reschedule: texts } = voice.texts.dialogs;
  const { date, time } = entered;
  return [
    {
      ...{ id: 'date', kind: 'date', label: texts.date, hint: texts.ownTime, isOptional: true },
      ...(date !== undefined && { initial: date }),
    },
    {
      ...{ id: 'time', kind: 'time', label: texts.time, isOptional: true },
      ...(time !== undefined && { initial: time }),
    },
  ];
}

export async function submitReschedule(
  ask: DialogAsk,
  situation: Situation,
  submission: Submission,
): Promise<Submitted> {
  const { db, actor, now, voice } = ask;
  const { errors } = voice.texts.dialogs;
  const wished = wishedStart(submission, ask);
  if ('error' in wished) return { is: 'errors', errors: { [wished.field]: wished.error } };
  const { startsAt, field, otherId } = wished;
  const chosen = await chosenCase(ask, { situation, submission, otherId });
  const appointment = chosen?.situation.appointment;
  if (!chosen || !appointment) return { is: 'late', what: 'changed' };
  if (startsAt <= now) return { is: 'errors', errors: { [field]: errors.past } };
  if (startsAt.getTime() === appointment.startsAt.getTime()) {
    return { is: 'errors', errors: { [field]: errors.sameTime } };
  }
  const lengthMs = appointment.endsAt.getTime() - appointment.startsAt.getTime();
  const moved = { ...appointment, startsAt, endsAt: addMs(startsAt, lengthMs) };
  const rival = await findRival(db, moved, chosen.situation.record.pushed);
  if (rival) return { is: 'errors', errors: { [field]: errors.rival(rival.appointment.id) } };
  const warning = field === 'date' ? await warningOf(ask, situation, { submission, startsAt }) : null;
  if (warning !== null) {
    return { is: 'warned', dialog: warnedDialog(ask, situation, { submission, startsAt, warning }) };
  }
  const change = { action: 'rescheduled', startsAt } as const;
  const changed = await changeAppointment(db, chosen.shown, change, { actor, now });
  if (changed === 'duplicate') return { is: 'errors', errors: { [field]: errors.duplicate } };
  if (changed === 'stale') return { is: 'late', what: 'changed' };
  await retryAfterOther(ask, submission.shown, otherId);
  return { is: 'done' };
}

/** What speaks against a time of one's own; null when nothing does, or the person has been told. */
async function warningOf(
  { db, voice }: DialogAsk,
  situation: Situation,
  { submission, startsAt }: { submission: Submission; startsAt: Date },
): Promise<string | null> {
  const { warnings } = voice.texts.dialogs.reschedule;
  const { warnedOf, offered } = submission.shown;
  if (warnedOf === startsAt.toISOString()) return null;
  const { appointment, durationMinutes } = situation;
  // Nobody is taken where nobody is assigned.
  if (!appointment?.staffId) return null;
  const oursId = await readOursAt(db, situation, startsAt);
  if (oursId !== null) return warnings.ours(oursId);
  if (offered === undefined) return warnings.silent;
  return covers(unpackStarts(offered), startsAt, durationMinutes ?? 0) ? null : warnings.notOffered;
}

/** The same form with the time that was entered, for who wants it all the same. */
function warnedDialog(
  ask: DialogAsk,
  situation: Situation,
  { submission, startsAt, warning }: { submission: Submission; startsAt: Date; warning: string },
): Dialog {
  const { reschedule: texts } = ask.voice.texts.dialogs;
  const { date, time } = submission.values;
  return {
    ...rescheduleForm(ask, situation, startsAt),
    paragraphs: [warning, texts.warnings.again],
    fields: ownTimeFields(ask, { ...(date && { date }), ...(time && { time }) }),
    submit: texts.submitAnyway,
    shown: { ...submission.shown, warnedOf: startsAt.toISOString() },
  };
}

type Wished =
  | { startsAt: Date; field: 'slot' | 'date'; otherId: number | null }
  | { error: string; field: 'slot' | 'date' | 'time' };

/** The start that was chosen; a time of one's own counts before the choice. */
function wishedStart({ values }: Submission, { voice, timeZone }: DialogAsk): Wished {
  const { errors } = voice.texts.dialogs;
  const { slot, date, time } = values;
  if (date && time) {
    const local = DateTime.fromISO(`${date}T${time}`, { zone: timeZone });
    // A time that the clocks skip comes back as a later one.
    if (!local.isValid || local.toFormat('HH:mm') !== time)
      return { error: errors.noSuchTime, field: 'time' };
    return { startsAt: local.toJSDate(), field: 'date', otherId: null };
  }
  if (date) return { error: errors.timeMissing, field: 'time' };
  if (time) return { error: errors.dateMissing, field: 'date' };
  const { otherId, value } = readChoice(slot ?? '');
  const startsAt = new Date(value);
  if (!Number.isNaN(startsAt.getTime())) return { startsAt, field: 'slot', otherId };
  return { error: errors.noChoice, field: 'date' };
}
