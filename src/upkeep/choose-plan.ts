import { type PlanGroup, type PlanGroupName, planGroups } from '../appointments/plan-groups.ts';

/** What the shell speaks of: what needs nobody's eyes on each single case. */
const shellGroups = planGroups.filter(
  (name) => name !== 'changed' && name !== 'ambiguous' && name !== 'orphans',
);

/** Which groups to run: what is ticked by default, everything, or the groups named. */
export type PlanChoice = 'default' | 'all' | PlanGroupName[];

/** Reads `--only a,b` and `--all`. Throws an Error that names what is unknown and what there is. */
export function readPlanChoice({ only, all }: { only?: string | undefined; all: boolean }): PlanChoice {
  if (all && only !== undefined) throw new Error('give either --only or --all');
  if (only === undefined) return all ? 'all' : 'default';
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !shellGroups.some((known) => known === name));
  if (unknown.length > 0) {
    throw new Error(`there is no group ${unknown.join(', ')}; there are ${shellGroups.join(', ')}`);
  }
  return shellGroups.filter((name) => names.includes(name));
}

/** The shell's groups with the chosen items only; a group that was not named stays, empty. */
export function choose(groups: PlanGroup[], choice: PlanChoice): PlanGroup[] {
  const itemsOf = (name: PlanGroupName) => groups.find((group) => group.name === name)?.items ?? [];
  return shellGroups.map((name) => {
    // The shell tries failures again without asking whether their data changed.
    const items = name === 'wake' ? [...itemsOf('changed'), ...itemsOf('wake')].sort(byId) : itemsOf(name);
    if (choice === 'all') return { name, items };
    if (choice === 'default') return { name, items: items.filter((item) => item.isDefault) };
    return { name, items: choice.includes(name) ? items : [] };
  });
}

const byId = (one: { appointmentId: number }, other: { appointmentId: number }) =>
  one.appointmentId - other.appointmentId;
