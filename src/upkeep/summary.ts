import { DateTime } from 'luxon';
import type { KeepPicture } from '../alerts/poster.ts';
import { isQuiet } from '../alerts/summary-content.ts';
import type { Locale } from '../alerts/texts.ts';
import { createVoice } from '../alerts/voice.ts';
import type { CronRun } from '../appointments/cron-runs.ts';
import { readStanding, recordPicture, recordSummary, type Summary } from '../appointments/summaries.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import type { Log } from '../log.ts';
import { drawSummaryChart } from './summary-chart.ts';

interface SummaryDeps {
  db: Db;
  clock: Clock;
  log: Log;
  timeZone: string;
  locale: Locale;
  keepPicture: KeepPicture;
  /** Called when the summary can be shown; its picture comes later. */
  onRecorded: () => void;
}

/** Notes how things stand, for the day that the run was for in `timeZone`, and has it shown in the channel. */
export async function runSummary(deps: SummaryDeps, run: CronRun): Promise<void> {
  const { db, clock, log, timeZone } = deps;
  const localDate = DateTime.fromJSDate(run.fireAt, { zone: timeZone }).toFormat('yyyy-MM-dd');
  const standing = await readStanding(db, clock.now());
  const recorded = await recordSummary(db, run, { localDate, ...standing });
  if (!recorded) return log.info({ runId: run.id, localDate }, 'summary.lost');
  const { failed, critical, pending } = standing.figures;
  const { booked } = standing.outcomes;
  log.info({ runId: run.id, localDate, failed, critical, pending, booked }, 'summary.done');
  deps.onRecorded();
  // Three lines tell a quiet day; a chart would drown them.
  if (!isQuiet(standing)) await addPicture(deps, { localDate, takenAt: standing.takenAt });
}

/** Never throws: the summary stands without its picture, too. */
async function addPicture(
  { db, clock, log, timeZone, locale, keepPicture }: SummaryDeps,
  summary: Pick<Summary, 'localDate' | 'takenAt'>,
): Promise<void> {
  const { localDate } = summary;
  try {
    const { png, altText } = await drawSummaryChart(db, localDate, createVoice({ locale, timeZone }));
    const fileId = await keepPicture({ name: `summary-${localDate}.png`, png });
    if (fileId === null) return;
    await recordPicture(db, summary, { picture: { fileId, altText }, now: clock.now() });
  } catch (error) {
    log.warn({ err: error, localDate }, 'summary.picture_failed');
  }
}
