import { logWith } from '../log-context.ts';
import { submitLogCall, submitNote } from './call-and-note.ts';
import { submitCancel } from './cancel-appointment.ts';
import type { Content } from './content.ts';
import { submitDecide } from './decide.ts';
import type { Dialog, FieldId, Submission } from './dialog.ts';
import { type DialogAsk, isAsShown, lateAnswer, mayChange, readOpenCase } from './dialog-case.ts';
import { submitFixContact } from './fix-contact.ts';
import { submitReassign } from './reassign.ts';
import { submitReschedule } from './reschedule.ts';
import { submitSnooze } from './snooze.ts';

/** What became of a filled-in dialog; `late`: the appointment is no longer what the dialog showed. */
export type Submitted =
  | { is: 'done' }
  | { is: 'errors'; errors: Partial<Record<FieldId, string>> }
  /** A warning, and the same form for who wants it all the same: nothing was changed yet. */
  | { is: 'warned'; dialog: Dialog }
  | { is: 'late'; what: 'settled' | 'changed' | 'held' };

/** `done`, errors at the fields, a warning, or what a person hears who came too late: nothing was changed then. */
export type SubmitAnswer = Exclude<Submitted, { is: 'late' }> | { is: 'late'; content: Content };

/** Carries out a dialog on the database alone, so that the answer comes at once; the engine does the rest. */
export async function submitDialog(ask: DialogAsk, submission: Submission): Promise<SubmitAnswer> {
  const { appointmentId } = submission.shown;
  const submitted = await logWith({ appointmentId }, () => submit(ask, submission));
  if (submitted.is !== 'late') return submitted;
  return { is: 'late', content: await lateAnswer(ask, appointmentId, submitted.what) };
}

async function submit(ask: DialogAsk, submission: Submission): Promise<Submitted> {
  const situation = await readOpenCase(ask, submission.shown.appointmentId);
  if (!situation) return { is: 'late', what: 'settled' };
  if (!(await mayChange(ask, submission.action, situation))) return { is: 'late', what: 'held' };
  if (!isAsShown(situation, submission)) return { is: 'late', what: 'changed' };
  switch (submission.action) {
    case 'reschedule':
      return submitReschedule(ask, situation, submission);
    case 'reassign':
      return submitReassign(ask, situation, submission);
    case 'cancel':
      return submitCancel(ask, submission);
    case 'fix_contact':
      return submitFixContact(ask, situation, submission);
    case 'snooze':
      return submitSnooze(ask, situation, submission);
    case 'log_call':
      return submitLogCall(ask, submission);
    case 'note':
      return submitNote(ask, submission);
    case 'decide':
      return submitDecide(ask, situation, submission);
    case 'details':
      throw new Error('details cannot be submitted');
  }
}
