import type { PlanGroupName } from '../appointments/plan-groups.ts';
import type { PlanResult } from './plan-result.ts';

const WHAT_HAPPENS: Partial<Record<PlanGroupName, string>> = {
  past: 'over and never booked: cancelled here, nobody is told',
  no_staff: 'without staff: cancelled here, unless a person assigns somebody first',
  duplicates: 'duplicates of an older or booked appointment: the younger one is cancelled here',
  no_event_type: 'no Cal.com event type for this service and person: cancelled here (engineers: see the map)',
  placeholder: 'neither e-mail nor usable phone: booked with a placeholder address',
  adopt: 'a booking stands at Cal.com already: linked, nothing is booked again',
  wake: 'other failures: tried again',
};
const IDS_MAX = 20;

/** The plan, or what came of it, for a person at a terminal. */
export function describePlan(results: PlanResult[], isDryRun: boolean): string {
  const lines = results.flatMap((result) => {
    const done = isDryRun ? '' : `, done ${result.done}`;
    const ids = result.ids.slice(0, IDS_MAX).map((id) => `#${id}`);
    if (result.ids.length > IDS_MAX) ids.push(`and ${result.ids.length - IDS_MAX} more`);
    return [
      `${result.name}: ${result.count}${done} (${WHAT_HAPPENS[result.name]})`,
      ...(ids.length > 0 ? [`  ${ids.join(' ')}`] : []),
      ...result.skipped.map(({ id, why }) => `  skipped #${id}: ${why}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}
