import { type Db, transaction } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { subjectOf } from './alerts.ts';
import { type Actor, appendHistory } from './history.ts';
import { dueNowColumns } from './wake.ts';

/**
 * Tries a failed appointment again for a person who saw its alert at `revision`. `stale`: the alert was changed since,
 * the same request included, or nothing is failed any more; nothing was written.
 */
export async function retryFailed(
  db: Db,
  { appointmentId, revision }: { appointmentId: number; revision: number },
  { actor, now }: { actor: Actor; now: Date },
): Promise<'asked' | 'stale'> {
  const at = toSqlInstant(now);
  return transaction(db, async (tx) => {
    const asSeen = await tx('alerts')
      .where({ open_subject: subjectOf(appointmentId), revision })
      .update({ revision: revision + 1, deliver_at: at });
    if (asSeen === 0) return 'stale';
    const woken = await tx('appointment_syncs')
      .where({ appointment_id: appointmentId })
      .whereNot('state', 'closed')
      .update({ ...dueNowColumns(tx, now), asked_at: at, touched_at: at });
    if (woken === 0) return 'stale';
    await appendHistory(tx, { appointmentId, at: now, actor, action: 'asked_again' });
    return 'asked';
  });
}
