import { DateTime } from 'luxon';
import { changeAppointment } from '../appointments/change-appointment.ts';
import { findRival } from '../appointments/rivals.ts';
import type { Situation } from '../appointments/situation.ts';
import { addMs } from '../instant.ts';
import { readQuietly } from '../sync/calls.ts';
import { offerSlots } from '../sync/offers.ts';
import { appointmentFacts } from './appointment-facts.ts';
import type { Dialog, Submission } from './dialog.ts';
import { type DialogAsk, shownOf } from './dialog-case.ts';
import type { Submitted } from './submit-dialog.ts';

const OFFERS_MAX = 25;

export async function rescheduleDialog(ask: DialogAsk, situation: Situation): Promise<Dialog> {
  const { voice, now } = ask;
  const { reschedule: texts, abort } = voice.texts.dialogs;
  const offers = await readQuietly(() => offerSlots(ask, situation, { now, limit: OFFERS_MAX }));
  const choices = (offers ?? []).map(({ startsAt }) => ({
    value: startsAt.toISOString(),
    label: voice.shortDate(startsAt),
  }));
  const intro = offers === null ? texts.unreadable : offers.length === 0 ? texts.noOffers : texts.offers;
  return {
    action: 'reschedule',
    title: texts.title(situation.record.appointmentId),
    paragraphs: [intro],
    facts: appointmentFacts(situation, voice, now),
    fields: [
      ...(choices.length > 0
        ? [{ id: 'slot', kind: 'choice', label: texts.slot, choices, isOptional: true } as const]
        : []),
      { id: 'date', kind: 'date', label: texts.date, hint: texts.ownTime, isOptional: true },
      { id: 'time', kind: 'time', label: texts.time, isOptional: true },
    ],
    appendices: [],
    submit: texts.submit,
    close: abort,
    shown: shownOf(situation),
  };
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
  const { startsAt, field } = wished;
  const { appointment, record } = situation;
  if (!appointment) return { is: 'late', what: 'settled' };
  if (startsAt <= now) return { is: 'errors', errors: { [field]: errors.past } };
  if (startsAt.getTime() === appointment.startsAt.getTime()) {
    return { is: 'errors', errors: { [field]: errors.sameTime } };
  }
  const lengthMs = appointment.endsAt.getTime() - appointment.startsAt.getTime();
  const moved = { ...appointment, startsAt, endsAt: addMs(startsAt, lengthMs) };
  const rival = await findRival(db, moved, record.pushed);
  if (rival) return { is: 'errors', errors: { [field]: errors.rival(rival.appointment.id) } };
  const change = { action: 'rescheduled', startsAt } as const;
  const changed = await changeAppointment(db, submission.shown, change, { actor, now });
  if (changed === 'duplicate') return { is: 'errors', errors: { [field]: errors.duplicate } };
  return changed === 'stale' ? { is: 'late', what: 'changed' } : { is: 'done' };
}

type Wished = { startsAt: Date; field: 'slot' | 'date' } | { error: string; field: 'slot' | 'date' | 'time' };

/** The start that was chosen; a time of one's own counts before the choice. */
function wishedStart({ values }: Submission, { voice, timeZone }: DialogAsk): Wished {
  const { errors } = voice.texts.dialogs;
  const { slot, date, time } = values;
  if (date && time) {
    const local = DateTime.fromISO(`${date}T${time}`, { zone: timeZone });
    // A time that the clocks skip comes back as a later one.
    if (!local.isValid || local.toFormat('HH:mm') !== time)
      return { error: errors.noSuchTime, field: 'time' };
    return { startsAt: local.toJSDate(), field: 'date' };
  }
  if (date) return { error: errors.timeMissing, field: 'time' };
  if (time) return { error: errors.dateMissing, field: 'date' };
  const startsAt = slot ? new Date(slot) : null;
  if (startsAt && !Number.isNaN(startsAt.getTime())) return { startsAt, field: 'slot' };
  return { error: errors.noChoice, field: 'date' };
}
