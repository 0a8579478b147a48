// The only place that creates and changes bookings after the start.

import { randomBytes, randomUUID } from 'node:crypto';
import type {
  Attendee,
  BookingStatus,
  CalcomState,
  CalcomWorld,
  Clock,
  EventType,
  Host,
  Seat,
  StoredBooking,
} from './world.ts';
import { DEFAULT_TIME_ZONE, findEventType, findHost } from './world-lookup.ts';

const MINUTE_MS = 60_000;

export interface BookingDraft {
  eventType: EventType;
  host: Host;
  coHostIds: number[];
  status: BookingStatus;
  start: Date;
  /** Default the event type's. */
  lengthInMinutes?: number | undefined;
  seriesUid?: string | undefined;
  attendee: Attendee;
  guests: string[];
  metadata: Record<string, string>;
  reschedule?: { from: StoredBooking; reason: string | null; byEmail: string | null };
}

export interface Ledger {
  add(draft: BookingDraft): StoredBooking;
  /** Seats somebody in a booking that others share. */
  join(booking: StoredBooking, attendee: Attendee): void;
  /** Frees a seat; the last one's cancels the booking. */
  leave(booking: StoredBooking, seatUid: string): void;
  cancel(booking: StoredBooking, by: { reason: string | null; email: string | null }): void;
  confirm(booking: StoredBooking): void;
  reject(booking: StoredBooking): void;
  reassign(booking: StoredBooking, to: { host: Host; eventType: EventType }): void;
}

export function createLedger(state: CalcomState, clock: Clock): Ledger {
  let lastId = state.bookings.reduce((highest, booking) => Math.max(highest, booking.id), 0);

  return {
    add(draft) {
      lastId += 1;
      const booking = newBooking(draft, { id: lastId, now: clock.now() });
      state.bookings.push(booking);
      if (draft.reschedule) {
        const { from, byEmail } = draft.reschedule;
        from.status = 'cancelled';
        from.rescheduledToUid = booking.uid;
        from.rescheduledByEmail = byEmail;
        from.updatedAt = clock.now();
      }
      return booking;
    },

    join(booking, attendee) {
      booking.seats.push(newSeat(attendee));
      booking.updatedAt = clock.now();
    },

    leave(booking, seatUid) {
      booking.seats = booking.seats.filter(({ uid }) => uid !== seatUid);
      const [first] = booking.seats;
      if (first) booking.attendee = first.attendee;
      else booking.status = 'cancelled';
      booking.updatedAt = clock.now();
    },

    cancel(booking, by) {
      booking.status = 'cancelled';
      booking.cancellationReason = by.reason;
      booking.cancelledByEmail = by.email;
      booking.updatedAt = clock.now();
    },

    confirm(booking) {
      booking.status = 'accepted';
      booking.updatedAt = clock.now();
    },

    reject(booking) {
      booking.status = 'rejected';
      booking.updatedAt = clock.now();
    },

    reassign(booking, to) {
      booking.hostId = to.host.id;
      booking.title = titleOf(to.eventType, to.host, booking.attendee);
      booking.updatedAt = clock.now();
    },
  };
}

function newBooking(draft: BookingDraft, stamp: { id: number; now: Date }): StoredBooking {
  const { eventType, host, attendee, start, reschedule } = draft;
  return {
    id: stamp.id,
    uid: `${stamp.id.toString(36)}${randomBytes(12).toString('hex')}`,
    eventTypeId: eventType.id,
    hostId: host.id,
    coHostIds: draft.coHostIds,
    title: titleOf(eventType, host, attendee),
    status: draft.status,
    start,
    end: endOf(eventType, start, draft.lengthInMinutes),
    attendee: { ...attendee },
    seats: eventType.seats === undefined ? [] : [newSeat(attendee)],
    seriesUid: draft.seriesUid ?? null,
    guests: [...draft.guests],
    metadata: { ...draft.metadata },
    cancellationReason: null,
    cancelledByEmail: null,
    reschedulingReason: reschedule?.reason ?? null,
    rescheduledByEmail: reschedule?.byEmail ?? null,
    rescheduledFromUid: reschedule?.from.uid ?? null,
    rescheduledToUid: null,
    createdAt: stamp.now,
    updatedAt: stamp.now,
  };
}

function newSeat(attendee: Attendee): Seat {
  return { uid: randomUUID(), attendee: { ...attendee } };
}

export function endOf(
  eventType: EventType,
  start: Date,
  lengthInMinutes: number = eventType.lengthInMinutes,
): Date {
  return new Date(start.getTime() + lengthInMinutes * MINUTE_MS);
}

function titleOf(eventType: EventType, host: Host, attendee: Attendee): string {
  return `${eventType.title} between ${host.name} and ${attendee.name}`;
}

/**
 * The state at the start. Later edits do not touch the world object.
 * Throws when a booking or event type names something that the world lacks.
 */
export function loadWorld(world: CalcomWorld, now: Date): CalcomState {
  const { hosts, eventTypes, external, bookings, attendeeRules = [] } = structuredClone(world);
  const state: CalcomState = { hosts, eventTypes, external, bookings: [], webhooks: [], attendeeRules };
  for (const { id, hostIds } of eventTypes) {
    const unknown = hostIds.find((hostId) => !findHost(state, hostId));
    if (unknown !== undefined)
      throw new Error(`event type ${id} names host ${unknown}, which does not exist`);
  }
  for (const [index, booking] of bookings.entries()) {
    state.bookings.push(storedFromWorld(state, booking, { id: index + 1, now }));
  }
  for (const booking of state.bookings) {
    const next = state.bookings.find(({ uid }) => uid === booking.rescheduledToUid);
    if (next) next.rescheduledFromUid = booking.uid;
  }
  return state;
}

function storedFromWorld(
  state: CalcomState,
  booking: CalcomWorld['bookings'][number],
  stamp: { id: number; now: Date },
): StoredBooking {
  const eventType = findEventType(state, booking.eventTypeId);
  const host = findHost(state, booking.hostId ?? eventType?.hostIds[0]);
  if (!eventType || !host)
    throw new Error(`booking ${booking.uid} names an event type or host that does not exist`);
  const { attendee, metadata = {}, status = 'accepted' } = booking;
  const coHostIds = eventType.schedulingType === 'collective' ? othersOf(eventType, host) : [];
  const draft: BookingDraft = {
    eventType,
    host,
    coHostIds,
    status,
    start: new Date(booking.start),
    attendee: {
      name: attendee.name,
      email: attendee.email,
      timeZone: attendee.timeZone ?? DEFAULT_TIME_ZONE,
      language: 'en',
      phoneNumber: attendee.phoneNumber ?? null,
    },
    guests: [],
    metadata,
    seriesUid: booking.seriesUid,
  };
  const stored = newBooking(draft, stamp);
  stored.uid = booking.uid;
  stored.rescheduledToUid = booking.rescheduledToUid ?? null;
  if (booking.end) stored.end = new Date(booking.end);
  return stored;
}

export function othersOf(eventType: EventType, host: Host): number[] {
  return eventType.hostIds.filter((id) => id !== host.id);
}
