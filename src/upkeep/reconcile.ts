import { type CronRun, leaveRun } from '../appointments/cron-runs.ts';
import { forgetOldWebhooks } from '../appointments/received-webhooks.ts';
import { lastComparedAt, recordCompared, type Scope } from '../appointments/reconciliations.ts';
import { CalcomError } from '../calcom/errors.ts';
import { addMs, DAY, MINUTE } from '../instant.ts';
import type { Log } from '../log.ts';
import { CallNotMade } from '../sync/calls.ts';
import { compareChanges, compareEverything, type ReconcileDeps } from '../sync/reconcile.ts';

const AGAIN_MS = 10 * MINUTE;

/**
 * Compares with Cal.com what webhooks may have missed. When Cal.com does not answer, or bookings need its calls, the
 * run is left and taken up again; what was found until then is being looked at already.
 */
export async function runComparison(
  { log, onFound, ...deps }: ReconcileDeps & { log: Log; onFound: () => void },
  run: CronRun,
  scope: Scope,
): Promise<void> {
  const { db, clock, signal } = deps;
  const startedAt = clock.now();
  const since = (await lastComparedAt(db, 'changes')) ?? addMs(startedAt, -DAY);
  try {
    const found = await (scope === 'changes' ? compareChanges(deps, since) : compareEverything(deps));
    if (signal.aborted) return leaveRun(db, run, clock.now());
    const recorded = await recordCompared(db, run, { scope, startedAt, found, now: clock.now() });
    if (recorded) log.info({ runId: run.id, scope, ...found }, 'comparison.done');
    else log.info({ runId: run.id, scope }, 'comparison.lost');
    if (scope === 'everything') await forgetOldWebhooks(db, clock.now());
    if (found.changed + found.missing > 0) onFound();
  } catch (error) {
    if (!(error instanceof CallNotMade || error instanceof CalcomError)) throw error;
    log.info({ runId: run.id, scope, err: error }, 'comparison.postponed');
    await leaveRun(db, run, addMs(clock.now(), AGAIN_MS));
  }
}
