import { type Db, transaction } from '../database.ts';
import { addMs, fromSqlInstant, fromSqlInstantOrNull, readableInstant, toSqlInstant } from '../instant.ts';
import { refreshAlert, subjectOf } from './alerts.ts';
import { appendHistory } from './history.ts';
import { openStatuses } from './statuses.ts';

export interface ReminderPlan {
  /** How long before the start nobody may be resting; the longest first. */
  beforeMs: number[];
  /** Who is called for at the last of them, as Slack names the group; null: nobody. */
  escalationGroup: string | null;
  /** During quiet hours: what starts later is left until they are over. */
  startsBefore: Date | null;
}

/**
 * Raises what a start that comes near without anybody acting calls for: one reminder for each time before the start,
 * and of those that were missed the latest only. It is told in the thread of the alert. Returns how many were raised.
 */
export async function raiseReminders(
  db: Db,
  { beforeMs, escalationGroup, startsBefore }: ReminderPlan,
  now: Date,
): Promise<number> {
  const [longest = 0] = beforeMs;
  const near = addMs(now, longest);
  const before = startsBefore !== null && startsBefore < near ? startsBefore : near;
  const rows = await db('alerts as al')
    .join('appointments as a', 'a.id', 'al.appointment_id')
    .join('appointment_syncs as s', 's.appointment_id', 'a.id')
    .whereNotNull('al.open_subject')
    .whereNotNull('al.ts')
    .whereIn('a.status', openStatuses(db))
    .where('a.starts_at', '>', toSqlInstant(now))
    .where('a.starts_at', '<=', toSqlInstant(before))
    .where((awake) => awake.whereNull('s.snoozed_until').orWhere('s.snoozed_until', '<=', toSqlInstant(now)))
    .orderBy('a.starts_at')
    .select(
      'al.id',
      'al.appointment_id',
      'al.raised_at',
      'al.held_until',
      'al.reminded_before_ms',
      'a.starts_at',
      's.touched_at',
    );
  let raised = 0;
  for (const row of rows) {
    const due = dueReminder(row, beforeMs, now);
    if (due === null) continue;
    const group = due === beforeMs.at(-1) ? escalationGroup : null;
    const alert = { alertId: row.id, appointmentId: Number(row.appointment_id), startsAt: row.starts_at };
    raised += await raise(db, { ...alert, due, group, now });
  }
  return raised;
}

/** The time before the start that calls for a reminder now; null when none does. */
function dueReminder(row: Record<string, unknown>, beforeMs: number[], now: Date): number | null {
  const startsAt = readableInstant(row.starts_at);
  if (startsAt === null) return null;
  const passed = beforeMs.filter((ms) => addMs(startsAt, -ms) <= now);
  const due = passed.at(-1);
  if (due === undefined) return null;
  const told = row.reminded_before_ms === null ? Number.POSITIVE_INFINITY : Number(row.reminded_before_ms);
  if (told <= due) return null;
  const raisedAt = fromSqlInstant(String(row.held_until ?? row.raised_at));
  const former = passed.at(-2);
  // Somebody has acted since the last time that it was told.
  const since = former === undefined ? raisedAt : latest(raisedAt, addMs(startsAt, -former));
  const touchedAt = fromSqlInstantOrNull(row.touched_at as string | null);
  const isTold = raisedAt >= addMs(startsAt, -due);
  return isTold || (touchedAt !== null && touchedAt >= since) ? null : due;
}

const latest = (one: Date, other: Date) => (one > other ? one : other);

async function raise(
  db: Db,
  reminder: {
    alertId: number;
    appointmentId: number;
    startsAt: unknown;
    due: number;
    group: string | null;
    now: Date;
  },
): Promise<number> {
  const { alertId, appointmentId, startsAt, due, group, now } = reminder;
  return transaction(db, async (tx) => {
    const first = await tx('alerts')
      .where({ id: alertId, open_subject: subjectOf(appointmentId) })
      .where((later) => later.whereNull('reminded_before_ms').orWhere('reminded_before_ms', '>', due))
      .update({ reminded_before_ms: due });
    if (first === 0) return 0;
    await appendHistory(tx, {
      ...{ appointmentId, at: now, actor: 'bot', after: { starts_at: startsAt } },
      ...(group === null ? { action: 'reminded' } : { action: 'escalated', reason: group }),
    });
    await refreshAlert(tx, subjectOf(appointmentId), now);
    return 1;
  });
}
