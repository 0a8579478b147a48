import type { Situation } from '../appointments/situation.ts';
import { readLastChange, readOpenEntries, type Undo, undoUntil } from '../appointments/undos.ts';
import type { Db } from '../database.ts';
import { ownEmail } from '../sync/contact.ts';
import type { ContentButton } from './content.ts';
import type { Voice } from './voice.ts';

/** A button that takes something back, and until when it stands. */
export interface UndoOffer {
  button: ContentButton;
  until: Date;
}

/** The button for what may still be taken back; null when it may not. `notice` says what is noticed outside. */
export function undoOffer(
  undo: Undo | null,
  notice: string,
  { voice, now }: { voice: Voice; now: Date },
): UndoOffer | null {
  if (undo === null || undo.doneAt === null || undo.asked !== null) return null;
  const until = undoUntil({ ...undo, doneAt: undo.doneAt });
  if (now >= until) return null;
  const { button: label, confirm } = voice.texts.undo;
  const action = undo.subject.startsWith('plan:') ? 'undo_plan' : 'undo';
  return {
    button: { action, label, value: undo.subject, confirm: { ...confirm, text: notice } },
    until,
  };
}

/** The button for the last change by a person to this appointment. */
export async function changeUndoOffer(
  db: Db,
  situation: Situation,
  reader: { voice: Voice; now: Date },
): Promise<UndoOffer | null> {
  const undo = await readLastChange(db, situation.record.appointmentId);
  if (undo === null) return null;
  const [entry] = await readOpenEntries(db, undo.id, 1);
  if (!entry) return null;
  const { notices } = reader.voice.texts.undo;
  const isTold = ownEmail(situation.customer?.email ?? null) !== null;
  if (entry.kind === 'contact') return undoOffer(undo, notices.contact, reader);
  if (!undo.reachesCalcom) return undoOffer(undo, notices.local, reader);
  if (entry.after.status === 'cancelled')
    return undoOffer(undo, isTold ? notices.cancelledMail : notices.cancelled, reader);
  return undoOffer(undo, isTold ? notices.changedMail : notices.changed, reader);
}
