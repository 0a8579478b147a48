import { raiseAlert, refreshAlert, resolveAlert } from '../appointments/alerts.ts';
import { type Db, logOf, type Tx, transaction } from '../database.ts';
import { addMs, fromSqlInstantOrNull, SECOND, toSqlInstant } from '../instant.ts';
import type { FailureKind } from './failure-kinds.ts';

/** open: nothing is claimed; trial: one appointment at a time, until a write gets a clear answer. */
export interface BreakerState {
  state: 'closed' | 'open' | 'trial';
  kind: FailureKind | null;
  openedAt: Date | null;
  probeAt: Date | null;
}

const FIRST_PROBE_MS = 5 * SECOND;
const PROBE_MS_MAX = 60 * SECOND;
const INCIDENT = 'incident:calcom';

const lastSeen = new WeakMap<Db, BreakerState['state']>();

/** How this process saw the breaker last: for what is too frequent to ask the database. */
export function lastSeenBreaker(db: Db): BreakerState['state'] {
  return lastSeen.get(db) ?? 'closed';
}

export async function readBreaker(db: Db): Promise<BreakerState> {
  const row = await db('breaker').where({ name: 'calcom' }).first();
  lastSeen.set(db, row.state);
  return {
    state: row.state,
    kind: row.kind,
    openedAt: fromSqlInstantOrNull(row.opened_at),
    probeAt: fromSqlInstantOrNull(row.probe_at),
  };
}

/** Stops claiming for all replicas, with one incident; a trial that failed goes on being the same incident. */
export async function openBreaker(db: Db, { kind, now }: { kind: FailureKind; now: Date }): Promise<void> {
  lastSeen.set(db, 'open');
  const became = await transaction(db, async (tx) => {
    const fresh = {
      state: 'open',
      kind,
      opened_at: toSqlInstant(now),
      probe_at: toSqlInstant(addMs(now, FIRST_PROBE_MS)),
      probes: 0,
    };
    if ((await tx('breaker').where({ name: 'calcom', state: 'closed' }).update(fresh)) === 1) {
      await raiseAlert(tx, { subject: INCIDENT, appointmentId: null, now });
      return 'opened';
    }
    const { probes } = await tx('breaker').where({ name: 'calcom' }).first('probes');
    const again = {
      state: 'open',
      kind,
      probes: probes + 1,
      probe_at: toSqlInstant(nextProbeAt(now, probes + 1)),
    };
    const reopened = await tx('breaker').where({ name: 'calcom', state: 'trial', probes }).update(again);
    if (reopened === 0) return null;
    await refreshAlert(tx, INCIDENT, now);
    return 'reopened';
  });
  const log = logOf(db);
  if (became === 'reopened') log.warn({ kind }, 'breaker.reopened');
  else if (became === 'opened' && kind === 'unauthorized')
    log.error({ variable: 'CALCOM_API_KEY' }, 'key.refused');
  else if (became === 'opened') log.warn({ kind }, 'breaker.opened');
}

/** Takes the right to probe Cal.com now; only one replica gets it. */
export async function takeProbe(db: Db, now: Date): Promise<boolean> {
  const taken = await db('breaker')
    .where({ name: 'calcom', state: 'open' })
    .where('probe_at', '<=', toSqlInstant(now))
    .update({ probe_at: toSqlInstant(addMs(now, PROBE_MS_MAX)) });
  return taken === 1;
}

/** Notes how the probe went: an answer leads to the trial, none to the next probe, up to a minute later. */
export async function recordProbe(
  db: Db,
  { answered, now }: { answered: boolean; now: Date },
): Promise<void> {
  const open = db('breaker').where({ name: 'calcom', state: 'open' });
  if (answered) {
    const tried = await transaction(db, async (tx) => {
      const begun = await tx('breaker').where({ name: 'calcom', state: 'open' }).update({ state: 'trial' });
      // The trial needs something to try, and must not wait for hours for it.
      if (begun === 1) await waitingForCalcom(tx).update({ due_at: toSqlInstant(now) });
      return begun === 1;
    });
    if (tried) logOf(db).info({}, 'breaker.tried');
    return;
  }
  const { probes } = await db('breaker').where({ name: 'calcom' }).first('probes');
  await open
    .where({ probes })
    .update({ probes: probes + 1, probe_at: toSqlInstant(nextProbeAt(now, probes + 1)) });
}

/** Ends the incident, and makes what waited for it due. */
export async function closeBreaker(db: Db, now: Date): Promise<void> {
  const isOver = await transaction(db, async (tx) => {
    const closed = await tx('breaker')
      .where({ name: 'calcom' })
      .whereNot('state', 'closed')
      .update({ state: 'closed', probe_at: null, probes: 0 });
    if (closed === 0) return false;
    await resolveAlert(tx, INCIDENT, { resolution: 'over', now });
    await waitingForCalcom(tx).update({ due_at: toSqlInstant(now) });
    return true;
  });
  if (isOver) logOf(db).info({}, 'breaker.closed');
}

/** Whether anything is left with which the trial could be decided. */
export async function isAnythingWaiting(db: Db): Promise<boolean> {
  const row = await db('appointment_syncs')
    .whereIn('state', ['pending', 'failed'])
    .whereNotNull('due_at')
    .whereIn('failure_kind', TECHNICAL)
    .first('appointment_id');
  return row !== undefined;
}

const TECHNICAL: FailureKind[] = ['rate_limited', 'unavailable', 'unclear', 'unauthorized'];

/** Records that wait after a technical failure; an open attempt keeps its own time. */
function waitingForCalcom(tx: Tx) {
  return tx('appointment_syncs')
    .where({ state: 'pending' })
    .whereNull('claim_token')
    .whereNull('open_attempt_id')
    .whereNotNull('due_at')
    .whereIn('failure_kind', TECHNICAL);
}

function nextProbeAt(now: Date, probes: number): Date {
  return addMs(now, Math.min(FIRST_PROBE_MS * 2 ** probes, PROBE_MS_MAX));
}
