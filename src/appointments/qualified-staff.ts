import type { Db } from '../database.ts';

/** Somebody who can do a service: active, and with an event type for it. */
export interface QualifiedStaff {
  staffId: string;
  name: string;
  eventTypeId: number;
}

/** Everybody who can do the service, by name. */
export async function readQualifiedStaff(db: Db, serviceId: number): Promise<QualifiedStaff[]> {
  const rows = await db('calcom_event_map as m')
    .join('staff as st', 'st.id', 'm.staff_id')
    .where({ 'm.service_id': serviceId, 'st.is_active': 1 })
    .select('m.staff_id', 'm.event_type_id', 'st.name');
  return rows
    .map((row: Record<string, unknown>) => ({
      staffId: String(row.staff_id),
      name: String(row.name),
      eventTypeId: Number(row.event_type_id),
    }))
    .toSorted((one, other) => one.name.localeCompare(other.name) || (one.staffId < other.staffId ? -1 : 1));
}

/** The event type that books this service with this person, active or not; null when there is none. */
export async function readEventTypeId(
  db: Db,
  { serviceId, staffId }: { serviceId: number; staffId: string },
): Promise<number | null> {
  const row = await db('calcom_event_map')
    .where({ service_id: serviceId, staff_id: staffId })
    .first('event_type_id');
  return row === undefined ? null : Number(row.event_type_id);
}
