import type { Figures } from '../appointments/figures.ts';
import type { Fact, Tone } from './content.ts';
import type { Voice } from './voice.ts';

export const healthTones: Record<Figures['health'], Tone> = {
  red: 'critical',
  amber: 'warning',
  green: 'good',
};

export interface Beside {
  figures: Figures;
  /** How the reader calls the day. */
  day: string;
}

/** The figures as managers read them, in the order of the table, and beside each what it was on other days. */
export function figureFacts(figures: Figures, voice: Voice, beside: Beside[] = []): Fact[] {
  const others = beside.map(({ day, figures }) => ({ day, rows: rows(figures, voice) }));
  return rows(figures, voice).map(({ label, value }, row) => ({
    label,
    value: besideValue(
      value,
      others.map((other) => `${other.day}: ${other.rows[row]?.value}`),
    ),
  }));
}

/**
 * How the last 24 hours went, in one sentence, and beside it how other days did; null when nothing is decided. A day on
 * which nothing was decided is left out.
 */
export function successSentence(
  figures: Figures,
  { texts, percent }: Voice,
  beside: Beside[],
): string | null {
  if (figures.successRate24h === null) return null;
  const others = beside.flatMap(({ day, figures: { successRate24h: rate } }) =>
    rate === null ? [] : [`${day}: ${percent(rate)}`],
  );
  return `${texts.figures.successRate}: ${besideValue(percent(figures.successRate24h), others)}.`;
}

function besideValue(value: string, others: string[]): string {
  return others.length === 0 ? value : `${value} (${others.join(', ')})`;
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
