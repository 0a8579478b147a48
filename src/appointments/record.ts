import { type Db, type Tx, transaction } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { raiseAlert, refreshAlert, resolveAlert, subjectOf } from './alerts.ts';
import { type AttemptEnding, finishAttempt } from './attempts.ts';
import type { Claim } from './claim.ts';
import { endingOf } from './claim-ending.ts';
import { type Evidence, evidenceText } from './evidence.ts';
import { type Actor, appendHistory, type HistoryEntry } from './history.ts';
import { CLOSED_COLUMNS, NO_FAILURE } from './record-columns.ts';
import { type Pushed, pushedColumns } from './sync-record.ts';
import { type There, thereText } from './there.ts';

/** `lost`: the claim ran out and another holds the record now; nothing was written. */
export type Recorded = 'recorded' | 'lost';

interface Step {
  set: Record<string, unknown>;
  dueAt: Date | null;
  attempt?: AttemptEnding | undefined;
  history?: Pick<HistoryEntry, 'action' | 'before' | 'after' | 'reason'>;
  /** refresh: shown anew if it is open, since it says when the next try is. */
  alert: 'raise' | 'refresh' | 'resolve' | 'keep';
  resolution?: string;
  /** Nothing came of it yet: who asked for it still waits. */
  isOpen?: boolean;
  actor?: Actor;
  alongside?: (tx: Tx) => Promise<void>;
  now: Date;
}

/** Cal.com has the appointment as it was pushed. A replaced booking is cancelled next. */
export function recordBooked(
  db: Db,
  claim: Claim,
  booked: {
    action: 'booked' | 'moved' | 'reassigned' | 'adopted';
    uid: string;
    pushed: Pushed;
    replacesUid: string | null;
    attempt?: AttemptEnding | undefined;
    before?: unknown;
    /** Who linked it; the bot unless said. */
    actor?: Actor;
    /** What else belongs into the transaction; the record is still as it was. */
    alongside?: (tx: Tx) => Promise<void>;
    now: Date;
  },
): Promise<Recorded> {
  return record(db, claim, {
    ...(booked.actor !== undefined && { actor: booked.actor }),
    ...(booked.alongside !== undefined && { alongside: booked.alongside }),
    set: {
      ...NO_FAILURE,
      ...pushedColumns(booked.pushed),
      state: 'synced',
      closed_reason: null,
      booking_uid: booked.uid,
      replaces_uid: booked.replacesUid,
      found_uid: null,
      found_as: null,
      pending_since: null,
    },
    dueAt: booked.replacesUid === null ? null : booked.now,
    attempt: booked.attempt,
    history: {
      action: booked.action,
      before: booked.before,
      after: { uid: booked.uid, staff: booked.pushed.staffId, start: booked.pushed.startsAtText },
    },
    alert: 'resolve',
    resolution: 'synced',
    now: booked.now,
  });
}

/** Nothing is to do: Cal.com has the appointment as it is. `startsAtText` is how its row writes the pushed start now. */
export function recordInStep(
  db: Db,
  claim: Claim,
  { startsAtText, now }: { startsAtText: string | null; now: Date },
): Promise<Recorded> {
  const pushed = startsAtText === null ? {} : { pushed_start: startsAtText };
  const set = { ...NO_FAILURE, ...pushed, state: 'synced', pending_since: null };
  return record(db, claim, { set, dueAt: null, alert: 'resolve', resolution: 'synced', now });
}

/** The booking that was replaced is gone; the new one stands. */
export function recordReplaced(
  db: Db,
  claim: Claim,
  done: { attempt?: AttemptEnding | undefined; now: Date },
): Promise<Recorded> {
  const set = { ...NO_FAILURE, state: 'synced', replaces_uid: null };
  return record(db, claim, { ...done, set, dueAt: null, alert: 'resolve', resolution: 'synced' });
}

/** The booking was cancelled to make room for its successor, which is booked next. */
export function recordUnbooked(
  db: Db,
  claim: Claim,
  done: { attempt?: AttemptEnding | undefined; before: unknown; now: Date },
): Promise<Recorded> {
  return record(db, claim, {
    set: { ...pushedColumns(null), state: 'pending', booking_uid: null, replaces_uid: null },
    dueAt: done.now,
    attempt: done.attempt,
    history: { action: 'unbooked', before: done.before },
    alert: 'refresh',
    now: done.now,
  });
}

/** Nothing stands in Cal.com and nothing will, unless the appointment is opened again. */
export function recordClosed(
  db: Db,
  claim: Claim,
  closed: { reason: string; attempt?: AttemptEnding | undefined; before?: unknown; now: Date },
): Promise<Recorded> {
  return record(db, claim, {
    set: { ...CLOSED_COLUMNS, closed_reason: closed.reason },
    dueAt: null,
    attempt: closed.attempt,
    history: { action: 'closed', before: closed.before, reason: closed.reason },
    alert: 'resolve',
    resolution: `closed:${closed.reason}`,
    now: closed.now,
  });
}

