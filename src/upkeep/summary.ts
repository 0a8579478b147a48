import { DateTime } from 'luxon';
import type { CronRun } from '../appointments/cron-runs.ts';
import { readStanding, recordSummary } from '../appointments/summaries.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import type { Log } from '../log.ts';

/** Notes how things stand, for the day that the run was for in `timeZone`, and has it shown in the channel. */
export async function runSummary(
  { db, clock, log, timeZone }: { db: Db; clock: Clock; log: Log; timeZone: string },
  run: CronRun,
): Promise<void> {
  const localDate = DateTime.fromJSDate(run.fireAt, { zone: timeZone }).toFormat('yyyy-MM-dd');
  const standing = await readStanding(db, clock.now());
  const recorded = await recordSummary(db, run, { localDate, ...standing });
  log.info({ runId: run.id, localDate }, recorded ? 'summary.done' : 'summary.lost');
}
