import type { Db } from '../database.ts';
import type { Figures } from './figures.ts';
import type { DayOutcomes } from './outcomes.ts';

/** What the chart shows of a day, `YYYY-MM-DD` in the salon's zone; counts null: no summary was taken. */
export interface ChartDay {
  localDate: string;
  counts: { booked: number; repaired: number; failed: number } | null;
}

/** These days from their summaries, in the order given. */
export async function readChartDays(db: Db, localDates: string[]): Promise<ChartDay[]> {
  const rows = await db('daily_summaries').whereIn('local_date', localDates);
  const byDate = new Map(rows.map((row) => [String(row.local_date), row]));
  return localDates.map((localDate) => {
    const row = byDate.get(localDate);
    if (!row) return { localDate, counts: null };
    const { booked, repaired }: DayOutcomes = JSON.parse(String(row.outcomes));
    const { failed }: Figures = JSON.parse(String(row.figures));
    return { localDate, counts: { booked, repaired, failed } };
  });
}