/** A failure that needs a change or a person. `bookingGone` also forgets the booking. */
export function recordFailed(
  db: Db,
  claim: Claim,
  failed: {
    kind: string;
    cause: string | null;
    evidence: Evidence;
    text: string | null;
    blockedBy: number | null;
    triedHash: string;
    dueAt: Date | null;
    bookingGone?: boolean;
    /** What stands in Cal.com instead, or stood there until it was cancelled. */
    there?: There | undefined;
    attempt?: AttemptEnding | undefined;
    alert: 'raise' | 'keep';
    now: Date;
  },
): Promise<Recorded> {
  return record(db, claim, {
    set: {
      state: 'failed',
      failure_kind: failed.kind,
      failure_cause: failed.cause,
      failure_evidence: evidenceText(failed.evidence),
      failure_text: failed.text?.slice(0, 500) ?? null,
      blocked_by: failed.blockedBy,
      there: failed.there === undefined ? null : thereText(failed.there),
      tried_hash: failed.triedHash,
      first_failed_at: db.raw('COALESCE(first_failed_at, ?)', [toSqlInstant(failed.now)]),
      pending_since: null,
      attempts: db.raw('attempts + 1'),
      ...(failed.bookingGone && { ...pushedColumns(null), booking_uid: null }),
    },
    dueAt: failed.dueAt,
    attempt: failed.attempt,
    history: { action: 'failed', reason: failed.kind },
    alert: failed.alert,
    now: failed.now,
  });
}

/** A failure that was looked at again, with the data of `triedHash`, and stands as it was. */
export function recordStillFailed(
  db: Db,
  claim: Claim,
  {
    triedHash,
    found,
    ...still
  }: {
    triedHash: string;
    /** Only when more is known than before. */
    found?: { cause: string | null; evidence: Evidence } | undefined;
    dueAt: Date | null;
    now: Date;
  },
): Promise<Recorded> {
  const set = {
    tried_hash: triedHash,
    ...(found && { failure_cause: found.cause, failure_evidence: evidenceText(found.evidence) }),
  };
  return record(db, claim, { ...still, set, alert: 'raise' });
}

/** The booking that the import found is not there any more: the appointment is taken up as any other. */
export function recordFoundGone(db: Db, claim: Claim, now: Date): Promise<Recorded> {
  return record(db, claim, { set: { found_uid: null, found_as: null }, dueAt: now, alert: 'refresh', now });
}

/**
 * A technical failure: tried again at `dueAt`. The state stays: a failed record keeps what a person has to see, and
 * is only tried again. An open attempt stays open unless it is ended here.
 */
export function recordDeferred(
  db: Db,
  claim: Claim,
  deferred: {
    kind: string | null;
    text: string | null;
    wasFailed: boolean;
    /** False for what was no try of ours: a full window, a pause. */
    counts: boolean;
    /** The data of this try: while it is the same, nothing wakes the record before `dueAt`. */
    triedHash: string;
    dueAt: Date;
    attempt?: AttemptEnding | undefined;
    alert: 'raise' | 'refresh';
    now: Date;
  },
): Promise<Recorded> {
  const failure = deferred.wasFailed
    ? {}
    : {
        failure_kind: deferred.kind,
        failure_cause: null,
        failure_evidence: null,
        failure_text: deferred.text?.slice(0, 500) ?? null,
      };
  const attempts = deferred.counts ? { attempts: db.raw('attempts + 1') } : {};
  const set = { ...failure, ...attempts, tried_hash: deferred.triedHash };
  return record(db, claim, { ...deferred, isOpen: true, set });
}

/** Gives the claim back untouched, due at `dueAt`: nothing was tried. */
export function releaseClaim(
  db: Db,
  claim: Claim,
  { dueAt, now }: { dueAt: Date | null; now: Date },
): Promise<Recorded> {
  return record(db, claim, { set: {}, dueAt, alert: 'keep', isOpen: dueAt !== null, now });
}

async function record(db: Db, claim: Claim, step: Step): Promise<Recorded> {
  const own = { appointment_id: claim.appointmentId, claim_token: claim.token };
  const recorded = await transaction<Recorded>(db, async (tx) => {
    if (step.alongside && (await tx('appointment_syncs').where(own).first('state'))) await step.alongside(tx);
    const written = await tx('appointment_syncs')
      .where(own)
      .update({
        // MySQL assigns from left to right: the two that read due_again come before it is cleared.
        due_at: tx.raw('CASE WHEN due_again = 1 THEN ? ELSE ? END', [
          toSqlInstant(step.now),
          step.dueAt && toSqlInstant(step.dueAt),
        ]),
        ...(!step.isOpen && keptIfDueAgain(tx, ['asked_at', 'look_at', 'look_uid'])),
        due_again: 0,
        claim_token: null,
        ...(step.attempt && { open_attempt_id: null }),
        ...step.set,
      });
    if (written === 0) return 'lost';
    if (step.attempt) await finishAttempt(tx, { ...step.attempt, now: step.now });
    if (step.history) {
      await appendHistory(tx, {
        ...step.history,
        appointmentId: claim.appointmentId,
        at: step.now,
        actor: step.actor ?? 'bot',
      });
    }
    await changeAlert(tx, claim.appointmentId, step);
    return 'recorded';
  });
  claim.onEnded?.(recorded === 'lost' ? { outcome: 'lost', reason: null } : endingOf(step));
  return recorded;
}

const keptIfDueAgain = (tx: Tx, columns: string[]) =>
  Object.fromEntries(columns.map((each) => [each, tx.raw('CASE WHEN due_again = 1 THEN ?? END', [each])]));

async function changeAlert(tx: Tx, appointmentId: number, { alert, resolution, now }: Step): Promise<void> {
  const subject = subjectOf(appointmentId);
  if (alert === 'raise') await raiseAlert(tx, { subject, appointmentId, now });
  if (alert === 'refresh') await refreshAlert(tx, subject, now);
  if (alert === 'resolve') await resolveAlert(tx, subject, { resolution: resolution ?? 'synced', now });
}
