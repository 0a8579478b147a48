import type { Appointment } from '../appointments/appointment.ts';
import { type AttemptRequest, forgetAttempt } from '../appointments/attempts.ts';
import { readKnownBookings } from '../appointments/known-bookings.ts';
import { recordBooked, releaseClaim } from '../appointments/record.ts';
import { readSituations } from '../appointments/situation.ts';
import { isAtSameTime, isSamePersonBusy } from '../appointments/standing-bookings.ts';
import type { Pushed } from '../appointments/sync-record.ts';
import type { BookingRequest } from '../calcom/client.ts';
import { tryWrite } from './attempt.ts';
import { cancel } from './cancel.ts';
import { classify } from './classify.ts';
import { ownEmail, placeholderEmail, usablePhone } from './contact.ts';
import { ending, type Failure, fail, recordTrouble } from './failure.ts';
import { isHostBooked, isPersonFree } from './free-start.ts';
import { findLanding, recordLanding } from './landing.ts';
import { isOwn, ownMetadata } from './look-up.ts';
import { preflight } from './preflight.ts';
import { wordsFor } from './reasons.ts';
import { compareThere } from './two-way.ts';
import type { Work } from './work.ts';

/** Books the appointment; `replacesUid` is the booking that is cancelled once the new one stands. */
export async function book(
  work: Work,
  { appointment, replacesUid }: { appointment: Appointment; replacesUid: string | null },
): Promise<void> {
  const refusal = await preflight(work, appointment);
  if (refusal) return fail(work, refusal);
  const revision = work.situation.record.revision + 1;
  const request = { ...requestFor(work, appointment), revision, ...(replacesUid && { uid: replacesUid }) };
  const tried = await tryWrite(work, { operation: 'book', request }, (calcom) =>
    calcom.createBooking(bookingRequest(work, appointment, revision)),
  );
  if (tried.is === 'lost') return;
  if (tried.is === 'failed') return recordTrouble(work, { ...tried, operation: 'book' });
  const { attempt, answer: booking } = tried;
  // Round robin answers a second booking of the same e-mail and start with the first one: that is not this visit,
  // or it is the booking that was to be replaced.
  if (!isOwn(booking, work.installationId, appointment.id) || booking.uid === replacesUid) {
    return fail(work, await duplicateOf(work, booking.uid), ending(attempt, 'not_ours'));
  }
  await recordLanding(work, attempt, { landing: booking, outcome: 'done' });
}

async function duplicateOf({ db }: Work, uid: string): Promise<Failure> {
  const [known] = await readKnownBookings(db, { uids: [uid], appointmentIds: [] });
  const blockedBy = known?.appointmentId ?? null;
  const [standing] = blockedBy === null ? [] : await readSituations(db, [blockedBy]);
  return { kind: 'duplicate', text: null, blocker: standing?.appointment ?? null, blockedBy };
}

function bookingRequest(work: Work, appointment: Appointment, revision: number): BookingRequest {
  const { settings, installationId, situation } = work;
  const { customer, eventTypeId } = situation;
  if (!customer || eventTypeId === null) throw new Error('booked without a customer or an event type');
  const phoneNumber = usablePhone(customer.phone);
  return {
    eventTypeId,
    start: appointment.startsAt,
    attendee: {
      name: customer.name.trim() || `#${appointment.customerId}`,
      email:
        ownEmail(customer.email) ?? placeholderEmail(appointment.customerId, settings.placeholderEmailDomain),
      ...(phoneNumber && { phoneNumber }),
      timeZone: settings.timeZone,
      language: settings.locale,
    },
    metadata: ownMetadata(installationId, appointment.id, revision),
  };
}

function requestFor({ situation }: Work, appointment: Appointment): AttemptRequest {
  const { eventTypeId } = situation;
  return {
    serviceId: appointment.serviceId,
    startsAtText: appointment.startsAtText,
    ...(appointment.staffId !== null && { staffId: appointment.staffId }),
    ...(eventTypeId !== null && { eventTypeId }),
  };
}

interface Standing {
  uid: string;
  appointment: Appointment;
  pushed: Pushed;
}

