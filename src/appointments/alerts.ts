import type { Knex } from 'knex';
import type { Db, Tx } from '../database.ts';
import { toSqlInstant } from '../instant.ts';

/**
 * What an alert is about: one appointment, the incident "Cal.com does not serve us", the bot's being held, what a
 * cleanup closed (by its run), how many alerts still wait for their turn, the bookings too many that a comparison with Cal.com
 * found, what a plan does (by its number), a day's summary,
 * or what the quiet hours before a day held back (by the local date, `YYYY-MM-DD`).
 */
export type AlertSubject =
  | `appointment:${number}`
  | 'incident:calcom'
  | 'held'
  | 'waiting'
  | 'surplus'
  | `cleanup:${number}`
  | `plan:${number}`
  | `summary:${string}`
  | `morning:${string}`;

/** Narrows a query on alerts to what is shown even while the bot is held: its own state, and what a person runs. */
export function whereShownWhileHeld(query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query.where((shown) =>
    shown.whereIn('alerts.subject', ['held', 'incident:calcom']).orWhere('alerts.subject', 'like', 'plan:%'),
  );
}

export function subjectOf(appointmentId: number): AlertSubject {
  return `appointment:${appointmentId}`;
}

interface AlertChange {
  subject: AlertSubject;
  appointmentId: number | null;
  now: Date;
}

/** Opens the alert of this subject, or has the open one shown anew. Belongs into the outcome's transaction. */
export async function raiseAlert(tx: Tx, change: AlertChange): Promise<void> {
  const at = toSqlInstant(change.now);
  const open = await tx('alerts')
    .where({ open_subject: change.subject })
    .update({ revision: tx.raw('revision + 1'), deliver_at: at });
  if (open === 0) await insertAlert(tx, change);
}

/** Opens the alert of this subject unless it is open; an open one stays as it is shown. */
export async function ensureAlert(tx: Tx, change: AlertChange): Promise<void> {
  const open = await tx('alerts').where({ open_subject: change.subject }).first('id');
  if (!open) await insertAlert(tx, change);
}

async function insertAlert(tx: Tx, { subject, appointmentId, now }: AlertChange): Promise<void> {
  const at = toSqlInstant(now);
  await tx('alerts').insert({
    subject,
    open_subject: subject,
    appointment_id: appointmentId,
    raised_at: at,
    deliver_at: at,
  });
}

/** Has the open alert of this subject, if there is one, rendered again. */
export async function refreshAlert(tx: Tx, subject: AlertSubject, now: Date): Promise<void> {
  await tx('alerts')
    .where({ open_subject: subject })
    .update({ revision: tx.raw('revision + 1'), deliver_at: toSqlInstant(now) });
}

/** Has the latest message about an appointment rendered again, also when its case is over. */
export async function refreshLastAlert(tx: Tx, appointmentId: number, now: Date): Promise<void> {
  const last = await tx('alerts')
    .where({ appointment_id: appointmentId, subject: subjectOf(appointmentId) })
    .orderBy('id', 'desc')
    .first('id');
  if (!last) return;
  await tx('alerts')
    .where({ id: last.id })
    .update({
      revision: tx.raw('revision + 1'),
      deliver_at: tx.raw('CASE WHEN open_subject IS NULL AND ts IS NULL THEN deliver_at ELSE ? END', [
        toSqlInstant(now),
      ]),
    });
}

/**
 * Closes the open alert of this subject, if there is one. A message that was never sent is not sent any more.
 * `resolution` is one word: how the case ended (a state, a closing reason).
 */
export async function resolveAlert(tx: Tx, subject: AlertSubject, ending: { resolution: string; now: Date }) {
  await resolveAlerts(tx, [subject], ending);
}

/** `resolveAlert` for several that end alike. */
export async function resolveAlerts(
  tx: Tx,
  subjects: AlertSubject[],
  ending: { resolution: string; now: Date },
): Promise<void> {
  const at = toSqlInstant(ending.now);
  await tx('alerts')
    .whereIn('open_subject', subjects)
    .update({
      revision: tx.raw('revision + 1'),
      deliver_at: tx.raw('CASE WHEN ts IS NULL AND post_intent_at IS NULL THEN NULL ELSE ? END', [at]),
      open_subject: null,
      resolved_at: at,
      resolution: ending.resolution,
    });
}

export async function isAlertOpen(db: Db, subject: AlertSubject): Promise<boolean> {
  return (await db('alerts').where({ open_subject: subject }).first('id')) !== undefined;
}
