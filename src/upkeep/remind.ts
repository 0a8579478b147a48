import { type QuietHours, quietPeriodAt } from '../alerts/quiet-hours.ts';
import { endSnoozes } from '../appointments/attention.ts';
import { readInstallation } from '../appointments/installation.ts';
import { raiseReminders } from '../appointments/reminders.ts';
import type { Db } from '../database.ts';

export interface RemindSettings {
  /** How long before the start it is told that nobody has acted, the longest first. */
  remindBeforeMs: number[];
  /** The Slack user group that is called at the last of these; null: nobody. */
  escalationGroup: string | null;
  quietHours: QuietHours | null;
  timeZone: string;
}

/**
 * Has told what time alone calls for: that a snooze is over, and that a start comes near. Returns whether anything was.
 * While the bot is held nothing is. What would not be told before the quiet hours are over is raised then, so that it
 * says how long it is until the start by then.
 */
export async function remind(
  db: Db,
  { remindBeforeMs: beforeMs, escalationGroup, quietHours, timeZone }: RemindSettings,
  now: Date,
): Promise<boolean> {
  if ((await readInstallation(db)).mode !== 'running') return false;
  const period = quietPeriodAt(quietHours, { now, timeZone });
  const startsBefore = period !== null && now < period.until ? period.urgentBefore : null;
  const awake = await endSnoozes(db, now);
  return awake + (await raiseReminders(db, { beforeMs, escalationGroup, startsBefore }, now)) > 0;
}
