import type { Period } from '../appointments/open-visits.ts';
import { addMs, MINUTE } from '../instant.ts';

/** Free starts for visits of one length, as one event type offers them. */
export interface Offered {
  /** Ascending. */
  starts: Date[];
  visitMs: number;
}

/** The time that is surely free: every offered visit from start to end, touching ones as one; ascending. */
export function freePeriods(offers: Offered[]): Period[] {
  const visits = offers
    .flatMap(({ starts, visitMs }) => starts.map((from) => ({ from, to: addMs(from, visitMs) })))
    .toSorted((one, other) => one.from.getTime() - other.from.getTime());
  const free: Period[] = [];
  for (const { from, to } of visits) {
    const last = free.at(-1);
    if (last === undefined || from > last.to) free.push({ from, to });
    else if (to > last.to) last.to = to;
  }
  return free;
}

/** What is left of a period without the others, which may overlap one another; ascending. */
export function without({ from, to }: Period, others: Period[]): Period[] {
  const left: Period[] = [];
  let cursor = from;
  for (const other of others.toSorted((one, next) => one.from.getTime() - next.from.getTime())) {
    if (other.from > cursor) left.push({ from: cursor, to: earlier(other.from, to) });
    if (other.to > cursor) cursor = other.to;
    if (cursor >= to) break;
  }
  if (cursor < to) left.push({ from: cursor, to });
  return left.filter((period) => period.from < period.to);
}

export function meets(one: Period, other: Period): boolean {
  return one.from < other.to && other.from < one.to;
}

export function lengthMs({ from, to }: Period): number {
  return to.getTime() - from.getTime();
}

export const earlier = (one: Date, other: Date) => (one < other ? one : other);
export const later = (one: Date, other: Date) => (one > other ? one : other);

const GRID_MS_LIKELY = 15 * MINUTE;

/** How far apart starts are offered: the smallest step between two of them. */
export function gridMs({ starts }: Offered): number {
  const steps = starts.flatMap((start, index) => {
    const next = starts[index + 1];
    return next && next > start ? [next.getTime() - start.getTime()] : [];
  });
  return steps.length === 0 ? GRID_MS_LIKELY : Math.min(...steps);
}
