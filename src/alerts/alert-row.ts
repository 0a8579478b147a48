import type { Knex } from 'knex';
import { whereShownWhileHeld } from '../appointments/alerts.ts';
import { appendHistory } from '../appointments/history.ts';
import { type Db, transaction } from '../database.ts';
import { fromSqlInstant, fromSqlInstantOrNull, toSqlInstant } from '../instant.ts';
import type { QuietPeriod } from './quiet-hours.ts';

/** An alert as delivery reads it (table alerts). */
export interface AlertRow {
  id: number;
  subject: string;
  appointmentId: number | null;
  revision: number;
  /** Set while a post was begun whose end is not known. */
  postIntentAt: Date | null;
  /** Since when it is to be shown as it is now, or tried again. */
  deliverAt: Date | null;
  channel: string | null;
  ts: string | null;
  raisedAt: Date;
  resolvedAt: Date | null;
  resolution: string | null;
  /** What it was about is told no more. */
  isRedacted: boolean;
  /** Set for a line in another alert's thread. */
  note: Note | null;
}

export interface Note {
  /** The entry of the history that it tells. */
  historyId: number;
  /** The message above the thread. */
  parent: { alertId: number; channel: string; ts: string };
}

/**
 * The alert to deliver next, or undefined: what concerns the whole bot first, then the nearest start (index
 * alerts_due). While the bot is held, only what concerns the whole bot.
 */
export async function nextDueAlert(
  db: Db,
  { now, except, ...when }: Deliverable & { now: Date; except: number[] },
): Promise<AlertRow | undefined> {
  const row = await deliverable(db, when)
    .where('alerts.deliver_at', '<=', toSqlInstant(now))
    .whereNotIn('alerts.id', except)
    // Nobody waits for what is taken out of old messages.
    .orderBy('alerts.is_redacted')
    .orderByRaw('CASE WHEN alerts.appointment_id IS NULL THEN 0 ELSE 1 END')
    .orderByRaw('CASE WHEN a.starts_at IS NULL THEN 1 ELSE 0 END')
    .orderBy(['a.starts_at', 'alerts.id'])
    .first('alerts.*', { parent_channel: 'parent.channel', parent_ts: 'parent.ts' });
  return row && toAlertRow(row);
}

/** When the next alert is to be delivered; null when none waits. */
export async function nextDeliveryAt(db: Db, when: Deliverable): Promise<Date | null> {
  const row = await deliverable(db, when)
    .whereNotNull('alerts.deliver_at')
    .min({ at: 'alerts.deliver_at' })
    .first();
  return fromSqlInstantOrNull(row?.at ?? null);
}

/** What waits to be shown now: how many, and since when the oldest. */
export async function readDue(
  db: Db,
  { now, ...when }: Deliverable & { now: Date },
): Promise<{ due: number; oldestAt: Date | null }> {
  const row = await deliverable(db, when)
    .where('alerts.deliver_at', '<=', toSqlInstant(now))
    .first({ due: db.raw('COUNT(*)'), oldest: db.raw('MIN(alerts.deliver_at)') });
  return { due: Number(row.due), oldestAt: fromSqlInstantOrNull(row.oldest ?? null) };
}

interface Deliverable {
  held: boolean;
  /** Set during quiet hours: what is not urgent is not begun. */
  quiet: Pick<QuietPeriod, 'urgentBefore'> | null;
}

/** A line waits for the message above its thread. */
function deliverable(db: Db, { held, quiet }: Deliverable) {
  return db('alerts')
    .leftJoin('alerts as parent', 'parent.id', 'alerts.thread_of')
    .leftJoin('appointments as a', 'a.id', 'alerts.appointment_id')
    .where((ready) => ready.whereNull('alerts.thread_of').orWhereNotNull('parent.ts'))
    .modify((query) => held && whereShownWhileHeld(query))
    .modify((query) => quiet && whereNotQuiet(query, quiet));
}

/**
 * What stands in the channel is kept right without a sound, and what a person runs now is shown to that person. Cal.com's
 * being away is told, since then no appointment's alert would tell of a start early in the morning.
 */
function whereNotQuiet(query: Knex.QueryBuilder, { urgentBefore }: Pick<QuietPeriod, 'urgentBefore'>) {
  return query.where((loud) =>
    loud
      .whereNotNull('alerts.ts')
      .orWhereNotNull('alerts.post_intent_at')
      .orWhere(whereShownWhileHeld)
      .orWhere('a.starts_at', '<', toSqlInstant(urgentBefore)),
  );
}

function toAlertRow(row: Record<string, unknown>): AlertRow {
  return {
    id: Number(row.id),
    subject: String(row.subject),
    appointmentId: row.appointment_id === null ? null : Number(row.appointment_id),
    revision: Number(row.revision),
    postIntentAt: fromSqlInstantOrNull(row.post_intent_at as string | null),
    deliverAt: fromSqlInstantOrNull(row.deliver_at as string | null),
    channel: row.channel as string | null,
    ts: row.ts as string | null,
    raisedAt: fromSqlInstant(String(row.raised_at)),
    resolvedAt: fromSqlInstantOrNull(row.resolved_at as string | null),
    resolution: row.resolution as string | null,
    isRedacted: Number(row.is_redacted) === 1,
    note: row.thread_of === null ? null : toNote(row),
  };
}

