import { readSummary, readSummaryBefore } from '../appointments/summaries.ts';
import type { Db } from '../database.ts';
import { dayBefore } from './read-day.ts';
import type { EarlierSummaries } from './summary-content.ts';

/** The summaries that the one of this day, `YYYY-MM-DD`, is set beside. */
export async function readEarlierSummaries(db: Db, localDate: string): Promise<EarlierSummaries> {
  const [previous, weekBefore] = await Promise.all([
    readSummaryBefore(db, localDate),
    readSummary(db, dayBefore(localDate, 7)),
  ]);
  return { previous, weekBefore };
}
