import { readInstallation } from '../../appointments/installation.ts';
import type { PlanItem } from '../../appointments/plan-groups.ts';
import { closedStatuses } from '../../appointments/statuses.ts';
import type { Booking } from '../../calcom/client.ts';
import type { Db } from '../../database.ts';
import type { Calls } from '../calls.ts';
import { headOfChain, idNamedBy, isLive } from '../look-up.ts';

const PAGE = 100;

/**
 * Upcoming bookings that this installation made and whose appointment is closed or gone, while no record names them, so
 * that nothing would ever cancel them. Throws when Cal.com cannot be asked.
 */
export async function readOrphans(db: Db, calls: Calls): Promise<PlanItem[]> {
  const { installationId } = await readInstallation(db);
  const orphans: PlanItem[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const page = await calls.read(true, (calcom) =>
      calcom.listBookings({ status: 'upcoming' }, { take: PAGE, skip }),
    );
    for (const booking of page.bookings) {
      const appointmentId = appointmentNamedBy(booking, installationId);
      if (appointmentId === null || !(await isOrphan(db, booking.uid, appointmentId))) continue;
      const { uid: bookingUid, start: startsAt } = booking;
      orphans.push({ appointmentId, seen: null, bookingUid, startsAt, isDefault: false });
    }
    if (!page.hasNextPage) return orphans;
  }
}

/** The appointment of ours that a live booking stands for, by its own word; null for anybody else's. */
export function appointmentNamedBy(booking: Booking, installationId: string): number | null {
  return isLive(booking) ? idNamedBy(booking.metadata, installationId) : null;
}

/** The appointment is closed or gone, nothing of ours wants the booking, and nothing is about to cancel it. */
export async function isOrphan(db: Db, uid: string, appointmentId: number): Promise<boolean> {
  return !(await isStillOpen(db, appointmentId)) && !(await isNamed(db, uid, appointmentId));
}

/** Its record does not know the booking, neither by its uid nor as what became of its own. Throws what reading throws. */
export async function isForgotten(
  db: Db,
  calls: Calls,
  uid: string,
  appointmentId: number,
): Promise<boolean> {
  if (await isNamed(db, uid, appointmentId)) return false;
  const record = await db('appointment_syncs').where({ appointment_id: appointmentId }).first('booking_uid');
  const ownUid = record?.booking_uid ?? null;
  return ownUid === null || (await headOfChain(calls, true, ownUid)).uid !== uid;
}

async function isStillOpen(db: Db, appointmentId: number): Promise<boolean> {
  const appointment = await db('appointments').where({ id: appointmentId }).first('status');
  return appointment !== undefined && !closedStatuses(db).includes(appointment.status);
}

/** A record names the booking, or an attempt of the appointment may have made it. */
async function isNamed(db: Db, uid: string, appointmentId: number): Promise<boolean> {
  const wanted = await db('appointment_syncs')
    .where((named) => named.where('booking_uid', uid).orWhere('replaces_uid', uid).orWhere('found_uid', uid))
    .orWhere((busy) => busy.where({ appointment_id: appointmentId }).whereNotNull('open_attempt_id'))
    .first('appointment_id');
  return wanted !== undefined;
}
