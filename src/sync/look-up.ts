import type { AttemptRequest } from '../appointments/attempts.ts';
import type { Booking } from '../calcom/client.ts';
import { fromSqlInstant } from '../instant.ts';
import type { Calls } from './calls.ts';

const PAGE = 100;

export function isLive(booking: Booking): boolean {
  return booking.status === 'accepted' || booking.status === 'pending';
}

/** The names under which an appointment stands in a booking's metadata: how the bot knows its own. */
export function ownMetadata(
  installationId: string,
  appointmentId: number,
  revision: number,
): Record<string, string> {
  return { installation: installationId, appointmentId: String(appointmentId), revision: String(revision) };
}

export function isOwn(booking: Booking, installationId: string, appointmentId: number): boolean {
  return (
    booking.metadata.installation === installationId &&
    booking.metadata.appointmentId === String(appointmentId)
  );
}

/** The appointment of this installation that metadata names; null for anybody else's. */
export function idNamedBy(metadata: Record<string, unknown>, installationId: string): number | null {
  const { installation, appointmentId } = metadata;
  if (installation !== installationId) return null;
  return /^[1-9]\d{0,14}$/.test(String(appointmentId)) ? Number(appointmentId) : null;
}

/**
 * The booking that an attempt of ours made for this appointment, or null: the live one or, when somebody has moved or
 * cancelled it since, what is left of it. Cal.com cannot be asked for metadata, so the bookings of this start are read
 * and compared here. Not by event type: it may be gone since, and then Cal.com refuses the question.
 */
export async function findOwnBooking(
  calls: Calls,
  asked: boolean,
  own: { installationId: string; appointmentId: number; request: AttemptRequest },
): Promise<Booking | null> {
  const { request, installationId, appointmentId } = own;
  if (request.startsAtText === undefined) return null;
  const start = fromSqlInstant(request.startsAtText);
  // The booking that is to be replaced is the appointment's own too, and may stand at the same start.
  const isAsked = (booking: Booking) =>
    booking.start.getTime() === start.getTime() &&
    booking.uid !== request.uid &&
    isOwn(booking, installationId, appointmentId) &&
    (booking.eventTypeId === null || booking.eventTypeId === request.eventTypeId);
  let left: Booking | null = null;
  for (let skip = 0; ; skip += PAGE) {
    const filter = { startsFrom: start };
    const page = await calls.read(asked, (calcom) => calcom.listBookings(filter, { take: PAGE, skip }));
    const own = page.bookings.filter(isAsked);
    const found = own.find(isLive);
    if (found) return found;
    left ??= own.find(({ metadata }) => metadata.revision === String(request.revision)) ?? null;
    const last = page.bookings.at(-1);
    if (!page.hasNextPage || (last && last.start > start)) return left;
  }
}

/** All bookings to come, to the end of the list. */
export async function readUpcoming(calls: Calls): Promise<Booking[]> {
  const upcoming: Booking[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const page = await calls.read(false, (calcom) =>
      calcom.listBookings({ status: 'upcoming' }, { take: PAGE, skip }),
    );
    upcoming.push(...page.bookings);
    if (!page.hasNextPage) return upcoming;
  }
}

const CHAIN_MAX = 20;

/** Follows a booking that was moved to the one that stands now: the last of the chain, live or cancelled. */
export async function headOfChain(
  calls: Calls,
  asked: boolean,
  uid: string,
  hopsMax = CHAIN_MAX,
): Promise<Booking> {
  let booking = await calls.read(asked, (calcom) => calcom.getBooking(uid));
  for (let hops = 0; hops < hopsMax && booking.rescheduledToUid !== null; hops++) {
    const next = booking.rescheduledToUid;
    booking = await calls.read(asked, (calcom) => calcom.getBooking(next));
  }
  return booking;
}
