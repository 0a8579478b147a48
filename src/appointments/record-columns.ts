import { pushedColumns } from './sync-record.ts';

/** What a record says of a failure when there is none. */
export const NO_FAILURE = {
  attempts: 0,
  failure_kind: null,
  failure_cause: null,
  failure_evidence: null,
  failure_text: null,
  blocked_by: null,
  first_failed_at: null,
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
