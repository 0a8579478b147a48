import type { RawAnswer } from '../appointments/attempts.ts';
import type { Claim } from '../appointments/claim.ts';
import type { Situation } from '../appointments/situation.ts';
import type { CalcomError } from '../calcom/errors.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import type { Log } from '../log.ts';
import type { Measures } from '../measures.ts';
import type { Calls } from './calls.ts';
import type { Turns } from './turns.ts';

export interface SyncSettings {
  claimLeaseMs: number;
  /** So long after it was sent can a write still land at Cal.com. */
  lateLandingMs: number;
  placeholderEmailDomain: string;
  timeZone: string;
  locale: string;
}

export interface SyncDeps {
  db: Db;
  calls: Calls;
  clock: Clock;
  log: Log;
  measures?: Measures;
  /** 0 to 1, for jitter. */
  random: () => number;
  settings: SyncSettings;
}

/** One claimed appointment on its way through the engine. */
export interface Work extends SyncDeps {
  installationId: string;
  claim: Claim;
  situation: Situation;
  /** A person waits for it. */
  asked: boolean;
  turns: Turns;
}

/** Cal.com's answer as the attempts keep it. */
export function rawAnswerOf(error: CalcomError): RawAnswer | undefined {
  const { answer } = error;
  return answer && { status: answer.status, body: answer.body, requestId: answer.requestId };
}
