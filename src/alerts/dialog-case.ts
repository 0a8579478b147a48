import { isOpen } from '../appointments/appointment.ts';
import { contactHash } from '../appointments/change-contact.ts';
import { readLastTouch } from '../appointments/history.ts';
import { readInstallation } from '../appointments/installation.ts';
import { readSituations, type Situation } from '../appointments/situation.ts';
import type { Clock } from '../clock.ts';
import { logOf } from '../database.ts';
import type { Calls } from '../sync/calls.ts';
import { appointmentFacts } from './appointment-facts.ts';
import type { Ask } from './ask.ts';
import { type Content, content, type Fact } from './content.ts';
import type { Dialog, DialogAction, Shown } from './dialog.ts';

/** What dialogs need beside the question itself: Cal.com, and the salon's zone. */
export interface DialogAsk extends Ask {
  calls: Calls;
  clock: Clock;
  timeZone: string;
}

/** Whether the bot only counts for now. */
export async function isHeld({ db }: Ask): Promise<boolean> {
  return (await readInstallation(db)).mode !== 'running';
}

/** What only notes something: it is kept whatever has happened to the appointment meanwhile, as long as it is open. */
const NOTING: readonly DialogAction[] = ['snooze', 'log_call', 'note'];

/** While the bot is held, only the plan changes anything: it offers to assign somebody before it cancels. */
export async function mayChange(
  ask: Ask,
  action: DialogAction,
  { appointment }: Situation,
): Promise<boolean> {
  if (NOTING.includes(action)) return true;
  return (action === 'reassign' && appointment?.staffId === null) || !(await isHeld(ask));
}

/** The appointment of a dialog while something can still be done about it; null when it is settled or gone. */
export async function readOpenCase(ask: Ask, appointmentId: number): Promise<Situation | null> {
  const [situation] = await readSituations(ask.db, [appointmentId]);
  if (!situation?.appointment || !isOpen(situation.appointment)) return null;
  return situation.appointment.startsAt > ask.now ? situation : null;
}

export function shownOf({ appointment, customer, record }: Situation): Shown {
  return {
    appointmentId: record.appointmentId,
    status: appointment?.status ?? '',
    startsAtText: appointment?.startsAtText ?? '',
    staffId: appointment?.staffId ?? null,
    contactHash: contactHash({ email: customer?.email ?? null, phone: customer?.phone ?? null }),
  };
}

/** What every dialog has that may change or note something: the appointment's facts, and what was shown of it. */
export function formOf(
  { voice, now }: DialogAsk,
  situation: Situation,
  { action, texts }: { action: DialogAction; texts: { title: (id: number) => string; submit: string } },
): Omit<Dialog, 'paragraphs' | 'fields'> {
  return {
    action,
    title: texts.title(situation.record.appointmentId),
    facts: appointmentFacts(situation, voice, now),
    appendices: [],
    submit: texts.submit,
    close: voice.texts.dialogs.abort,
    shown: shownOf(situation),
  };
}

/** Whether the dialog's values are still the appointment's, where that matters. */
export function isAsShown(
  situation: Situation,
  { action, shown }: { action: DialogAction; shown: Shown },
): boolean {
  if (NOTING.includes(action)) return true;
  const current = shownOf(situation);
  return (
    current.status === shown.status &&
    current.startsAtText === shown.startsAtText &&
    current.staffId === shown.staffId
  );
}

/** Told privately to who came too late: what is the matter, and who was there when. */
export async function lateAnswer(
  { db, actor, voice }: Ask,
  appointmentId: number,
  what: 'settled' | 'changed' | 'notAgain' | 'held',
): Promise<Content> {
  logOf(db).info({ appointmentId, actor, reason: what }, 'action.missed');
  const { late } = voice.texts.dialogs;
  if (what === 'held') return content({ tone: 'plain', headline: late.held });
  const touch = await readLastTouch(db, appointmentId);
  const facts: Fact[] = touch
    ? [{ label: late.by, value: voice.shortDate(touch.at), actor: touch.actor }]
    : [];
  return content({ tone: 'plain', headline: late.headline(appointmentId), paragraphs: [late[what]], facts });
}
