// THE ENGINE lives in this folder: notice, claim, plan, call, record. It knows no Slack.

import { recordClosed, recordInStep, recordStillFailed, releaseClaim } from '../appointments/record.ts';
import { hashOf, type Situation } from '../appointments/situation.ts';
import { CalcomError } from '../calcom/errors.ts';
import { book, move, reassign, replace } from './book.ts';
import { CallNotMade } from './calls.ts';
import { cancel } from './cancel.ts';
import { giveBack, recordTrouble } from './failure.ts';
import { nextStep } from './next-step.ts';
import { checkFound, recheckConflict } from './recheck.ts';
import { settleOpenAttempt } from './settle-attempt.ts';
import { compareThere, isWithdrawnThere, mustCompare } from './two-way.ts';
import type { Work } from './work.ts';

/** Takes one claimed appointment to its next outcome, and records it. Throws only what is a bug or a dead database. */
export async function syncAppointment(work: Work): Promise<void> {
  try {
    if (work.situation.record.openAttemptId !== null && (await settleOpenAttempt(work)) === 'recorded')
      return;
    if (await isTooEarly(work)) return;
    if (isUnchangedConflict(work) && (await recheckConflict(work)) === 'recorded') return;
    await takeStep(work);
  } catch (error) {
    if (error instanceof CallNotMade) await giveBack(work, error.retryInMs);
    // A call that only reads: whatever it was for, nothing was sent yet.
    else if (error instanceof CalcomError) await recordTrouble(work, { error, operation: 'read' });
    else throw error;
  }
}

/** Cal.com tells of a cancellation before it can be read: until then the claim goes back. */
async function isTooEarly({ db, claim, clock, situation }: Work): Promise<boolean> {
  const { lookUid, lookAt } = situation.record;
  const now = clock.now();
  if (lookUid === null || lookAt === null || lookAt <= now) return false;
  await releaseClaim(db, claim, { dueAt: lookAt, now });
  return true;
}

/** A conflict that nobody asked for again and whose data is what was tried: slots are asked, no booking is sent. */
function isUnchangedConflict({ situation, asked }: Work): boolean {
  const { record } = situation;
  return (
    !asked &&
    record.lookUid === null &&
    record.state === 'failed' &&
    record.failureKind === 'host_conflict' &&
    record.triedHash === hashOf(situation, situation.blocker)
  );
}

async function takeStep(asClaimed: Work): Promise<void> {
  const { clock } = asClaimed;
  const work = mustCompare(asClaimed, nextStep(asClaimed.situation, clock.now()))
    ? await compareThere(asClaimed)
    : asClaimed;
  if (work === null) return;
  const { db, claim, situation } = work;
  const step = nextStep(situation, clock.now());
  switch (step.do) {
    case 'nothing':
      await recordInStep(db, claim, { startsAtText: startAsWritten(situation), now: clock.now() });
      return;
    case 'close':
      return close(work, step.reason);
    case 'cancel':
      return cancel(work, step);
    case 'check_found':
      return checkFound(work, step.uid);
    case 'book':
      if (isWithdrawnThere(work)) return leaveToPerson(work);
      return book(work, { appointment: step.appointment, replacesUid: null });
    case 'move':
      return move(work, step);
    case 'reassign':
      return reassign(work, step);
    case 'replace':
      return replace(work, { ...step, isPlaceFree: isUnchangedConflict(asClaimed) });
  }
}

async function leaveToPerson({ db, claim, clock, situation }: Work): Promise<void> {
  const triedHash = hashOf(situation, situation.blocker);
  await recordStillFailed(db, claim, { triedHash, dueAt: null, now: clock.now() });
}

/** What was woken twice is closed once: the second time there is nothing to tell. */
async function close({ db, claim, clock, situation }: Work, reason: string): Promise<void> {
  const { state, closedReason } = situation.record;
  const now = clock.now();
  if (state === 'closed' && closedReason === reason) await releaseClaim(db, claim, { dueAt: null, now });
  else await recordClosed(db, claim, { reason, now });
}

/** How the row writes the start that was pushed, or null when its start is another. */
function startAsWritten({ appointment, record }: Situation): string | null {
  const isPushed = appointment?.startsAt.getTime() === record.pushed?.startsAt.getTime();
  return isPushed ? (appointment?.startsAtText ?? null) : null;
}
