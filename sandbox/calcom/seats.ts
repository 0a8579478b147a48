// Bookings that several attendees share: each has a seat with a uid of its own.

import { refused, refusedBare } from './answers.ts';
import type { CheckedRequest } from './attendee-rules.ts';
import type { Wish } from './availability.ts';
import type { Backend } from './call.ts';
import type { CalcomState, EventType, Host, Seat, StoredBooking } from './world.ts';

/** Seats the attendee in the booking of that start, if there is one. Throws when it is full or has the attendee. */
export function joinSeated(
  { state, ledger }: Backend,
  eventType: EventType,
  { start, attendee }: CheckedRequest,
): StoredBooking | undefined {
  const shared = sharedBooking(state, eventType, start);
  if (!shared) return undefined;
  if (shared.seats.some((seat) => seat.attendee.email === attendee.email))
    throw refusedBare(409, 'already_signed_up_for_this_booking_error');
  if (isFull(shared, eventType)) throw refused(409, 'No more seats left at this seated booking.');
  ledger.join(shared, attendee);
  return shared;
}

/** The seat that a move is about; undefined for a booking without seats. */
export function movedSeat(
  state: CalcomState,
  booking: StoredBooking,
  { eventType, seatUid }: { eventType: EventType; seatUid: unknown },
): Seat | undefined {
  if (eventType.seats === undefined) return undefined;
  const { uid } = booking;
  if (!seatUid) {
    throw refused(
      400,
      `Booking with uid=${uid} is a seated booking which means you have to provide seatUid in the request body ` +
        'to specify which seat specifically you want to reschedule. First, fetch the booking using ' +
        'https://cal.com/docs/api-reference/v2/bookings/get-a-booking and then within the attendees array you ' +
        'will find the seatUid of the booking you want to reschedule. Second, provide the seatUid in the ' +
        'request body to specify which seat specifically you want to reschedule using the reschedule endpoint ' +
        'https://cal.com/docs/api-reference/v2/bookings/reschedule-a-booking#option-2',
    );
  }
  const seat = state.bookings.flatMap(({ seats }) => seats).find((each) => each.uid === seatUid);
  if (!seat) throw refused(404, `Seat with uid=${seatUid} does not exist.`);
  if (booking.seats.includes(seat)) return seat;
  throw refused(
    404,
    `Attendee with e-mail ${seat.attendee.email} for booking with uid=${uid} and seatUid=${seatUid} not found`,
  );
}

/** One attendee goes to another start, joining who sits there. Throws when all seats there are taken. */
export async function moveSeat(
  { state, ledger, deliveries }: Backend,
  booking: StoredBooking,
  { seat, wish, pickHost }: { seat: Seat; wish: Wish; pickHost: () => Host },
): Promise<StoredBooking> {
  const { eventType, start } = wish;
  const { attendee } = seat;
  const shared = sharedBooking(state, eventType, start);
  if (shared && isFull(shared, eventType)) throw refusedBare(409, 'booking_seats_full_error');
  if (shared) ledger.join(shared, attendee);
  const { coHostIds, guests, metadata } = booking;
  const target =
    shared ??
    ledger.add({
      eventType,
      host: pickHost(),
      status: 'accepted',
      start,
      attendee,
      coHostIds,
      guests,
      metadata,
    });
  ledger.leave(booking, seat.uid);
  await deliveries.tell({ trigger: 'BOOKING_RESCHEDULED', booking: target });
  return target;
}

/** Frees one seat. Throws when the booking has none with that uid. */
export function leaveSeat({ ledger }: Backend, booking: StoredBooking, seatUid: unknown): StoredBooking {
  if (!booking.seats.some(({ uid }) => uid === seatUid))
    throw refused(400, 'Invalid seatUid: this seat does not exist or has already been cancelled.');
  ledger.leave(booking, seatUid as string);
  return booking;
}

function sharedBooking(state: CalcomState, eventType: EventType, start: Date): StoredBooking | undefined {
  if (eventType.seats === undefined) return undefined;
  return state.bookings.find(
    (booking) =>
      booking.eventTypeId === eventType.id &&
      booking.status === 'accepted' &&
      booking.start.getTime() === start.getTime(),
  );
}

function isFull({ seats }: StoredBooking, eventType: EventType): boolean {
  return seats.length >= (eventType.seats ?? 0);
}
