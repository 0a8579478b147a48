import { type Db, transaction } from '../database.ts';
import { fromSqlInstantOrNull, toSqlInstant } from '../instant.ts';
import { raiseAlert, resolveAlert } from './alerts.ts';
import { appendHistory } from './history.ts';

/** new: nothing was imported yet; held: figures only, no write; running. */
export type Mode = 'new' | 'held' | 'running';

export interface Installation {
  installationId: string;
  mode: Mode;
  since: Date | null;
  byWhom: string | null;
  adoptedAt: Date | null;
}

export async function readInstallation(db: Db): Promise<Installation> {
  const row = await db('installation').where({ id: 1 }).first();
  return {
    installationId: row.installation_id,
    mode: row.mode,
    since: fromSqlInstantOrNull(row.since),
    byWhom: row.by_whom,
    adoptedAt: fromSqlInstantOrNull(row.adopted_at),
  };
}

/** Notes that the import is complete; false when another replica was first. */
export async function recordAdopted(
  db: Db,
  change: { mode: 'held' | 'running'; now: Date },
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const at = toSqlInstant(change.now);
    // Who had a backup taken over again is named as who holds the bot.
    const by_whom = tx.raw("COALESCE(by_whom, 'bot')");
    const set = { mode: change.mode, since: at, by_whom, adopted_at: at };
    if ((await tx('installation').where({ id: 1, mode: 'new' }).update(set)) === 0) return false;
    if (change.mode === 'held')
      await raiseAlert(tx, { subject: 'held', appointmentId: null, now: change.now });
    await appendHistory(tx, { appointmentId: null, at: change.now, actor: 'bot', action: 'import_complete' });
    return true;
  });
}

/** Holds or releases the bot; false when it is in that mode already, or nothing was imported yet. */
export async function recordMode(
  db: Db,
  change: { from: 'held' | 'running'; to: 'held' | 'running'; by: string; now: Date },
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const set = { mode: change.to, since: toSqlInstant(change.now), by_whom: change.by };
    if ((await tx('installation').where({ id: 1, mode: change.from }).update(set)) === 0) return false;
    const held = { subject: 'held', appointmentId: null, now: change.now } as const;
    if (change.to === 'held') await raiseAlert(tx, held);
    else await resolveAlert(tx, 'held', { resolution: 'started', now: change.now });
    const action = change.to === 'held' ? 'held' : 'started';
    await appendHistory(tx, { appointmentId: null, at: change.now, actor: change.by, action });
    return true;
  });
}

/** The record was restored from a backup: what Cal.com has is taken over again before anything is booked. */
export async function recordRestored(db: Db, { by, now }: { by: string; now: Date }): Promise<void> {
  await transaction(db, async (tx) => {
    const set = { mode: 'new', since: toSqlInstant(now), by_whom: by };
    if ((await tx('installation').where({ id: 1 }).whereNot({ mode: 'new' }).update(set)) === 0) return;
    await appendHistory(tx, { appointmentId: null, at: now, actor: by, action: 'restored' });
  });
}
