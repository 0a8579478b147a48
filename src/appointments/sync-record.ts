import type { Knex } from 'knex';
import { fromSqlInstantOrNull } from '../instant.ts';
import { type Evidence, readEvidence } from './evidence.ts';
import { readThere, type There } from './there.ts';

export type SyncState = 'pending' | 'synced' | 'failed' | 'closed';

/** What stands in Cal.com for an appointment. */
export interface Pushed {
  serviceId: number;
  staffId: string;
  startsAt: Date;
  startsAtText: string;
  eventTypeId: number;
  /** Cal.com's user who hosts it; null or absent when that was not noted. */
  hostId?: number | null;
}

/** The bot's own record of one appointment (table appointment_syncs; the migration lists the columns). */
export interface SyncRecord {
  appointmentId: number;
  state: SyncState;
  closedReason: string | null;
  dueAt: Date | null;
  askedAt: Date | null;
  attempts: number;
  openAttemptId: number | null;
  pendingSince: Date | null;
  revision: number;
  bookingUid: string | null;
  replacesUid: string | null;
  pushed: Pushed | null;
  triedHash: string | null;
  failureKind: string | null;
  failureCause: string | null;
  failureEvidence: Evidence | null;
  failureText: string | null;
  blockedBy: number | null;
  /** A booking that the import found and did not link. */
  foundUid: string | null;
  foundAs: 'adoptable' | 'ambiguous' | null;
  firstFailedAt: Date | null;
  lastAttemptAt: Date | null;
  touchedAt: Date | null;
  takenBy: string | null;
  snoozedUntil: Date | null;
  snoozedBy: string | null;
  /** A booking that is to be read, and not before when. */
  lookUid: string | null;
  lookAt: Date | null;
  /** Of a failure: what stands in Cal.com, or stood there until it was cancelled. */
  there: There | null;
}

const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
const number = (value: unknown) => (value === null || value === undefined ? null : Number(value));
const instant = (value: unknown) => fromSqlInstantOrNull(text(value));

export function toSyncRecord(row: Record<string, unknown>): SyncRecord {
  return {
    appointmentId: Number(row.appointment_id),
    state: row.state as SyncState,
    closedReason: text(row.closed_reason),
    dueAt: instant(row.due_at),
    askedAt: instant(row.asked_at),
    attempts: Number(row.attempts),
    openAttemptId: number(row.open_attempt_id),
    pendingSince: instant(row.pending_since),
    revision: Number(row.revision),
    bookingUid: text(row.booking_uid),
    replacesUid: text(row.replaces_uid),
    pushed: toPushed(row),
    triedHash: text(row.tried_hash),
    failureKind: text(row.failure_kind),
    failureCause: text(row.failure_cause),
    failureEvidence: readEvidence(text(row.failure_evidence)),
    failureText: text(row.failure_text),
    blockedBy: number(row.blocked_by),
    foundUid: text(row.found_uid),
    foundAs: text(row.found_as) as SyncRecord['foundAs'],
    firstFailedAt: instant(row.first_failed_at),
    lastAttemptAt: instant(row.last_attempt_at),
    touchedAt: instant(row.touched_at),
    takenBy: text(row.taken_by),
    snoozedUntil: instant(row.snoozed_until),
    snoozedBy: text(row.snoozed_by),
    lookUid: text(row.look_uid),
    lookAt: instant(row.look_at),
    there: readThere(text(row.there)),
  };
}

export const PUSHED_COLUMNS = [
  'pushed_service_id',
  'pushed_staff_id',
  'pushed_start',
  'pushed_event_type_id',
  'pushed_host_id',
];

/** Reads the columns of `pushed`; null when nothing was pushed. */
export function toPushed(row: Record<string, unknown>): Pushed | null {
  const startsAt = instant(row.pushed_start);
  if (!startsAt) return null;
  return {
    serviceId: Number(row.pushed_service_id),
    staffId: String(row.pushed_staff_id),
    startsAt,
    startsAtText: String(row.pushed_start),
    eventTypeId: Number(row.pushed_event_type_id),
    hostId: number(row.pushed_host_id),
  };
}

/** The columns of `pushed`; null clears them. */
export function pushedColumns(pushed: Pushed | null): Record<string, unknown> {
  return {
    pushed_service_id: pushed?.serviceId ?? null,
    pushed_staff_id: pushed?.staffId ?? null,
    pushed_start: pushed?.startsAtText ?? null,
    pushed_event_type_id: pushed?.eventTypeId ?? null,
    pushed_host_id: pushed?.hostId ?? null,
  };
}

/** Appointments (under the alias `a`) whose service, staff or start is not what was pushed (`s`). */
export function whereDiffersFromPushed(query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query
    .whereRaw('a.service_id <> s.pushed_service_id')
    .orWhereRaw("COALESCE(a.staff_id, '') <> s.pushed_staff_id")
    .orWhereRaw('a.starts_at <> s.pushed_start');
}
