import type { Attempt, AttemptEnding, AttemptRequest, RawAnswer } from '../appointments/attempts.ts';
import { recordBooked, recordClosed, recordReplaced, recordUnbooked } from '../appointments/record.ts';
import type { Pushed } from '../appointments/sync-record.ts';
import type { Booking } from '../calcom/client.ts';
import { type CalcomError, CalcomRefused } from '../calcom/errors.ts';
import { fromSqlInstant } from '../instant.ts';
import { classify } from './classify.ts';
import { findOwnBooking, headOfChain, isLive } from './look-up.ts';
import type { Work } from './work.ts';

/** What an attempt left behind at Cal.com: the booking that stands, or that the old one is cancelled. */
export type Landing = Booking | 'cancelled';

/** Looks whether an attempt happened; null when it did not, or not yet. Throws what reading throws. */
export async function findLanding(work: Work, attempt: Attempt): Promise<Landing | null> {
  const { calls, asked, installationId } = work;
  const { operation, request, appointmentId } = attempt;
  if (operation === 'book') return findOwnBooking(calls, asked, { installationId, appointmentId, request });
  // Repeating a reassignment changes nothing, so nobody needs to know.
  if (operation === 'reassign' || request.uid === undefined) return null;
  if (operation === 'cancel') {
    const head = await headOrGone(work, request.uid);
    return head === 'gone' || !isLive(head) ? 'cancelled' : null;
  }
  // Only the next of the chain can be ours: whatever came of that one later was somebody else's doing.
  const next = await headOrGone(work, request.uid, 1);
  if (next === 'gone' || next.uid === request.uid) return null;
  return next.start.getTime() === pushedOf(attempt).startsAt.getTime() ? next : null;
}

/** The booking that stands now for this uid, or the one after so many moves; `gone` when Cal.com does not know it. */
export async function headOrGone(work: Work, uid: string, hopsMax?: number): Promise<Booking | 'gone'> {
  try {
    return await headOfChain(work.calls, work.asked, uid, hopsMax);
  } catch (error) {
    if (error instanceof CalcomRefused && isGone(work, error)) return 'gone';
    throw error;
  }
}

function isGone({ clock }: Work, error: CalcomError): boolean {
  const now = clock.now();
  return classify(error, { operation: 'read', startsAt: now, now }).is === 'gone';
}

/** Records what an attempt left behind. */
export async function recordLanding(
  work: Work,
  attempt: Attempt,
  { landing, outcome, answer }: { landing: Landing; outcome: string; answer?: RawAnswer | undefined },
): Promise<void> {
  const { db, claim, clock, situation } = work;
  const ending: AttemptEnding = { id: attempt.id, outcome, answer };
  const now = clock.now();
  if (landing === 'cancelled') return recordCancelled(work, attempt.request, ending);
  const { pushed } = situation.record;
  await recordBooked(db, claim, {
    action: ({ book: 'booked', move: 'moved', reassign: 'reassigned', cancel: 'booked' } as const)[
      attempt.operation
    ],
    uid: landing.uid,
    pushed: { ...pushedOf(attempt), hostId: landing.hosts[0]?.id ?? null },
    // Somebody has moved or cancelled it since.
    isToRead: !isLive(landing),
    replacesUid: attempt.operation === 'book' ? (attempt.request.uid ?? null) : null,
    attempt: ending,
    ...(pushed && { before: { staff: pushed.staffId, start: pushed.startsAtText } }),
    hadFailed: situation.record.firstFailedAt !== null,
    now,
  });
}

/** Nothing stands at Cal.com any more for `uid`: what the record becomes. */
export async function recordCancelled(
  { db, claim, clock, situation }: Work,
  request: Pick<AttemptRequest, 'uid' | 'reason' | 'aim'>,
  attempt?: AttemptEnding,
): Promise<void> {
  const before = { uid: request.uid };
  const done = { attempt, now: clock.now() };
  const isToRead = situation.record.lookUid !== null;
  if (request.aim === 'replaced') await recordReplaced(db, claim, { ...done, isToRead });
  else if (request.aim === 'rebook') await recordUnbooked(db, claim, { ...done, before });
  else await recordClosed(db, claim, { ...done, reason: request.reason ?? 'gone', before });
}

/** What stands at Cal.com once this attempt has landed. */
function pushedOf({ request }: Attempt): Pushed {
  const { serviceId, staffId, startsAtText, eventTypeId } = request;
  if (
    serviceId === undefined ||
    staffId === undefined ||
    startsAtText === undefined ||
    eventTypeId === undefined
  ) {
    throw new Error('an attempt to book or move names service, staff, start and event type');
  }
  return { serviceId, staffId, startsAtText, startsAt: fromSqlInstant(startsAtText), eventTypeId };
}
