import { answerStatus } from '../src/alerts/answer-status.ts';
import { answerSummary } from '../src/alerts/answer-summary.ts';
import { createHomeReads } from '../src/alerts/home-reads.ts';
import { createVoice } from '../src/alerts/voice.ts';
import { claimDue } from '../src/appointments/claim.ts';
import type { HomeFilter } from '../src/appointments/home-list.ts';
import { noticeDifferences } from '../src/appointments/notice.ts';
import type { Db } from '../src/database.ts';
import { addMs, MINUTE, toSqlInstant } from '../src/instant.ts';
import { bookingsInStep, comparisons } from '../test/support/growing-paths.ts';
import type { LongPast } from '../test/support/long-past.ts';

// As many as the engine claims at once with its defaults, and without a pace.
const CLAIMS = 8;
const READER = 'U0PERSON1';

/** One thing that the bot does, and the floor: as many rows by their primary key with a bare statement. */
export interface MeasuredPath {
  name: string;
  run: () => Promise<unknown>;
  floor: () => Promise<unknown>;
  /** Makes it possible to run it again; not measured. */
  reset?: () => Promise<unknown>;
}

export async function measuredPaths(db: Db, { firstToCome }: LongPast, now: Date): Promise<MeasuredPath[]> {
  const voice = createVoice({ locale: 'de', timeZone: 'Europe/Berlin' });
  const ask = { db, voice, now, actor: READER, text: '' };
  const bookings = await bookingsInStep(db);
  const compared = comparisons(db, bookings, addMs(now, -5 * MINUTE));
  const page = bookings.slice(0, 100).map(({ metadata }) => Number(metadata.appointmentId));
  const toCome = () => db('appointments').where('id', '>=', firstToCome);
  const countToCome = () => toCome().sum({ sum: 'service_id' });
  const readToCome = () => toCome().select('id', 'service_id', 'staff_id', 'starts_at');
  const readRecords = (ids: number[]) => db('appointment_syncs').whereIn('appointment_id', ids);
  return [
    { name: 'notice', run: () => noticeDifferences(db, now), floor: readToCome },
    claimPath(db, 'claim', now),
    { name: '/sync-status', run: () => answerStatus(ask), floor: countToCome },
    { name: '/sync-summary', run: () => answerSummary(ask), floor: countToCome },
    { name: 'App Home', run: () => readWholeHome(db, 'failed', now), floor: countToCome },
    { name: 'App Home, mine', run: () => readWholeHome(db, 'mine', now), floor: countToCome },
    { name: 'comparison, a page', run: compared.changes, floor: () => readRecords(page) },
  ];
}

/** A claim of eight; the floor claims the same eight, by their numbers. */
export function claimPath(db: Db, name: string, now: Date): MeasuredPath {
  let claimed: number[] = [];
  const lease = toSqlInstant(addMs(now, MINUTE));
  const mine = () => db('appointment_syncs').whereIn('appointment_id', claimed);
  const giveBack = () => mine().update({ claim_token: null, due_at: toSqlInstant(addMs(now, -MINUTE)) });
  return {
    name,
    async run() {
      const claims = await claimDue(db, { now, leaseMs: MINUTE, limit: CLAIMS, askedOnly: false });
      claimed = claims.map(({ claim }) => claim.appointmentId);
    },
    async floor() {
      await mine().update({ claim_token: 'floor', due_at: lease });
      await mine().select();
    },
    reset: giveBack,
  };
}

async function readWholeHome(db: Db, filter: HomeFilter, now: Date): Promise<unknown> {
  const reads = createHomeReads(db, now);
  const list = reads.list({ filter, page: 1 }, READER);
  return Promise.all([reads.figures(), reads.installation(), reads.breaker(), reads.engine(), list]);
}
