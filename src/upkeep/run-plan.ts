import { setImmediate as nextTurn } from 'node:timers/promises';
import { refreshAlert } from '../appointments/alerts.ts';
import { readPlanProgress } from '../appointments/plan-results.ts';
import {
  finishPlan,
  leavePlan,
  type PlanRun,
  readItemsToDo,
  recordFiguresBefore,
  recordItemEnded,
  renewPlan,
  type StoredItem,
} from '../appointments/plans.ts';
import { type Db, transaction } from '../database.ts';
import { addMs, SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import { logWith } from '../log-context.ts';
import { type PlanDeps, runItem } from '../sync/plan/run-item.ts';

export interface RunPlanDeps extends Omit<PlanDeps, 'actor'> {
  log: Log;
  /** Aborts when the bot stops; what is left goes on elsewhere, or at the next start. */
  signal: AbortSignal;
  /** Between two batches, so that bookings get their turn. */
  pauseMs: number;
  /** Called when what people see of it has changed. */
  onProgress: () => void;
}

const BATCH = 200;
const SHOWN_EVERY_MS = 5 * SECOND;

/**
 * Runs a started plan to its end, thing by thing, and shows how far it is. Stops when another took it over. Running it
 * again is safe: what has ended is noted with what it changed.
 */
export async function runPlan(deps: RunPlanDeps, run: PlanRun): Promise<void> {
  const { db, clock, log, signal, pauseMs } = deps;
  await recordFiguresBefore(db, run.id, clock.now());
  for (;;) {
    const items = await readItemsToDo(db, run.id, BATCH);
    if (!(await runBatch(deps, run, items))) {
      log.info({ planId: run.id }, 'plan.lost');
      return;
    }
    if (signal.aborted) return leavePlan(db, run, clock.now());
    if (items.length < BATCH) break;
    if (pauseMs > 0) await clock.sleep(pauseMs, signal);
  }
  const finished = await finishPlan(db, run, clock.now());
  if (finished) log.info(await countsOf(db, run.id), 'plan.done');
  else log.info({ planId: run.id }, 'plan.lost');
  deps.onProgress();
}

async function countsOf(db: Db, planId: number) {
  const progress = await readPlanProgress(db, planId);
  const { closed, repaired, adopted, moved, withdrawn, waiting, skipped } = progress;
  return { planId, closed, repaired, adopted, moved, withdrawn, waiting, skipped };
}

/** False when another took the plan over. */
async function runBatch(deps: RunPlanDeps, run: PlanRun, items: StoredItem[]): Promise<boolean> {
  const { db, clock, signal, onProgress } = deps;
  let shownAt = clock.now();
  for (const item of items) {
    if (signal.aborted) return true;
    await nextTurn();
    await logWith({ appointmentId: item.appointmentId }, () => runOne(deps, run, item));
    if (clock.now() < addMs(shownAt, SHOWN_EVERY_MS)) continue;
    shownAt = clock.now();
    if (!(await renewPlan(db, run, shownAt))) return false;
    const subject = `plan:${run.id}` as const;
    await transaction(db, (tx) => refreshAlert(tx, subject, shownAt));
    onProgress();
  }
  return renewPlan(db, run, clock.now());
}

/** One that cannot be done must not keep the others back. */
async function runOne(deps: RunPlanDeps, { actor, id }: PlanRun, item: StoredItem): Promise<void> {
  const { db, log } = deps;
  try {
    await runItem({ ...deps, actor }, item);
  } catch (error) {
    log.error({ err: error, planId: id, appointmentId: item.appointmentId }, 'plan.item_failed');
    await recordItemEnded(db, item, 'failed');
  }
}
