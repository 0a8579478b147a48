import type { Db, Tx } from '../database.ts';
import { fromSqlInstant, toSqlInstant } from '../instant.ts';
import { type HistoryAction, tellWhenCommitted } from './history-lines.ts';

/** `bot`, `calcom`, `shell` or a Slack user id. */
export type Actor = string;

export interface HistoryEntry {
  appointmentId: number | null;
  at: Date;
  actor: Actor;
  action: HistoryAction;
  before?: unknown;
  after?: unknown;
  reason?: string;
  /** Booked after a failure: the log tells that apart, and earlier entries tell it here. */
  hadFailed?: boolean | undefined;
}

/** The actions whose reason is what a person typed. */
export const typedActions: readonly string[] = ['cancelled', 'noted', 'called'];

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));

/** Appends to the history, in the transaction of the change that it tells; the log is told when that is committed. */
export async function appendHistory(tx: Tx, ...entries: HistoryEntry[]): Promise<void> {
  await insertHistory(tx, entries);
  tellWhenCommitted(tx, entries);
}

/** `appendHistory` for whoever tells the log each entry where it belongs. */
export async function insertHistory(tx: Tx, entries: HistoryEntry[]): Promise<void> {
  if (entries.length > 0) await tx('history').insert(entries.map(toRow));
}

/** `appendHistory` for one entry; returns its number. */
export async function appendHistoryEntry(tx: Tx, entry: HistoryEntry): Promise<number> {
  const [id] = await tx('history').insert(toRow(entry));
  tellWhenCommitted(tx, [entry]);
  return Number(id);
}

const toRow = (entry: HistoryEntry) => ({
  appointment_id: entry.appointmentId,
  at: toSqlInstant(entry.at),
  actor: entry.actor,
  action: entry.action,
  before: json(entry.before),
  after: json(entry.after),
  reason: entry.reason?.slice(0, 255) ?? null,
});

/** What was done about one appointment, the latest first. */
export async function readHistory(db: Db, appointmentId: number, limit: number): Promise<HistoryEntry[]> {
  const rows = await db('history')
    .where({ appointment_id: appointmentId })
    .orderBy('id', 'desc')
    .limit(limit);
  return rows.map(toHistoryEntry);
}

export type HistoryRow = HistoryEntry & { id: number };

/** What was done about one appointment in a period, both ends included, in the order of its doing. */
export async function readHistoryBetween(
  db: Db,
  appointmentId: number,
  { from, to }: { from: Date; to: Date },
): Promise<HistoryRow[]> {
  const rows = await db('history')
    .where({ appointment_id: appointmentId })
    .whereBetween('at', [toSqlInstant(from), toSqlInstant(to)])
    .orderBy('id');
  return rows.map((row) => ({ ...toHistoryEntry(row), id: Number(row.id) }));
}

/** Entries by their number. */
export async function readHistoryEntries(db: Db, ids: number[]): Promise<Map<number, HistoryEntry>> {
  const rows = await db('history').whereIn('id', ids);
  return new Map(rows.map((row) => [Number(row.id), toHistoryEntry(row)]));
}

export async function readHistoryEntry(db: Db, id: number): Promise<HistoryEntry | null> {
  const row = await db('history').where({ id }).first();
  return row ? toHistoryEntry(row) : null;
}

/** The actors that are no people of the workspace. */
export const NOT_PERSONS = ['bot', 'calcom', 'shell'];

/** What a person did last about an appointment, or null. */
export async function readLastTouch(db: Db, appointmentId: number): Promise<HistoryEntry | null> {
  const row = await db('history')
    .where({ appointment_id: appointmentId })
    .whereNotIn('actor', NOT_PERSONS)
    .whereNot('action', 'refused')
    .orderBy('id', 'desc')
    .first();
  return row ? toHistoryEntry(row) : null;
}

function toHistoryEntry(row: Record<string, unknown>): HistoryEntry {
  const parsed = (value: unknown) => (value === null ? undefined : JSON.parse(String(value)));
  return {
    appointmentId: row.appointment_id === null ? null : Number(row.appointment_id),
    at: fromSqlInstant(String(row.at)),
    actor: String(row.actor),
    action: String(row.action) as HistoryAction,
    before: parsed(row.before),
    after: parsed(row.after),
    ...(row.reason !== null && { reason: String(row.reason) }),
  };
}
