import { type Db, type Tx, transaction } from '../database.ts';
import { addMs, DAY, fromSqlInstant, toSqlInstant } from '../instant.ts';
import { raiseAlert } from './alerts.ts';
import { type CronRun, finishRun } from './cron-runs.ts';
import { readFailedSituations } from './failures.ts';
import { type Figures, readFigures } from './figures.ts';
import { type DayOutcomes, readDayOutcomes } from './outcomes.ts';
import type { SyncRecord } from './sync-record.ts';

type FailureField = 'failureKind' | 'failureCause' | 'failureEvidence' | 'blockedBy';

/** An appointment that needed a person when the summary was taken. */
export interface OpenCase extends Pick<SyncRecord, FailureField> {
  appointmentId: number;
  startsAt: Date;
}

/** How things stood, what the 24 hours before brought, and what needed a person, the most urgent first. */
export interface Standing {
  takenAt: Date;
  figures: Figures;
  outcomes: DayOutcomes;
  open: OpenCase[];
}

/** What was noted on a day, `YYYY-MM-DD` in the salon's zone. */
export interface Summary extends Standing {
  localDate: string;
}

const OPEN_CASES_MAX = 10;

export async function readStanding(db: Db, now: Date): Promise<Standing> {
  const [figures, outcomes, open] = await Promise.all([
    readFigures(db, now),
    readDayOutcomes(db, { from: addMs(now, -DAY), to: now }),
    readFailedSituations(db, { now, limit: OPEN_CASES_MAX, offset: 0 }),
  ]);
  return { takenAt: now, figures, outcomes, open: open.flatMap(toOpenCase) };
}

function toOpenCase({
  record,
  appointment,
}: Awaited<ReturnType<typeof readFailedSituations>>[number]): OpenCase[] {
  if (appointment === null) return [];
  const { appointmentId, failureKind, failureCause, blockedBy } = record;
  const { startsAt } = appointment;
  // The first finding weighs most, and is what a line of the summary tells.
  const failureEvidence = record.failureEvidence?.slice(0, 1) ?? null;
  return [{ appointmentId, startsAt, failureKind, failureCause, failureEvidence, blockedBy }];
}

/**
 * Ends the run with the day's summary and has it shown. A day has one: what a later run of the day finds takes its
 * place. False when another replica took the run over; then nothing was written.
 */
export async function recordSummary(db: Db, run: CronRun, summary: Summary): Promise<boolean> {
  const { localDate, takenAt } = summary;
  return transaction(db, async (tx) => {
    if (!(await finishRun(tx, run, takenAt))) return false;
    await writeSummary(tx, summary);
    await raiseAlert(tx, { subject: `summary:${localDate}`, appointmentId: null, now: takenAt });
    return true;
  });
}

async function writeSummary(tx: Tx, { localDate, takenAt, figures, outcomes, open }: Summary): Promise<void> {
  const columns = {
    taken_at: toSqlInstant(takenAt),
    figures: JSON.stringify(figures),
    outcomes: JSON.stringify(outcomes),
    open_cases: JSON.stringify(open),
  };
  const replaced = await tx('daily_summaries').where({ local_date: localDate }).update(columns);
  if (replaced === 0) await tx('daily_summaries').insert({ local_date: localDate, ...columns });
}

/** The summary of this day; null when none was taken. */
export async function readSummary(db: Db, localDate: string): Promise<Summary | null> {
  return toSummary(await db('daily_summaries').where({ local_date: localDate }).first());
}

/** The latest summary of an earlier day; null when there is none. */
export async function readSummaryBefore(db: Db, localDate: string): Promise<Summary | null> {
  const earlier = db('daily_summaries').where('local_date', '<', localDate);
  return toSummary(await earlier.orderBy('local_date', 'desc').first());
}

function toSummary(row: Record<string, string> | undefined): Summary | null {
  if (!row) return null;
  const open: (OpenCase & { startsAt: string })[] = JSON.parse(row.open_cases ?? '[]');
  return {
    localDate: String(row.local_date),
    takenAt: fromSqlInstant(String(row.taken_at)),
    figures: JSON.parse(String(row.figures)),
    outcomes: JSON.parse(String(row.outcomes)),
    open: open.map((each) => ({ ...each, startsAt: new Date(each.startsAt) })),
  };
}
