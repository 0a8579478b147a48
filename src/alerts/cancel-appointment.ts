import { changeAppointment } from '../appointments/change-appointment.ts';
import type { Situation } from '../appointments/situation.ts';
import { ownEmail } from '../sync/contact.ts';
import type { Dialog, Submission } from './dialog.ts';
import { type DialogAsk, formOf } from './dialog-case.ts';
import type { Submitted } from './submit-dialog.ts';

const REASON_LENGTH_MAX = 200;

export function cancelDialog(ask: DialogAsk, situation: Situation): Dialog {
  const { cancel: texts } = ask.voice.texts.dialogs;
  const { record, customer } = situation;
  const isBooked = record.bookingUid !== null;
  const isTold = isBooked && ownEmail(customer?.email ?? null) !== null;
  return {
    ...formOf(ask, situation, { action: 'cancel', texts }),
    paragraphs: [
      texts.inSystem,
      isBooked ? texts.booking : texts.noBooking,
      isTold ? texts.mail : texts.noMail,
    ],
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
