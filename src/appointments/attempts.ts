import { type Db, logOf, type Tx, transaction } from '../database.ts';
import { fromSqlInstant, toSqlInstant } from '../instant.ts';
import { perRow } from '../per-row.ts';
import { LostInCompany, together } from '../together.ts';
import { type Claim, tellLost } from './claim.ts';

export type Operation = 'book' | 'move' | 'reassign' | 'cancel';

/** What an attempt set out to do; no personal data. */
export interface AttemptRequest {
  serviceId?: number;
  staffId?: string;
  startsAtText?: string;
  eventTypeId?: number;
  revision?: number;
  /** The booking that is moved, reassigned or cancelled; of a booking, the one it replaces. */
  uid?: string;
  /** Cancelling: why, in one word. */
  reason?: string;
  /** Cancelling: what the record becomes, closed when not given. */
  aim?: 'close' | 'replaced' | 'rebook';
}

export interface Attempt {
  id: number;
  appointmentId: number;
  operation: Operation;
  request: AttemptRequest;
  intentAt: Date;
}

/** What came back: status and raw body (bounded by whoever read it), the request id for Cal.com's support. */
export interface RawAnswer {
  status: number | null;
  body: string | null;
  requestId: string | null;
}

export async function readAttempt(db: Db, id: number): Promise<Attempt> {
  const row = await db('sync_attempts').where({ id }).first();
  return {
    id,
    appointmentId: Number(row.appointment_id),
    operation: row.operation,
    request: JSON.parse(row.request),
    intentAt: fromSqlInstant(row.intent_at),
  };
}

/** The end of an attempt: its id, one word for what came of it, and what Cal.com said. */
export interface AttemptEnding {
  id: number;
  outcome: string;
  answer?: RawAnswer | undefined;
}

type Ended = AttemptEnding & { now: Date };

/** Notes how attempts ended. */
export async function finishAttempts(tx: Tx, endings: Ended[]): Promise<void> {
  // Almost all end alike, without an answer to keep.
  for (const alike of Map.groupBy(endings, endsLike).values()) {
    const [{ outcome, answer }] = alike as [Ended];
    await tx('sync_attempts')
      .whereIn(
        'id',
        alike.map(({ id }) => id),
      )
      .update({
        outcome,
        outcome_at: toSqlInstant(new Date(Math.max(...alike.map(({ now }) => now.getTime())))),
        ...(answer && {
          http_status: answer.status,
          request_id: answer.requestId?.slice(0, 128) ?? null,
          raw_answer: answer.body,
        }),
      });
  }
}

/** Equal for attempts that one statement may end: those with an answer stand for themselves. */
const endsLike = ({ id, outcome, answer }: Ended) => (answer ? `#${id}` : outcome);

interface Intent {
  claim: Claim;
  operation: Operation;
  request: AttemptRequest;
  triedHash: string;
  now: Date;
}

/**
 * Writes down what is about to be sent, before it is sent, and what it was made of. Returns the attempt's id, or
 * `lost`. While the attempt has no outcome, the record carries it as its open attempt.
 */
export async function beginAttempt(
  db: Db,
  claim: Claim,
  intent: { operation: Operation; request: AttemptRequest; triedHash: string; now: Date },
): Promise<number | 'lost'> {
  const { appointmentId } = claim;
  const { operation } = intent;
  const attemptId = await beginTogether(db, { claim, ...intent });
  if (attemptId === 'lost') tellLost(db, claim);
  else logOf(db).debug({ appointmentId, attemptId, operation }, 'attempt.begun');
  return attemptId;
}

const beginTogether = together(async (db, intents: Intent[]): Promise<(number | 'lost')[]> => {
  try {
    return await transaction(db, (tx) => beginAll(tx, intents));
  } catch (error) {
    if (!(error instanceof LostInCompany) || intents.length > 1) throw error;
    return ['lost'];
  }
});

/** Throws LostInCompany when a record is held by somebody else, which takes all of it back. */
async function beginAll(tx: Tx, intents: Intent[]): Promise<number[]> {
  await tx('sync_attempts').insert(intents.map(toAttemptRow));
  if ((await openAttempts(tx, intents)) < intents.length) throw new LostInCompany();
  const opened = await readOpenAttempts(tx, intents);
  return intents.map(({ claim }) => opened.get(claim.appointmentId) as number);
}

