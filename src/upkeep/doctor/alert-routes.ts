import type { AlertRoute } from '../../alerts/routes.ts';
import type { Db } from '../../database.ts';
import { type Finding, ok, warning } from '../../finding.ts';
import { SECOND } from '../../instant.ts';
import { listed } from './listed.ts';

const QUERY_MS_MAX = 10 * SECOND;

/** Whether there is what ALERT_ROUTES leads by; what is not there leads no alert anywhere. */
export async function checkRoutes(db: Db, routes: readonly AlertRoute[]): Promise<Finding> {
  const name = 'map.routes';
  if (routes.length === 0) return ok(name, 'ALERT_ROUTES is not set: all alerts go to one channel.');
  const idsOf = (by: AlertRoute['by']) => routes.filter((route) => route.by === by).map(({ id }) => id);
  if (idsOf('branch').length > 0 && !(await hasBranches(db)))
    return warning(name, {
      what: 'ALERT_ROUTES leads by branch, but no appointment has a branch.',
      why: 'The alerts of these routes go to the channel of SLACK_ALERT_CHANNEL.',
      remedy: 'Name the column as branch_id in database-map.yml, or lead by service.',
    });
  const services: string[] = (await db('services').pluck('id')).map(String);
  const unknown = idsOf('service').filter((id) => !services.includes(id));
  if (unknown.length === 0) return ok(name, 'There is what ALERT_ROUTES leads by.');
  return warning(name, {
    what: `ALERT_ROUTES names services that do not exist: ${listed(unknown)}.`,
    why: 'Whatever was meant has its alerts in the channel of SLACK_ALERT_CHANNEL.',
    remedy: 'Correct the numbers, or take these routes out.',
  });
}

/** Read as the routes are: a column of all that there are, or none. */
async function hasBranches(db: Db): Promise<boolean> {
  const row: Record<string, unknown> | undefined = await db('appointments').first();
  if (row === undefined) return true;
  if (!('branch_id' in row)) return false;
  const withBranch = await db('appointments').whereNotNull('branch_id').first('id').timeout(QUERY_MS_MAX);
  return withBranch !== undefined;
}
