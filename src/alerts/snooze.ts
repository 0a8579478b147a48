import { DateTime } from 'luxon';
import { payAttention } from '../appointments/attention.ts';
import type { Situation } from '../appointments/situation.ts';
import { addMs, HOUR } from '../instant.ts';
import { appointmentFacts } from './appointment-facts.ts';
import type { Dialog, Submission } from './dialog.ts';
import { type DialogAsk, shownOf } from './dialog-case.ts';
import type { Submitted } from './submit-dialog.ts';

const MORNING_HOUR = 8;
const SATURDAY = 6;

interface SnoozeEnd {
  id: 'hour' | 'tomorrow' | 'working_day';
  at: Date;
}

/** Until when an alert may rest: only before the start, and each time once. */
export function snoozeEnds({ now, startsAt, timeZone }: { now: Date; startsAt: Date; timeZone: string }) {
  const tomorrow = DateTime.fromJSDate(now, { zone: timeZone })
    .plus({ days: 1 })
    .startOf('day')
    .set({ hour: MORNING_HOUR });
  const isWeekend = tomorrow.weekday >= SATURDAY;
  const monday = tomorrow.plus({ days: 8 - tomorrow.weekday });
  const ends: SnoozeEnd[] = [
    { id: 'hour', at: addMs(now, HOUR) },
    { id: 'tomorrow', at: tomorrow.toJSDate() },
    ...(isWeekend ? [{ id: 'working_day', at: monday.toJSDate() } as const] : []),
  ];
  return ends.filter(({ at }) => at < startsAt);
}

export function snoozeDialog(ask: DialogAsk, situation: Situation): Dialog {
  const { voice, now } = ask;
  const { snooze: texts, abort, close } = voice.texts.dialogs;
  const ends = endsOf(ask, situation);
  const choices = ends.map(({ id, at }) => ({ value: id, label: texts.ends[id](voice.shortDate(at)) }));
  const [first] = choices;
  return {
    action: 'snooze',
    title: texts.title(situation.record.appointmentId),
    paragraphs: [first ? texts.intro : texts.tooLate],
    facts: appointmentFacts(situation, voice, now),
    fields: first
      ? [
          {
            id: 'until',
            kind: 'choice',
            label: texts.until,
            choices,
            initial: first.value,
            isOptional: false,
          },
        ]
      : [],
    appendices: [],
    submit: first ? texts.submit : null,
    close: first ? abort : close,
    shown: shownOf(situation),
  };
}

export async function submitSnooze(
  ask: DialogAsk,
  situation: Situation,
  { shown, values }: Submission,
): Promise<Submitted> {
  const { db, actor, now, voice } = ask;
  const end = endsOf(ask, situation).find(({ id }) => id === values.until);
  if (!end) return { is: 'errors', errors: { until: voice.texts.dialogs.errors.snoozeMissing } };
  const snoozed = { action: 'snoozed', until: end.at } as const;
  const noted = await payAttention(db, shown.appointmentId, snoozed, { actor, now });
  return noted === 'late' ? { is: 'late', what: 'settled' } : { is: 'done' };
}

function endsOf({ now, timeZone }: DialogAsk, { appointment }: Situation): SnoozeEnd[] {
  return appointment ? snoozeEnds({ now, startsAt: appointment.startsAt, timeZone }) : [];
}
