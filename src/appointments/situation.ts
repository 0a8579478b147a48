import { createHash } from 'node:crypto';
import type { Db } from '../database.ts';
import type { Statuses } from '../database-map.ts';
import { APPOINTMENT_COLUMNS, type Appointment, isOpen, toAppointment } from './appointment.ts';
import { statusesOf } from './statuses.ts';
import { type SyncRecord, toSyncRecord } from './sync-record.ts';

/** One appointment as it is now, with everything a booking needs, beside its record. */
export interface Situation {
  record: SyncRecord;
  /** Null: the row is gone. */
  appointment: Appointment | null;
  customer: { name: string; email: string | null; phone: string | null } | null;
  staffName: string | null;
  serviceName: string | null;
  durationMinutes: number | null;
  eventTypeId: number | null;
  /** The appointment that this one had to give way to at the last try, as it is now. */
  blocker: Appointment | null;
}

/** Reads the records of these appointments in one query; an id without a record is left out. Order as given. */
export async function readSituations(db: Db, appointmentIds: number[]): Promise<Situation[]> {
  const rows = await situationQuery(db).whereIn('s.appointment_id', appointmentIds);
  const byId = new Map<number, Situation>(
    rows.map((row: Record<string, unknown>) => [
      Number(row.appointment_id),
      toSituation(row, statusesOf(db)),
    ]),
  );
  return appointmentIds.flatMap((id) => byId.get(id) ?? []);
}

/** The query behind `readSituations`, to be narrowed by the caller (aliases s, a, c, st, sv, m, b). */
export function situationQuery(db: Db) {
  return db('appointment_syncs as s')
    .leftJoin('appointments as a', 'a.id', 's.appointment_id')
    .leftJoin('customers as c', 'c.id', 'a.customer_id')
    .leftJoin('staff as st', 'st.id', 'a.staff_id')
    .leftJoin('services as sv', 'sv.id', 'a.service_id')
    .leftJoin('calcom_event_map as m', (map) =>
      map.on('m.service_id', 'a.service_id').andOn('m.staff_id', 'a.staff_id'),
    )
    .leftJoin('appointments as b', 'b.id', 's.blocked_by')
    .select('s.*')
    .select(
      APPOINTMENT_COLUMNS.flatMap((column) => [`a.${column} as a_${column}`, `b.${column} as b_${column}`]),
    )
    .select({
      customer_name: 'c.name',
      customer_email: 'c.email',
      customer_phone: 'c.phone',
      customer_row: 'c.id',
      staff_name: 'st.name',
      service_name: 'sv.name',
      duration_minutes: 'sv.duration_minutes',
      event_type_id: 'm.event_type_id',
    });
}

export function toSituation(row: Record<string, unknown>, statuses: Statuses): Situation {
  return {
    record: toSyncRecord(row),
    appointment: appointmentUnder('a', row, statuses),
    blocker: appointmentUnder('b', row, statuses),
    customer:
      row.customer_row === null
        ? null
        : {
            name: String(row.customer_name ?? ''),
            email: row.customer_email as string | null,
            phone: row.customer_phone as string | null,
          },
    staffName: row.staff_name as string | null,
    serviceName: row.service_name as string | null,
    durationMinutes: row.duration_minutes === null ? null : Number(row.duration_minutes),
    eventTypeId: row.event_type_id === null ? null : Number(row.event_type_id),
  };
}

function appointmentUnder(
  alias: 'a' | 'b',
  row: Record<string, unknown>,
  statuses: Statuses,
): Appointment | null {
  if (row[`${alias}_id`] === null) return null;
  return toAppointment(
    Object.fromEntries(APPOINTMENT_COLUMNS.map((column) => [column, row[`${alias}_${column}`]])),
    statuses,
  );
}

/**
 * A fingerprint of what a try is made of, the appointment it gives way to included. A failure is tried again when the
 * present one differs from what was tried. It holds no personal data.
 */
export function hashOf(
  { appointment, customer, eventTypeId }: Pick<Situation, 'appointment' | 'customer' | 'eventTypeId'>,
  blocker: Appointment | null,
): string {
  const wish = appointment && [
    ...placeOf(appointment),
    eventTypeId,
    customer?.name,
    customer?.email,
    customer?.phone,
    blocker && [blocker.id, ...placeOf(blocker), blocker.endsAt.getTime(), blocker.customerId],
  ];
  return createHash('sha256').update(JSON.stringify(wish)).digest('hex');
}

const placeOf = (appointment: Appointment) => [
  isOpen(appointment),
  appointment.serviceId,
  appointment.staffId,
  appointment.startsAt.getTime(),
];
