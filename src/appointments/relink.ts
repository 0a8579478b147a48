import { type Db, transaction } from '../database.ts';
import { fromSqlInstantOrNull, toSqlInstant } from '../instant.ts';
import { refreshAlert, resolveAlert, subjectOf } from './alerts.ts';
import { finishAttempts } from './attempts.ts';
import { appendHistory } from './history.ts';
import { NO_FAILURE } from './record-columns.ts';
import { type Pushed, pushedColumns } from './sync-record.ts';

/** A record that was there before the import, as far as the import asks. */
export interface EarlierRecord {
  appointmentId: number;
  bookingUid: string | null;
  pushed: { startsAt: Date; eventTypeId: number } | null;
}

const BATCH = 500;

/** The records that these appointments have already. */
export async function readEarlierRecords(db: Db, appointmentIds: number[]): Promise<EarlierRecord[]> {
  const records: EarlierRecord[] = [];
  for (let from = 0; from < appointmentIds.length; from += BATCH) {
    const rows = await db('appointment_syncs')
      .whereIn('appointment_id', appointmentIds.slice(from, from + BATCH))
      .select('appointment_id', 'booking_uid', 'pushed_start', 'pushed_event_type_id');
    for (const row of rows) {
      const startsAt = fromSqlInstantOrNull(row.pushed_start);
      const pushed = startsAt && { startsAt, eventTypeId: Number(row.pushed_event_type_id) };
      records.push({ appointmentId: Number(row.appointment_id), bookingUid: row.booking_uid, pushed });
    }
  }
  return records;
}

/** Which appointment's record names which of these bookings. */
export async function readHolders(db: Db, uids: string[]): Promise<Map<string, number>> {
  const holders = new Map<string, number>();
  for (let from = 0; from < uids.length; from += BATCH) {
    const rows = await db('appointment_syncs')
      .whereIn('booking_uid', uids.slice(from, from + BATCH))
      .select('booking_uid', 'appointment_id');
    for (const row of rows) holders.set(row.booking_uid, Number(row.appointment_id));
  }
  return holders;
}

/** Those of the bookings that a record knows, is about to replace, doubts, or is about to look at. */
export async function readWanted(db: Db, uids: string[]): Promise<Set<string>> {
  const columns = ['booking_uid', 'replaces_uid', 'found_uid', 'look_uid'];
  const wanted = new Set<string>();
  for (let from = 0; from < uids.length; from += BATCH) {
    const some = uids.slice(from, from + BATCH);
    for (const column of columns)
      for (const uid of await db('appointment_syncs').whereIn(column, some).pluck(column)) wanted.add(uid);
  }
  return wanted;
}

// Whatever was under way when the record was written is over.
const AT_REST = {
  due_at: null,
  claim_token: null,
  due_again: 0,
  asked_at: null,
  look_uid: null,
  look_at: null,
  open_attempt_id: null,
  replaces_uid: null,
  pending_since: null,
  closed_reason: null,
};

/**
 * Links a record to the booking that names its appointment, or, with `pushed` null, leaves to a person what is true:
 * the booking is not where the appointment is. Nothing is written when the record names another booking meanwhile.
 */
export async function relinkRecord(
  db: Db,
  { appointmentId, bookingUid }: EarlierRecord,
  { uid, pushed, now }: { uid: string; pushed: Pushed | null; now: Date },
): Promise<void> {
  const own = { appointment_id: appointmentId, booking_uid: bookingUid };
  await transaction(db, async (tx) => {
    const record = await tx('appointment_syncs').where(own).first('open_attempt_id', 'found_uid');
    const written = await tx('appointment_syncs')
      .where(own)
      .update({ ...AT_REST, ...NO_FAILURE, ...(pushed ? linked(uid, pushed) : doubtful(uid, now)) });
    if (written === 0 || record.found_uid === uid) return;
    if (record.open_attempt_id !== null)
      await finishAttempts(tx, [{ id: record.open_attempt_id, outcome: 'found', now }]);
    await appendHistory(tx, {
      appointmentId,
      at: now,
      actor: 'bot',
      action: pushed ? 'linked' : 'failed',
      after: { uid },
      ...(pushed === null && { reason: 'two_truths' }),
    });
    const subject = subjectOf(appointmentId);
    if (pushed) await resolveAlert(tx, subject, { resolution: 'synced', now });
    else await refreshAlert(tx, subject, now);
  });
}

const linked = (uid: string, pushed: Pushed) => ({
  ...pushedColumns(pushed),
  state: 'synced',
  booking_uid: uid,
  found_uid: null,
  found_as: null,
});

const doubtful = (uid: string, now: Date) => ({
  ...pushedColumns(null),
  state: 'failed',
  booking_uid: null,
  failure_kind: 'two_truths',
  first_failed_at: toSqlInstant(now),
  found_uid: uid,
  found_as: 'ambiguous',
});
