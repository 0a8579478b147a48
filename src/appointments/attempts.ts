import { type Db, logOf, type Tx, transaction } from '../database.ts';
import { fromSqlInstant, toSqlInstant } from '../instant.ts';
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

async function insertAttempt(tx: Tx, attempt: Omit<Attempt, 'id'>): Promise<number> {
  const [id] = await tx('sync_attempts').insert({
    appointment_id: attempt.appointmentId,
    operation: attempt.operation,
    request: JSON.stringify(attempt.request),
    intent_at: toSqlInstant(attempt.intentAt),
  });
  return Number(id);
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

/** Notes how an attempt ended. */
export async function finishAttempt(tx: Tx, ending: AttemptEnding & { now: Date }): Promise<void> {
  await tx('sync_attempts')
    .where({ id: ending.id })
    .update({
      outcome: ending.outcome,
      outcome_at: toSqlInstant(ending.now),
      ...(ending.answer && {
        http_status: ending.answer.status,
        request_id: ending.answer.requestId?.slice(0, 128) ?? null,
        raw_answer: ending.answer.body,
      }),
    });
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
  const { operation, request, now } = intent;
  const attemptId = await transaction<number | 'lost'>(db, async (tx) => {
    const id = await insertAttempt(tx, { appointmentId, operation, request, intentAt: now });
    const begun = await tx('appointment_syncs')
      .where({ appointment_id: appointmentId, claim_token: claim.token })
      .whereNull('open_attempt_id')
      .update({
        open_attempt_id: id,
        tried_hash: intent.triedHash,
        last_attempt_at: toSqlInstant(now),
        ...(operation === 'book' && { revision: tx.raw('revision + 1') }),
      });
    if (begun === 1) return id;
    await tx('sync_attempts').where({ id }).delete();
    return 'lost';
  });
  if (attemptId === 'lost') tellLost(db, claim);
  else logOf(db).debug({ appointmentId, attemptId, operation }, 'attempt.begun');
  return attemptId;
}

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
    await finishAttempt(tx, { ...attempt, now });
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
