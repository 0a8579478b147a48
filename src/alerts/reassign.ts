import { changeAppointment } from '../appointments/change-appointment.ts';
import { type QualifiedStaff, readQualifiedStaff } from '../appointments/qualified-staff.ts';
import { findRival } from '../appointments/rivals.ts';
import type { Situation } from '../appointments/situation.ts';
import { type Colleague, offerColleagues } from '../sync/offers.ts';
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
import type { Choice, Dialog, Submission } from './dialog.ts';
import { type DialogAsk, formOf, shownOf } from './dialog-case.ts';
import type { Submitted } from './submit-dialog.ts';

/** As many as the form can carry. */
const BUSY_MAX = 40;

export async function reassignDialog(ask: DialogAsk, situation: Situation): Promise<Dialog> {
  const { voice, now } = ask;
  const { reassign: texts, pair, close } = voice.texts.dialogs;
  const other = await readColliding(ask, situation);
  const colleagues = await offerColleagues(ask, situation, { now });
  const others = other ? await offerColleagues(ask, other, { now }) : [];
  const choices = [
    ...colleagues.map((each) => choiceOf(ask, each)),
    ...(other ? others.map((each) => choiceForOther(other, choiceOf(ask, each))) : []),
  ];
  const busy = choices
    .filter(({ note }) => note === texts.busy)
    .slice(0, BUSY_MAX)
    .map(({ value }) => value);
  const firstFree = colleagues.find(({ isFree }) => isFree);
  const isNobody = choices.length === 0;
  const form = reassignForm(ask, situation, colleagues);
  return {
    ...form,
    facts: [...form.facts, ...(other ? [otherFact(other, outcome(ask, other, others))] : [])],
    paragraphs: [
      isNobody ? texts.nobody : texts.intro,
      ...(other ? [pair.intro(other.record.appointmentId)] : []),
    ],
    fields: isNobody ? [] : [staffField(ask, choices, firstFree?.staffId)],
    ...(isNobody && { submit: null, close }),
    shown: { ...form.shown, busy, ...(other && { other: shownOf(other) }) },
  };
}

function choiceOf({ voice }: DialogAsk, { staffId, name: label, isFree }: Colleague): Choice {
  const { reassign: texts } = voice.texts.dialogs;
  return { value: staffId, label, note: isFree === null ? texts.unclear : isFree ? texts.free : texts.busy };
}

function staffField(
  { voice }: DialogAsk,
  choices: Choice[],
  initial: string | undefined,
): Dialog['fields'][number] {
  const { staff: label } = voice.texts.dialogs.reassign;
  return {
    ...{ id: 'staff', kind: 'choice', label, choices, isOptional: false },
    ...(initial !== undefined && { initial }),
  };
}

/** What the form has in any case; `colleagues` are whom it may lead to. */
function reassignForm(
  ask: DialogAsk,
  situation: Situation,
  colleagues: Pick<QualifiedStaff, 'staffId' | 'name' | 'eventTypeId'>[],
) {
  const form = formOf(ask, situation, { action: 'reassign', texts: ask.voice.texts.dialogs.reassign });
  return { ...form, facts: [...form.facts, ...outcome(ask, situation, colleagues)] };
}

function outcome(
  ask: DialogAsk,
  situation: Situation,
  colleagues: Pick<QualifiedStaff, 'staffId' | 'name' | 'eventTypeId'>[],
): Fact[] {
  const { voice } = ask;
  const { appointment, record } = situation;
  if (!appointment || colleagues.length === 0) return [];
  const { consequences: words } = voice.texts.dialogs;
  const [only, another] = colleagues;
  const name = another === undefined && only ? only.name : words.chosenPerson;
  const isNews = record.bookingUid !== null && appointment.staffId !== null;
  return consequences(ask, situation, {
    after: placeOf(voice.shortDate(appointment.startsAt), name),
    variants: colleagues.map(({ staffId, eventTypeId }) => ({ staffId, eventTypeId })),
    people: [name, ...(isNews ? [staffOf(situation, voice.texts)] : [])],
  });
}

export async function submitReassign(
  ask: DialogAsk,
  situation: Situation,
  submission: Submission,
): Promise<Submitted> {
  const { db, actor, now, voice } = ask;
  const { errors } = voice.texts.dialogs;
  const { otherId, value: staffId } = readChoice(submission.values.staff ?? '');
  const chosen = await chosenCase(ask, { situation, submission, otherId });
  const appointment = chosen?.situation.appointment;
  if (!chosen || !appointment) return { is: 'late', what: 'changed' };
  const qualified = await readQualifiedStaff(db, appointment.serviceId);
  const colleague = qualified.find((each) => each.staffId === staffId);
  if (!colleague) return { is: 'errors', errors: { staff: errors.staffMissing } };
  const rival = await findRival(db, { ...appointment, staffId }, chosen.situation.record.pushed);
  if (rival) return { is: 'errors', errors: { staff: errors.rival(rival.appointment.id) } };
  const { warnedOf, busy = [] } = submission.shown;
  const value = submission.values.staff ?? '';
  if (warnedOf !== value && busy.includes(value)) {
    return { is: 'warned', dialog: warnedDialog(ask, { chosen: chosen.situation, colleague, submission }) };
  }
  const change = { action: 'reassigned', staffId, staffName: colleague.name } as const;
  const changed = await changeAppointment(db, chosen.shown, change, { actor, now });
  if (changed === 'duplicate') return { is: 'errors', errors: { staff: errors.duplicate } };
  if (changed === 'stale') return { is: 'late', what: 'changed' };
  await retryAfterOther(ask, submission.shown, otherId);
  return { is: 'done' };
}

function warnedDialog(
  ask: DialogAsk,
  { chosen, colleague, submission }: { chosen: Situation; colleague: QualifiedStaff; submission: Submission },
): Dialog {
  const { reassign: texts } = ask.voice.texts.dialogs;
  const value = submission.values.staff ?? '';
  const choice = { value, label: colleague.name, note: texts.busy };
  return {
    ...reassignForm(ask, chosen, [colleague]),
    paragraphs: [texts.warning(colleague.name), texts.again],
    fields: [staffField(ask, [choice], value)],
    submit: texts.submitAnyway,
    shown: { ...submission.shown, warnedOf: value },
  };
}
