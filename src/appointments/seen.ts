import type { Tx } from '../database.ts';

/** What the author of a change saw; the change happens only while it is still so. */
export interface Seen {
  appointmentId: number;
  status: string;
  startsAtText: string;
  staffId: string | null;
}

/** The row, as long as it is what was seen. */
export function asSeen(tx: Tx, seen: Seen) {
  const row = tx('appointments').where({
    id: seen.appointmentId,
    status: seen.status,
    starts_at: seen.startsAtText,
  });
  return seen.staffId === null ? row.whereNull('staff_id') : row.where('staff_id', seen.staffId);
}
