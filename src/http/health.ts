import { SECOND } from '../instant.ts';
import { version } from '../version.ts';
import { inTime, oneAtATime } from './in-time.ts';
import { type HttpAnswer, jsonAnswer, type Route } from './route.ts';
import {
  type Check,
  ill,
  readStoredChecks,
  type StoredCheckDeps,
  type StoredChecks,
  unanswered,
  WELL,
} from './stored-checks.ts';

const CHECK_MS_MAX = 2 * SECOND;

/**
 * `GET /health/live`: 200 as long as the process answers. `GET /health/ready`: 200 when everything works, else 503, with
 * `{ok, version, checks: {database, schema, slack, calcom, notice, delivery}}`, each check `{ok, reason}` and what else it
 * knows; answered within about two seconds.
 */
export function healthRoutes(
  deps: StoredCheckDeps & {
    /** How Slack is, as far as is known. */
    slack: () => Promise<Check>;
    checkMs?: number;
  },
): Route[] {
  const { slack, checkMs: timeoutMs = CHECK_MS_MAX } = deps;
  const startedAt = deps.clock.now();
  const stored = oneAtATime(() => readStoredChecks(deps, { startedAt, timeoutMs }));
  async function ready(): Promise<HttpAnswer> {
    const noAnswer = unanswered(`the database did not answer within ${timeoutMs / SECOND} seconds`);
    const [{ delivery, ...rest }, slackCheck] = await Promise.all([
      inTime(stored(), timeoutMs, noAnswer),
      inTime(slack(), timeoutMs, ill('Slack does not answer; the bot keeps trying')),
    ]);
    const checks = { ...rest, slack: slackCheck, delivery: withSlack(delivery, rest.database, slackCheck) };
    const ok = Object.values(checks).every((check) => check.ok);
    return jsonAnswer(ok ? 200 : 503, { ok, version, checks });
  }
  return [
    { method: 'GET', path: '/health/live', answer: async () => jsonAnswer(200, { ok: true, version }) },
    { method: 'GET', path: '/health/ready', answer: ready },
  ];
}

/** That nothing is shown while Slack is away is Slack's matter. */
function withSlack(
  delivery: StoredChecks['delivery'],
  database: Check,
  slack: Check,
): StoredChecks['delivery'] {
  return slack.ok || !database.ok ? delivery : { ...delivery, ...WELL };
}
