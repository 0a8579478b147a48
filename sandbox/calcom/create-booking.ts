// POST /v2/bookings: Cal.com's checks in Cal.com's order, then one commit.

import { type Answer, Refusal, refused, refusedBare, success } from './answers.ts';
import { checkAttendee } from './attendee-list.ts';
import { type CheckedRequest, checkBookingForm } from './attendee-rules.ts';
import {
  earliestStart,
  fullLimit,
  isHostFree,
  type Overrides,
  type Wish,
  windowEnd,
} from './availability.ts';
import { checkCreateBody, type Fields } from './body-rules.ts';
import { bookableEventType } from './bookable.ts';
import { showBooking } from './booking-output.ts';
import type { Backend, Call, Caller } from './call.ts';
import { endOf, othersOf } from './ledger.ts';
import { joinSeated } from './seats.ts';
import type { CalcomState, EventType, Host, StoredBooking } from './world.ts';
import { hostsOf, isTeamEvent } from './world-lookup.ts';

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
  const eventType = bookableEventType(state, body, call.caller);
  const request = checkBookingForm(body, eventType);
  const { start, attendee, lengthInMinutes } = request;
  checkAttendee(state, { email: attendee.email, code: body.emailVerificationCode });
  const existing = sameBooking(state, eventType, request) ?? joinSeated(backend, eventType, request);
  if (existing) return success(201, showBooking(state, existing));

  const flags = overridesOf(body, eventType, call.caller);
  const wish: Wish = { eventType, start, end: endOf(eventType, start, lengthInMinutes), flags };
  checkBounds(wish, { now: clock.now(), zone: attendee.timeZone });
  if (!flags.skipBookingLimits)
    checkBookerLimit(state, eventType, { email: attendee.email, now: clock.now() });
  const host = pickHost(state, wish);
  checkCalendarApp(host);
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

/** The flags that count: Cal.com ignores those of a caller who does not host the event type. */
export function overridesOf(body: Fields, { hostIds }: EventType, caller: Caller | undefined): Overrides {
  if (!caller || !hostIds.includes(caller.id)) return {};
  const { allowConflicts, allowBookingOutOfBounds, skipBookingLimits } = body;
  return {
    allowConflicts: allowConflicts === true,
    allowBookingOutOfBounds: allowBookingOutOfBounds === true,
    skipBookingLimits: skipBookingLimits === true,
  };
}

/** The booking would be written into the host's own calendar, and the provider's words come through. */
export function checkCalendarApp({ calendarAppError }: Host): void {
  if (calendarAppError === undefined) return;
  throw new Refusal(400, calendarAppError, { code: 'CalendarAppDelegationCredentialInvalidGrantError' });
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
export function checkBounds({ eventType, start, flags }: Wish, at: { now: Date; zone: string }): void {
  if (start < at.now) throw refused(400, 'Attempting to book a meeting in the past.');
  if (flags?.allowBookingOutOfBounds) return;
  const last = windowEnd(eventType, at.now, at.zone);
  if (start < earliestStart(eventType, at.now) || (last && start > last)) throw refused(400, OUT_OF_BOUNDS);
}

/**
 * The host who gets the booking; of several free ones the one whose last booking is oldest.
 * Throws the Refusal of a full day or of busy hosts. A reschedule always gets the sentence about one user.
 */
export function pickHost(state: CalcomState, wish: Wish): Host {
  const { eventType, movingUid, flags = {} } = wish;
  const hosts = hostsOf(state, eventType);
  const limit = flags.skipBookingLimits ? undefined : fullLimit(state, hosts[0], wish);
  if (limit) throw refusedBare(401, `${limit}_limit_reached`);
  const free = flags.allowConflicts ? hosts : hosts.filter((host) => isHostFree(state, host, wish));
  if (free.length === 0) throw refused(400, isTeamEvent(eventType) && !movingUid ? HOSTS_BUSY : USER_BUSY);
  // A collective booking with some hosts busy ends in an error that Cal.com does not translate.
  if (eventType.schedulingType === 'collective' && free.length < hosts.length) {
    throw refusedBare(500, 'Internal server error');
  }
  const [longest] = free.toSorted((a, b) => lastBookedMs(state, a) - lastBookedMs(state, b));
  const host = eventType.schedulingType === 'roundRobin' && longest ? longest : (free[0] as Host);
  if (flags.allowConflicts) checkSameRange(state, host, wish);
  return host;
}

/** Even a host who allows conflicts cannot have two accepted bookings of the very same time. */
function checkSameRange(state: CalcomState, host: Host, { start, end, movingUid }: Wish): void {
  const isTaken = state.bookings.some(
    (booking) =>
      booking.hostId === host.id &&
      booking.status === 'accepted' &&
      booking.uid !== movingUid &&
      booking.start.getTime() === start.getTime() &&
      booking.end.getTime() === end.getTime(),
  );
  if (isTaken) throw refusedBare(409, 'booking_conflict_error');
}

function lastBookedMs(state: CalcomState, host: Host): number {
  const times = state.bookings
    .filter(({ hostId }) => hostId === host.id)
    .map(({ createdAt }) => createdAt.getTime());
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}