function toNote(row: Record<string, unknown>): Note {
  return {
    historyId: Number(row.history_id),
    parent: {
      alertId: Number(row.thread_of),
      channel: String(row.parent_channel),
      ts: String(row.parent_ts),
    },
  };
}

/**
 * Notes before the post that it is about to happen and where. False when another did so since `row` was read, or when
 * there is nothing to post any more.
 */
export async function recordPostIntent(
  db: Db,
  row: AlertRow,
  { channel, now }: { channel: string; now: Date },
): Promise<boolean> {
  const written = await unposted(db, row)
    .whereNull('resolved_at')
    .update({ post_intent_at: toSqlInstant(now), channel });
  return written === 1;
}

/** The post happened as `row.postIntentAt` announced. It is shown as of `revision`, and due again at `againAt`. */
export async function recordPosted(
  db: Db,
  row: AlertRow,
  shown: { ts: string; revision: number; againAt: Date | null; now: Date },
): Promise<boolean> {
  const written = await unposted(db, row).update({
    ts: shown.ts,
    post_intent_at: null,
    shown_revision: shown.revision,
    deliver_at: unlessChanged(db, shown),
  });
  return written === 1;
}

/** The post did not happen, and may be tried again at `retryAt`. A case that ended meanwhile needs none. */
export async function recordNotPosted(db: Db, row: AlertRow, retryAt: Date): Promise<boolean> {
  const written = await unposted(db, row).update({
    post_intent_at: null,
    channel: null,
    deliver_at: db.raw('CASE WHEN resolved_at IS NULL THEN ? ELSE NULL END', [toSqlInstant(retryAt)]),
  });
  return written === 1;
}

/** Whether the post happened is looked up at `lookUpAt`. */
export async function recordPostUnclear(db: Db, row: AlertRow, lookUpAt: Date): Promise<boolean> {
  return (await unposted(db, row).update({ deliver_at: toSqlInstant(lookUpAt) })) === 1;
}

/** The message shows `revision` now, and is due again at `againAt`. */
export async function recordUpdated(
  db: Db,
  row: AlertRow,
  shown: { revision: number; againAt: Date | null; now: Date },
): Promise<boolean> {
  const written = await db('alerts')
    .where({ id: row.id, ts: row.ts })
    .update({ shown_revision: shown.revision, deliver_at: unlessChanged(db, shown) });
  return written === 1;
}

/**
 * The message is there no more. An open case is posted anew, and its new thread begins with saying so; one that is over
 * needs no message, and no more lines.
 */
export async function recordMessageGone(db: Db, row: AlertRow, now: Date): Promise<boolean> {
  return transaction(db, async (tx) => {
    const gone = await tx('alerts')
      .where({ id: row.id, ts: row.ts })
      .update({
        ts: null,
        channel: null,
        shown_revision: 0,
        deliver_at: tx.raw('CASE WHEN resolved_at IS NULL THEN deliver_at ELSE NULL END'),
      });
    if (gone === 0) return false;
    if (row.resolvedAt !== null) {
      await tx('alerts').where({ thread_of: row.id }).update({ deliver_at: null });
    } else if (row.appointmentId !== null) {
      const { appointmentId } = row;
      await appendHistory(tx, { appointmentId, at: now, actor: 'bot', action: 'message_replaced' });
    }
    return true;
  });
}

/** A line's thread is gone: it waits until `now`, and the message above it is looked at before. */
export async function recordThreadGone(db: Db, row: AlertRow, { parent }: Note, now: Date): Promise<void> {
  const at = toSqlInstant(now);
  await recordNotPosted(db, row, now);
  await db('alerts').where({ id: parent.alertId, ts: parent.ts }).update({ deliver_at: at });
}

/** Puts the delivery of this revision off. */
export async function postponeDelivery(db: Db, row: AlertRow, until: Date): Promise<boolean> {
  const written = await db('alerts')
    .where({ id: row.id, revision: row.revision })
    .update({ deliver_at: toSqlInstant(until) });
  return written === 1;
}

/** The row as long as nobody else moved its post on since it was read. */
function unposted(db: Db, row: AlertRow) {
  return db('alerts')
    .where({ id: row.id, post_intent_at: row.postIntentAt && toSqlInstant(row.postIntentAt) })
    .whereNull('ts');
}

/**
 * What was raised while the message was on its way is due, also when another replica has shown it already: this one may
 * have come after it, and said less.
 */
function unlessChanged(
  db: Db,
  { revision, againAt, now }: { revision: number; againAt: Date | null; now: Date },
) {
  const at = againAt && toSqlInstant(againAt);
  return db.raw('CASE WHEN revision = ? THEN ? ELSE ? END', [revision, at, toSqlInstant(now)]);
}
