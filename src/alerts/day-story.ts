import type { Cluster } from '../appointments/clusters.ts';
import { type Deeds, deedActions } from '../appointments/deeds.ts';
import type { DayOutcomes } from '../appointments/outcomes.ts';
import type { Found } from '../appointments/reconciliations.ts';
import { causeOf } from '../sync/failure-kinds.ts';
import type { Fact } from './content.ts';
import type { Voice } from './voice.ts';

const CLUSTERS_SHOWN_MAX = 3;
const PERSONS_SHOWN_MAX = 6;

/** What the 24 hours brought, each way of ending counted apart. What did not happen is not told. */
export function outcomeSentence(outcomes: DayOutcomes, { texts }: Voice): string {
  const { happened, nothingHappened, outcomes: words } = texts.upkeep.summary;
  const kinds = Object.keys(words) as (keyof DayOutcomes)[];
  const parts = kinds.filter((kind) => outcomes[kind] > 0).map((kind) => words[kind](outcomes[kind]));
  return parts.length === 0 ? nothingHappened : happened(parts.join(', '));
}

/** How many of the day's failures had a business and how many a technical cause; null when nothing failed. */
export function causeSentence(failures: Record<string, number>, { texts, percent }: Voice): string | null {
  const shares = { business: 0, technical: 0 };
  for (const [kind, count] of Object.entries(failures)) shares[causeOf(kind)] += count;
  const all = shares.business + shares.technical;
  if (all === 0) return null;
  const { causes, business, technical } = texts.upkeep.summary;
  const share = (count: number) => percent(Math.round((100 * count) / all));
  const parts = [
    business(shares.business, share(shares.business)),
    technical(shares.technical, share(shares.technical)),
  ];
  return causes(all, parts.join(', '));
}

/** What one task mends for several appointments, a line each; null when there is no such task. */
export function clusterLines(clusters: Cluster[], { texts }: Voice): string | null {
  if (clusters.length === 0) return null;
  const { tasks, tasksHeadline, moreTasks } = texts.upkeep.summary;
  const lines = clusters.slice(0, CLUSTERS_SHOWN_MAX).map(({ task, name, count, appointmentIds }) => {
    const first = appointmentIds.map((id) => `#${id}`).join(', ');
    const ids = count > appointmentIds.length ? `${first} …` : first;
    return `– ${tasks[task](count, name ?? ids)}`;
  });
  const rest = clusters.length - lines.length;
  return [tasksHeadline, ...lines, ...(rest > 0 ? [`– ${moreTasks(rest)}`] : [])].join('\n');
}

const IDS_SHOWN_MAX = 10;

/** The first of them by number. */
export function namedIds(ids: number[]): string {
  const shown = ids.slice(0, IDS_SHOWN_MAX).map((id) => `#${id}`);
  return (ids.length > shown.length ? [...shown, '…'] : shown).join(', ');
}

/** What the comparison with Cal.com found; null when there was none. */
export function comparisonSentence(found: Found | null, { texts }: Voice): string | null {
  if (found === null) return null;
  const words = texts.upkeep.summary.comparison;
  const parts = [
    ...(found.changed > 0 ? [words.changed(found.changed)] : []),
    ...(found.missing > 0 ? [words.missing(found.missing)] : []),
    ...(found.doubled.length > 0 ? [words.doubled(found.doubled.length, namedIds(found.doubled))] : []),
    ...(found.orphaned.length > 0 ? [words.orphaned(found.orphaned.length, namedIds(found.orphaned))] : []),
  ];
  return words.compared(found.read, parts.length === 0 ? words.equal : parts.join(', '));
}

/** Who did what. */
export function deedFacts(deeds: Deeds[], { texts }: Voice): Fact[] {
  const { deeds: words, morePersons } = texts.upkeep.summary;
  const facts = deeds.slice(0, PERSONS_SHOWN_MAX).map(({ actor, counts }) => {
    const parts = deedActions.flatMap((action) => {
      const count = counts[action];
      return count === undefined ? [] : [words[action](count)];
    });
    return { label: '', value: parts.join(', '), actor };
  });
  const rest = deeds.length - facts.length;
  return rest > 0 ? [...facts, { label: '', value: morePersons(rest) }] : facts;
}
