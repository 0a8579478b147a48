import type { Db } from '../database.ts';

export interface Service {
  id: number;
  name: string;
  durationMinutes: number;
  /** Somebody who is active can do it, as far as the map of event types says. */
  isOffered: boolean;
}

/** What can be asked for by name, in the order of the alphabet. */
export async function readServices(db: Db): Promise<Service[]> {
  const [rows, offered] = await Promise.all([
    db('services').select('id', 'name', 'duration_minutes'),
    db('calcom_event_map as m')
      .join('staff as st', 'st.id', 'm.staff_id')
      .where('st.is_active', 1)
      .distinct('m.service_id')
      .pluck('m.service_id'),
  ]);
  const offeredIds = new Set(offered.map(Number));
  return rows
    .map((row: Record<string, unknown>) => ({
      id: Number(row.id),
      name: String(row.name),
      durationMinutes: Number(row.duration_minutes),
      isOffered: offeredIds.has(Number(row.id)),
    }))
    .toSorted((one, other) => one.name.localeCompare(other.name) || one.id - other.id);
}

/** Everybody who can be asked for by name, whether active or not. */
export async function readStaffNames(db: Db): Promise<{ id: string; name: string }[]> {
  const rows = await db('staff').orderBy('name').select('id', 'name');
  return rows.map((row: Record<string, unknown>) => ({ id: String(row.id), name: String(row.name) }));
}
