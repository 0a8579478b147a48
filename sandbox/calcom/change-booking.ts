// Reschedule, cancel, reassign. A reschedule makes a new booking; a reassignment keeps the uid.

import { type Answer, refused, refusedBare, refusedFields, success } from './answers.ts';
import { checkStart } from './attendee-rules.ts';
import { isHostFree, type Wish } from './availability.ts';
import { checkCancelBody, checkRescheduleBody, type Fields } from './body-rules.ts';
import { showBooking } from './booking-output.ts';
import type { Backend, Call, Caller } from './call.ts';
import { checkBounds, checkCalendarApp, overridesOf, pickHost } from './create-booking.ts';
import { endOf } from './ledger.ts';
import { cancelledMeanwhile } from './named-refusals.ts';
import { leaveSeat, movedSeat, moveSeat } from './seats.ts';
import type { CalcomState, EventType, Host, StoredBooking } from './world.ts';
import { findBooking, findEventType, findHost, findSeries, hostsOf } from './world-lookup.ts';

const MINUTE_MS = 60_000;

/** POST /v2/bookings/{uid}/reschedule: 201 with the new booking. */
export async function rescheduleBooking(backend: Backend, call: Call): Promise<Answer> {
  const { state, ledger, clock, deliveries } = backend;
  const body = checkRescheduleBody(call.body, call.version);
  const booking = existingBooking(state, call);
  const eventType = findEventType(state, booking.eventTypeId);
  if (!eventType) throw refused(404, `Booking with uid=${booking.uid} is missing event type`);
  checkMovable(booking);
  const seat = movedSeat(state, booking, { eventType, seatUid: body.seatUid });
  checkMoveNotice(booking, { eventType, caller: call.caller, now: clock.now() });
  const start = checkStart(body.start);
  const flags = overridesOf(body, eventType, call.caller);
  const wish: Wish = { eventType, start, end: endOf(eventType, start), movingUid: booking.uid, flags };
  checkBounds(wish, { now: clock.now(), zone: booking.attendee.timeZone });
  const chosenHost = () => hostAfterMove(state, wish, { booking, body });
  if (seat) {
    const target = await moveSeat(backend, booking, { seat, wish, pickHost: chosenHost });
    return success(201, showBooking(state, target));
  }
  const host = chosenHost();
  checkCalendarApp(host);
  const byEmail = (body.rescheduledBy as string | undefined) ?? null;
  const isConfirmed = !eventType.requiresConfirmation || byEmail === host.email;
  const moved = ledger.add({
    eventType,
    host,
    coHostIds: booking.coHostIds,
    status: isConfirmed ? 'accepted' : 'pending',
    start,
    attendee: booking.attendee,
    guests: booking.guests,
    metadata: booking.metadata,
    seriesUid: booking.seriesUid ?? undefined,
    reschedule: { from: booking, reason: (body.reschedulingReason as string | undefined) ?? null, byEmail },
  });
  const trigger = isConfirmed ? 'BOOKING_RESCHEDULED' : 'BOOKING_REQUESTED';
  await deliveries.tell({ trigger, booking: moved });
  return success(201, showBooking(state, moved));
}

/** The event type's minimum notice of a move binds everybody but the organizer. */
function checkMoveNotice(
  { hostId, start }: StoredBooking,
  at: { eventType: EventType; caller: Caller | undefined; now: Date },
): void {
  const noticeMs = (at.eventType.minimumRescheduleNoticeMinutes ?? 0) * MINUTE_MS;
  if (at.caller?.id === hostId || start.getTime() - at.now.getTime() >= noticeMs) return;
  throw refusedBare(403, 'Rescheduling is not allowed within the minimum notice period before the event');
}

function existingBooking(state: CalcomState, { params: [uid = ''] }: Call): StoredBooking {
  const booking = findBooking(state, uid);
  if (!booking) throw refused(404, `Booking with uid=${uid} was not found in the database`);
  return booking;
}

