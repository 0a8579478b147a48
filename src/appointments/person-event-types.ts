import type { Db } from '../database.ts';

/** An event type that books one of these staff records. */
export interface PersonEventType {
  staffId: string;
  eventTypeId: number;
  durationMinutes: number;
  /** It books other people too, so that its slots and bookings do not tell whose they are. */
  isShared: boolean;
}

/** Every event type of these staff records, the shortest service first. */
export async function readPersonEventTypes(db: Db, staffIds: string[]): Promise<PersonEventType[]> {
  const rows: { staff_id: string; event_type_id: number; duration_minutes: number }[] = await db(
    'calcom_event_map as m',
  )
    .join('services as sv', 'sv.id', 'm.service_id')
    .whereIn('m.staff_id', staffIds)
    .orderBy(['sv.duration_minutes', 'm.event_type_id'])
    .select('m.staff_id', 'm.event_type_id', 'sv.duration_minutes');
  const eventTypeIds = [...new Set(rows.map((row) => row.event_type_id))];
  const users: { staff_id: string; event_type_id: number }[] = await db('calcom_event_map')
    .whereIn('event_type_id', eventTypeIds)
    .distinct('staff_id', 'event_type_id');
  return rows.map((row) => ({
    staffId: row.staff_id,
    eventTypeId: Number(row.event_type_id),
    durationMinutes: Number(row.duration_minutes),
    isShared: users.filter((user) => user.event_type_id === row.event_type_id).length > 1,
  }));
}

/** Which of our appointments these bookings stand for, by uid; a booking that is nobody's is left out. */
export async function readBookedAppointments(db: Db, uids: string[]): Promise<Map<string, number>> {
  const rows = await db('appointment_syncs')
    .whereIn('booking_uid', uids)
    .select('booking_uid', 'appointment_id');
  return new Map(
    rows.map((row: Record<string, unknown>) => [String(row.booking_uid), Number(row.appointment_id)]),
  );
}
