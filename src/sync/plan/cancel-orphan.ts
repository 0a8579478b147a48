import { appendHistory } from '../../appointments/history.ts';
import { readInstallation } from '../../appointments/installation.ts';
import { type ItemEnding, recordItemEnded, type StoredItem } from '../../appointments/plans.ts';
import { CalcomRefused } from '../../calcom/errors.ts';
import { transaction } from '../../database.ts';
import type { Calls } from '../calls.ts';
import { wordsFor } from '../reasons.ts';
import { appointmentNamedBy, isOrphan } from './orphans.ts';
import type { PlanDeps } from './run-item.ts';

/** Cancels a booking of ours that nothing wants any more, after a look whether that is still so. */
export async function cancelOrphan(deps: PlanDeps, item: StoredItem): Promise<ItemEnding | 'noted'> {
  const { db, calls, clock, actor, locale } = deps;
  const { appointmentId, bookingUid } = item;
  if (bookingUid === null) return 'changed';
  const { installationId } = await readInstallation(db);
  const booking = await calls.read(true, (calcom) => calcom.getBooking(bookingUid));
  const named = appointmentNamedBy(booking, installationId);
  if (named === null) return booking.status === 'cancelled' ? 'done' : 'changed';
  if (!(await isOrphan(db, bookingUid, named))) return 'changed';
  await calls.permit(true);
  try {
    await calls.run(appointmentId, (calcom) =>
      calcom.cancelBooking(bookingUid, wordsFor('cancelled', locale)),
    );
  } catch (error) {
    if (!(error instanceof CalcomRefused) || !(await isCancelled(calls, bookingUid))) throw error;
  }
  await transaction(db, async (tx) => {
    const before = { uid: bookingUid };
    await appendHistory(tx, { appointmentId, at: clock.now(), actor, action: 'orphan_cancelled', before });
    await recordItemEnded(tx, item, 'done');
  });
  return 'noted';
}

async function isCancelled(calls: Calls, uid: string): Promise<boolean> {
  return (await calls.read(true, (calcom) => calcom.getBooking(uid))).status === 'cancelled';
}
