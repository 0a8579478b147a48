import type { Figures } from '../appointments/figures.ts';
import type { Fact, Tone } from './content.ts';
import type { Voice } from './voice.ts';

export const healthTones: Record<Figures['health'], Tone> = {
  red: 'critical',
  amber: 'warning',
  green: 'good',
};

/** The figures as managers read them, in the order of the table, and beside each what it was on another day. */
export function figureFacts(
  figures: Figures,
  voice: Voice,
  beside: { figures: Figures; day: string } | null = null,
): Fact[] {
  const before = beside && rows(beside.figures, voice);
  return rows(figures, voice).map(({ label, value }, row) => ({
    label,
    value: before ? `${value} (${beside.day}: ${before[row]?.value})` : value,
  }));
}

function rows(figures: Figures, { texts, percent }: Voice): { label: string; value: string }[] {
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