function checkMovable({ uid, status, rescheduledToUid }: StoredBooking): void {
  if (status === 'rejected') throw refusedBare(400, 'cancelled_bookings_cannot_be_rescheduled');
  if (status !== 'cancelled') return;
  if (!rescheduledToUid) {
    throw refused(
      400,
      `Can't reschedule booking with uid=${uid} because it has been cancelled. Please provide uid of a ` +
        'booking that is not cancelled.',
    );
  }
  throw refused(
    400,
    `Can't reschedule booking with uid=${uid} because it has been cancelled and rescheduled already to ` +
      `booking with uid=${rescheduledToUid}. You probably want to reschedule ${rescheduledToUid} instead ` +
      'by passing it within the request URL.',
  );
}

/** A booking stays with the person it was reassigned to; only round robin may choose anew. */
function hostAfterMove(state: CalcomState, wish: Wish, move: { booking: StoredBooking; body: Fields }): Host {
  const { schedulingType } = wish.eventType;
  const current = findHost(state, move.booking.hostId);
  const isPinned = move.body.rescheduleWithSameHost === true || schedulingType !== 'roundRobin';
  if (!isPinned || !current || schedulingType === 'collective') return pickHost(state, wish);
  return pickHost(state, { ...wish, eventType: { ...wish.eventType, hostIds: [current.id] } });
}

/** POST /v2/bookings/{uid}/cancel: 200 with the cancelled booking. */
export async function cancelBooking(backend: Backend, call: Call): Promise<Answer> {
  const { state, clock } = backend;
  const body = checkCancelBody(call.body);
  const uid = call.params[0] ?? '';
  const series = findSeries(state, uid);
  if (series.length > 0) return cancelSeries(backend, call, { series, body });
  const booking = findBooking(state, uid);
  if (!booking) throw refused(404, `Booking with uid=${uid} not found`);
  if (booking.status === 'cancelled') throw refused(400, alreadyCancelled(uid));
  if (body.seatUid) return success(200, showBooking(state, leaveSeat(backend, booking, body.seatUid)));
  checkHost(state, booking, call.caller);
  if (findEventType(state, booking.eventTypeId)?.disableCancelling) {
    throw refusedBare(400, 'This event type does not allow cancellations');
  }
  const reason = (body.cancellationReason as string | undefined) || null;
  // An admin counts as every booking's host here, so that a client that forgets the reason is caught.
  if (!reason && (call.caller?.isAdmin || call.caller?.id === booking.hostId)) {
    throw refusedBare(400, 'Cancellation reason is required when you are the host');
  }
  if (booking.end <= clock.now()) throw refusedBare(400, 'Cannot cancel a booking that has already ended');
  await cancelAfterTelling(backend, booking, { reason, email: call.caller?.email ?? null });
  return success(200, showBooking(state, booking));
}

/** The uid of a series cancels what is left of it, one booking after the other. */
async function cancelSeries(
  backend: Backend,
  call: Call,
  { series, body }: { series: StoredBooking[]; body: Fields },
): Promise<Answer> {
  if (body.cancelSubsequentBookings) {
    throw refused(
      400,
      'Cannot cancel subsequent bookings for recurring event - you have to provide uid of one of the ' +
        'individual bookings of a recurring booking.',
    );
  }
  const left = series.filter(({ status, end }) => status === 'accepted' && end > backend.clock.now());
  for (const { uid } of left) await cancelBooking(backend, { ...call, params: [uid] });
  return success(
    200,
    left.map((each) => showBooking(backend.state, each)),
  );
}

/** Throws when the organizer's account is gone, or when a stranger would take seats from everybody. */
function checkHost(state: CalcomState, booking: StoredBooking, caller: Caller | undefined): void {
  const host = findHost(state, booking.hostId);
  if (!host || host.deleted) throw refusedBare(400, 'User not found');
  if (booking.seats.length === 0 || caller?.isAdmin || caller?.id === host.id) return;
  throw refusedBare(401, 'User not a host of this event or an admin of the booking user');
}

