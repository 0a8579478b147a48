// POST /v2/bookings: Cal.com's checks in Cal.com's order, then one commit.

import { type Answer, refused, refusedBare, success } from './answers.ts';
import { type CheckedRequest, checkBookingForm } from './attendee-rules.ts';
import { earliestStart, isDayFull, isHostFree, type Wish, windowEnd } from './availability.ts';
import { checkCreateBody, type Fields } from './body-rules.ts';
import { showBooking } from './booking-output.ts';
import type { Backend, Call } from './call.ts';
import { endOf, othersOf } from './ledger.ts';
import type { CalcomState, EventType, Host, StoredBooking } from './world.ts';
import { findEventType, hostsOf, isTeamEvent, slugOf } from './world-lookup.ts';

const USER_BUSY = 'User either already has booking at this time or is not available';
const HOSTS_BUSY = 'One of the hosts either already has booking at this time or is not available';
const OUT_OF_BOUNDS =
  'The event type can\'t be booked at the "start" time provided. This could be because it\'s too soon ' +
  "(violating the minimum booking notice) or too far in the future (outside the event's scheduling " +
  'window). Try fetching available slots first using the GET /v2/slots endpoint and then make a booking ' +
  'with "start" time equal to one of the available slots.';

export async function createBooking(backend: Backend, call: Call): Promise<Answer> {
  const { state, ledger, clock, deliveries } = backend;
  const body = checkCreateBody(call.body, call.version);
  const eventType = bookableEventType(state, body);
  const request = checkBookingForm(body, eventType);
  const existing = sameBooking(state, eventType, request);
  if (existing) return success(201, showBooking(state, existing));

  const wish: Wish = { eventType, start: request.start, end: endOf(eventType, request.start) };
  checkBounds(eventType, { start: wish.start, now: clock.now(), zone: request.attendee.timeZone });
  checkBookerLimit(state, eventType, { email: request.attendee.email, now: clock.now() });
  const host = pickHost(state, wish);
  const booking = ledger.add({
    ...request,
    eventType,
    host,
    coHostIds: eventType.schedulingType === 'collective' ? othersOf(eventType, host) : [],
    status: eventType.requiresConfirmation ? 'pending' : 'accepted',
  });
  const trigger = booking.status === 'pending' ? 'BOOKING_REQUESTED' : 'BOOKING_CREATED';
  await deliveries.tell({ trigger, booking });
  return success(201, showBooking(state, booking));
}

function bookableEventType(state: CalcomState, body: Fields): EventType {
  const eventType = namedEventType(state, body);
  if (eventType.schedulingType === 'managed') {
    throw refused(
      400,
      `Event type with id=${eventType.id} is the parent managed event type that can't be booked. You have ` +
        'to provide the child event type id aka id of event type that has been assigned to one of the users.',
    );
  }
  if (isTeamEvent(eventType) && eventType.hostIds.length === 0) {
    throw refused(
      422,
      "Can't book this team event type because it has no hosts. Please, add at least 1 host to event type " +
        `with id=${eventType.id} and try again.`,
    );
  }
  if (body.lengthInMinutes !== undefined && body.lengthInMinutes !== null) {
    throw refused(
      400,
      "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, " +
        "remove the 'lengthInMinutes' field from the request.",
    );
  }
  if (typeof body.location === 'object' && body.location !== null) {
    const { type } = body.location as { type?: unknown };
    throw refused(
      400,
      `Booking location with type ${type} not valid for event type with id=${eventType.id}.`,
    );
  }
  if (hostsOf(state, eventType).length === 0) throw refusedBare(404, 'eventTypeUser.notFound');
  return eventType;
}

