import { randomUUID } from 'node:crypto';
import { type Db, logOf, withRetries } from '../database.ts';
import { addMs, toSqlInstant } from '../instant.ts';
import type { ClaimEnding } from './claim-ending.ts';
import { type Situation, situationQuery, toSituation } from './situation.ts';
import { statusesOf } from './statuses.ts';

/** The right to work on one appointment until due_at passes; every record step names the token. */
export interface Claim {
  appointmentId: number;
  token: string;
  /** Told what became of it. */
  onEnded?: (ending: ClaimEnding) => void;
}

/**
 * Claims up to `limit` due records, a person's requests first, then the nearest start. One conditional UPDATE decides,
 * so that it holds without any lock (Galera, TiDB and Vitess give SKIP LOCKED no meaning); due_at doubles as the
 * claim's expiry, so a crashed claim becomes due by itself.
 */
export async function claimDue(
  db: Db,
  { now, leaseMs, limit, askedOnly }: { now: Date; leaseMs: number; limit: number; askedOnly: boolean },
): Promise<{ claim: Claim; situation: Situation }[]> {
  const at = toSqlInstant(now);
  const due = db('appointment_syncs').where('due_at', '<=', at);
  if (askedOnly) due.whereNotNull('asked_at');
  const rows = await due
    .orderByRaw('CASE WHEN asked_at IS NULL THEN 1 ELSE 0 END, starts_at, appointment_id')
    .limit(limit)
    .pluck('appointment_id');
  if (rows.length === 0) return [];

  const ids = rows.map(Number).sort((one, other) => one - other);
  const token = randomUUID();
  const claimed = await withRetries(() =>
    db('appointment_syncs')
      .whereIn('appointment_id', ids)
      .where('due_at', '<=', at)
      .update({ claim_token: token, due_at: toSqlInstant(addMs(now, leaseMs)) }),
  );
  if (claimed === 0) return [];
  const situations = await situationQuery(db).whereIn('s.appointment_id', ids).where('s.claim_token', token);
  return situations.map((row: Record<string, unknown>) => {
    const situation = toSituation(row, statusesOf(db));
    return { claim: { appointmentId: situation.record.appointmentId, token }, situation };
  });
}

/** The claim ran out, and another holds the record now. */
export function tellLost(db: Db, { appointmentId }: Claim): void {
  logOf(db).info({ appointmentId }, 'claim.lost');
}

/** Whether any record waits to be claimed. */
export async function isAnythingDue(db: Db, now: Date): Promise<boolean> {
  const due = db('appointment_syncs').where('due_at', '<=', toSqlInstant(now));
  return (await due.first('appointment_id')) !== undefined;
}

/** Claims one record that nobody works on, due or not; null when somebody does, or there is none. */
export async function claimOne(
  db: Db,
  appointmentId: number,
  { now, leaseMs }: { now: Date; leaseMs: number },
): Promise<Claim | null> {
  const token = randomUUID();
  const claimed = await withRetries(() =>
    db('appointment_syncs')
      .where({ appointment_id: appointmentId })
      .where((free) => free.whereNull('claim_token').orWhere('due_at', '<=', toSqlInstant(now)))
      .update({ claim_token: token, due_at: toSqlInstant(addMs(now, leaseMs)) }),
  );
  return claimed === 1 ? { appointmentId, token } : null;
}
