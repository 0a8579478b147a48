import { type Db, type Tx, transaction } from '../database.ts';
import { addMs, DAY, fromSqlInstant, fromSqlInstantOrNull, toSqlInstant } from '../instant.ts';
import { raiseAlert, resolveAlert } from './alerts.ts';
import { type CronRun, finishRun } from './cron-runs.ts';

export type Scope = 'changes' | 'everything';

/** What a comparison with Cal.com found: counts of bookings, and ids of appointments. */
export interface Found {
  read: number;
  /** Another time, host or state than the record says: read again and followed, or a person's. */
  changed: number;
  /** Not there any more. */
  missing: number;
  /** Appointments that have a second booking of ours. */
  doubled: number[];
  /** Appointments that are closed or gone, and still have a booking of ours. */
  orphaned: number[];
}

const KEPT_MS = 30 * DAY;

/** When the last comparison of this scope that came to its end was begun. */
export async function lastComparedAt(db: Db, scope: Scope): Promise<Date | null> {
  const row = await db('reconciliations').where({ scope }).max({ at: 'started_at' }).first();
  return fromSqlInstantOrNull(row?.at ?? null);
}

/** Ends the run with what was found; false when another replica took it over. Old ones are forgotten. */
export async function recordCompared(
  db: Db,
  run: CronRun,
  { scope, startedAt, found, now }: { scope: Scope; startedAt: Date; found: Found; now: Date },
): Promise<boolean> {
  return transaction(db, async (tx) => {
    if (!(await finishRun(tx, run, now))) return false;
    const row = { run_id: run.id, scope, started_at: toSqlInstant(startedAt), found: JSON.stringify(found) };
    await tx('reconciliations').insert(row);
    if (scope === 'everything') await tellSurplus(tx, found, now);
    const old = toSqlInstant(addMs(now, -KEPT_MS));
    await tx('reconciliations').where('started_at', '<', old).delete();
    await tx('cron_runs').where({ task: run.task }).where('fire_at', '<', old).delete();
    return true;
  });
}

/** One alert stands while there are bookings too many. */
async function tellSurplus(tx: Tx, { doubled, orphaned }: Found, now: Date): Promise<void> {
  if (doubled.length + orphaned.length > 0)
    await raiseAlert(tx, { subject: 'surplus', appointmentId: null, now });
  else await resolveAlert(tx, 'surplus', { resolution: 'gone', now });
}

/** What the last whole comparison found; null when there was none. */
export async function readLastWhole(db: Db): Promise<Found | null> {
  const row = await db('reconciliations')
    .where({ scope: 'everything' })
    .orderBy('started_at', 'desc')
    .first('found');
  return row ? (JSON.parse(row.found) as Found) : null;
}

/** What the period brought: what was found on the way, and how many bookings the last whole comparison read. */
export async function readComparison(db: Db, { from, to }: { from: Date; to: Date }): Promise<Found | null> {
  const rows = await db('reconciliations')
    .where('started_at', '>=', toSqlInstant(from))
    .where('started_at', '<', toSqlInstant(to))
    .orderBy('started_at')
    .select('scope', 'found');
  const all = rows.map(({ scope, found }) => ({ scope, found: JSON.parse(found) as Found }));
  const whole = all.findLast(({ scope }) => scope === 'everything')?.found;
  if (whole === undefined) return null;
  const sum = (kind: 'changed' | 'missing') => all.reduce((total, { found }) => total + found[kind], 0);
  return { ...whole, changed: sum('changed'), missing: sum('missing') };
}

/** The bookings that should stand in this time, by what was pushed, and nothing is under way about. */
export async function readStandingBookings(
  db: Db,
  { after, until }: { after: Date; until: Date },
): Promise<{ appointmentId: number; uid: string; startsAt: Date }[]> {
  const rows = await db('appointment_syncs')
    .where({ state: 'synced' })
    .whereNotNull('booking_uid')
    .whereNull('due_at')
    .where('pushed_start', '>', toSqlInstant(after))
    .where('pushed_start', '<=', toSqlInstant(until))
    .orderBy('pushed_start')
    .select('appointment_id', 'booking_uid', 'pushed_start');
  return rows.map((row: Record<string, unknown>) => ({
    appointmentId: Number(row.appointment_id),
    uid: String(row.booking_uid),
    startsAt: fromSqlInstant(String(row.pushed_start)),
  }));
}
