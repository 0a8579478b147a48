import { ensureAlert, resolveAlert } from '../appointments/alerts.ts';
import { type Db, isDuplicateKey, transaction } from '../database.ts';
import { addMs, SECOND } from '../instant.ts';
import type { AlertRow } from './alert-row.ts';
import { type Content, content } from './content.ts';
import type { AlertContent } from './read-alert-content.ts';
import type { Voice } from './voice.ts';

const SUBJECT = 'waiting';
/** What Slack takes within a few seconds needs no message of its own. */
const WAITING_MAX = 30;
const LISTED_MAX = 600;
const AGAIN_MS = 15 * SECOND;

/**
 * Keeps one message that lists every alert still waiting for its turn: opened when there are more than thirty, closed
 * when the channel shows them all.
 */
export async function keepWaitingList(db: Db, now: Date): Promise<void> {
  const row = await db('alerts').modify(whereWaiting).count({ waiting: '*' }).first();
  const waiting = Number(row?.waiting);
  if (waiting > 0 && waiting <= WAITING_MAX) return;
  const isOpen = (await db('alerts').where({ open_subject: SUBJECT }).first('id')) !== undefined;
  if (isOpen === waiting > 0) return;
  try {
    await transaction(db, (tx) =>
      isOpen
        ? resolveAlert(tx, SUBJECT, { resolution: 'over', now })
        : ensureAlert(tx, { subject: SUBJECT, appointmentId: null, now }),
    );
  } catch (error) {
    // Another replica opened it in this moment.
    if (!isDuplicateKey(error)) throw error;
  }
}

/** What the message says now, and when it is to be looked at again. */
export async function waitingContent(
  db: Db,
  { resolvedAt }: Pick<AlertRow, 'resolvedAt'>,
  { voice, now }: { voice: Voice; now: Date },
): Promise<AlertContent> {
  const { waiting: texts } = voice.texts.upkeep;
  if (resolvedAt !== null) return { content: content({ tone: 'done', headline: texts.over }), againAt: null };
  const ids: number[] = await db('alerts')
    .modify(whereWaiting)
    .leftJoin('appointments as a', 'a.id', 'alerts.appointment_id')
    .orderBy(['a.starts_at', 'alerts.id'])
    .pluck('alerts.appointment_id');
  return { content: listContent(ids.map(Number), voice), againAt: addMs(now, AGAIN_MS) };
}

export function listContent(ids: number[], { texts }: Pick<Voice, 'texts'>): Content {
  const { waiting } = texts.upkeep;
  const listed = ids.slice(0, LISTED_MAX).map((id) => `#${id}`);
  if (ids.length > LISTED_MAX) listed.push(waiting.more(ids.length - LISTED_MAX));
  return content({
    tone: 'notice',
    headline: waiting.headline(ids.length),
    paragraphs: [waiting.why],
    numbers: listed.length > 0 ? listed.join(', ') : null,
  });
}

function whereWaiting(query: ReturnType<Db>): void {
  query
    .where('alerts.open_subject', 'like', 'appointment:%')
    .whereNull('alerts.ts')
    .whereNotNull('alerts.deliver_at');
}
