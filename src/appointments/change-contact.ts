import { createHash } from 'node:crypto';
import { type Db, transaction } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { refreshAlert, subjectOf } from './alerts.ts';
import { type Actor, appendHistory, appendHistoryEntry } from './history.ts';
import { openStatuses } from './statuses.ts';
import { keepChange } from './undos.ts';
import { dueNowColumns } from './wake.ts';

export interface Contact {
  email: string | null;
  phone: string | null;
}

/** Tells whether a contact is still what a person saw, without carrying it around. */
export function contactHash({ email, phone }: Contact): string {
  return createHash('sha256')
    .update(JSON.stringify([email, phone]))
    .digest('hex');
}

/** The appointments of a customer that failed and are still to come. */
export async function readFailedOf(db: Db, customerId: number, now: Date): Promise<number[]> {
  const failed = await db('appointment_syncs as s')
    .join('appointments as a', 'a.id', 's.appointment_id')
    .where({ 'a.customer_id': customerId, 's.state': 'failed' })
    .where('a.starts_at', '>', toSqlInstant(now))
    .whereIn('a.status', openStatuses(db))
    .orderBy('a.id')
    .pluck('a.id');
  return failed.map(Number);
}

/**
 * Replaces a customer's contact for a person, if it is still what the person saw, and tries every failure of that
 * customer again. Returns the appointments that are tried again, or `stale`. The history of these and of the
 * appointment that the person looked at says which fields changed, not to what.
 */
export async function changeContact(
  db: Db,
  {
    appointmentId,
    customerId,
    seenHash,
    contact,
  }: { appointmentId: number; customerId: number; seenHash: string; contact: Contact },
  { actor, now }: { actor: Actor; now: Date },
): Promise<number[] | 'stale'> {
  return transaction(db, async (tx) => {
    const before: Contact | undefined = await tx('customers')
      .where({ id: customerId })
      .first('email', 'phone');
    if (!before || contactHash(before) !== seenHash) return 'stale';
    const unchanged = tx('customers').where({ id: customerId });
    for (const field of ['email', 'phone'] as const) {
      if (before[field] === null) unchanged.whereNull(field);
      else unchanged.where(field, before[field]);
    }
    if ((await unchanged.update({ ...contact })) === 0) return 'stale';
    const ids = await readFailedOf(tx, customerId, now);
    const at = toSqlInstant(now);
    await tx('appointment_syncs')
      .whereIn('appointment_id', ids)
      .update({
        ...dueNowColumns(tx, now),
        // What was cancelled in Cal.com is not asked for by that.
        asked_at: tx.raw("CASE WHEN failure_kind = 'cancelled_there' THEN asked_at ELSE ? END", [at]),
        touched_at: at,
      });
    const fields = (['email', 'phone'] as const).filter((field) => before[field] !== contact[field]);
    const entry = { at: now, actor, action: 'contact_fixed', after: { fields } } as const;
    const others = ids.filter((id) => id !== appointmentId);
    const historyId = await appendHistoryEntry(tx, { ...entry, appointmentId });
    await appendHistory(tx, ...others.map((id) => ({ ...entry, appointmentId: id })));
    await keepChange(tx, historyId, {
      appointmentId,
      kind: 'contact',
      startsAtText: null,
      before: { customer_id: customerId, ...before },
      after: { ...contact },
      recordBefore: null,
      now,
    });
    for (const id of [appointmentId, ...others]) await refreshAlert(tx, subjectOf(id), now);
    return ids;
  });
}
