import { DateTime } from 'luxon';
import type { Situation } from '../appointments/situation.ts';
import { addMs, HOUR } from '../instant.ts';
import { attend } from './call-and-note.ts';
import type { Dialog, Submission } from './dialog.ts';
import { type DialogAsk, formOf } from './dialog-case.ts';
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
  const { voice } = ask;
  const { snooze: texts, close } = voice.texts.dialogs;
  const form = formOf(ask, situation, { action: 'snooze', texts });
  const choices = endsOf(ask, situation).map(({ id, at }) => ({
    value: id,
    label: texts.ends[id](voice.shortDate(at)),
  }));
  const [first] = choices;
  if (!first) return { ...form, paragraphs: [texts.tooLate], fields: [], submit: null, close };
  const until = { id: 'until', kind: 'choice', label: texts.until, isOptional: false } as const;
  return { ...form, paragraphs: [texts.intro], fields: [{ ...until, choices, initial: first.value }] };
}

export async function submitSnooze(
  ask: DialogAsk,
  situation: Situation,
  { shown, values }: Submission,
): Promise<Submitted> {
  const end = endsOf(ask, situation).find(({ id }) => id === values.until);
  if (!end) return { is: 'errors', errors: { until: ask.voice.texts.dialogs.errors.snoozeMissing } };
  return attend(ask, shown, { action: 'snoozed', until: end.at });
}

function endsOf({ now, timeZone }: DialogAsk, { appointment }: Situation): SnoozeEnd[] {
  return appointment ? snoozeEnds({ now, startsAt: appointment.startsAt, timeZone }) : [];
}
