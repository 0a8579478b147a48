import { setTimeout as wait } from 'node:timers/promises';
import type { Db } from '../database.ts';
import { SECOND } from '../instant.ts';
import { pendingMigrations } from '../migrate-database.ts';
import { type BreakerState, readBreaker } from '../sync/breaker.ts';
import type { FailureKind } from '../sync/failure-kinds.ts';
import { version } from '../version.ts';
import { type HttpAnswer, jsonAnswer, type Route } from './route.ts';

/** Whether something works, and if not what it is and what a person can do; no secret, no personal data. */
export interface Check {
  ok: boolean;
  reason: string | null;
}

const CHECK_MS_MAX = 2 * SECOND;
const WELL: Check = { ok: true, reason: null };
const ill = (reason: string): Check => ({ ok: false, reason });

const calcomReasons: Partial<Record<FailureKind, string>> = {
  unauthorized:
    'Cal.com refuses the key: make one under Settings > Developer > API keys, set CALCOM_API_KEY and restart',
  rate_limited: 'Cal.com accepts no more requests for the moment; there is nothing to do',
};
const CALCOM_AWAY = 'Cal.com does not answer or reports errors; there is nothing to do, the bot keeps asking';
const CALCOM_TRIAL =
  'Cal.com answers again, and is tried with one appointment at a time; there is nothing to do';

/**
 * `GET /health/live`: 200 as long as the process answers. `GET /health/ready`: 200 when everything works, else 503, with
 * `{ok, version, checks: {database, slack, calcom}}`, each check `{ok, reason}`; answered within about two seconds.
 */
export function healthRoutes(deps: {
  db: Db;
  /** How Slack is, as far as is known. */
  slack: () => Promise<Check>;
  checkMs?: number;
}): Route[] {
  const { slack, checkMs = CHECK_MS_MAX } = deps;
  const stored = createStoredChecks(deps.db, checkMs);
  async function ready(): Promise<HttpAnswer> {
    const [{ database, calcom }, slackCheck] = await Promise.all([
      inTime(stored(), checkMs, unanswered(`the database did not answer within ${checkMs / SECOND} seconds`)),
      inTime(slack(), checkMs, ill('Slack does not answer; the bot keeps trying')),
    ]);
    const checks = { database, slack: slackCheck, calcom };
    const ok = Object.values(checks).every((check) => check.ok);
    return jsonAnswer(ok ? 200 : 503, { ok, version, checks });
  }
  return [
    { method: 'GET', path: '/health/live', answer: async () => jsonAnswer(200, { ok: true, version }) },
    { method: 'GET', path: '/health/ready', answer: ready },
  ];
}

interface StoredChecks {
  database: Check;
  calcom: Check;
}

/** What the database says. While one question hangs no further one is asked, however often health is. */
function createStoredChecks(db: Db, timeoutMs: number): () => Promise<StoredChecks> {
  let asking: Promise<StoredChecks> | null = null;
  return () => {
    asking ??= readStoredChecks(db, timeoutMs).finally(() => {
      asking = null;
    });
    return asking;
  };
}

async function readStoredChecks(db: Db, timeoutMs: number): Promise<StoredChecks> {
  try {
    if ((await pendingMigrations(db, { timeoutMs })).length > 0) {
      return {
        database: ill('the schema is older than the program: run npm run migrate'),
        calcom: ill('not known until the schema is migrated'),
      };
    }
    return { database: WELL, calcom: calcomCheck(await readBreaker(db)) };
  } catch (error) {
    return unanswered(`the database cannot be used${codeOf(error)}`);
  }
}

function unanswered(what: string): StoredChecks {
  return {
    database: ill(`${what}: see that it runs and that DATABASE_URL is right`),
    calcom: ill('not known while the database cannot be asked'),
  };
}

function calcomCheck({ state, kind }: BreakerState): Check {
  if (state === 'closed') return WELL;
  if (state === 'trial') return ill(CALCOM_TRIAL);
  return ill((kind && calcomReasons[kind]) ?? CALCOM_AWAY);
}

/** Only the code: a message may quote the address or a statement. */
function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? ` (${code})` : '';
}

async function inTime<T>(work: Promise<T>, ms: number, otherwise: T): Promise<T> {
  const patience = new AbortController();
  const tooLong = wait(ms, otherwise, { signal: patience.signal }).catch(() => otherwise);
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    patience.abort();
  }
}
