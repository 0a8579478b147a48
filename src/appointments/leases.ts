import type { Db } from '../database.ts';
import { addMs, toSqlInstant } from '../instant.ts';

export type LeaseName = 'adoption' | 'notice' | 'delivery' | 'homes';

/** Takes or renews what only one replica may do at a time; false when another holds it. */
export async function takeLease(
  db: Db,
  lease: { name: LeaseName; holder: string; ms: number; now: Date },
): Promise<boolean> {
  const taken = await db('leases')
    .where({ name: lease.name })
    .where((free) =>
      free
        .whereNull('holder')
        .orWhere('holder', lease.holder)
        .orWhere('expires_at', '<=', toSqlInstant(lease.now)),
    )
    .update({ holder: lease.holder, expires_at: toSqlInstant(addMs(lease.now, lease.ms)) });
  return taken === 1;
}

/** Gives the lease back early; nothing happens when it was lost meanwhile. */
export async function releaseLease(db: Db, lease: { name: LeaseName; holder: string }): Promise<void> {
  await db('leases').where(lease).update({ holder: null, expires_at: null });
}
