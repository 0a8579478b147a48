import type { Db } from '../database.ts';

/** An active member of staff who has an event type for the service, or null. */
export async function readQualified(
  db: Db,
  { serviceId, staffId }: { serviceId: number; staffId: string },
): Promise<{ name: string } | null> {
  const row = await db('calcom_event_map as m')
    .join('staff as st', 'st.id', 'm.staff_id')
    .where({ 'm.service_id': serviceId, 'm.staff_id': staffId, 'st.is_active': 1 })
    .first('st.name');
  return row ?? null;
}
