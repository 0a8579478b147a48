import { setImmediate as nextTurn } from 'node:timers/promises';
import { closePast, finishCleanup } from '../appointments/close-past.ts';
import { type CronRun, lastFinishedFireAt, leaveRun, renewRun } from '../appointments/cron-runs.ts';
import { readInstallation } from '../appointments/installation.ts';
import { type PastRow, pastRowsToClose } from '../appointments/past-rows.ts';
import { redactOld } from '../appointments/redact.ts';
import { type RowMarks, readRowMarks } from '../appointments/row-marks.ts';
import { forgetOldContacts } from '../appointments/undos.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { addMs, DAY, SECOND } from '../instant.ts';
import type { Log } from '../log.ts';

export interface CleanupDeps {
  db: Db;
  clock: Clock;
  log: Log;
  /** How long after its end an appointment is left open. */
  graceMs: number;
  /** How long raw answers, and what people typed, are kept. */
  retentionMs: number;
  /** Aborts when the bot stops; what is left goes on elsewhere, or at the next start. */
  signal: AbortSignal;
}

const BATCH = 200;
const PAUSE_MS = SECOND;
/** Rows that are entered when they are over are looked for so far back from the last cleanup. */
const LOOK_BACK_MS = 7 * DAY;

/**
 * Closes what is over, each appointment in a transaction of its own and with a pause after each batch, so that
 * bookings get their turn. Stops when the bot is held or another replica took the run over. Running it again is safe.
 */
export async function runCleanup(deps: CleanupDeps, run: CronRun): Promise<void> {
  const { db, clock, log, graceMs, signal } = deps;
  const marks = await readRowMarks(db);
  const now = clock.now();
  const cleanedAt = await lastFinishedFireAt(db, 'cleanup', now);
  const since = cleanedAt && addMs(cleanedAt, -graceMs - LOOK_BACK_MS);
  let closed = 0;
  for await (const rows of pastRowsToClose(db, { now, cutoff: addMs(now, -graceMs), since, limit: BATCH })) {
    closed += await closeBatch(deps, rows, { runId: run.id, marks });
    if (signal.aborted) return leaveRun(db, run, clock.now());
    if (!(await renewRun(db, run, clock.now()))) break;
    if ((await readInstallation(db)).mode !== 'running') break;
    if (rows.length === BATCH) await clock.sleep(PAUSE_MS, signal);
  }
  if (!(await finishCleanup(db, run, clock.now()))) {
    log.info({ runId: run.id }, 'cleanup.lost');
    return;
  }
  await redact(deps);
  log.info({ runId: run.id, closed }, 'cleanup.done');
}

/** What personal data the bot holds is held no longer than need be. */
async function redact({ db, clock, retentionMs, signal }: CleanupDeps): Promise<void> {
  await forgetOldContacts(db, clock.now());
  const cutoff = addMs(clock.now(), -retentionMs);
  while (!signal.aborted && (await redactOld(db, { cutoff, now: clock.now() }))) {
    await clock.sleep(PAUSE_MS, signal);
  }
}

/** Returns how many were closed. One that cannot be closed must not keep the others back. */
async function closeBatch(
  { db, clock, log, signal }: CleanupDeps,
  rows: PastRow[],
  closing: { runId: number; marks: RowMarks },
): Promise<number> {
  let closed = 0;
  for (const row of rows) {
    // SQLite answers within the turn: without this nothing else in the process would get one until the batch is over.
    await nextTurn();
    if (signal.aborted) break;
    try {
      if ((await closePast(db, row, { ...closing, now: clock.now() })) === 'closed') closed += 1;
    } catch (error) {
      log.error({ err: error, appointmentId: row.seen.appointmentId }, 'cleanup.not_closed');
    }
  }
  return closed;
}
