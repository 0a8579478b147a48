import { pushedColumns } from './sync-record.ts';

/** Nothing is the matter, and nobody has to look after it. */
export const NO_FAILURE = {
  attempts: 0,
  failure_kind: null,
  failure_cause: null,
  failure_evidence: null,
  failure_text: null,
  blocked_by: null,
  first_failed_at: null,
  taken_by: null,
  snoozed_until: null,
  snoozed_by: null,
  there: null,
};

/** What a closed record looks like, apart from its reason. */
export const CLOSED_COLUMNS = {
  ...NO_FAILURE,
  ...pushedColumns(null),
  state: 'closed',
  booking_uid: null,
  replaces_uid: null,
  found_uid: null,
  found_as: null,
  pending_since: null,
};
