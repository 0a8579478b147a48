import type { FormerRow } from '../appointments/adoption.ts';
import { readInstallation } from '../appointments/installation.ts';
import { lookLater } from '../appointments/look-later.ts';
import { type EarlierRecord, readEarlierRecords, readWanted, relinkRecord } from '../appointments/relink.ts';
import type { Booking } from '../calcom/client.ts';
import { type Db, transaction } from '../database.ts';
import type { Calls } from './calls.ts';
import { idNamedBy, isLive, readUpcoming } from './look-up.ts';
import type { Match } from './match-bookings.ts';

/**
 * Brings records that are older than Cal.com up to it, before anything is booked: a restored backup does not know what was
 * booked, moved and cancelled since. What no record names is linked by the booking's own word; what a record names
 * and stands elsewhere, or not at all, is read by the engine, which then knows what changed there.
 */
export async function catchUp(
  db: Db,
  rows: FormerRow[],
  { own, upcoming, now }: { own: Map<number, Match>; upcoming: Booking[]; now: Date },
): Promise<void> {
  const rowOf = new Map(rows.map((row) => [row.appointment.id, row]));
  const standing = new Map(upcoming.filter(isLive).map((booking) => [booking.uid, booking]));
  for (const record of await readEarlierRecords(db, [...rowOf.keys()])) {
    const { appointmentId, bookingUid } = record;
    if (bookingUid !== null && isAsPushed(record, standing.get(bookingUid))) continue;
    const match = own.get(appointmentId);
    const booking = match && 'uid' in match ? standing.get(match.uid) : undefined;
    const row = rowOf.get(appointmentId);
    if (match?.is === 'linked' && row) {
      await relinkRecord(db, record, { uid: match.uid, pushed: visitOf(row), now });
    } else if (booking && booking.eventTypeId !== record.pushed?.eventTypeId) {
      await relinkRecord(db, record, { uid: booking.uid, pushed: null, now });
    } else if (bookingUid !== null && isToCome(record, now)) {
      const look = { uid: booking?.uid ?? bookingUid, at: now, now };
      await transaction(db, (tx) => lookLater(tx, [appointmentId], look));
    }
  }
}

/** A booking of ours to come that no record stands for. */
export interface LostBooking {
  appointmentId: number;
  uid: string;
  startsAt: Date;
}

/** After catching up: what came after the backup, and whose appointment is gone, closed or past in it. */
export async function readLost(db: Db, calls: Calls): Promise<LostBooking[]> {
  const { installationId } = await readInstallation(db);
  const own = (await readUpcoming(calls)).flatMap((booking) => {
    const appointmentId = isLive(booking) ? idNamedBy(booking.metadata, installationId) : null;
    return appointmentId === null ? [] : [{ appointmentId, uid: booking.uid, startsAt: booking.start }];
  });
  const wanted = await readWanted(
    db,
    own.map(({ uid }) => uid),
  );
  return own.filter(({ uid }) => !wanted.has(uid));
}

function isAsPushed({ pushed }: EarlierRecord, booking: Booking | undefined): boolean {
  return booking !== undefined && booking.start.getTime() === pushed?.startsAt.getTime();
}

function isToCome({ pushed }: EarlierRecord, now: Date): boolean {
  return pushed !== null && pushed.startsAt > now;
}

/** What a linked booking stands for: it is where the row is. */
function visitOf({ appointment, eventTypeId }: FormerRow) {
  const { serviceId, staffId, startsAt, startsAtText } = appointment;
  if (staffId === null || eventTypeId === null) return null;
  return { serviceId, staffId, startsAt, startsAtText, eventTypeId };
}
