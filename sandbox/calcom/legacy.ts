// What a missing, unknown or old `cal-api-version` meets: the 2024-04-15 endpoints, with other bodies.

import { type Answer, type FieldError, refused, refusedFields, success } from './answers.ts';
import type { Fields } from './body-rules.ts';
import type { Backend, Call } from './call.ts';
import { alreadyCancelled, cancelAfterTelling } from './change-booking.ts';
import type { StoredBooking } from './world.ts';
import { findBooking, slugOf } from './world-lookup.ts';

/** POST /v2/bookings wants another body; what the newer dialects send is refused. */
export function createLegacyBooking(_backend: Backend, { body }: Call): Answer {
  const fields = (body ?? {}) as Fields;
  const wanted: [key: string, type: string][] = [
    ['timeZone', 'string'],
    ['language', 'string'],
    ['metadata', 'object'],
    ['responses', 'object'],
  ];
  const wrong: FieldError[] = wanted
    .filter(([key, type]) => typeof fields[key] !== type)
    .map(([property, type]) => ({
      property,
      value: fields[property],
      constraints:
        type === 'string'
          ? { isString: `${property} must be a string` }
          : { isObject: `${property} must be an object` },
    }));
  if (wrong.length > 0) throw refusedFields(wrong);
  // Cal.com would book a complete legacy body; nothing here speaks that dialect, so it is refused as well.
  throw refused(400, 'The 2024-04-15 dialect is not part of this look-alike.');
}

/** The same 200 and envelope as the newer list, but another form inside. */
export function listLegacyBookings({ state, clock }: Backend): Answer {
  const upcoming = state.bookings.filter(
    ({ status, end }) => (status === 'accepted' || status === 'pending') && end >= clock.now(),
  );
  return success(200, { bookings: upcoming.map(showLegacy), recurringInfo: [], nextCursor: null });
}

export function getLegacyBooking({ state }: Backend, { params: [uid = ''] }: Call): Answer {
  const booking = findBooking(state, uid);
  if (!booking) throw refused(404, `Booking with UID=${uid} does not exist.`);
  return success(200, showLegacy(booking));
}

/** Cancels for real, without a reason and with another answer. */
export async function cancelLegacyBooking(backend: Backend, { params: [uid = ''] }: Call): Promise<Answer> {
  const booking = findBooking(backend.state, uid);
  if (!booking) throw refused(404, `Booking with UID=${uid} does not exist.`);
  if (booking.status === 'cancelled') throw refused(400, alreadyCancelled(uid));
  await cancelAfterTelling(backend, booking, { reason: null, email: null });
  return success(201, { bookingId: booking.id, bookingUid: uid, onlyRemovedAttendee: false });
}

export function listLegacyEventTypes({ state }: Backend): Answer {
  const eventTypes = state.eventTypes.map(({ id, title, lengthInMinutes }) => ({
    id,
    title,
    slug: slugOf(title),
    length: lengthInMinutes,
  }));
  return success(200, { eventTypeGroups: [{ teamId: null, eventTypes }] });
}

function showLegacy({ id, uid, title, start, end, status, attendee }: StoredBooking): object {
  return {
    id,
    uid,
    title,
    startTime: start.toISOString(),
    endTime: end.toISOString(),
    status: status.toUpperCase(),
    attendees: [{ name: attendee.name, email: attendee.email, timeZone: attendee.timeZone }],
  };
}
