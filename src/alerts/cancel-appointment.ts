import { changeAppointment } from '../appointments/change-appointment.ts';
import type { Situation } from '../appointments/situation.ts';
import { ownEmail } from '../sync/contact.ts';
import { appointmentFacts } from './appointment-facts.ts';
import type { Dialog, Submission } from './dialog.ts';
import { type DialogAsk, shownOf } from './dialog-case.ts';
import type { Submitted } from './submit-dialog.ts';

const REASON_LENGTH_MAX = 200;

export function cancelDialog({ voice, now }: DialogAsk, situation: Situation): Dialog {
  const { cancel: texts, abort } = voice.texts.dialogs;
  const { record, customer } = situation;
  const isBooked = record.bookingUid !== null;
  const isTold = isBooked && ownEmail(customer?.email ?? null) !== null;
  return {
    action: 'cancel',
    title: texts.title(record.appointmentId),
    paragraphs: [
      texts.inSystem,
      isBooked ? texts.booking : texts.noBooking,
      isTold ? texts.mail : texts.noMail,
    ],
    facts: appointmentFacts(situation, voice, now),
    fields: [
      {
        id: 'reason',
        kind: 'text',
        label: texts.reason,
        isOptional: false,
        isLong: false,
        lengthMax: REASON_LENGTH_MAX,
      },
    ],
    appendices: [],
    submit: texts.submit,
    close: abort,
    shown: shownOf(situation),
  };
}

export async function submitCancel(ask: DialogAsk, submission: Submission): Promise<Submitted> {
  const { db, actor, now, voice } = ask;
  const reason = submission.values.reason?.trim();
  if (!reason) return { is: 'errors', errors: { reason: voice.texts.dialogs.errors.reasonMissing } };
  const change = { action: 'cancelled' } as const;
  const changed = await changeAppointment(db, submission.shown, change, { actor, reason, now });
  return changed === 'changed' ? { is: 'done' } : { is: 'late', what: 'changed' };
}
