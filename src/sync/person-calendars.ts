import type { PersonEventType } from '../appointments/person-event-types.ts';
import type { Booking, EventType } from '../calcom/client.ts';
import type { TakenTime } from './evidence.ts';
import { isLive, isOwn } from './look-up.ts';

/** By what a booking is known to stand in a calendar of one person. */
export interface PersonCalendars {
  staffId: string;
  /** Of all staff records of the person. */
  eventTypes: PersonEventType[];
  /** Cal.com's user behind the staff record, and behind another record of the person; null when unknown. */
  hostId: number | null;
  otherHostId: number | null;
}

/** Cal.com's user who hosts it: the only one, or the only one of that name. */
export function hostIdOf(eventType: EventType | null, staffName: string | null): number | null {
  const hosts = eventType?.hosts ?? [];
  const plain = (name: string | null) => name?.trim().toLowerCase();
  const likely = hosts.length === 1 ? hosts : hosts.filter(({ name }) => plain(name) === plain(staffName));
  return likely.length === 1 ? (likely[0]?.userId ?? null) : null;
}

/**
 * When live bookings keep the person busy; those of the appointment itself and of other people are left out.
 * `linked`: which of our appointments a booking without our mark stands for, by uid.
 */
export function takenTimes(
  bookings: Booking[],
  calendars: PersonCalendars,
  ours: { installationId: string; appointmentId: number; ownUids: string[]; linked: Map<string, number> },
): TakenTime[] {
  return bookings.flatMap((booking) => {
    const isItself =
      isOwn(booking, ours.installationId, ours.appointmentId) || ours.ownUids.includes(booking.uid);
    const calendar = calendarOf(booking, calendars);
    if (isItself || calendar === null || !isLive(booking)) return [];
    const appointmentId = markedId(booking, ours.installationId) ?? ours.linked.get(booking.uid) ?? null;
    return [{ from: booking.start, to: booking.end, appointmentId, isOtherCalendar: calendar === 'other' }];
  });
}

/** The host tells; where Cal.com does not name one that we know, an event type that is the person's alone. */
function calendarOf(
  { hosts, eventTypeId }: Booking,
  { staffId, eventTypes, hostId, otherHostId }: PersonCalendars,
): 'own' | 'other' | null {
  const bookedHostId = hosts[0]?.id ?? null;
  if (bookedHostId !== null && bookedHostId === hostId) return 'own';
  if (bookedHostId !== null && bookedHostId === otherHostId) return 'other';
  const eventType = eventTypes.find((each) => each.eventTypeId === eventTypeId && !each.isShared);
  if (!eventType) return null;
  if (eventType.staffId !== staffId) return 'other';
  return bookedHostId === null || hostId === null ? 'own' : null;
}

function markedId({ metadata }: Booking, installationId: string): number | null {
  if (metadata.installation !== installationId) return null;
  const id = Number(metadata.appointmentId);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}
