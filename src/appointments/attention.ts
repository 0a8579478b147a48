import type { Knex } from 'knex';
import { type Db, type Tx, transaction } from '../database.ts';
import { addMs, HOUR, toSqlInstant } from '../instant.ts';
import { refreshAlert, subjectOf } from './alerts.ts';
import { type Actor, appendHistory, type HistoryEntry } from './history.ts';
import { type SyncRecord, toSyncRecord } from './sync-record.ts';

/** Who takes an appointment and then does nothing keeps it no longer than this. */
const TAKEN_MS = 2 * HOUR;

/** How a phone call to the customer ended. */
export const callResults = ['reached', 'no_answer', 'agreed'] as const;
export type CallResult = (typeof callResults)[number];

type Hold = Pick<SyncRecord, 'takenBy' | 'touchedAt'>;

/** Who looks after it, or null; an appointment that nobody has touched for two hours is nobody's again. */
export function takerOf({ takenBy, touchedAt }: Hold, now: Date): Actor | null {
  const until = takenUntil({ takenBy, touchedAt });
  return until !== null && until > now ? takenBy : null;
}

/** When it is nobody's again unless somebody touches it; null when nobody has it. */
export function takenUntil({ takenBy, touchedAt }: Hold): Date | null {
  return takenBy === null || touchedAt === null ? null : addMs(touchedAt, TAKEN_MS);
}

/** In SQL, for records under the alias `s`: when they were last touched by those who still have them. */
export function takenSince(now: Date): string {
  return toSqlInstant(addMs(now, -TAKEN_MS));
}

/**
 * Gives a failing appointment to the person who asks for it, taking it from whoever had it; who has it already gives it
 * back. It counts only while the holder is the one whom the person saw (null: nobody), so that of two clicks one does:
 * `late` says that another one, or the end of the case, came first; `yours` that the person has it already. Nothing was
 * written in either case.
 */
export async function takeOrGiveBack(
  db: Db,
  { appointmentId, seenHolder }: { appointmentId: number; seenHolder: Actor | null },
  { actor, now }: { actor: Actor; now: Date },
): Promise<'taken' | 'given_back' | 'yours' | 'late'> {
  const action = seenHolder === actor ? 'given_back' : 'taken';
  const written = await transaction(db, async (tx) => {
    const asSeen = await tx('appointment_syncs')
      .where({ appointment_id: appointmentId })
      .where((held) => whereHeldBy(held, seenHolder, now))
      .whereExists(openAlertOf(tx, appointmentId))
      .update({ taken_by: action === 'taken' ? actor : null, touched_at: toSqlInstant(now) });
    if (asSeen === 0) return false;
    await note(tx, {
      ...{ appointmentId, at: now, actor, action },
      ...(action === 'taken' && seenHolder !== null && { before: { by: seenHolder } }),
    });
    return true;
  });
  if (written) return action;
  const record = await db('appointment_syncs').where({ appointment_id: appointmentId }).first();
  return record && takerOf(toSyncRecord(record), now) === actor ? 'yours' : 'late';
}

function whereHeldBy(query: Knex.QueryBuilder, holder: Actor | null, now: Date): Knex.QueryBuilder {
  if (holder !== null) return query.where('taken_by', holder).where('touched_at', '>', takenSince(now));
  return query.whereNull('taken_by').orWhereNull('touched_at').orWhere('touched_at', '<=', takenSince(now));
}

function openAlertOf(tx: Tx, appointmentId: number): Knex.QueryBuilder {
  return tx('alerts')
    .where({ open_subject: subjectOf(appointmentId) })
    .select('id');
}

/** What a person does about a failing appointment without changing it. */
export type Attention =
  | { action: 'snoozed'; until: Date }
  | { action: 'noted'; text: string }
  | { action: 'called'; result: CallResult; text: string | null };

/** Notes what a person did, in the history and with it in the thread. `late`: there is no open alert any more. */
export async function payAttention(
  db: Db,
  appointmentId: number,
  attention: Attention,
  { actor, now }: { actor: Actor; now: Date },
): Promise<'noted' | 'late'> {
  const { action } = attention;
  const snooze =
    action === 'snoozed' ? { snoozed_until: toSqlInstant(attention.until), snoozed_by: actor } : {};
  const text = action === 'snoozed' ? null : attention.text;
  return transaction(db, async (tx) => {
    const touched = await tx('appointment_syncs')
      .where({ appointment_id: appointmentId })
      .whereExists(openAlertOf(tx, appointmentId))
      .update({ ...snooze, touched_at: toSqlInstant(now) });
    if (touched === 0) return 'late';
    await note(tx, {
      ...{ appointmentId, at: now, actor, action },
      ...(action === 'snoozed' && { after: { until: toSqlInstant(attention.until) } }),
      ...(action === 'called' && { after: { result: attention.result } }),
      ...(text !== null && { reason: text }),
    });
    return 'noted';
  });
}

/** Ends what was snoozed until now, and has it told. Returns how many. */
export async function endSnoozes(db: Db, now: Date): Promise<number> {
  const at = toSqlInstant(now);
  const over = await db('appointment_syncs').where('snoozed_until', '<=', at).pluck('appointment_id');
  let ended = 0;
  for (const appointmentId of over.map(Number)) {
    ended += await transaction(db, async (tx) => {
      const awake = await tx('appointment_syncs')
        .where({ appointment_id: appointmentId })
        .where('snoozed_until', '<=', at)
        .update({ snoozed_until: null, snoozed_by: null });
      if (awake === 1) await note(tx, { appointmentId, at: now, actor: 'bot', action: 'snooze_over' });
      return awake;
    });
  }
  return ended;
}

async function note(tx: Tx, entry: HistoryEntry & { appointmentId: number }): Promise<void> {
  await appendHistory(tx, entry);
  await refreshAlert(tx, subjectOf(entry.appointmentId), entry.at);
}
