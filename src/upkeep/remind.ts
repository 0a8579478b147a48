import { endSnoozes } from '../appointments/attention.ts';
import { readInstallation } from '../appointments/installation.ts';
import { raiseReminders } from '../appointments/reminders.ts';
import type { Db } from '../database.ts';

export interface RemindSettings {
  /** How long before the start it is told that nobody has acted, the longest first. */
  remindBeforeMs: number[];
  /** The Slack user group that is called at the last of these; null: nobody. */
  escalationGroup: string | null;
}

/**
 * Has told what time alone calls for: that a snooze is over, and that a start comes near. Returns whether anything was.
 * While the bot is held nothing is.
 */
export async function remind(
  db: Db,
  { remindBeforeMs, escalationGroup }: RemindSettings,
  now: Date,
): Promise<boolean> {
  if ((await readInstallation(db)).mode !== 'running') return false;
  const awake = await endSnoozes(db, now);
  return awake + (await raiseReminders(db, { beforeMs: remindBeforeMs, escalationGroup }, now)) > 0;
}
