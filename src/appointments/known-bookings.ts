import type { Db } from '../database.ts';
import { fromSqlInstant, fromSqlInstantOrNull } from '../instant.ts';
import type { AttemptRequest, Operation } from './attempts.ts';
import type { SyncState } from './sync-record.ts';
import { readThere } from './there.ts';

/** What the record says about the booking of one appointment. */
export interface KnownBooking {
  appointmentId: number;
  state: SyncState;
  uid: string | null;
  /** A booking that is about to be cancelled for this one. */
  replacesUid: string | null;
  startsAt: Date | null;
  hostId: number | null;
  /** A booking is remembered that was cancelled there. */
  isCancelledThere: boolean;
  /** A write to Cal.com that is under way, or nobody knows what came of it. */
  attempt: { operation: Operation; request: AttemptRequest } | null;
}

/** The records that stand for one of these bookings, or for the appointment that a booking names. */
export async function readKnownBookings(
  db: Db,
  { uids, appointmentIds }: { uids: string[]; appointmentIds: number[] },
): Promise<KnownBooking[]> {
  const rows = await db('appointment_syncs as s')
    .leftJoin('sync_attempts as t', 't.id', 's.open_attempt_id')
    .where((known) => known.whereIn('s.booking_uid', uids).orWhereIn('s.appointment_id', appointmentIds))
    .select(
      's.appointment_id',
      's.state',
      's.booking_uid',
      's.replaces_uid',
      's.pushed_start',
      's.pushed_host_id',
      's.failure_kind',
      's.there',
      't.operation',
      't.request',
    );
  return rows.map((row: Record<string, string | null>) => ({
    appointmentId: Number(row.appointment_id),
    state: row.state as SyncState,
    replacesUid: row.replaces_uid ?? null,
    ...standing(row),
    isCancelledThere: row.failure_kind === 'cancelled_there',
    attempt: row.request ? { operation: row.operation as Operation, request: JSON.parse(row.request) } : null,
  }));
}

/** Where both sides differ, what a person was told of Cal.com's. */
function standing(row: Record<string, string | null>): Pick<KnownBooking, 'uid' | 'startsAt' | 'hostId'> {
  const there = row.failure_kind === 'two_truths' ? readThere(row.there ?? null) : null;
  if (there !== null) {
    return { uid: there.uid, startsAt: fromSqlInstant(there.startsAtText), hostId: there.hostId };
  }
  return {
    uid: row.booking_uid ?? null,
    startsAt: fromSqlInstantOrNull(row.pushed_start ?? null),
    hostId: row.pushed_host_id == null ? null : Number(row.pushed_host_id),
  };
}

/** The staff of ours behind a host: those of that name, or else those whom the event type books. */
export async function readStaffBehind(
  db: Db,
  { hostName, eventTypeId }: { hostName: string | null; eventTypeId: number | null },
): Promise<string[]> {
  const name = hostName?.trim().toLowerCase() ?? '';
  const named: string[] =
    name === '' ? [] : await db('staff').whereRaw('LOWER(TRIM(name)) = ?', [name]).pluck('id');
  if (named.length > 0 || eventTypeId === null) return named;
  return db('calcom_event_map').where({ event_type_id: eventTypeId }).distinct().pluck('staff_id');
}
