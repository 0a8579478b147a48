import { type HistoryRow, readHistoryBetween, readHistoryEntry } from '../appointments/history.ts';
import { type Db, isDuplicateKey } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import type { AlertRow } from './alert-row.ts';
import { type Content, content } from './content.ts';
import { noteOf } from './note-text.ts';
import type { Voice } from './voice.ts';

// What a thread does not tell: refusals are private, and the import came before every alert.
const UNTOLD = ['refused', 'imported'];

// Somebody has to look, also who does not follow the thread.
const FOR_CHANNEL = ['reminded', 'escalated', 'snooze_over'];

/** One line of a thread: an entry of the history, or several failures in a row. */
interface Line {
  historyId: number;
  times: number;
}

/**
 * Puts what has happened to the alert's appointment since it was raised into its thread, each entry of the history
 * once; from here on the lines are delivered like alerts. Like failures in a row are one line that counts, and the one
 * that raised the alert is the alert itself.
 */
export async function queueNotes(
  db: Db,
  { id, appointmentId, raisedAt, resolvedAt }: AlertRow,
  now: Date,
): Promise<void> {
  if (appointmentId === null) return;
  const entries = await readHistoryBetween(db, appointmentId, { from: raisedAt, to: resolvedAt ?? now });
  const lines = linesOf(
    entries.filter(({ action }) => !UNTOLD.includes(action)),
    raisedAt,
  );
  const known = await readTold(db, id);
  for (const { historyId, times } of lines) {
    const told = known.get(historyId);
    if (told === undefined) await insertNote(db, { alertId: id, appointmentId, historyId, times, now });
    else if (told < times) await recount(db, { alertId: id, historyId, times, now });
  }
}

function linesOf(entries: HistoryRow[], raisedAt: Date): Line[] {
  const lines: (Line & { first: HistoryRow })[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    if (last && isSameFailure(last.first, entry)) last.times++;
    else lines.push({ historyId: entry.id, times: 1, first: entry });
  }
  return lines.filter(
    ({ first, times }) => first.action !== 'failed' || times > 1 || first.at.getTime() > raisedAt.getTime(),
  );
}

const isSameFailure = (one: HistoryRow, other: HistoryRow) =>
  one.action === 'failed' && other.action === 'failed' && one.reason === other.reason;

/** How many entries each line stands for, by the entry that it begins with. */
async function readTold(db: Db, alertId: number): Promise<Map<number, number>> {
  const rows = await db('alerts').where({ thread_of: alertId }).select('history_id', 'revision');
  return new Map(rows.map((row) => [Number(row.history_id), Number(row.revision)]));
}

interface Note extends Line {
  alertId: number;
  appointmentId: number;
  now: Date;
}

/** The revision of a line is the number of entries that it stands for. */
async function insertNote(db: Db, { alertId, appointmentId, historyId, times, now }: Note): Promise<void> {
  const at = toSqlInstant(now);
  const note = {
    subject: `note:${historyId}`,
    appointment_id: appointmentId,
    thread_of: alertId,
    history_id: historyId,
    revision: times,
    raised_at: at,
    deliver_at: at,
  };
  try {
    await db('alerts').insert(note);
  } catch (error) {
    // Another replica was as fast.
    if (!isDuplicateKey(error)) throw error;
  }
}

async function recount(
  db: Db,
  { alertId, historyId, times, now }: Omit<Note, 'appointmentId'>,
): Promise<void> {
  await db('alerts')
    .where({ thread_of: alertId, history_id: historyId })
    .where('revision', '<', times)
    .update({ revision: times, deliver_at: toSqlInstant(now) });
}

/** What a line says. Throws when its entry is not there any more. */
export async function noteContent(
  db: Db,
  { historyId, revision, isRedacted }: { historyId: number; revision: number; isRedacted: boolean },
  voice: Voice,
): Promise<Content> {
  const entry = await readHistoryEntry(db, historyId);
  if (!entry) throw new Error(`the history has no entry ${historyId}`);
  const { actor, text } = isRedacted
    ? { actor: null, text: voice.texts.dialogs.notes.redacted }
    : noteOf(entry, voice, revision);
  const isForChannel = FOR_CHANNEL.includes(entry.action);
  return content({ tone: 'plain', actor, headline: text, isForChannel });
}
