import type { PlanGroup, PlanGroupName } from '../appointments/plan-groups.ts';
import type { readItems } from '../appointments/plan-results.ts';

/** What came of one group; `skipped` names the rows that had changed since the plan was made, and why. */
export interface PlanResult {
  name: PlanGroupName;
  count: number;
  ids: number[];
  done: number;
  skipped: { id: number; why: string }[];
}

/** A group that has not run. */
export function describeGroup({ name, items }: PlanGroup): PlanResult {
  return {
    name,
    count: items.length,
    ids: items.map(({ appointmentId }) => appointmentId),
    done: 0,
    skipped: [],
  };
}

/** The groups after their run; `ended` is how their items ended. */
export function describeEnded(
  groups: PlanGroup[],
  ended: Awaited<ReturnType<typeof readItems>>,
): PlanResult[] {
  const endedOf = Map.groupBy(ended, ({ group }) => group);
  return groups.map((group) => {
    const result = describeGroup(group);
    for (const { appointmentId: id, ending } of endedOf.get(group.name) ?? []) {
      if (ending === 'done') result.done += 1;
      else result.skipped.push({ id, why: ending ?? 'not reached' });
    }
    return result;
  });
}