/** Moves the booking to the appointment's start; Cal.com gives it a new uid. */
export async function move(work: Work, { uid, appointment, pushed }: Standing): Promise<void> {
  const refusal = await preflight(work, appointment);
  if (refusal) return fail(work, refusal);
  const { staffId, eventTypeId } = pushed;
  const request = { ...requestFor(work, appointment), staffId, eventTypeId, uid };
  const reason = wordsFor('moved', work.settings.locale);
  const tried = await tryWrite(work, { operation: 'move', request }, (calcom) =>
    calcom.rescheduleBooking(uid, { start: appointment.startsAt, reason }),
  );
  if (tried.is === 'lost') return;
  if (tried.is === 'answered') {
    return recordLanding(work, tried.attempt, { landing: tried.answer, outcome: 'done' });
  }
  const { attempt, error } = tried;
  const answer = classify(error, {
    operation: 'move',
    startsAt: appointment.startsAt,
    now: work.clock.now(),
  });
  if (answer.is !== 'moved_to') return recordTrouble(work, { ...tried, operation: 'move' });
  // Somebody moved it already: an earlier try of ours, or a person over there.
  const landing = await findLanding(work, attempt);
  if (landing) return recordLanding(work, attempt, { landing, outcome: 'found' });
  const { db, claim, clock } = work;
  if ((await forgetAttempt(db, claim, ending(attempt, 'refused', error), clock.now())) === 'lost') return;
  const now = clock.now();
  if ((await compareThere(work)) !== null) await releaseClaim(db, claim, { dueAt: now, now });
}

/** Hands the booking to another host of the same event type. */
export async function reassign(work: Work, { uid, appointment, pushed }: Standing): Promise<void> {
  const refusal = await preflight(work, appointment);
  if (refusal) return fail(work, refusal);
  const eventType = await work.calls.read(work.asked, (calcom) => calcom.eventType(pushed.eventTypeId));
  const name = (text: string | null) => text?.trim().toLowerCase();
  const host = eventType.hosts.find((each) => name(each.name) === name(work.situation.staffName));
  if (!host) return fail(work, { kind: 'event_type_rejected', text: null, blocker: null });
  if (host.userId === pushed.hostId) return recordChosen(work, { uid, appointment, pushed });
  // Cal.com checks no availability when it reassigns: the colleague would be booked twice.
  if (!(await isFreeFor(work, appointment, { hostId: host.userId, exceptUid: uid }))) {
    return fail(work, { kind: 'host_conflict', text: null, blocker: null });
  }
  const request = { ...requestFor(work, appointment), uid };
  const tried = await tryWrite(work, { operation: 'reassign', request }, async (calcom) => {
    await calcom.reassignBooking(uid, host.userId, wordsFor('reassigned', work.settings.locale));
    return calcom.getBooking(uid);
  });
  if (tried.is === 'lost') return;
  if (tried.is === 'failed') return recordTrouble(work, { ...tried, operation: 'reassign' });
  await recordLanding(work, tried.attempt, { landing: tried.answer, outcome: 'done' });
}

/** Round robin had chosen this very person already: only we did not call it so. */
async function recordChosen(
  { db, claim, clock }: Work,
  { uid, appointment, pushed }: Standing,
): Promise<void> {
  await recordBooked(db, claim, {
    action: 'reassigned',
    uid,
    pushed: { ...pushed, staffId: appointment.staffId ?? pushed.staffId },
    replacesUid: null,
    before: { staff: pushed.staffId, start: pushed.startsAtText },
    now: clock.now(),
  });
}

async function isFreeFor(
  { db, calls, asked, situation }: Work,
  { staffId, startsAt, endsAt }: Appointment,
  there: { hostId: number; exceptUid: string },
): Promise<boolean> {
  const { eventTypeId, durationMinutes } = situation;
  if (staffId === null || eventTypeId === null) return false;
  const visit = { staffId, eventTypeId, startsAt, durationMinutes: durationMinutes ?? 0 };
  if (!(await isPersonFree({ db, calls, asked }, visit))) return false;
  return !(await isHostBooked(calls, asked, { ...there, from: startsAt, to: endsAt }));
}

/**
 * Another service or person: the new booking first, then the old one goes, unless it stands in the new one's way.
 * `isPlaceFree`: Cal.com refused it, but says that without the old booking the place is free. Then whoever hosts that one
 * is the new one's host: it was handed over, or a round robin chose.
 */
export async function replace(
  work: Work,
  { uid, appointment, pushed, isPlaceFree }: Standing & { isPlaceFree: boolean },
): Promise<void> {
  const refusal = await preflight(work, appointment);
  if (refusal) return fail(work, refusal);
  const isInTheWay = isPlaceFree ? isAtSameTime : isSamePersonBusy;
  if (await isInTheWay(work.db, appointment, pushed)) {
    return cancel(work, { uid, reason: 'replaced', aim: 'rebook' });
  }
  return book(work, { appointment, replacesUid: uid });
}
