import type { Tx } from '../database.ts';
import { toSqlInstant } from '../instant.ts';

/** `bot`, `calcom`, `shell` or a Slack user id. */
export type Actor = string;

export interface HistoryEntry {
  appointmentId: number | null;
  at: Date;
  actor: Actor;
  /** What was done, in one past participle: booked, moved, cancelled, failed, held … */
  action: string;
  before?: unknown;
  after?: unknown;
  reason?: string;
}

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));

/** Appends to the history, in the transaction of the change that it tells. */
export async function appendHistory(tx: Tx, ...entries: HistoryEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx('history').insert(
    entries.map((entry) => ({
      appointment_id: entry.appointmentId,
      at: toSqlInstant(entry.at),
      actor: entry.actor,
      action: entry.action,
      before: json(entry.before),
      after: json(entry.after),
      reason: entry.reason?.slice(0, 255) ?? null,
    })),
  );
}
