import { type Db, type Tx, transaction } from '../database.ts';
import { addMs, DAY, fromSqlInstant, toSqlInstant } from '../instant.ts';
import { raiseAlert } from './alerts.ts';
import { type Cluster, clustersOf } from './clusters.ts';
import { type CronRun, finishRun } from './cron-runs.ts';
import { type Deeds, readDeeds } from './deeds.ts';
import { readFailedSituations } from './failures.ts';
import { type Figures, readFigures } from './figures.ts';
import { type DayOutcomes, readDayFailures, readDayOutcomes } from './outcomes.ts';
import { type Found, readComparison } from './reconciliations.ts';
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
  /** What failed in the 24 hours: counts of appointments by kind. */
  failures: Record<string, number>;
  clusters: Cluster[];
  deeds: Deeds[];
  open: OpenCase[];
  /** What the comparison with Cal.com found; null when there was none. */
  comparison: Found | null;
}

/** A chart as it is kept where it is shown, and its numbers in words. */
export interface Picture {
  fileId: string;
  altText: string;
}

/** What was noted on a day, `YYYY-MM-DD` in the salon's zone. */
export interface Summary extends Standing {
  localDate: string;
  /** Null as long as there is none. */
  picture: Picture | null;
}

const OPEN_CASES_MAX = 10;
const CLUSTERED_MAX = 2_000;
const CLUSTERS_MAX = 10;
const DEEDS_MAX = 50;

export async function readStanding(db: Db, now: Date): Promise<Standing> {
  const period = { from: addMs(now, -DAY), to: now };
  const [figures, outcomes, failures, deeds, failed, comparison] = await Promise.all([
    readFigures(db, now),
    readDayOutcomes(db, period),
    readDayFailures(db, period),
    readDeeds(db, period),
    readFailedSituations(db, { now, limit: CLUSTERED_MAX, offset: 0 }),
    readComparison(db, period),
  ]);
  return {
    takenAt: now,
    figures,
    outcomes,
    failures,
    clusters: clustersOf(failed).slice(0, CLUSTERS_MAX),
    deeds: deeds.slice(0, DEEDS_MAX),
    open: failed.slice(0, OPEN_CASES_MAX).flatMap(toOpenCase),
    comparison,
  };
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
export async function recordSummary(
  db: Db,
  run: CronRun,
  summary: Omit<Summary, 'picture'>,
): Promise<boolean> {
  const { localDate, takenAt } = summary;
  return transaction(db, async (tx) => {
    if (!(await finishRun(tx, run, takenAt))) return false;
    await writeSummary(tx, summary);
    await raiseAlert(tx, { subject: `summary:${localDate}`, appointmentId: null, now: takenAt });
    return true;
  });
}

async function writeSummary(tx: Tx, { localDate, ...summary }: Omit<Summary, 'picture'>): Promise<void> {
  const columns = {
    taken_at: toSqlInstant(summary.takenAt),
    figures: JSON.stringify(summary.figures),
    outcomes: JSON.stringify(summary.outcomes),
    failures: JSON.stringify(summary.failures),
    clusters: JSON.stringify(summary.clusters),
    deeds: JSON.stringify(summary.deeds),
    open_cases: JSON.stringify(summary.open),
    comparison: JSON.stringify(summary.comparison),
    picture: null,
  };
  const replaced = await tx('daily_summaries').where({ local_date: localDate }).update(columns);
  if (replaced === 0) await tx('daily_summaries').insert({ local_date: localDate, ...columns });
}

/**
 * Gives the summary its picture and has it shown again. False when the summary has one already, or was taken anew
 * meanwhile.
 */
export async function recordPicture(
  db: Db,
  { localDate, takenAt }: Pick<Summary, 'localDate' | 'takenAt'>,
  { picture, now }: { picture: Picture; now: Date },
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const given = await tx('daily_summaries')
      .where({ local_date: localDate, taken_at: toSqlInstant(takenAt) })
      .whereNull('picture')
      .update({ picture: JSON.stringify(picture) });
    if (given === 0) return false;
    await raiseAlert(tx, { subject: `summary:${localDate}`, appointmentId: null, now });
    return true;
  });
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

// What was counted later is none in the rows of before.
const NOT_COUNTED = { contactFixed: 0, closedByPlan: 0 };

function toSummary(row: Record<string, string | null> | undefined): Summary | null {
  if (!row) return null;
  const parsed = (column: string, absent: string) => JSON.parse(row[column] ?? absent);
  const open: (OpenCase & { startsAt: string })[] = parsed('open_cases', '[]');
  return {
    localDate: String(row.local_date),
    takenAt: fromSqlInstant(String(row.taken_at)),
    figures: parsed('figures', '{}'),
    outcomes: { ...NOT_COUNTED, ...parsed('outcomes', '{}') },
    failures: parsed('failures', '{}'),
    clusters: parsed('clusters', '[]'),
    deeds: parsed('deeds', '[]'),
    open: open.map((each) => ({ ...each, startsAt: new Date(each.startsAt) })),
    comparison: parsed('comparison', 'null'),
    picture: parsed('picture', 'null'),
  };
}
