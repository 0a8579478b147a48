// GET /v2/bookings: by offset (2024-08-13) or by cursor (2026-05-01).

import { type Answer, refusedByProcedure, refusedFields, success } from './answers.ts';
import { showBooking } from './booking-output.ts';
import type { Backend, Call } from './call.ts';
import { type ListQuery, type ListStatus, readListQuery, type SortField } from './list-query.ts';
import type { CalcomState, StoredBooking } from './world.ts';
import { findEventType } from './world-lookup.ts';

const HOUR_MS = 3_600_000;
const OFFSET_NUMBERS = [
  { key: 'take', min: 1, max: 250, standard: 100 },
  { key: 'skip', min: 0, max: Number.MAX_SAFE_INTEGER, standard: 0 },
];
const CURSOR_NUMBERS = [{ key: 'limit', min: 1, max: 100, standard: 50 }];

export function listByOffset({ state, clock }: Backend, call: Call): Answer {
  const query = readListQuery(call.query, { numbers: OFFSET_NUMBERS, statusesMax: 5 });
  const { take = 0, skip = 0 } = query.numbers;
  const found = matches(visible(state, call), query, clock.now()).toSorted(
    inOrder(query.sort ?? usualSort(query.statuses)),
  );
  const shown = found.slice(skip, skip + take).map((booking) => showBooking(state, booking));
  return success(200, shown, { pagination: offsetPagination(found.length, take, skip) });
}

/** One status sorts as Cal.com's own lists do: what is over, newest first. */
function usualSort(statuses: ListStatus[]): Sort {
  const isOver = statuses.length === 1 && (statuses[0] === 'past' || statuses[0] === 'cancelled');
  return { field: 'start', isAscending: !isOver };
}

function offsetPagination(totalItems: number, take: number, skip: number): object {
  const offset = Math.min(skip, totalItems);
  const totalPages = Math.ceil(totalItems / take);
  return {
    returnedItems: Math.min(Math.max(totalItems - offset, 0), take),
    totalItems,
    itemsPerPage: take,
    remainingItems: Math.max(totalItems - (offset + take), 0),
    currentPage: totalPages === 0 ? 0 : Math.min(Math.floor(offset / take) + 1, totalPages),
    totalPages,
    hasNextPage: offset + take < totalItems,
    hasPreviousPage: offset > 0,
  };
}

export function listByCursor({ state, clock }: Backend, call: Call): Answer {
  const query = readListQuery(call.query, { numbers: CURSOR_NUMBERS, statusesMax: 1 });
  const { limit = 0 } = query.numbers;
  const [status] = query.statuses;
  const now = clock.now();
  const isForward = status === 'upcoming' || status === 'recurring' || status === 'unconfirmed';
  const from = new Date(now.getTime() - HOUR_MS);
  const all = matches(visible(state, call), query, now)
    .filter(({ start }) => (isForward ? start >= from : status !== 'past' || start <= now))
    .toSorted(inOrder({ field: 'start', isAscending: isForward }));
  const first = query.cursor === undefined ? 0 : positionAfter(all, query.cursor) + 1;
  const page = all.slice(first, first + limit);
  const hasMore = all.length > first + limit;
  const last = page.at(-1);
  const nextCursor = hasMore && last ? Buffer.from(last.uid).toString('base64url') : null;
  const shown = page.map((booking) => showBooking(state, booking));
  return success(200, shown, { pagination: { nextCursor, hasMore } });
}

function positionAfter(bookings: StoredBooking[], cursor: string): number {
  const uid = Buffer.from(cursor, 'base64url').toString();
  const position = bookings.findIndex((booking) => booking.uid === uid);
  if (position >= 0) return position;
  throw refusedFields([
    { property: 'cursor', value: cursor, constraints: { isCursor: 'cursor is not valid' } },
  ]);
}

/** An admin's key sees everything; a member's what the member hosts or attends. */
function visible(state: CalcomState, { caller }: Call): CalcomState {
  if (!caller || caller.isAdmin) return state;
  const bookings = state.bookings.filter(
    ({ hostId, coHostIds, attendee }) =>
      hostId === caller.id || coHostIds.includes(caller.id) || attendee.email === caller.email,
  );
  return { ...state, bookings };
}

function matches(state: CalcomState, query: ListQuery, now: Date): StoredBooking[] {
  const { statuses, attendeeEmail, attendeeName, bookingUid, eventTypeIds } = query;
  if (eventTypeIds && !eventTypeIds.some((id) => findEventType(state, id))) throw refusedByProcedure();
  return state.bookings.filter(
    (booking) =>
      (statuses.length === 0 || statuses.some((status) => hasListStatus(booking, status, now))) &&
      (attendeeEmail === undefined || booking.attendee.email === attendeeEmail) &&
      (attendeeName === undefined || booking.attendee.name === attendeeName) &&
      (bookingUid === undefined || booking.uid === bookingUid) &&
      (eventTypeIds === undefined || eventTypeIds.includes(booking.eventTypeId)) &&
      isWithin(booking, query.bounds),
  );
}

/** `upcoming` holds what waits for confirmation too, and `cancelled` what was rejected or moved away. */
function hasListStatus({ status, end }: StoredBooking, asked: ListStatus, now: Date): boolean {
  const isLive = status === 'accepted' || status === 'pending';
  switch (asked) {
    case 'upcoming':
      return isLive && end >= now;
    case 'unconfirmed':
      return status === 'pending' && end >= now;
    case 'past':
      return isLive && end <= now;
    case 'cancelled':
      return !isLive;
    case 'recurring':
      return false;
  }
}

/** Every bound is inclusive. */
function isWithin({ start, end, createdAt, updatedAt }: StoredBooking, bounds: ListQuery['bounds']): boolean {
  const { afterStart, beforeEnd, afterCreatedAt, beforeCreatedAt, afterUpdatedAt, beforeUpdatedAt } = bounds;
  return (
    (!afterStart || start >= afterStart) &&
    (!beforeEnd || end <= beforeEnd) &&
    (!afterCreatedAt || createdAt >= afterCreatedAt) &&
    (!beforeCreatedAt || createdAt <= beforeCreatedAt) &&
    (!afterUpdatedAt || (updatedAt !== null && updatedAt >= afterUpdatedAt)) &&
    (!beforeUpdatedAt || (updatedAt !== null && updatedAt <= beforeUpdatedAt))
  );
}

interface Sort {
  field: SortField;
  isAscending: boolean;
}

function inOrder({ field, isAscending }: Sort): (a: StoredBooking, b: StoredBooking) => number {
  return (a, b) => {
    const byField = (a[field]?.getTime() ?? 0) - (b[field]?.getTime() ?? 0) || a.id - b.id;
    return isAscending ? byField : -byField;
  };
}
