// What Cal.com writes into a webhook's body about a booking.

import { DateTime } from 'luxon';
import type { CalcomState, EventType, Host, StoredBooking } from './world.ts';
import { DEFAULT_TIME_ZONE, findEventType, findHost, isTeamEvent, slugOf } from './world-lookup.ts';

const MINUTE_MS = 60_000;
const STATUSES = {
  BOOKING_CREATED: 'ACCEPTED',
  BOOKING_REQUESTED: 'PENDING',
  BOOKING_RESCHEDULED: 'ACCEPTED',
  BOOKING_CANCELLED: 'CANCELLED',
  BOOKING_REJECTED: 'REJECTED',
} as const;

export type BookingTrigger = keyof typeof STATUSES;

/** Something that a webhook is told of. */
export interface BookingEvent {
  trigger: BookingTrigger;
  booking: StoredBooking;
  /** Why it was cancelled or rejected. */
  reason?: string | null;
  cancelledBy?: string | null;
  /** The host asks the attendee for another time; arrives as a cancellation. */
  requestReschedule?: boolean;
}

/** `{triggerEvent, createdAt, payload}`. A cancellation and a rejection carry no metadata. */
export function writePayload(state: CalcomState, event: BookingEvent, now: Date): object {
  const { trigger } = event;
  const isOver = trigger === 'BOOKING_CANCELLED' || trigger === 'BOOKING_REJECTED';
  const payload = {
    ...aboutBooking(state, event.booking),
    ...times(event.booking, isOver ? '+00:00' : 'Z'),
    ...(isOver ? aboutEnd(event) : { metadata: event.booking.metadata }),
    ...(!isOver && aboutMove(state, event.booking)),
    status: STATUSES[trigger],
  };
  return { triggerEvent: trigger, createdAt: now.toISOString(), payload };
}

function aboutBooking(state: CalcomState, booking: StoredBooking): object {
  const eventType = findEventType(state, booking.eventTypeId);
  return {
    uid: booking.uid,
    bookingId: booking.id,
    title: booking.title,
    eventTitle: eventType?.title ?? '',
    type: slugOf(eventType?.title ?? ''),
    eventTypeId: booking.eventTypeId,
    length: (booking.end.getTime() - booking.start.getTime()) / MINUTE_MS,
    organizer: person(findHost(state, booking.hostId), booking.start),
    attendees: attendees(booking),
    responses: responses(booking),
    userFieldsResponses: {},
    location: '',
    iCalUID: `${booking.uid}@Cal.com`,
    requiresConfirmation: eventType?.requiresConfirmation ?? false,
    ...(eventType && isTeamEvent(eventType) && { team: team(state, eventType) }),
  };
}

function times({ start, end }: StoredBooking, offset: string): object {
  return { startTime: withoutMs(start, offset), endTime: withoutMs(end, offset) };
}

function withoutMs(instant: Date, offset = 'Z'): string {
  return `${instant.toISOString().slice(0, 19)}${offset}`;
}

function aboutEnd({ trigger, reason = null, cancelledBy, requestReschedule = false }: BookingEvent): object {
  if (trigger === 'BOOKING_REJECTED') return { rejectionReason: reason };
  return { cancellationReason: reason, ...(cancelledBy && { cancelledBy }), requestReschedule };
}

/** Of a booking that came from a move: which one it was before, and when that one was. */
function aboutMove(state: CalcomState, { rescheduledFromUid, rescheduledByEmail }: StoredBooking): object {
  const before = state.bookings.find(({ uid }) => uid === rescheduledFromUid);
  if (!before) return {};
  return {
    rescheduleUid: before.uid,
    rescheduleId: before.id,
    rescheduleStartTime: withoutMs(before.start),
    rescheduleEndTime: withoutMs(before.end),
    ...(rescheduledByEmail !== null && { rescheduledBy: rescheduledByEmail }),
  };
}

function person(host: Host | undefined, at: Date): object | null {
  if (!host) return null;
  const { id, name, email, timeZone = DEFAULT_TIME_ZONE } = host;
  return {
    id,
    name,
    email,
    username: slugOf(name),
    timeZone,
    language: { locale: 'en' },
    utcOffset: utcOffset(timeZone, at),
  };
}

function attendees({ attendee, guests, start }: StoredBooking): object[] {
  const { name, email, timeZone, language, phoneNumber } = attendee;
  const shared = { timeZone, language: { locale: language }, utcOffset: utcOffset(timeZone, start) };
  return [
    { name, email, phoneNumber, ...shared },
    ...guests.map((guest) => ({ name: '', email: guest, phoneNumber: null, ...shared })),
  ];
}

/** Minutes east of Greenwich, as of the appointment. */
function utcOffset(zone: string, at: Date): number {
  return DateTime.fromJSDate(at, { zone }).offset;
}

function responses({ attendee, guests }: StoredBooking): object {
  const { name, email, phoneNumber } = attendee;
  return {
    name: { label: 'your_name', value: name, isHidden: false },
    email: { label: 'email_address', value: email, isHidden: false },
    attendeePhoneNumber: {
      label: 'phone_number',
      ...(phoneNumber !== null && { value: phoneNumber }),
      isHidden: phoneNumber === null,
    },
    guests: { label: 'additional_guests', value: guests, isHidden: false },
  };
}

function team(state: CalcomState, eventType: EventType): object {
  const members = eventType.hostIds.map((id) => findHost(state, id)).filter((host) => host !== undefined);
  return { id: 1, name: 'Team', members: members.map(({ id, name, email }) => ({ id, name, email })) };
}
