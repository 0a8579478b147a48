import { MINUTE } from '../instant.ts';

// A form carries three thousand letters: starts that follow each other at equal steps are written as one run.

const RUNS_MAX = 100;
const RADIX = 36;

interface Run {
  /** All in minutes. */
  first: number;
  step: number;
  count: number;
}

/** Whole minutes in any order, as one short text; of very many runs the latest are left out. */
export function packStarts(starts: Date[]): string {
  const minutes = starts
    .map((start) => Math.floor(start.getTime() / MINUTE))
    .toSorted((one, other) => one - other);
  const runs: Run[] = [];
  for (const minute of minutes) {
    const run = runs.at(-1);
    const step = run && minute - (run.first + run.step * (run.count - 1));
    if (run && step !== undefined && (run.count === 1 || step === run.step)) {
      runs[runs.length - 1] = { first: run.first, step, count: run.count + 1 };
    } else {
      runs.push({ first: minute, step: 0, count: 1 });
    }
  }
  return runs
    .slice(0, RUNS_MAX)
    .map(({ first, step, count }) => [first, step, count].map((number) => number.toString(RADIX)).join('.'))
    .join(' ');
}

/** What `packStarts` wrote, ascending. */
export function unpackStarts(text: string): Date[] {
  if (text === '') return [];
  return text.split(' ').flatMap((run) => {
    const [first = 0, step = 0, count = 0] = run.split('.').map((word) => Number.parseInt(word, RADIX));
    return Array.from({ length: count }, (_, index) => new Date((first + index * step) * MINUTE));
  });
}
