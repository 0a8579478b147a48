import type { Db } from '../database.ts';

/**
 * Who of ours does this service under the name of Cal.com's host, or null. Of several, the one whom the same event type
 * books comes first.
 */
export async function readStaffOfHost(
  db: Db,
  { serviceId, eventTypeId, hostName }: { serviceId: number; eventTypeId: number; hostName: string },
): Promise<string | null> {
  const row = await db('calcom_event_map as m')
    .join('staff as st', 'st.id', 'm.staff_id')
    .where({ 'm.service_id': serviceId, 'st.is_active': 1 })
    .whereRaw('LOWER(TRIM(st.name)) = ?', [hostName.trim().toLowerCase()])
    .orderByRaw('CASE WHEN m.event_type_id = ? THEN 0 ELSE 1 END, m.staff_id', [eventTypeId])
    .first('m.staff_id');
  return row ? String(row.staff_id) : null;
}
