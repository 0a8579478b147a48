/** Why an appointment is not in Cal.com as it should be: the same words in database, log and Slack. */
export const failureKinds = [
  'rate_limited',
  'unavailable',
  'unclear',
  'host_conflict',
  'contact_invalid',
  'attendee_blocked',
  'no_staff',
  'duplicate',
  'booking_limit',
  'two_truths',
  'cancelled_there',
  'outside_window',
  'event_type_missing',
  'event_type_rejected',
  'unsupported',
  'unauthorized',
  'request_rejected',
  'unknown',
] as const;

export type FailureKind = (typeof failureKinds)[number];

export interface FailureRule {
  /** Who has to do something before it can work. */
  actor: 'nobody' | 'support' | 'engineer';
  /** What the bot waits for before it tries again by itself; a person may always ask for it. */
  retry:
    | 'backoff'
    | 'recheck'
    | 'on_change'
    | 'when_window_opens'
    | 'when_map_changes'
    | 'when_key_works'
    | 'never';
}

/** Whether a failure of this kind waits for a person. */
export function needsPerson(kind: string): boolean {
  return failureRules[kind as FailureKind]?.actor !== 'nobody';
}

/**
 * Business: the salon's own people mend it, so it lies in appointments, contacts or calendars. Technical: an engineer
 * does, or nobody needs to, so it lies in Cal.com, its settings, or the way there.
 */
export function causeOf(kind: string): 'business' | 'technical' {
  return failureRules[kind as FailureKind]?.actor === 'support' ? 'business' : 'technical';
}

export const failureRules: Record<FailureKind, FailureRule> = {
  rate_limited: { actor: 'nobody', retry: 'backoff' },
  unavailable: { actor: 'nobody', retry: 'backoff' },
  unclear: { actor: 'nobody', retry: 'backoff' },
  host_conflict: { actor: 'support', retry: 'recheck' },
  contact_invalid: { actor: 'support', retry: 'on_change' },
  attendee_blocked: { actor: 'support', retry: 'on_change' },
  no_staff: { actor: 'support', retry: 'on_change' },
  duplicate: { actor: 'support', retry: 'on_change' },
  booking_limit: { actor: 'support', retry: 'on_change' },
  two_truths: { actor: 'support', retry: 'on_change' },
  cancelled_there: { actor: 'support', retry: 'on_change' },
  outside_window: { actor: 'nobody', retry: 'when_window_opens' },
  event_type_missing: { actor: 'engineer', retry: 'when_map_changes' },
  event_type_rejected: { actor: 'engineer', retry: 'when_map_changes' },
  unsupported: { actor: 'engineer', retry: 'when_map_changes' },
  unauthorized: { actor: 'engineer', retry: 'when_key_works' },
  request_rejected: { actor: 'engineer', retry: 'never' },
  unknown: { actor: 'engineer', retry: 'never' },
};
