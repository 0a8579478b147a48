import { takerOf } from '../appointments/attention.ts';
import type { SyncRecord } from '../appointments/sync-record.ts';
import { type FailureKind, failureKinds, failureRules } from '../sync/failure-kinds.ts';
import type { ButtonAction, ContentButton } from './content.ts';
import { truthThere } from './decide.ts';
import type { Voice } from './voice.ts';

const ORDER = [
  'decide',
  'reschedule',
  'reassign',
  'cancel',
  'retry',
  'fix_contact',
  'details',
  'take',
  'snooze',
  'log_call',
  'note',
] as const;
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
  /** Of the button that takes the appointment: who had it, as the alert said. */
  holder?: string | undefined;
}

/** What a person can do about a failing appointment, the most useful first. */
export function alertButtons(
  record: Pick<
    SyncRecord,
    'appointmentId' | 'failureKind' | 'state' | 'bookingUid' | 'there' | 'takenBy' | 'touchedAt'
  >,
  revision: number,
  { voice, now }: { voice: Voice; now: Date },
): ContentButton[] {
  const { appointmentId, failureKind } = record;
  const kind = failureKinds.find((known) => known === failureKind) ?? 'unknown';
  const isToDecide = truthThere({ record }) !== null;
  const first = isToDecide
    ? 'decide'
    : (MOST_USEFUL[kind] ?? (failureRules[kind].actor === 'engineer' ? 'retry' : undefined));
  const { buttons } = voice.texts.dialogs;
  const holder = takerOf(record, now);
  const labels = {
    ...buttons,
    ...(kind === 'no_staff' && { reassign: buttons.assign }),
    ...(kind === 'cancelled_there' && { retry: buttons.bookAgain }),
    ...(holder !== null && { take: buttons.takeOver }),
  };
  const value = writeButtonValue({ appointmentId, revision });
  const takeValue = holder === null ? value : writeButtonValue({ appointmentId, revision, holder });
  return ORDER.filter((action) => action !== 'decide' || isToDecide)
    .toSorted((one, other) => Number(other === first) - Number(one === first))
    .map((action) => ({
      action,
      label: labels[action],
      isPrimary: action === first,
      value: action === 'take' ? takeValue : value,
    }));
}

export function writeButtonValue({ appointmentId, revision, holder }: ButtonValue): string {
  return JSON.stringify({ appointment: appointmentId, revision, holder });
}

const BUTTON_VALUE = /^\{"appointment":([1-9]\d{0,14}),"revision":(\d{1,10})(?:,"holder":"(\w{1,64})")?\}$/;

/** Reads back what `writeButtonValue` wrote; null for anything else. */
export function readButtonValue(text: string): ButtonValue | null {
  const match = BUTTON_VALUE.exec(text);
  if (!match) return null;
  const [, appointment, revision, holder] = match;
  return { appointmentId: Number(appointment), revision: Number(revision), ...(holder && { holder }) };
}
