import type { CalcomAnswer, CalcomError } from '../calcom/errors.ts';
import { addMs, MINUTE } from '../instant.ts';
import type { FailureKind } from './failure-kinds.ts';
import { type FailureHint, MOVED_TO, type Refusal, refusals } from './refusals.ts';

/** What an error of Cal.com's means for the appointment it was about. */
export type Answer =
  /** `lookUp`: our own booking may be behind it, so look before believing it. */
  | { is: 'failure'; kind: FailureKind; lookUp: boolean; hint?: FailureHint }
  | { is: 'past' }
  /** Done only when the booking shows no `rescheduledToUid`: a moved booking is refused in the same words. */
  | { is: 'already_cancelled' }
  | { is: 'moved_to'; uid: string }
  /** Not found, or cancelled: there is nothing left to move, cancel, reassign or read. */
  | { is: 'gone' };

export interface ClassifyContext {
  operation: 'book' | 'move' | 'cancel' | 'reassign' | 'read';
  /** The start that was asked for. */
  startsAt: Date;
  now: Date;
  /** The event type's; 0 when it is not known. */
  minimumNoticeMinutes?: number;
}

/** By the error's class and, for a refusal, by status and message. What nobody knows is `unknown`. */
export function classify(error: CalcomError, context: ClassifyContext): Answer {
  const writes = context.operation !== 'read';
  switch (error.kind) {
    case 'busy':
      return { is: 'failure', kind: 'rate_limited', lookUp: false };
    case 'unauthorized':
      return { is: 'failure', kind: 'unauthorized', lookUp: false };
    case 'unavailable':
      return { is: 'failure', kind: 'unavailable', lookUp: false };
    case 'unclear':
    case 'unreadable':
      return { is: 'failure', kind: writes ? 'unclear' : 'unavailable', lookUp: writes };
    case 'refused':
      return classifyRefusal(error.answer, context);
  }
}

/**
 * The kind of a failure that a former system recorded as free text, possibly cut off. A text that nobody knows
 * is `unknown`.
 */
export function kindOfFormerText(text: string): FailureKind {
  const refusal = refusals.find((row) => row.text.test(text.trim()));
  if (!refusal) return 'unknown';
  if ('kind' in refusal.means) return refusal.means.kind;
  switch (refusal.means.is) {
    case 'moved_to':
      return 'two_truths';
    case 'gone':
    case 'already_cancelled':
      return 'cancelled_there';
    // Retried as soon as the window is open, which tells whether it was too early or too late.
    case 'not_open_at_start':
      return 'outside_window';
    // Whether the appointment is past is for the clock to say, not for an old text.
    case 'past':
      return 'unknown';
  }
}

function classifyRefusal(answer: CalcomAnswer | undefined, context: ClassifyContext): Answer {
  const writes = context.operation !== 'read';
  const refusal = answer && refusals.find((row) => matches(row, answer));
  if (!refusal) return { is: 'failure', kind: 'unknown', lookUp: writes };
  const { means } = refusal;
  if ('kind' in means) {
    const { kind, hint, lookUp = false } = means;
    return { is: 'failure', kind, lookUp: lookUp && writes, ...(hint && { hint }) };
  }
  if (means.is === 'not_open_at_start') return tooFarOrTooSoon(context);
  if (means.is !== 'moved_to') return { is: means.is };
  const uid = MOVED_TO.exec(answer.message)?.[1];
  return uid ? { is: 'moved_to', uid } : { is: 'gone' };
}

function matches(row: Refusal, answer: CalcomAnswer): boolean {
  if (row.status !== undefined && row.status !== answer.status) return false;
  return row.text.test(row.where === 'code' ? (answer.code ?? '') : answer.message.trim());
}

/** Cal.com says both in one text. Too far away solves itself; too soon needs another time. */
function tooFarOrTooSoon({ startsAt, now, minimumNoticeMinutes = 0 }: ClassifyContext): Answer {
  return startsAt > addMs(now, minimumNoticeMinutes * MINUTE)
    ? { is: 'failure', kind: 'outside_window', lookUp: false }
    : { is: 'failure', kind: 'host_conflict', lookUp: false, hint: 'notice' };
}
