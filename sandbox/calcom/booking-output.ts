import { type Answer, refused, success } from './answers.ts';
import type { Backend, Call } from './call.ts';
import type { Attendee, CalcomState, Host, StoredBooking } from './world.ts';
import {
  DEFAULT_TIME_ZONE,
  findBooking,
  findEventType,
  findHost,
  findSeries,
  slugOf,
} from './world-lookup.ts';

const MINUTE_MS = 60_000;

/** GET /v2/bookings/{uid}. */
export function getBooking({ state }: Backend, { params: [uid = ''] }: Call): Answer {
  const series = findSeries(state, uid);
  if (series.length > 0)
    return success(
      200,
      series.map((each) => showBooking(state, each)),
    );
  const booking = findBooking(state, uid);
  if (!booking) throw refused(404, `Booking with uid=${uid} was not found in the database`);
  return success(200, showBooking(state, booking));
}

/** The booking as API v2 prints it; `hosts` holds the organizer alone, for team events too. */
export function showBooking(state: CalcomState, booking: StoredBooking): object {
  const eventType = findEventType(state, booking.eventTypeId);
  const isCancelled = booking.status === 'cancelled';
  const { name, email, phoneNumber } = booking.attendee;
  return {
    id: booking.id,
    uid: booking.uid,
    title: booking.title,
    description: '',
    hosts: [showHost(findHost(state, booking.hostId))],
    status: booking.status,
    ...(isCancelled &&
      booking.cancellationReason !== null && { cancellationReason: booking.cancellationReason }),
    ...(isCancelled && booking.cancelledByEmail !== null && { cancelledByEmail: booking.cancelledByEmail }),
    ...(booking.reschedulingReason !== null && { reschedulingReason: booking.reschedulingReason }),
    ...(booking.rescheduledByEmail !== null && { rescheduledByEmail: booking.rescheduledByEmail }),
    ...(booking.rescheduledFromUid !== null && { rescheduledFromUid: booking.rescheduledFromUid }),
    ...(booking.rescheduledToUid !== null && { rescheduledToUid: booking.rescheduledToUid }),
    start: booking.start.toISOString(),
    end: booking.end.toISOString(),
    duration: (booking.end.getTime() - booking.start.getTime()) / MINUTE_MS,
    eventTypeId: eventType?.id ?? null,
    eventType: eventType ? { id: eventType.id, slug: slugOf(eventType.title) } : null,
    location: null,
    meetingUrl: null,
    absentHost: false,
    createdAt: booking.createdAt.toISOString(),
    updatedAt: booking.updatedAt?.toISOString() ?? null,
    metadata: booking.metadata,
    rating: null,
    icsUid: `${booking.uid}@Cal.com`,
    attendees: showAttendees(booking),
    guests: booking.guests,
    bookingFieldsResponses: {
      name,
      email,
      ...(phoneNumber !== null && { attendeePhoneNumber: phoneNumber }),
      guests: booking.guests,
    },
  };
}

function showAttendees({ attendee, seats }: StoredBooking): object[] {
  if (seats.length === 0) return [showAttendee(attendee)];
  return seats.map((seat) => ({ ...showAttendee(seat.attendee), seatUid: seat.uid }));
}

function showAttendee({ name, email, timeZone, language, phoneNumber }: Attendee): object {
  return {
    name,
    email,
    displayEmail: email,
    timeZone,
    language,
    absent: false,
    ...(phoneNumber !== null && { phoneNumber }),
  };
}

function showHost(host: Host | undefined): object {
  if (!host || host.deleted) {
    const unknown = 'unknown';
    return {
      id: unknown,
      name: unknown,
      email: unknown,
      displayEmail: unknown,
      username: unknown,
      timeZone: unknown,
    };
  }
  const { id, name, email, timeZone = DEFAULT_TIME_ZONE } = host;
  return { id, name, email, displayEmail: email, username: slugOf(name), timeZone };
}
