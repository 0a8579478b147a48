import type { Db } from '../database.ts';
import { addMs, fromSqlInstantOrNull, toSqlInstant } from '../instant.ts';

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

/** The last time that what a lease is for was done, by any replica. */
export interface LeaseWork {
  at: Date;
  tookMs: number;
}

/** Notes what the holder has just done; nothing happens when the lease was lost meanwhile. */
export async function recordLeaseWork(
  db: Db,
  lease: { name: LeaseName; holder: string },
  { at, tookMs }: LeaseWork,
): Promise<void> {
  await db('leases')
    .where(lease)
    .update({ done_at: toSqlInstant(at), took_ms: Math.round(tookMs) });
}

export async function readLeaseWork(db: Db, name: LeaseName): Promise<LeaseWork | null> {
  const row = await db('leases').where({ name }).first('done_at', 'took_ms');
  const at = fromSqlInstantOrNull(row?.done_at ?? null);
  return at && { at, tookMs: Number(row.took_ms) };
}
