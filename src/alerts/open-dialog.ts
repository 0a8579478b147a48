import { readSituations } from '../appointments/situation.ts';
import { SECOND } from '../instant.ts';
import { logWith } from '../log-context.ts';
import { logCallDialog, noteDialog } from './call-and-note.ts';
import { cancelDialog } from './cancel-appointment.ts';
import type { Content } from './content.ts';
import { decideDialog } from './decide.ts';
import { detailsDialog } from './details.ts';
import type { Dialog, DialogAction } from './dialog.ts';
import { type DialogAsk, lateAnswer, mayChange, readOpenCase } from './dialog-case.ts';
import { fixContactDialog } from './fix-contact.ts';
import { createPatientCalls } from './patient-calls.ts';
import { reassignDialog } from './reassign.ts';
import { rescheduleDialog } from './reschedule.ts';
import { snoozeDialog } from './snooze.ts';

// A person looks at a waiting view meanwhile.
const FILLING_MS_MAX = 10 * SECOND;

/**
 * Fills a dialog, asking Cal.com where it must, for ten seconds at most: what it has not said by then is left out. A
 * content instead when there is nothing left to do.
 */
export async function openDialog(ask: DialogAsk, wanted: Wanted): Promise<Dialog | Content> {
  const filled = new AbortController();
  const { calls, clock } = ask;
  const patient = createPatientCalls(calls, { clock, ms: FILLING_MS_MAX, signal: filled.signal });
  try {
    const { appointmentId } = wanted;
    return await logWith({ appointmentId }, () => fillDialog({ ...ask, calls: patient }, wanted));
  } finally {
    filled.abort();
  }
}

interface Wanted {
  action: DialogAction;
  appointmentId: number;
}

async function fillDialog(ask: DialogAsk, { action, appointmentId }: Wanted): Promise<Dialog | Content> {
  if (action === 'details') {
    const [situation] = await readSituations(ask.db, [appointmentId]);
    return situation ? detailsDialog(ask, situation) : lateAnswer(ask, appointmentId, 'settled');
  }
  const situation = await readOpenCase(ask, appointmentId);
  if (!situation) return lateAnswer(ask, appointmentId, 'settled');
  if (!(await mayChange(ask, action, situation))) return lateAnswer(ask, appointmentId, 'held');
  switch (action) {
    case 'reschedule':
      return rescheduleDialog(ask, situation);
    case 'reassign':
      return reassignDialog(ask, situation);
    case 'cancel':
      return cancelDialog(ask, situation);
    case 'fix_contact':
      return fixContactDialog(ask, situation);
    case 'snooze':
      return snoozeDialog(ask, situation);
    case 'log_call':
      return logCallDialog(ask, situation);
    case 'note':
      return noteDialog(ask, situation);
    case 'decide':
      return decideDialog(ask, situation) ?? lateAnswer(ask, appointmentId, 'settled');
  }
}
