import type { Figures } from '../appointments/figures.ts';
import type { Fact } from './content.ts';
import type { Voice } from './voice.ts';

/** The figures as managers read them, in the order of the table. */
export function figureFacts(figures: Figures, { texts, percent }: Voice): Fact[] {
  const { figures: labels } = texts;
  const rate = figures.successRate24h;
  return [
    { label: labels.failed, value: String(figures.failed) },
    { label: labels.critical, value: String(figures.critical) },
    { label: labels.manualReview, value: String(figures.manualReview) },
    { label: labels.ancient, value: String(figures.ancient) },
    { label: labels.successRate, value: rate === null ? labels.nothingDecided : percent(rate) },
    { label: labels.pending, value: String(figures.pending) },
  ];
}
