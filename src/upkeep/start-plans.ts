import { randomUUID } from 'node:crypto';
import { readInstallation } from '../appointments/installation.ts';
import { readPlanProgress } from '../appointments/plan-results.ts';
import { readPlan, recordSettled, takePlan, unsettledPlans } from '../appointments/plans.ts';
import { takeBack } from '../appointments/take-back.ts';
import { readUnendedUndo } from '../appointments/undos.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { addMs, HOUR, SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import { type Loop, startLoop } from '../loop.ts';
import type { Calls } from '../sync/calls.ts';
import { needsPerson } from '../sync/failure-kinds.ts';
import { runPlan } from './run-plan.ts';

export interface PlansDeps {
  db: Db;
  calls: Calls;
  clock: Clock;
  log: Log;
  claimLeaseMs: number;
  locale: 'de' | 'en';
  /** Called when something changed that people see or that the engine has to bring into step. */
  onChanged: () => void;
}

const EVERY_MS = 5 * SECOND;
const AFTER_FAILURE_MS = 30 * SECOND;
const PAUSE_MS = SECOND;
/** What is not decided by then is told as it stands. */
const SETTLED_AFTER_MS = 6 * HOUR;
/** An undo that nobody has touched for this long was interrupted. */
const UNDO_LEFT_MS = 30 * SECOND;

/** Runs what people have started of plans and undos, also while the bot is held, and what a crash left of either. */
export function startPlans(deps: PlansDeps): Loop {
  const { clock, log } = deps;
  const stopping = new AbortController();
  async function pass(): Promise<number> {
    await runStarted(deps, stopping.signal);
    await endUndos(deps);
    await settlePlans(deps);
    return EVERY_MS;
  }
  const loop = startLoop({ name: 'plans', clock, log, pass, afterFailureMs: AFTER_FAILURE_MS });
  return {
    ...loop,
    stop() {
      stopping.abort();
      return loop.stop();
    },
  };
}

async function runStarted(deps: PlansDeps, signal: AbortSignal): Promise<void> {
  const { db, clock, onChanged } = deps;
  while (!signal.aborted) {
    const run = await takePlan(db, { token: randomUUID(), now: clock.now() });
    if (!run) return;
    await runPlan({ ...deps, signal, pauseMs: PAUSE_MS, onProgress: onChanged }, run);
    onChanged();
  }
}

async function endUndos({ db, clock, onChanged }: PlansDeps): Promise<void> {
  const undo = await readUnendedUndo(db);
  if (!undo?.asked || clock.now() < addMs(undo.asked.at, UNDO_LEFT_MS)) return;
  await takeBack(db, undo, { now: clock.now(), needsPerson });
  onChanged();
}

async function settlePlans({ db, clock, onChanged }: PlansDeps): Promise<void> {
  const ids = await unsettledPlans(db);
  if (ids.length === 0 || (await readInstallation(db)).mode !== 'running') return;
  for (const id of ids) {
    const [plan, { waiting }] = [await readPlan(db, id), await readPlanProgress(db, id)];
    const now = clock.now();
    if (plan?.finishedAt && waiting > 0 && now < addMs(plan.finishedAt, SETTLED_AFTER_MS)) continue;
    await recordSettled(db, id, now);
    onChanged();
  }
}
