// THE RECORD lives in this folder: appointments, their sync records, every legal move and all of its SQL. Nothing
// here knows Cal.com or Slack.
import type { Knex } from 'knex';
import type { Db } from '../database.ts';
import { closedMeanings, openMeanings, type Statuses, type StatusMeaning } from '../database-map.ts';
import { readableInstant } from '../instant.ts';
import { meaningOf, openStatuses } from './statuses.ts';

/**
 * An appointment of the booking system; `startsAtText` and `status` are the row's own text, which guards carry
 * unchanged.
 */
export interface Appointment {
  id: number;
  customerId: number;
  serviceId: number;
  staffId: string | null;
  startsAt: Date;
  startsAtText: string;
  endsAt: Date;
  status: string;
  /** What the status means; null when nobody said so. */
  meaning: StatusMeaning | null;
  createdAt: Date | null;
}

export const APPOINTMENT_COLUMNS = [
  'id',
  'customer_id',
  'service_id',
  'staff_id',
  'starts_at',
  'ends_at',
  'status',
  'created_at',
];

/** One row that holds no date must not stop all others: it starts long ago, and ends as it starts. */
export function toAppointment(row: Record<string, unknown>, statuses: Statuses): Appointment {
  const startsAt = readableInstant(row.starts_at) ?? new Date(0);
  return {
    id: Number(row.id),
    customerId: Number(row.customer_id),
    serviceId: Number(row.service_id),
    staffId: row.staff_id === null ? null : String(row.staff_id),
    startsAt,
    startsAtText: String(row.starts_at),
    endsAt: readableInstant(row.ends_at) ?? startsAt,
    status: String(row.status),
    meaning: meaningOf(String(row.status), statuses),
    createdAt: readableInstant(row.created_at),
  };
}

export function isOpen(appointment: Appointment): boolean {
  return openMeanings.some((meaning) => meaning === appointment.meaning);
}

export function isClosed(appointment: Appointment): boolean {
  return closedMeanings.some((meaning) => meaning === appointment.meaning);
}

/** Oldest first: by created_at (unknown counts as oldest), then by id. */
export function byAge(one: Appointment, other: Appointment): number {
  return (one.createdAt?.getTime() ?? 0) - (other.createdAt?.getTime() ?? 0) || one.id - other.id;
}

const LAST_START = '9999-12-31 23:59:59.999';

/** The appointments (under the alias `a`) that the bot may book. */
export function openFutureQuery(db: Db, nowText: string): Knex.QueryBuilder {
  return (
    db('appointments as a')
      .whereIn('a.status', openStatuses(db))
      .where('a.starts_at', '>', nowText)
      // SQLite compares texts: one that is no date sorts after all dates, one with a T after the rest of its day.
      .where('a.starts_at', '<=', LAST_START)
      .whereRaw("REPLACE(a.starts_at, 'T', ' ') > ?", [nowText])
  );
}
