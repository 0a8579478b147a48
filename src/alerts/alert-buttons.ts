import type { SyncRecord } from '../appointments/sync-record.ts';
import { type FailureKind, failureKinds, failureRules } from '../sync/failure-kinds.ts';
import type { ButtonAction, ContentButton } from './content.ts';
import type { Voice } from './voice.ts';

const ORDER = ['reschedule', 'reassign', 'cancel', 'retry', 'fix_contact', 'details'] as const;
type AlertAction = (typeof ORDER)[number] & ButtonAction;

const MOST_USEFUL: Partial<Record<FailureKind, AlertAction>> = {
  host_conflict: 'reschedule',
  booking_limit: 'reschedule',
  contact_invalid: 'fix_contact',
  attendee_blocked: 'fix_contact',
  no_staff: 'reassign',
  duplicate: 'cancel',
  cancelled_there: 'cancel',
  two_truths: 'details',
};

/** What a button of an alert says about it: the appointment, and the alert's revision that the person sees. */
export interface ButtonValue {
  appointmentId: number;
  revision: number;
}

/** What a person can do about a failing appointment, the most useful first. */
export function alertButtons(
  { appointmentId, failureKind }: Pick<SyncRecord, 'appointmentId' | 'failureKind'>,
  revision: number,
  { texts }: Voice,
): ContentButton[] {
  const kind = failureKinds.find((known) => known === failureKind) ?? 'unknown';
  const first = MOST_USEFUL[kind] ?? (failureRules[kind].actor === 'engineer' ? 'retry' : undefined);
  const { buttons } = texts.dialogs;
  const value = writeButtonValue({ appointmentId, revision });
  return ORDER.toSorted((one, other) => Number(other === first) - Number(one === first)).map((action) => ({
    action,
    label: action === 'reassign' && kind === 'no_staff' ? buttons.assign : buttons[action],
    isPrimary: action === first,
    value,
  }));
}

export function writeButtonValue({ appointmentId, revision }: ButtonValue): string {
  return JSON.stringify({ appointment: appointmentId, revision });
}

/** Reads back what `writeButtonValue` wrote; null for anything else. */
export function readButtonValue(text: string): ButtonValue | null {
  const match = /^\{"appointment":([1-9]\d{0,14}),"revision":(\d{1,10})\}$/.exec(text);
  return match ? { appointmentId: Number(match[1]), revision: Number(match[2]) } : null;
}