function namedEventType(state: CalcomState, body: Fields): EventType {
  if (body.eventTypeId) {
    const eventType = findEventType(state, body.eventTypeId as number);
    if (!eventType) throw refused(404, `Event type with id ${body.eventTypeId} not found.`);
    return eventType;
  }
  if (!body.username) throw refused(404, `Team with slug ${body.teamSlug} not found`);
  const host = state.hosts.find(({ name }) => slugOf(name) === body.username);
  if (!host) throw refused(404, `User with username ${body.username} not found`);
  const eventType = state.eventTypes.find(
    (candidate) =>
      !isTeamEvent(candidate) &&
      candidate.hostIds[0] === host.id &&
      slugOf(candidate.title) === body.eventTypeSlug,
  );
  if (!eventType) {
    throw refused(
      404,
      `Event type with slug ${body.eventTypeSlug} belonging to user ${body.username} not found.`,
    );
  }
  return eventType;
}

/** What Cal.com returns instead of booking twice; only round robin and confirmation types have this. */
function sameBooking(
  state: CalcomState,
  eventType: EventType,
  { start, attendee }: CheckedRequest,
): StoredBooking | undefined {
  const needsConfirmation = eventType.requiresConfirmation === true;
  if (!needsConfirmation && eventType.schedulingType !== 'roundRobin') return undefined;
  return state.bookings.find(
    (booking) =>
      booking.eventTypeId === eventType.id &&
      booking.status === (needsConfirmation ? 'pending' : 'accepted') &&
      booking.start.getTime() === start.getTime() &&
      booking.attendee.email === attendee.email &&
      (attendee.phoneNumber === null || booking.attendee.phoneNumber === attendee.phoneNumber),
  );
}

function checkBookerLimit(state: CalcomState, eventType: EventType, by: { email: string; now: Date }): void {
  const { id, bookerActiveLimit: most, bookerLimitOffersMove } = eventType;
  if (most === undefined) return;
  const active = state.bookings.filter(
    ({ eventTypeId, status, attendee, start }) =>
      eventTypeId === id && status === 'accepted' && attendee.email === by.email && start >= by.now,
  );
  if (active.length < most) return;
  const movable = bookerLimitOffersMove ? active.at(-1) : undefined;
  throw refused(
    400,
    "Attendee with this email can't book because the maximum number of active bookings has been reached." +
      (movable
        ? ` You can reschedule your existing booking (${movable.uid}) to a new timeslot instead.`
        : ''),
  );
}

/** Refuses a start in the past, inside the minimum notice, or after the booking window. */
export function checkBounds(eventType: EventType, at: { start: Date; now: Date; zone: string }): void {
  if (at.start < at.now) throw refused(400, 'Attempting to book a meeting in the past.');
  const last = windowEnd(eventType, at.now, at.zone);
  if (at.start < earliestStart(eventType, at.now) || (last && at.start > last))
    throw refused(400, OUT_OF_BOUNDS);
}

/**
 * The host who gets the booking; of several free ones the one whose last booking is oldest.
 * Throws the Refusal of a full day or of busy hosts. A reschedule always gets the sentence about one user.
 */
export function pickHost(state: CalcomState, wish: Wish): Host {
  const { eventType, movingUid } = wish;
  const hosts = hostsOf(state, eventType);
  if (isDayFull(state, hosts[0], wish)) throw refusedBare(401, 'booking_limit_reached');
  const free = hosts.filter((host) => isHostFree(state, host, wish));
  if (free.length === 0) throw refused(400, isTeamEvent(eventType) && !movingUid ? HOSTS_BUSY : USER_BUSY);
  // A collective booking with some hosts busy ends in an error that Cal.com does not translate.
  if (eventType.schedulingType === 'collective' && free.length < hosts.length) {
    throw refusedBare(500, 'Internal server error');
  }
  const [host] = free.toSorted((a, b) => lastBookedMs(state, a) - lastBookedMs(state, b));
  return eventType.schedulingType === 'roundRobin' && host ? host : (free[0] as Host);
}

function lastBookedMs(state: CalcomState, host: Host): number {
  const times = state.bookings
    .filter(({ hostId }) => hostId === host.id)
    .map(({ createdAt }) => createdAt.getTime());
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}
