import type { Calcom } from '../../src/calcom/client.ts';
import type { Clock } from '../../src/clock.ts';
import type { Db } from '../../src/database.ts';
import type { Log } from '../../src/log.ts';
import type { Measures } from '../../src/measures.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { type Engine, startEngine } from '../../src/sync/engine.ts';
import { createPace } from '../../src/sync/pace.ts';

export const API_KEY = 'cal_test_0123456789';
/** The times of the engine under test, by a clock that tests move. */
export const CLAIM_LEASE_MS = 60_000;
export const LATE_LANDING_MS = 120_000;

export interface EngineOptions {
  startHeld?: 'auto' | 'never';
  callsPerMinute?: number;
  concurrency?: number;
  noticeMs?: number;
  measures?: Measures;
}

/** The real engine with its times shortened, without a pace unless given. */
export function startTestEngine(
  parts: EngineOptions & { db: Db; client: Calcom; clock: Clock; log: Log },
): Engine {
  const { db, client, clock, log } = parts;
  const measured = parts.measures && { measures: parts.measures };
  const pace = createPace(db, parts.callsPerMinute ?? 0);
  return startEngine({
    db,
    pace,
    calls: createCalls({ db, calcom: client, pace, clock, ...measured }),
    clock,
    log,
    ...measured,
    random: () => 0.5,
    settings: {
      claimLeaseMs: CLAIM_LEASE_MS,
      lateLandingMs: LATE_LANDING_MS,
      placeholderEmailDomain: 'placeholder.invalid',
      timeZone: 'Europe/Berlin',
      locale: 'de',
    },
    startHeld: parts.startHeld ?? 'never',
    noticeMs: parts.noticeMs ?? 50,
    concurrency: parts.concurrency ?? 8,
    onRecorded: () => {},
  });
}
