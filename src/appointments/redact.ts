import { type Db, type Tx, transaction } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { typedActions } from './history.ts';

const BATCH = 500;

/** How much was taken out; counts of rows of the bot's. */
export interface Redacted {
  /** Cal.com's raw answers. */
  answers: number;
  /** What people typed as a reason, and what Cal.com said in short. */
  texts: number;
  /** Contacts that were kept so that they could be given back. */
  contacts: number;
  /** Messages and lines in Slack that are edited, once the bot runs. */
  messages: number;
}

/**
 * Takes out what the bot wrote about a customer: raw answers, reasons that people typed, contacts kept for an undo; and
 * has its messages about this customer's appointments rendered again. The booking system's own rows are not touched.
 * Null: the booking system has no appointment of such a customer.
 */
export async function forgetCustomer(db: Db, customerId: number, now: Date): Promise<Redacted | null> {
  const ids: number[] = await db('appointments').where({ customer_id: customerId }).orderBy('id').pluck('id');
  if (ids.length === 0) return null;
  const total: Redacted = { answers: 0, texts: 0, contacts: 0, messages: 0 };
  for (let from = 0; from < ids.length; from += BATCH) {
    const some = ids.slice(from, from + BATCH);
    const redacted = await transaction(db, (tx) => redactAppointments(tx, some, now));
    for (const [what, count] of Object.entries(redacted)) total[what as keyof Redacted] += count;
  }
  return total;
}

async function redactAppointments(tx: Tx, ids: number[], now: Date): Promise<Redacted> {
  const ofThese = <T extends { whereIn(column: string, ids: number[]): T }>(query: T) =>
    query.whereIn('appointment_id', ids);
  const answers = await ofThese(tx('sync_attempts')).whereNotNull('raw_answer').update({ raw_answer: null });
  const reasons = await ofThese(typedReasons(tx)).update({ reason: null });
  const shorts = await ofThese(tx('appointment_syncs'))
    .whereNotNull('failure_text')
    .update({ failure_text: null });
  const contacts = await ofThese(tx('undo_entries'))
    .where({ kind: 'contact' })
    .whereNot('before', '{}')
    .update({ before: '{}', after: '{}' });
  const messages = await ofThese(tx('alerts'))
    .whereNotNull('ts')
    .update({ deliver_at: toSqlInstant(now) });
  return { answers, texts: reasons + shorts, contacts, messages };
}

/** Free text: everything else that stands as a reason is a word of ours. */
function typedReasons(tx: Tx) {
  return tx('history').whereIn('action', typedActions).whereNotNull('reason');
}

/**
 * Takes out what is older than `cutoff`: raw answers, the reasons that people typed, in the history and in the thread, and
 * of cases that are over everything but that there was one. A part of it at a time: true when there may be more.
 */
export async function redactOld(db: Db, { cutoff, now }: { cutoff: Date; now: Date }): Promise<boolean> {
  const before = toSqlInstant(cutoff);
  const attempts: number[] = await db('sync_attempts')
    .where('answer_kept_at', '<', before)
    .limit(BATCH)
    .pluck('id');
  const reasons: number[] = await db('history').where('typed_at', '<', before).limit(BATCH).pluck('id');
  const alerts: number[] = await db('alerts')
    .where({ is_redacted: false })
    .where('resolved_at', '<', before)
    .whereNotNull('appointment_id')
    .limit(BATCH)
    .pluck('id');
  await transaction(db, async (tx) => {
    await tx('sync_attempts').whereIn('id', attempts).update({ raw_answer: null });
    await tx('history').whereIn('id', reasons).update({ reason: null });
    await tx('alerts')
      .whereIn('history_id', reasons)
      .whereNotNull('ts')
      .update({ deliver_at: toSqlInstant(now) });
    await redactAlerts(tx, alerts, now);
  });
  return [attempts, reasons, alerts].some(({ length }) => length === BATCH);
}

/** The messages and the lines below them are rendered again, as far as they were sent. */
async function redactAlerts(tx: Tx, ids: number[], now: Date): Promise<void> {
  const theirs = () => tx('alerts').where((line) => line.whereIn('id', ids).orWhereIn('thread_of', ids));
  await theirs().update({ is_redacted: true });
  await theirs()
    .whereNotNull('ts')
    .update({ deliver_at: toSqlInstant(now) });
}
