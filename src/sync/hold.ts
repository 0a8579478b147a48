import { ensureAlert, subjectOf } from '../appointments/alerts.ts';
import { readFailedUnattended } from '../appointments/failures.ts';
import { readInstallation, recordMode } from '../appointments/installation.ts';
import { type Db, isDuplicateKey, transaction } from '../database.ts';
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
  if (mode === 'running') return 'already_running';
  // Before the release, so that a start that breaks off here can be repeated; nothing is delivered while held.
  await raiseStandingFailures(db, now);
  const started = await recordMode(db, { from: 'held', to: 'running', by, now });
  return started ? 'started' : 'already_running';
}

/** Opens an alert for what failed while no alert could be shown, unless it is about to be tried again. */
export async function raiseStandingFailures(db: Db, now: Date): Promise<void> {
  for (const { appointmentId, kind } of await readFailedUnattended(db, now)) {
    if (failureRules[kind as FailureKind].actor === 'nobody') continue;
    const alert = { subject: subjectOf(appointmentId), appointmentId, now };
    try {
      await transaction(db, (tx) => ensureAlert(tx, alert));
    } catch (error) {
      // Somebody else opened it in this moment.
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
