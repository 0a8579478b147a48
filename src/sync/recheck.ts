import { isWantedByAnother } from '../appointments/adoption.ts';
import { isOpen } from '../appointments/appointment.ts';
import { recordBooked, recordFoundGone, recordStillFailed } from '../appointments/record.ts';
import { findRival, findStandingRival } from '../appointments/rivals.ts';
import { hashOf } from '../appointments/situation.ts';
import type { SyncRecord } from '../appointments/sync-record.ts';
import type { Booking } from '../calcom/client.ts';
import { HOUR } from '../instant.ts';
import { diagnoseConflict, isSlotFree } from './diagnosis.ts';
import { recheckAt } from './failure.ts';
import { headOrGone } from './landing.ts';
import { isLive } from './look-up.ts';
import { RECHECK_MS } from './retry-schedule.ts';
import type { Work } from './work.ts';

/** Looks again at a host conflict without sending a booking. `go_on`: the way may be free. */
export async function recheckConflict(work: Work): Promise<'recorded' | 'go_on'> {
  const { db, claim, clock, situation } = work;
  const { appointment, record } = situation;
  // What is cancelled or over wants no place any more, but may have a booking to withdraw.
  if (appointment === null || !isOpen(appointment) || appointment.startsAt <= clock.now()) return 'go_on';
  const rival = await findRival(db, appointment, record.pushed);
  const blocker = rival?.appointment ?? (await findStandingRival(db, appointment));
  if (blocker === null && (await isSlotFree(work))) return 'go_on';
  // What the import brought was never looked into.
  const isNew = record.failureCause === null;
  const dueAt = recheckAt(work, 'host_conflict');
  const found =
    isNew || isLookDue(record, clock.now()) ? await diagnoseConflict(work, { blocker, hint: null }) : null;
  const isWorthKeeping = found !== null && (isNew || found.evidence.length > 0);
  await recordStillFailed(db, claim, {
    triedHash: hashOf(situation, situation.blocker),
    found: isWorthKeeping ? found : undefined,
    dueAt,
    now: clock.now(),
  });
  return 'recorded';
}

/** One thing may have left and another come: the evidence is renewed at the first look after each six hours. */
const EVIDENCE_LASTS_MS = 6 * HOUR;

function isLookDue({ lastAttemptAt, firstFailedAt }: SyncRecord, now: Date): boolean {
  const since = now.getTime() - (lastAttemptAt ?? firstFailedAt ?? now).getTime();
  return Math.floor(since / EVIDENCE_LASTS_MS) > Math.floor((since - RECHECK_MS) / EVIDENCE_LASTS_MS);
}

/**
 * The import found a booking for this appointment and did not link it, so nothing is pushed while it stands. It is
 * linked here only when the doubt is over: the row is now what the booking is, and no other row claims it.
 */
export async function checkFound(work: Work, uid: string): Promise<void> {
  const { db, claim, clock, situation } = work;
  const booking = await headOrGone(work, uid);
  const now = clock.now();
  if (booking === 'gone' || !isLive(booking)) {
    await recordFoundGone(db, claim, now);
    return;
  }
  const { appointment, eventTypeId, record } = situation;
  const isDoubtOver =
    record.foundAs === 'ambiguous' &&
    isSameVisit(booking, situation) &&
    !(await isWantedByAnother(db, { uid, appointmentId: claim.appointmentId }));
  if (!isDoubtOver || appointment?.staffId == null || eventTypeId === null) {
    await recordStillFailed(db, claim, { triedHash: hashOf(situation, situation.blocker), dueAt: null, now });
    return;
  }
  await recordBooked(db, claim, {
    action: 'adopted',
    uid: booking.uid,
    pushed: {
      serviceId: appointment.serviceId,
      staffId: appointment.staffId,
      startsAt: appointment.startsAt,
      startsAtText: appointment.startsAtText,
      eventTypeId,
      hostId: booking.hosts[0]?.id ?? null,
    },
    replacesUid: null,
    before: { found: uid },
    now,
  });
}

function isSameVisit(booking: Booking, { appointment, eventTypeId }: Work['situation']): boolean {
  return (
    appointment !== null &&
    booking.start.getTime() === appointment.startsAt.getTime() &&
    booking.eventTypeId === eventTypeId
  );
}
