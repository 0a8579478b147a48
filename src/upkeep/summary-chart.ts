import { dayBefore } from '../alerts/read-day.ts';
import type { Voice } from '../alerts/voice.ts';
import { type ChartDay, readChartDays } from '../appointments/chart-days.ts';
import type { Db } from '../database.ts';
import { chartSvg } from './chart-svg.ts';
import { drawPng } from './draw-png.ts';

const DAYS = 14;

export interface SummaryChart {
  png: Uint8Array;
  altText: string;
}

/** The days up to this one, `YYYY-MM-DD`, as a picture, and the same in words and numbers. */
export async function drawSummaryChart(db: Db, localDate: string, voice: Voice): Promise<SummaryChart> {
  const localDates = Array.from({ length: DAYS }, (_, index) => dayBefore(localDate, DAYS - 1 - index));
  const days = await readChartDays(db, localDates);
  const { chart } = voice.texts.upkeep.summary;
  const png = await drawPng(chartSvg(days, chart, voice.shortDay));
  return { png, altText: chartText(days, voice) };
}

/** Every number of the chart, day by day; days without a summary that follow each other are told as one. */
export function chartText(days: ChartDay[], voice: Voice): string {
  const { chart } = voice.texts.upkeep.summary;
  const told = spansOf(days).map(({ first, last, counts }) => {
    const [from, to] = [voice.shortDay(first), voice.shortDay(last)];
    const numbers = counts && chart.counts(counts.booked, counts.repaired, counts.failed);
    return `${first === last ? from : chart.span(from, to)}: ${numbers ?? chart.missing}.`;
  });
  return [`${chart.title}.`, ...told].join(' ');
}

interface Span {
  first: string;
  last: string;
  counts: ChartDay['counts'];
}

function spansOf(days: ChartDay[]): Span[] {
  const spans: Span[] = [];
  for (const { localDate, counts } of days) {
    const before = spans.at(-1);
    if (before?.counts === null && counts === null) before.last = localDate;
    else spans.push({ first: localDate, last: localDate, counts });
  }
  return spans;
}
