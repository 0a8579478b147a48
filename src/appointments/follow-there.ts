import { type Db, isDuplicateKey, type Tx, withRetries } from '../database.ts';
import { movedColumns } from './change-appointment.ts';
import { type Claim, tellLost } from './claim.ts';
import { Changed } from './close.ts';
import { type Recorded, recordBooked } from './record.ts';
import { markedAt, type RowMarks, readRowMarks } from './row-marks.ts';
import { asSeen, type Seen } from './seen.ts';
import { type Pushed, pushedColumns } from './sync-record.ts';

/** A visit that was moved or handed over in Cal.com, and its booking. */
export interface Followed {
  uid: string;
  pushed: Pushed;
  replacesUid: string | null;
  now: Date;
}

/**
 * The row becomes what Cal.com has, and the record with it, both or neither, so that nothing is left to be pushed.
 * `changed`: the row is no longer what was seen. `duplicate`: the booking system allows no second such appointment.
 * Nothing was written in either case.
 */
export async function recordFollowed(
  db: Db,
  claim: Claim,
  seen: Seen,
  followed: Followed,
): Promise<Recorded | 'changed' | 'duplicate'> {
  const { uid, pushed, replacesUid, now } = followed;
  const marks = await readRowMarks(db);
  try {
    return await recordBooked(db, claim, {
      action: pushed.startsAtText === seen.startsAtText ? 'reassigned' : 'moved',
      actor: 'calcom',
      uid,
      pushed,
      replacesUid,
      before: { staff: seen.staffId, start: seen.startsAtText },
      alongside: (tx) => followRow(tx, seen, { pushed, marks, now }),
      now,
    });
  } catch (error) {
    if (error instanceof Changed) return 'changed';
    if (isDuplicateKey(error)) return 'duplicate';
    throw error;
  }
}

/** Notes under which uid and with which host the booking stands, and keeps the claim. */
export async function keepBooking(
  db: Db,
  claim: Claim,
  { uid, pushed }: { uid: string; pushed: Pushed },
): Promise<Recorded> {
  const written = await withRetries(() =>
    db('appointment_syncs')
      .where({ appointment_id: claim.appointmentId, claim_token: claim.token })
      .update({ booking_uid: uid, ...pushedColumns(pushed) }),
  );
  if (written === 1) return 'recorded';
  tellLost(db, claim);
  return 'lost';
}

/** Gives the row, while it is what was seen, the start and staff of `pushed`; it stays as long as it was. */
export async function followRow(
  tx: Tx,
  seen: Seen,
  { pushed, marks, now }: { pushed: Pushed; marks: RowMarks; now: Date },
): Promise<void> {
  const { appointmentId } = seen;
  const before = await tx('appointments').where({ id: appointmentId }).first('starts_at', 'ends_at');
  if (!before) throw new Changed();
  const moved = pushed.startsAtText === seen.startsAtText ? {} : movedColumns(before, pushed.startsAt);
  const columns = { ...moved, staff_id: pushed.staffId, ...markedAt(tx, marks, now) };
  if ((await asSeen(tx, seen).update(columns)) === 0) throw new Changed();
  await tx('appointment_syncs')
    .where({ appointment_id: appointmentId })
    .update({ starts_at: pushed.startsAtText });
}
