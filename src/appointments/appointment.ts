// THE RECORD lives in this folder: appointments, their sync records, every legal move and all of its SQL. Nothing
// here knows Cal.com or Slack.
import type { Knex } from 'knex';
import { readableInstant } from '../instant.ts';

export const OPEN_STATUSES = ['booked', 'scheduled', 'confirmed'];
export const CLOSED_STATUSES = ['completed', 'cancelled', 'no_show'];

/** An appointment of the booking system; `startsAtText` is the row's own text, which guards carry unchanged. */
export interface Appointment {
  id: number;
  customerId: number;
  serviceId: number;
  staffId: string | null;
  startsAt: Date;
  startsAtText: string;
  endsAt: Date;
  status: string;
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
export function toAppointment(row: Record<string, unknown>): Appointment {
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
    createdAt: readableInstant(row.created_at),
  };
}

export function isOpen(appointment: Appointment): boolean {
  return OPEN_STATUSES.includes(appointment.status);
}

export function isClosed(appointment: Appointment): boolean {
  return CLOSED_STATUSES.includes(appointment.status);
}

/** Oldest first: by created_at (unknown counts as oldest), then by id. */
export function byAge(one: Appointment, other: Appointment): number {
  return (one.createdAt?.getTime() ?? 0) - (other.createdAt?.getTime() ?? 0) || one.id - other.id;
}

const LAST_START = '9999-12-31 23:59:59.999';

/** Narrows a query on `appointments` (under the alias `a`) to what the bot may book. */
export function whereOpenFuture(query: Knex.QueryBuilder, nowText: string): Knex.QueryBuilder {
  return (
    query
      .whereIn('a.status', OPEN_STATUSES)
      .where('a.starts_at', '>', nowText)
      // SQLite compares texts: one that is no date sorts after all dates, one with a T after the rest of its day.
      .where('a.starts_at', '<=', LAST_START)
      .whereRaw("REPLACE(a.starts_at, 'T', ' ') > ?", [nowText])
  );
}
