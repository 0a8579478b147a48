import type { FormerRow } from '../appointments/adoption.ts';
import type { Booking } from '../calcom/client.ts';
import { ownEmail, placeholderEmail } from './contact.ts';
import { idNamedBy, isLive } from './look-up.ts';

/** What the import found at Cal.com for one row. */
export type Match =
  | { is: 'linked'; uid: string }
  /** The former system recorded a failure, yet the booking stands: only the plan links it. */
  | { is: 'adoptable'; uid: string }
  /** Several rows match the booking, or it has another start or staff than the row. */
  | { is: 'ambiguous'; uid: string }
  | { is: 'cancelled_there' };

/**
 * The bookings that this installation made before, by their own word: there are some when its record was restored from a
 * backup. One that is not where its row is, is ambiguous. Pure.
 */
export function matchOwnBookings(
  rows: FormerRow[],
  { upcoming, installationId }: { upcoming: Booking[]; installationId: string },
): Map<number, Match> {
  const own = Map.groupBy(upcoming.filter(isLive), ({ metadata }) => idNamedBy(metadata, installationId));
  return new Map(
    rows.flatMap((row) => {
      const bookings = own.get(row.appointment.id) ?? [];
      const same = bookings.find((booking) => isSameVisit(row, booking));
      const { uid } = same ?? bookings[0] ?? {};
      return uid === undefined ? [] : [[row.appointment.id, { is: same ? 'linked' : 'ambiguous', uid }]];
    }),
  );
}

/**
 * Matches rows with bookings, each booking at most once. Pure. `named` holds, for every former uid, the booking that
 * stands for it now (moved ones followed), or null when Cal.com does not know it.
 */
export function matchBookings(
  rows: FormerRow[],
  {
    upcoming,
    named,
    placeholderDomain,
  }: { upcoming: Booking[]; named: Map<string, Booking | null>; placeholderDomain: string },
): Map<number, Match> {
  const matches = new Map<number, Match>();
  const taken = new Set<string>();
  matchByUid(rows, named, { matches, taken });
  matchByVisit(
    rows.filter((row) => !matches.has(row.appointment.id)),
    upcoming.filter((booking) => isLive(booking) && !taken.has(booking.uid)),
    { matches, placeholderDomain },
  );
  return matches;
}

function matchByUid(
  rows: FormerRow[],
  named: Map<string, Booking | null>,
  { matches, taken }: { matches: Map<number, Match>; taken: Set<string> },
): void {
  const naming = Map.groupBy(rows, (row) => (row.former.uid && named.get(row.former.uid)?.uid) || null);
  for (const [uid, group] of naming) {
    if (uid === null) continue;
    for (const row of group) {
      const booking = named.get(row.former.uid as string) as Booking;
      matches.set(row.appointment.id, byUid(row, booking, group.length));
    }
    taken.add(uid);
  }
}

function byUid(row: FormerRow, booking: Booking, claimants: number): Match {
  if (!isLive(booking)) return { is: 'cancelled_there' };
  if (!isSameVisit(row, booking) || claimants > 1) return { is: 'ambiguous', uid: booking.uid };
  return { is: row.former.status === 'failed' ? 'adoptable' : 'linked', uid: booking.uid };
}

function isSameVisit({ appointment, eventTypeId }: FormerRow, booking: Booking): boolean {
  return booking.start.getTime() === appointment.startsAt.getTime() && booking.eventTypeId === eventTypeId;
}

function matchByVisit(
  rows: FormerRow[],
  bookings: Booking[],
  { matches, placeholderDomain }: { matches: Map<number, Match>; placeholderDomain: string },
): void {
  const bookingsOf = Map.groupBy(bookings, (booking) =>
    visit(booking.eventTypeId, booking.start, booking.attendees[0]?.email ?? ''),
  );
  const rowsOf = Map.groupBy(rows, ({ appointment, customer, eventTypeId }) => {
    const email =
      ownEmail(customer?.email ?? null) ?? placeholderEmail(appointment.customerId, placeholderDomain);
    return visit(eventTypeId, appointment.startsAt, email);
  });
  for (const [key, group] of rowsOf) {
    const uid = bookingsOf.get(key)?.[0]?.uid;
    if (uid === undefined) continue;
    for (const row of group) {
      const alone = row.former.status === 'failed' ? 'adoptable' : 'linked';
      matches.set(row.appointment.id, { is: group.length > 1 ? 'ambiguous' : alone, uid });
    }
  }
}

const visit = (eventTypeId: number | null, start: Date, email: string) =>
  JSON.stringify([eventTypeId, start.getTime(), email.toLowerCase()]);
