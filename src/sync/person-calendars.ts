import type { PersonEventType } from '../appointments/person-event-types.ts';
import type { Booking, EventType } from '../calcom/client.ts';
import type { TakenTime } from './evidence.ts';
import { isLive, isOwn } from './look-up.ts';
import { appointmentNamedBy } from './plan/orphans.ts';

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

interface Ours {
  installationId: string;
  appointmentId: number;
  /** Where and when a booking is this very visit, and will be found before the next is sent. */
  visit: { startsAt: Date; eventTypeId: number };
  /** What the appointment's record names. */
  ownUids: string[];
  /** Which of our appointments a booking stands for by its record, by uid. */
  linked: Map<string, number>;
  /** Whether a booking that bears the mark of this appointment of ours is wanted by nothing any more. */
  isOrphan(uid: string, appointmentId: number): Promise<boolean>;
}

/** When live bookings keep the person busy; those of the appointment itself and of other people are left out. */
export async function takenTimes(
  bookings: Booking[],
  calendars: PersonCalendars,
  ours: Ours,
): Promise<TakenTime[]> {
  const taken: TakenTime[] = [];
  for (const booking of bookings) {
    const calendar = calendarOf(booking, calendars);
    if (calendar === null || !isLive(booking) || isItself(booking, ours)) continue;
    const { start: from, end: to, status } = booking;
    const isOtherCalendar = calendar === 'other';
    const isTentative = status === 'pending';
    taken.push({
      from,
      to,
      isOtherCalendar,
      ...(isTentative && { isTentative }),
      ...(await whose(booking, ours)),
    });
  }
  return taken;
}

/** Its own booking, or the one that this was moved to over there. */
function isItself(booking: Booking, { ownUids, visit, ...ours }: Ours): boolean {
  const { uid, rescheduledFromUid: formerUid } = booking;
  if (ownUids.includes(uid) || (formerUid !== null && ownUids.includes(formerUid))) return true;
  return (
    isOwn(booking, ours.installationId, ours.appointmentId) &&
    booking.start.getTime() === visit.startsAt.getTime() &&
    booking.eventTypeId === visit.eventTypeId
  );
}

async function whose(
  booking: Booking,
  { installationId, linked, isOrphan, ...ours }: Ours,
): Promise<Pick<TakenTime, 'appointmentId' | 'leftover' | 'isOtherInstallation'>> {
  const { uid, metadata } = booking;
  const linkedId = linked.get(uid);
  if (linkedId !== undefined) return { appointmentId: linkedId };
  const markedId = appointmentNamedBy(booking, installationId);
  if (markedId === null) {
    const isOther = metadata.installation !== undefined && metadata.installation !== installationId;
    return { appointmentId: null, ...(isOther && { isOtherInstallation: true }) };
  }
  if (markedId === ours.appointmentId)
    return { appointmentId: markedId, leftover: { uid, of: 'own_booking' } };
  const isLeft = await isOrphan(uid, markedId);
  return { appointmentId: markedId, ...(isLeft && { leftover: { uid, of: 'orphan' } }) };
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