const toAttemptRow = ({ claim, operation, request, now }: Intent) => ({
  appointment_id: claim.appointmentId,
  operation,
  request: JSON.stringify(request),
  intent_at: toSqlInstant(now),
});

/** Gives each record its new attempt, the latest; returns how many were still held by their claims, and had none open. */
function openAttempts(tx: Tx, intents: Intent[]): Promise<number> {
  const each = (pick: (intent: Intent) => unknown) =>
    perRow(tx, 'appointment_id', new Map(intents.map((one) => [one.claim.appointmentId, pick(one)])));
  const token = each(({ claim }) => claim.token);
  return tx('appointment_syncs')
    .whereIn('appointment_id', idsOf(intents))
    .where('claim_token', token)
    .whereNull('open_attempt_id')
    .update({
      open_attempt_id: tx.raw(
        '(SELECT MAX(t.id) FROM sync_attempts t WHERE t.appointment_id = appointment_syncs.appointment_id)',
      ),
      tried_hash: each(({ triedHash }) => triedHash),
      last_attempt_at: each(({ now }) => toSqlInstant(now)),
      revision: tx.raw('revision + ?', [each(({ operation }) => (operation === 'book' ? 1 : 0))]),
    });
}

async function readOpenAttempts(tx: Tx, intents: Intent[]): Promise<Map<number, number>> {
  const rows = await tx('appointment_syncs')
    .whereIn('appointment_id', idsOf(intents))
    .select('appointment_id', 'open_attempt_id');
  return new Map(rows.map((row) => [Number(row.appointment_id), Number(row.open_attempt_id)]));
}

const idsOf = (intents: Intent[]) => intents.map(({ claim }) => claim.appointmentId);

/** Notes that the open attempt did not happen, and keeps the claim: the step is tried anew. */
export async function forgetAttempt(
  db: Db,
  claim: Claim,
  attempt: AttemptEnding,
  now: Date,
): Promise<'recorded' | 'lost'> {
  const forgotten = await transaction<'recorded' | 'lost'>(db, async (tx) => {
    const written = await tx('appointment_syncs')
      .where({ appointment_id: claim.appointmentId, claim_token: claim.token, open_attempt_id: attempt.id })
      .update({ open_attempt_id: null });
    if (written === 0) return 'lost';
    await finishAttempts(tx, [{ ...attempt, now }]);
    return 'recorded';
  });
  if (forgotten === 'lost') tellLost(db, claim);
  return forgotten;
}

export interface PastAttempt {
  operation: string;
  intentAt: Date;
  outcome: string | null;
  status: number | null;
  requestId: string | null;
  rawAnswer: string | null;
}

/** The latest attempts for one appointment, the last first. */
export async function readLastAttempts(db: Db, appointmentId: number, limit: number): Promise<PastAttempt[]> {
  const rows = await db('sync_attempts')
    .where({ appointment_id: appointmentId })
    .orderBy('id', 'desc')
    .limit(limit);
  return rows.map(toPastAttempt);
}

/** Attempts by their number. */
export async function readAttempts(db: Db, ids: number[]): Promise<Map<number, PastAttempt>> {
  const rows = await db('sync_attempts').whereIn('id', ids);
  return new Map(rows.map((row) => [Number(row.id), toPastAttempt(row)]));
}

/** How many attempts began since `from`, counted among the last thousand. */
export async function countAttemptsSince(db: Db, from: Date): Promise<number> {
  const latest = await db('sync_attempts').orderBy('id', 'desc').limit(1_000).pluck('intent_at');
  return latest.filter((at) => fromSqlInstant(at) >= from).length;
}

function toPastAttempt(row: Record<string, unknown>): PastAttempt {
  return {
    operation: String(row.operation),
    intentAt: fromSqlInstant(String(row.intent_at)),
    outcome: row.outcome as string | null,
    status: row.http_status as number | null,
    requestId: row.request_id as string | null,
    rawAnswer: row.raw_answer as string | null,
  };
}
