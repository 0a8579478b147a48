import type { SyncRecord } from '../appointments/sync-record.ts';
import { type FailureKind, failureKinds, failureRules } from '../sync/failure-kinds.ts';
import type { ButtonAction, ContentButton } from './content.ts';
import { truthThere } from './decide.ts';
import type { Texts } from './texts.ts';
import type { Voice } from './voice.ts';

const ORDER = ['decide', 'reschedule', 'reassign', 'cancel', 'retry', 'fix_contact', 'details'] as const;
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
  record: Pick<SyncRecord, 'appointmentId' | 'failureKind' | 'state' | 'bookingUid' | 'there'>,
  revision: number,
  { texts }: Voice,
): ContentButton[] {
  const { appointmentId, failureKind } = record;
  const kind = failureKinds.find((known) => known === failureKind) ?? 'unknown';
  const isToDecide = truthThere({ record }) !== null;
  const first = isToDecide
    ? 'decide'
    : (MOST_USEFUL[kind] ?? (failureRules[kind].actor === 'engineer' ? 'retry' : undefined));
  const { buttons } = texts.dialogs;
  const value = writeButtonValue({ appointmentId, revision });
  const offered = ORDER.filter((action) => action !== 'decide' || isToDecide);
  return offered
    .toSorted((one, other) => Number(other === first) - Number(one === first))
    .map((action) => ({
      action,
      label: labelOf(action, kind, buttons),
      isPrimary: action === first,
      value,
    }));
}

function labelOf(action: AlertAction, kind: FailureKind, buttons: Texts['dialogs']['buttons']): string {
  if (action === 'reassign' && kind === 'no_staff') return buttons.assign;
  return action === 'retry' && kind === 'cancelled_there' ? buttons.bookAgain : buttons[action];
}

export function writeButtonValue({ appointmentId, revision }: ButtonValue): string {
  return JSON.stringify({ appointment: appointmentId, revision });
}

/** Reads back what `writeButtonValue` wrote; null for anything else. */
export function readButtonValue(text: string): ButtonValue | null {
  const match = /^\{"appointment":([1-9]\d{0,14}),"revision":(\d{1,10})\}$/.exec(text);
  return match ? { appointmentId: Number(match[1]), revision: Number(match[2]) } : null;
}
