import { appendHistory } from '../../appointments/history.ts';
import { readInstallation } from '../../appointments/installation.ts';
import { type ItemEnding, recordItemEnded, type StoredItem } from '../../appointments/plans.ts';
import { CalcomRefused } from '../../calcom/errors.ts';
import type { Clock } from '../../clock.ts';
import { type Db, type Tx, transaction } from '../../database.ts';
import type { Calls } from '../calls.ts';
import { wordsFor } from '../reasons.ts';
import { appointmentNamedBy, isForgotten, isOrphan } from './orphans.ts';
import type { PlanDeps } from './run-item.ts';

/** Cancels a booking of ours that nothing wants any more, after a look whether that is still so. */
export async function cancelOrphan(deps: PlanDeps, item: StoredItem): Promise<ItemEnding | 'noted'> {
  if (item.bookingUid === null) return 'changed';
  const { bookingUid, appointmentId } = item;
  const left = { bookingUid, appointmentId, as: 'orphan' } as const;
  const cancelled = await cancelLeftOver(deps, left, (tx) => recordItemEnded(tx, item, 'done'));
  if (cancelled === 'cancelled') return 'noted';
  return cancelled === 'gone' ? 'done' : 'changed';
}

interface CancelDeps {
  db: Db;
  calls: Calls;
  clock: Clock;
  /** Who does it, for the history. */
  actor: string;
  locale: string;
}

export interface LeftOver {
  bookingUid: string;
  /** Of whom the history tells it; with `own_booking` the one whose mark the booking bears. */
  appointmentId: number;
  as: 'orphan' | 'own_booking';
}

/**
 * Cancels a booking that bears our mark, unless it is not what is said of it any more (`wanted`) or is cancelled already
 * (`gone`), and tells it to the history, `alongside` in the same transaction. Throws what Cal.com's calls throw.
 */
export async function cancelLeftOver(
  { db, calls, clock, actor, locale }: CancelDeps,
  { bookingUid, appointmentId, as }: LeftOver,
  alongside: (tx: Tx) => Promise<void> = async () => {},
): Promise<'cancelled' | 'gone' | 'wanted'> {
  const { installationId } = await readInstallation(db);
  const booking = await calls.read(true, (calcom) => calcom.getBooking(bookingUid));
  const named = appointmentNamedBy(booking, installationId);
  if (named === null) return booking.status === 'cancelled' ? 'gone' : 'wanted';
  const isUnwanted =
    as === 'orphan'
      ? await isOrphan(db, bookingUid, named)
      : named === appointmentId && (await isForgotten(db, calls, bookingUid, named));
  if (!isUnwanted) return 'wanted';
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
    await alongside(tx);
  });
  return 'cancelled';
}

async function isCancelled(calls: Calls, uid: string): Promise<boolean> {
  return (await calls.read(true, (calcom) => calcom.getBooking(uid))).status === 'cancelled';
}