/** Subscribers hear of it before it is so. Throws when somebody else cancelled or moved it meanwhile. */
export async function cancelAfterTelling(
  { ledger, deliveries }: Backend,
  booking: StoredBooking,
  by: { reason: string | null; email: string | null; requestReschedule?: boolean },
): Promise<void> {
  const { reason, email, requestReschedule = false } = by;
  await deliveries.tell({
    trigger: 'BOOKING_CANCELLED',
    booking,
    reason,
    cancelledBy: email,
    requestReschedule,
  });
  if (booking.status === 'cancelled') throw cancelledMeanwhile();
  ledger.cancel(booking, { reason, email });
}

export function alreadyCancelled(uid: string): string {
  return (
    `Can't cancel booking with uid=${uid} because it has been cancelled already. Please provide uid of a ` +
    'booking that is not cancelled.'
  );
}

/** POST /v2/bookings/{uid}/reassign: to another host of the event type who is free. */
export function reassignBooking({ state, ledger }: Backend, call: Call): Answer {
  const { booking, eventType } = reassignable(state, call);
  checkRobin(eventType, booking.hostId);
  const wish: Wish = { eventType, start: booking.start, end: booking.end, movingUid: booking.uid };
  const host = hostsOf(state, eventType).find(
    (candidate) => candidate.id !== booking.hostId && isHostFree(state, candidate, wish),
  );
  if (!host)
    throw refused(400, "Can't reassign the booking because no other host is available at that time.");
  ledger.reassign(booking, { host, eventType });
  return reassigned(booking, host);
}

/** POST /v2/bookings/{uid}/reassign/{userId}: to this host of the event type, free or not. */
export function reassignBookingTo({ state, ledger }: Backend, call: Call): Answer {
  const userId = numericParam(call.params[1]);
  checkReason(call.body);
  const { booking, eventType } = reassignable(state, call);
  const host = findHost(state, userId);
  if (!host) throw refused(404, `User with id=${userId} was not found in the database`);
  if (!hostsOf(state, eventType).includes(host)) {
    throw refused(
      400,
      `User with id=${userId} is not a valid Round Robin host - the user to which you reassign this ` +
        'booking must be one of the booking hosts.',
    );
  }
  checkRobin(eventType, userId);
  ledger.reassign(booking, { host, eventType });
  return reassigned(booking, host);
}

/** What Cal.com does not translate: hosts whom nobody replaces, several groups of them, or none. */
function checkRobin(eventType: EventType, userId: number): void {
  const { hostIds, schedulingType, fixedHostIds = [], roundRobinGroups = 1 } = eventType;
  const isFixed = schedulingType === 'collective' || fixedHostIds.includes(userId);
  if (isFixed || roundRobinGroups > 1 || hostIds.length === 0)
    throw refusedBare(500, 'Internal server error');
}

export function numericParam(text: string | undefined): number {
  if (!text || !/^-?\d+$/.test(text)) throw refused(400, 'Validation failed (numeric string is expected)');
  return Number(text);
}

function checkReason(body: unknown): void {
  const reason = (body as Fields | undefined)?.reason;
  if (reason === undefined || reason === null || typeof reason === 'string') return;
  refuseReason(reason);
}

function refuseReason(value: unknown): never {
  throw refusedFields([{ property: 'reason', value, constraints: { isString: 'reason must be a string' } }]);
}

function reassignable(state: CalcomState, call: Call): { booking: StoredBooking; eventType: EventType } {
  const booking = existingBooking(state, call);
  if (!call.caller?.isAdmin) throw refused(403, 'You do not have permission to reassign this booking');
  const eventType = findEventType(state, booking.eventTypeId);
  if (!eventType) {
    throw refused(400, `Event type with id=${booking.eventTypeId} was not found in the database`);
  }
  return { booking, eventType };
}

function reassigned(booking: StoredBooking, { id, name, email }: Host): Answer {
  return success(200, { bookingUid: booking.uid, reassignedTo: { id, name, email, displayEmail: email } });
}
