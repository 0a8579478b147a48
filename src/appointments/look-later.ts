import type { Tx } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { dueColumns } from './wake.ts';

/**
 * Has the booking of these appointments read, not before `at`. A claimed record keeps its claim, and is looked at once
 * that is over. Closed records stay closed. Returns how many there are.
 */
export async function lookLater(
  tx: Tx,
  appointmentIds: number[],
  { uid, at, now }: { uid: string; at: Date; now: Date },
): Promise<number> {
  return tx('appointment_syncs')
    .whereIn('appointment_id', appointmentIds)
    .whereNot('state', 'closed')
    .update({ ...dueColumns(tx, { at, now }), look_uid: uid, look_at: toSqlInstant(at) });
}

/** Has host conflicts of these staff looked at again. Returns how many there are. */
export async function recheckConflictsOf(
  tx: Tx,
  staffIds: string[],
  when: { at: Date; now: Date },
): Promise<number> {
  if (staffIds.length === 0) return 0;
  const ids = await tx('appointment_syncs as s')
    .join('appointments as a', 'a.id', 's.appointment_id')
    .where({ 's.state': 'failed', 's.failure_kind': 'host_conflict' })
    .whereIn('a.staff_id', staffIds)
    .where('a.starts_at', '>', toSqlInstant(when.now))
    .pluck('s.appointment_id');
  return tx('appointment_syncs')
    .whereIn('appointment_id', ids)
    .where({ state: 'failed', failure_kind: 'host_conflict' })
    .update(dueColumns(tx, when));
}
