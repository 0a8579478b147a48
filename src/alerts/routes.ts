import type { Db } from '../database.ts';
import type { Content } from './content.ts';
import type { Voice } from './voice.ts';

/** Where the alerts of a branch or of a service go, by its number in the booking system. */
export interface AlertRoute {
  by: 'branch' | 'service';
  id: string;
  channel: string;
}

const COLUMN = { branch: 'branch_id', service: 'service_id' } as const;

/**
 * The channel of the first route that fits the appointment, or null. A branch is known where the appointments have a
 * column `branch_id`, under that name or by database-map.yml; without one its routes fit nothing.
 */
export async function routeOf(
  db: Db,
  routes: readonly AlertRoute[],
  appointmentId: number | null,
): Promise<string | null> {
  if (routes.length === 0 || appointmentId === null) return null;
  const row: Record<string, unknown> | undefined = await db('appointments')
    .where({ id: appointmentId })
    .first();
  const fits = ({ by, id }: AlertRoute) => row !== undefined && String(row[COLUMN[by]]) === id;
  return routes.find(fits)?.channel ?? null;
}

/** Says of an alert that it does not stand in `channel`, where its route leads. */
export function besideRoute(content: Content, channel: string, { texts }: Voice): Content {
  return { ...content, notes: [...content.notes, texts.appointment.lostRoute(channel)] };
}
