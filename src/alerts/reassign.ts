import { changeAppointment } from '../appointments/change-appointment.ts';
import { readQualifiedStaff } from '../appointments/qualified-staff.ts';
import { findRival } from '../appointments/rivals.ts';
import type { Situation } from '../appointments/situation.ts';
import { offerColleagues } from '../sync/offers.ts';
import { appointmentFacts } from './appointment-facts.ts';
import type { Choice, Dialog, Submission } from './dialog.ts';
import { type DialogAsk, shownOf } from './dialog-case.ts';
import type { Submitted } from './submit-dialog.ts';

export async function reassignDialog(ask: DialogAsk, situation: Situation): Promise<Dialog> {
  const { voice, now } = ask;
  const { reassign: texts, abort, close } = voice.texts.dialogs;
  const colleagues = await offerColleagues(ask, situation, { now });
  const choices: Choice[] = colleagues.map(({ staffId, name, isFree }) => ({
    value: staffId,
    label: name,
    note: isFree === null ? texts.unclear : isFree ? texts.free : texts.busy,
  }));
  const first = colleagues.find(({ isFree }) => isFree)?.staffId;
  const nobody = choices.length === 0;
  return {
    action: 'reassign',
    title: texts.title(situation.record.appointmentId),
    paragraphs: [nobody ? texts.nobody : texts.intro],
    facts: appointmentFacts(situation, voice, now),
    fields: nobody
      ? []
      : [
          {
            id: 'staff',
            kind: 'choice',
            label: texts.staff,
            choices,
            isOptional: false,
            ...(first !== undefined && { initial: first }),
          },
        ],
    appendices: [],
    submit: nobody ? null : texts.submit,
    close: nobody ? close : abort,
    shown: shownOf(situation),
  };
}

export async function submitReassign(
  ask: DialogAsk,
  situation: Situation,
  submission: Submission,
): Promise<Submitted> {
  const { db, actor, now, voice } = ask;
  const { errors } = voice.texts.dialogs;
  const staffId = submission.values.staff;
  const { appointment, record } = situation;
  if (!appointment) return { is: 'late', what: 'settled' };
  const qualified = await readQualifiedStaff(db, appointment.serviceId);
  const colleague = qualified.find((each) => each.staffId === staffId);
  if (!staffId || !colleague) return { is: 'errors', errors: { staff: errors.staffMissing } };
  const rival = await findRival(db, { ...appointment, staffId }, record.pushed);
  if (rival) return { is: 'errors', errors: { staff: errors.rival(rival.appointment.id) } };
  const change = { action: 'reassigned', staffId, staffName: colleague.name } as const;
  const changed = await changeAppointment(db, submission.shown, change, { actor, now });
  if (changed === 'duplicate') return { is: 'errors', errors: { staff: errors.duplicate } };
  return changed === 'stale' ? { is: 'late', what: 'changed' } : { is: 'done' };
}
