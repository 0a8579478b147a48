import { type DeliveryLag, readDeliveryLag } from '../alerts/delivery-lag.ts';
import type { QuietHours } from '../alerts/quiet-hours.ts';
import { readInstallation } from '../appointments/installation.ts';
import { readLeaseWork } from '../appointments/leases.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { MINUTE, SECOND } from '../instant.ts';
import { compareMigrations } from '../migrate-database.ts';
import { type BreakerState, readBreaker } from '../sync/breaker.ts';
import { nextComparisonMs } from '../sync/engine.ts';
import type { FailureKind } from '../sync/failure-kinds.ts';

/** Whether something works, and if not what it is and what a person can do; no secret, no personal data. */
export interface Check {
  ok: boolean;
  reason: string | null;
}

export const WELL: Check = { ok: true, reason: null };
export const ill = (reason: string): Check => ({ ok: false, reason });

/** What the database says of itself, of Cal.com, and of the work. */
export interface StoredChecks {
  database: Check;
  /** `version`: the last migration that ran; null while that is not known. */
  schema: Check & { version: string | null; pending: string[] };
  calcom: Check;
  /** When any replica last compared all appointments with what was pushed; null while the bot is held. */
  notice: Check & { lastAt: Date | null };
  /** How many alerts could be shown now, and for how long the oldest of them could have been. */
  delivery: Check & { due: number; lagSeconds: number };
}

export interface StoredCheckDeps {
  db: Db;
  clock: Clock;
  settings: { noticeMs: number; quietHours: QuietHours | null; timeZone: string };
}

const SCHEMA_OLD = 'the schema is older than the program: run npm run migrate';
const STUCK_MS = 5 * MINUTE;
const COMPARISONS_MISSED_MAX = 3;

const calcomReasons: Partial<Record<FailureKind, string>> = {
  unauthorized:
    'Cal.com refuses the key: make one under Settings > Developer > API keys, set CALCOM_API_KEY and restart',
  rate_limited: 'Cal.com accepts no more requests for the moment; there is nothing to do',
};
const CALCOM_AWAY = 'Cal.com does not answer or reports errors; there is nothing to do, the bot keeps asking';
const CALCOM_TRIAL =
  'Cal.com answers again, and is tried with one appointment at a time; there is nothing to do';

/** `startedAt`: what stood still before this process ran is not held against it. Never throws. */
export async function readStoredChecks(
  { db, clock, settings }: StoredCheckDeps,
  { startedAt, timeoutMs }: { startedAt: Date; timeoutMs: number },
): Promise<StoredChecks> {
  try {
    const { done, pending } = await compareMigrations(db, { timeoutMs });
    const version = done.at(-1) ?? null;
    if (pending.length > 0) {
      const schema = { ...ill(SCHEMA_OLD), version, pending };
      return {
        ...unknownChecks('not known until the schema is migrated'),
        database: ill(SCHEMA_OLD),
        schema,
      };
    }
    const now = clock.now();
    return {
      database: WELL,
      schema: { ...WELL, version, pending },
      calcom: calcomCheck(await readBreaker(db)),
      notice: await noticeCheck(db, settings, { startedAt, now }),
      delivery: deliveryCheck(await readDeliveryLag(db, settings, now), { startedAt, now }),
    };
  } catch (error) {
    return unanswered(`the database cannot be used${codeOf(error)}`);
  }
}

export function unanswered(what: string): StoredChecks {
  const database = ill(`${what}: see that it runs and that DATABASE_URL is right`);
  return { ...unknownChecks('not known while the database cannot be asked'), database };
}

function unknownChecks(why: string): Omit<StoredChecks, 'database'> {
  return {
    schema: { ...ill(why), version: null, pending: [] },
    calcom: ill(why),
    notice: { ...ill(why), lastAt: null },
    delivery: { ...ill(why), due: 0, lagSeconds: 0 },
  };
}

function calcomCheck({ state, kind }: BreakerState): Check {
  if (state === 'closed') return WELL;
  if (state === 'trial') return ill(CALCOM_TRIAL);
  return ill((kind && calcomReasons[kind]) ?? CALCOM_AWAY);
}

async function noticeCheck(
  db: Db,
  { noticeMs }: StoredCheckDeps['settings'],
  { startedAt, now }: { startedAt: Date; now: Date },
): Promise<StoredChecks['notice']> {
  const { mode, since } = await readInstallation(db);
  if (mode !== 'running') return { ...WELL, lastAt: null };
  const last = await readLeaseWork(db, 'notice');
  const periodMs = nextComparisonMs(noticeMs, last?.tookMs ?? 0);
  const aliveAt = latest([startedAt, since, last?.at]);
  const isStuck = elapsedMs(aliveAt, now) > Math.max(STUCK_MS, COMPARISONS_MISSED_MAX * periodMs);
  return { ...(isStuck ? ill(STUCK_NOTICE) : WELL), lastAt: last?.at ?? null };
}

const STUCK_NOTICE =
  'appointments are not compared any more, so that nothing new is booked: the log says why the loop "notice" fails; restart the bot';
const STUCK_DELIVERY =
  'alerts wait and none is shown, although Slack answers: the log says why the loop "delivery" fails; restart the bot';

/** However many wait: as long as they are shown one after the other, nothing is stuck. */
function deliveryCheck(
  { due, since, lastShownAt }: DeliveryLag,
  { startedAt, now }: { startedAt: Date; now: Date },
): StoredChecks['delivery'] {
  if (since === null) return { ...WELL, due, lagSeconds: 0 };
  const isStuck = elapsedMs(latest([startedAt, since, lastShownAt]), now) > STUCK_MS;
  const lagSeconds = Math.round(elapsedMs(since, now) / SECOND);
  return { ...(isStuck ? ill(STUCK_DELIVERY) : WELL), due, lagSeconds };
}

function latest(instants: (Date | null | undefined)[]): Date {
  return new Date(Math.max(...instants.map((at) => at?.getTime() ?? 0)));
}

function elapsedMs(from: Date, to: Date): number {
  return to.getTime() - from.getTime();
}

/** Only the code: a message may quote the address or a statement. */
function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? ` (${code})` : '';
}
