import { ensureAlert, subjectOf } from '../appointments/alerts.ts';
import { readFailedUnattended } from '../appointments/failures.ts';
import { readInstallation, recordMode } from '../appointments/installation.ts';
import { type Db, transaction } from '../database.ts';
import { type FailureKind, failureRules } from './failure-kinds.ts';

/** Holds the bot: figures only, no write to Cal.com nor to an appointment. False when it does not run. */
export function holdSync(db: Db, { by, now }: { by: string; now: Date }): Promise<boolean> {
  return recordMode(db, { from: 'running', to: 'held', by, now });
}

/** Releases the bot. What failed before it was held, and waits for a person, gets its alert now. */
export async function startSync(
  db: Db,
  { by, now }: { by: string; now: Date },
): Promise<'started' | 'already_running' | 'not_adopted'> {
  const { mode } = await readInstallation(db);
  if (mode === 'new') return 'not_adopted';
  if (!(await recordMode(db, { from: 'held', to: 'running', by, now }))) return 'already_running';
  await raiseStandingFailures(db, now);
  return 'started';
}

/** Opens an alert for what failed while no alert could be shown, unless it is about to be tried again. */
export async function raiseStandingFailures(db: Db, now: Date): Promise<void> {
  for (const { appointmentId, kind } of await readFailedUnattended(db, now)) {
    if (failureRules[kind as FailureKind].actor === 'nobody') continue;
    const alert = { subject: subjectOf(appointmentId), appointmentId, now };
    await transaction(db, (tx) => ensureAlert(tx, alert));
  }
}
