import { schedule } from 'node-cron';
import type { KeepPicture } from '../alerts/poster.ts';
import type { Locale } from '../alerts/texts.ts';
import {
  beginRun,
  type CronRun,
  type CronTask,
  lastFireAt,
  leaveRun,
  takeOverRun,
} from '../appointments/cron-runs.ts';
import { readInstallation } from '../appointments/installation.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { addMs, DAY, HOUR, MINUTE } from '../instant.ts';
import type { Log } from '../log.ts';
import type { Calls } from '../sync/calls.ts';
import { runCleanup } from './cleanup.ts';
import { runComparison } from './reconcile.ts';
import { type RemindSettings, remind } from './remind.ts';
import { runSummary } from './summary.ts';
import { createTimetable, type Timetable } from './timetable.ts';

export interface UpkeepDeps {
  db: Db;
  calls: Calls;
  clock: Clock;
  log: Log;
  config: {
    cleanupCron: string;
    summaryCron: string;
    cleanupGraceMs: number;
    retentionDays: number;
    timeZone: string;
    locale: Locale;
  } & RemindSettings;
  keepPicture: KeepPicture;
  /** Called when something that people see may have changed. */
  onChanged: () => void;
  /** Called when the engine has something to look at. */
  onFound: () => void;
}

export interface Upkeep {
  /** Runs what has become due; resolves when it is done. Never rejects. */
  tick(): Promise<void>;
  /** True while a tick runs or waits for the one before. */
  isBusy(): boolean;
  /** Ticks no more; what runs stops at the next row and is left to whoever comes next. */
  stop(): Promise<void>;
}

interface Task {
  name: CronTask;
  timetable: Timetable;
  run: (run: CronRun) => Promise<void>;
  /** What came of the last time holds for those that were missed. */
  onlyLast?: boolean;
}

/** What a webhook did not tell, and all that is to come, before anybody is at work. */
const CHANGES_CRON = '*/15 * * * *';
const EVERYTHING_CRON = '30 4 * * *';
const CATCH_UP_MS = 3 * HOUR;
const AFTER_FAILURE_MS = 5 * MINUTE;

/**
 * Runs the cleanup, the daily summary and the comparisons with Cal.com by the clock that is handed in. The minute's tick
 * comes in UTC, since a library that ticks by a zone with summer time misses or doubles an hour; the timetable then says
 * which times of the zone have come since the last run of any replica. Missed ones are made up for within three hours;
 * what passed while the bot was held is not.
 */
export function startUpkeep(deps: UpkeepDeps): Upkeep {
  const { db, clock, log, config, keepPicture, onChanged } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const cleaning = { graceMs: config.cleanupGraceMs, retentionMs: config.retentionDays * DAY };
  async function remindNow(): Promise<void> {
    if (await remind(db, config, clock.now())) onChanged();
  }
  const tasks: Task[] = [
    {
      name: 'cleanup',
      timetable: createTimetable(config.cleanupCron, config.timeZone),
      run: (run) => runCleanup({ db, clock, log, ...cleaning, signal }, run),
    },
    {
      name: 'summary',
      timetable: createTimetable(config.summaryCron, config.timeZone),
      run: (run) => runSummary({ ...config, db, clock, log, keepPicture, onRecorded: onChanged }, run),
    },
    ...comparisons(deps, signal),
  ];
  let ticks = 0;
  let last = Promise.resolve();

  function tick(): Promise<void> {
    if (signal.aborted) return last;
    ticks += 1;
    last = last
      .then(remindNow)
      .then(() => runDue(deps, tasks, signal))
      .catch((error) => log.error({ err: error }, 'upkeep.failed'))
      .finally(() => {
        ticks -= 1;
      });
    return last;
  }

  const ticking = schedule('* * * * *', tick, { timezone: 'UTC', suppressMissedWarning: true });
  return {
    tick,
    isBusy: () => ticks > 0,
    async stop() {
      await ticking.destroy();
      stopping.abort();
      await last;
    },
  };
}

function comparisons(deps: UpkeepDeps, signal: AbortSignal): Task[] {
  const { timeZone } = deps.config;
  return [
    {
      name: 'everything',
      timetable: createTimetable(EVERYTHING_CRON, timeZone),
      run: (run) => runComparison({ ...deps, signal }, run, 'everything'),
    },
    {
      name: 'changes',
      timetable: createTimetable(CHANGES_CRON, timeZone),
      run: (run) => runComparison({ ...deps, signal }, run, 'changes'),
      onlyLast: true,
    },
  ];
}

async function runDue(deps: UpkeepDeps, tasks: Task[], signal: AbortSignal): Promise<void> {
  for (const task of tasks) {
    const { mode, since } = await readInstallation(deps.db);
    if (mode !== 'running') return;
    const now = deps.clock.now();
    const earliest = latest([addMs(now, -CATCH_UP_MS), since], now);
    await runLeftOver(deps, task, { since: earliest, signal });
    const after = latest([earliest, await lastFireAt(deps.db, task.name, now)], now);
    const times = task.timetable.between({ after, until: now });
    for (const fireAt of task.onlyLast ? times.slice(-1) : times) {
      if (signal.aborted) return;
      const run = await beginRun(deps.db, { task: task.name, fireAt, now: deps.clock.now() });
      if (run) await perform(deps, task, run);
    }
  }
}

/** The latest of the instants that are not in the future: a clock that was ahead may have left such ones. */
function latest(instants: (Date | null)[], now: Date): Date {
  const known = instants.filter((instant) => instant !== null && instant <= now) as Date[];
  return new Date(Math.max(...known.map((instant) => instant.getTime())));
}

async function runLeftOver(
  deps: UpkeepDeps,
  task: Task,
  { since, signal }: { since: Date; signal: AbortSignal },
): Promise<void> {
  const { db, clock, log } = deps;
  while (!signal.aborted) {
    const run = await takeOverRun(db, { task: task.name, since, now: clock.now() });
    if (!run) return;
    const fireAt = run.fireAt.toISOString();
    log.warn({ task: task.name, runId: run.id, fireAt }, 'upkeep.taken_over');
    await perform(deps, task, run);
  }
}

async function perform({ db, clock, log, onChanged }: UpkeepDeps, task: Task, run: CronRun): Promise<void> {
  try {
    await task.run(run);
  } catch (error) {
    log.error({ err: error, task: task.name, runId: run.id }, 'upkeep.run_failed');
    await leaveRun(db, run, addMs(clock.now(), AFTER_FAILURE_MS));
  }
  onChanged();
}
