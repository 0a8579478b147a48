import { type Db, logOf, type Tx, transaction } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { perRow } from '../per-row.ts';
import { LostInCompany, together } from '../together.ts';
import { raiseAlert, refreshAlert, resolveAlerts, subjectOf } from './alerts.ts';
import { type AttemptEnding, finishAttempts } from './attempts.ts';
import { type Claim, tellLost } from './claim.ts';
import { endingOf } from './claim-ending.ts';
import { type Actor, type HistoryEntry, insertHistory } from './history.ts';
import { tellWhenCommitted } from './history-lines.ts';
import type { Tell } from './record-lines.ts';

/** `lost`: the claim ran out and another holds the record now; nothing was written. */
export type Recorded = 'recorded' | 'lost';

/** What becomes of a claimed record, with all that belongs into the same transaction. */
export interface Step {
  set: Record<string, unknown>;
  dueAt: Date | null;
  attempt?: AttemptEnding | undefined;
  history?: Pick<HistoryEntry, 'action' | 'before' | 'after' | 'reason' | 'hadFailed'>;
  tell?: Tell;
  /** refresh: shown anew if it is open, since it says when the next try is. */
  alert: 'raise' | 'refresh' | 'resolve' | 'keep';
  resolution?: string;
  /** Nothing came of it yet: who asked for it still waits. */
  isOpen?: boolean;
  actor?: Actor;
  alongside?: (tx: Tx) => Promise<void>;
  now: Date;
}

interface Outcome {
  claim: Claim;
  step: Step;
}

/** Takes the record one step on, if the claim still holds it. */
export async function record(db: Db, claim: Claim, step: Step): Promise<Recorded> {
  const outcome = { claim, step };
  const recorded = await recordTogether(db, outcome);
  claim.onEnded?.(recorded === 'lost' ? { outcome: 'lost', reason: null } : endingOf(step));
  if (recorded === 'lost') tellLost(db, claim);
  else {
    tellWhenCommitted(db, toHistory(outcome));
    step.tell?.(logOf(db), claim.appointmentId);
  }
  return recorded;
}

/** Outcomes that are there together become durable together. */
const recordTogether = together((db, outcomes: Outcome[]) =>
  transaction(db, async (tx): Promise<Recorded[]> => {
    const written: Outcome[] = [];
    for (const alike of Map.groupBy(outcomes, shapeOf).values()) {
      const count = await writeAlike(tx, alike);
      if (count < alike.length && outcomes.length > 1) throw new LostInCompany();
      if (count === alike.length) written.push(...alike);
    }
    await finishAttempts(
      tx,
      written.flatMap(({ step }) => (step.attempt ? [{ ...step.attempt, now: step.now }] : [])),
    );
    await insertHistory(tx, written.flatMap(toHistory));
    await changeAlerts(tx, written);
    return outcomes.map((outcome) => (written.includes(outcome) ? 'recorded' : 'lost'));
  }),
);

/** Equal for outcomes that set the same columns: one statement writes them all. */
function shapeOf({ step }: Outcome): string {
  const { set, attempt, alongside, isOpen = false } = step;
  return JSON.stringify([
    Object.keys(set).toSorted(),
    attempt !== undefined,
    alongside !== undefined,
    isOpen,
  ]);
}

/** Returns how many records were still held by their claims. */
async function writeAlike(tx: Tx, outcomes: Outcome[]): Promise<number> {
  const ids = outcomes.map(({ claim }) => claim.appointmentId);
  const each = (pick: (outcome: Outcome) => unknown) =>
    perRow(tx, 'appointment_id', new Map(outcomes.map((one) => [one.claim.appointmentId, pick(one)])));
  const token = each(({ claim }) => claim.token);
  const own = tx('appointment_syncs').whereIn('appointment_id', ids).where('claim_token', token);
  const [{ step: first }] = outcomes as [Outcome];
  for (const { step } of outcomes) {
    if (step.alongside && (await own.clone().first('state'))) await step.alongside(tx);
  }
  return own.update({
    // MySQL assigns from left to right: the two that read due_again come before it is cleared.
    due_at: tx.raw('CASE WHEN due_again = 1 THEN ? ELSE ? END', [
      toSqlInstant(first.now),
      each(({ step }) => step.dueAt && toSqlInstant(step.dueAt)),
    ]),
    ...(!first.isOpen && keptIfDueAgain(tx, ['asked_at', 'look_at', 'look_uid'])),
    due_again: 0,
    claim_token: null,
    ...(first.attempt && { open_attempt_id: null }),
    ...Object.fromEntries(
      Object.keys(first.set).map((column) => [column, each(({ step }) => step.set[column])]),
    ),
  });
}

const keptIfDueAgain = (tx: Tx, columns: string[]) =>
  Object.fromEntries(columns.map((each) => [each, tx.raw('CASE WHEN due_again = 1 THEN ?? END', [each])]));

function toHistory({ claim, step }: Outcome): HistoryEntry[] {
  if (!step.history) return [];
  const { appointmentId } = claim;
  return [{ ...step.history, appointmentId, at: step.now, actor: step.actor ?? 'bot' }];
}

async function changeAlerts(tx: Tx, outcomes: Outcome[]): Promise<void> {
  for (const { claim, step } of outcomes) {
    const subject = subjectOf(claim.appointmentId);
    if (step.alert === 'raise') {
      await raiseAlert(tx, { subject, appointmentId: claim.appointmentId, now: step.now });
    }
    if (step.alert === 'refresh') await refreshAlert(tx, subject, step.now);
  }
  const resolved = outcomes.filter(({ step }) => step.alert === 'resolve');
  for (const [resolution, alike] of Map.groupBy(resolved, ({ step }) => step.resolution ?? 'synced')) {
    const subjects = alike.map(({ claim }) => subjectOf(claim.appointmentId));
    const now = new Date(Math.max(...alike.map(({ step }) => step.now.getTime())));
    await resolveAlerts(tx, subjects, { resolution, now });
  }
}
