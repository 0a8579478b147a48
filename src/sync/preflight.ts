import type { Appointment } from '../appointments/appointment.ts';
import { readIsComposite } from '../appointments/composite.ts';
import { findRival, findStandingRival, isContested } from '../appointments/rivals.ts';
import { isBeingVacated } from '../appointments/standing-bookings.ts';
import { SECOND } from '../instant.ts';
import { CallNotMade } from './calls.ts';
import type { Failure } from './failure.ts';
import type { Work } from './work.ts';

const VACATED_SOON_MS = 2 * SECOND;
export const SETTLED_SOON_MS = 5 * SECOND;

/**
 * What makes a booking pointless before any call is spent; null when it may be tried. Throws CallNotMade while the place
 * is just being vacated, or another attempt may land in it.
 */
export async function preflight(work: Work, appointment: Appointment): Promise<Failure | null> {
  const { db, clock, situation } = work;
  const failure = (kind: Failure['kind'], rest: Partial<Failure> = {}): Failure => ({
    kind,
    text: null,
    blocker: null,
    ...rest,
  });
  const { pushed } = situation.record;
  // Asked for together, so that one read serves all appointments that are on their way.
  const [isComposite, rival, isVacatedSoon, standing, contested] = await Promise.all([
    readIsComposite(db, appointment.id),
    findRival(db, appointment, pushed),
    isBeingVacated(db, appointment, clock.now()),
    findStandingRival(db, appointment),
    isContested(db, appointment, pushed),
  ]);
  if (isComposite) return failure('unsupported');
  if (appointment.staffId === null) return failure('no_staff');
  if (rival?.because === 'duplicate') return failure('duplicate', { blocker: rival.appointment });
  if (situation.eventTypeId === null) return failure('event_type_missing');
  if (situation.customer === null) return failure('contact_invalid');
  if (rival) return failure('host_conflict', { blocker: rival.appointment });
  if (isVacatedSoon) throw new CallNotMade(VACATED_SOON_MS);
  if (standing) return failure('host_conflict', { blocker: standing });
  if (contested) throw new CallNotMade(SETTLED_SOON_MS);
  return null;
}
