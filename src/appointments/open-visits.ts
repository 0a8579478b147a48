import type { Db } from '../database.ts';
import { addMs, DAY, toSqlInstant } from '../instant.ts';
import { toAppointment } from './appointment.ts';
import { openStatuses, statusesOf } from './statuses.ts';

/** When an open appointment keeps its person and its customer busy. */
export interface OpenVisit {
  appointmentId: number;
  staffId: string | null;
  startsAt: Date;
  endsAt: Date;
  /** It has a booking, which need not stand at this very time. */
  isBooked: boolean;
}

export interface Period {
  from: Date;
  to: Date;
}

/** The open appointments of these staff records, and of this customer, that touch the period; nearest start first. */
export async function readOpenVisits(
  db: Db,
  who: { staffIds: string[]; customerId: number | null; exceptId?: number },
  { from, to }: Period,
): Promise<OpenVisit[]> {
  const rows = await db('appointments as a')
    .leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id')
    .whereIn('a.status', openStatuses(db))
    // The lower bound lets an index on starts_at serve; no appointment is longer than a day.
    .where('a.starts_at', '>', toSqlInstant(addMs(from, -DAY)))
    // A day more than needed: as text a date with a T sorts after the rest of its day. The rest is done below.
    .where('a.starts_at', '<', toSqlInstant(addMs(to, DAY)))
    .where((others) => {
      if (who.exceptId !== undefined) others.whereNot('a.id', who.exceptId);
    })
    .where((either) => {
      either.whereIn('a.staff_id', who.staffIds);
      if (who.customerId !== null) either.orWhere('a.customer_id', who.customerId);
    })
    .orderBy(['a.starts_at', 'a.id'])
    .select('a.id', 'a.staff_id', 'a.starts_at', 'a.ends_at', 's.booking_uid');
  return rows
    .map((row: Record<string, unknown>) => {
      const { id, startsAt, endsAt } = toAppointment(row, statusesOf(db));
      const staffId = row.staff_id as string | null;
      return { appointmentId: id, staffId, startsAt, endsAt, isBooked: row.booking_uid !== null };
    })
    .filter((visit) => overlaps(visit, { from, to }));
}

export function overlaps(visit: Pick<OpenVisit, 'startsAt' | 'endsAt'>, { from, to }: Period): boolean {
  return visit.startsAt < to && from < visit.endsAt;
}
