import { type Db, isDuplicateKey, transaction } from '../database.ts';
import { fromSqlInstant, toSqlInstant } from '../instant.ts';
import { refreshAlert, subjectOf } from './alerts.ts';
import { Changed } from './close.ts';
import { followRow } from './follow-there.ts';
import { type Actor, appendHistory } from './history.ts';
import { readRowMarks } from './row-marks.ts';
import { asSeen, type Seen } from './seen.ts';
import { pushedColumns } from './sync-record.ts';
import { type There, thereText } from './there.ts';

export type Truth = 'ours' | 'theirs';

/** Stands for nobody of ours: whoever has the booking in Cal.com is not whom the row names. */
const NOBODY_OF_OURS = '?';

/**
 * A person chose which side is right. What Cal.com has becomes what was pushed: `ours` is then the only side that
 * differs and is pushed; with `theirs` the row follows too. Either way the booking is read before anything is sent.
 * `changed`: the row, the booking or the record is no longer what the person saw. Nothing was written then.
 */
export async function settleTruths(
  db: Db,
  seen: Seen,
  { truth, there, actor, now }: { truth: Truth; there: There; actor: Actor; now: Date },
): Promise<'settled' | 'changed' | 'duplicate'> {
  const { appointmentId } = seen;
  const { serviceId, startsAtText, eventTypeId, hostId } = there;
  const staffId = there.staffId ?? NOBODY_OF_OURS;
  const pushed = {
    serviceId,
    staffId,
    startsAtText,
    startsAt: fromSqlInstant(startsAtText),
    eventTypeId,
    hostId,
  };
  const marks = await readRowMarks(db);
  const at = toSqlInstant(now);
  try {
    await transaction(db, async (tx) => {
      if (truth === 'theirs') await followRow(tx, seen, { pushed, marks, now });
      else if (!(await asSeen(tx, seen).first('id'))) throw new Changed();
      const settled = await tx('appointment_syncs')
        .where({ appointment_id: appointmentId, state: 'failed', failure_kind: 'two_truths' })
        .where({ there: thereText(there) })
        .whereNull('open_attempt_id')
        .where((free) => free.whereNull('claim_token').orWhere('due_at', '<=', at))
        .update({
          ...pushedColumns(pushed),
          ...{ booking_uid: there.uid, look_uid: there.uid, look_at: at, claim_token: null },
          ...{ state: 'pending', pending_since: at, due_at: at, asked_at: at, touched_at: at },
        });
      if (settled === 0) throw new Changed();
      const action = truth === 'ours' ? 'kept_ours' : 'took_theirs';
      const before = { start: seen.startsAtText, staff: seen.staffId };
      const after = truth === 'ours' ? before : { start: startsAtText, staff: staffId };
      await appendHistory(tx, { appointmentId, at: now, actor, action, before, after });
      await refreshAlert(tx, subjectOf(appointmentId), now);
    });
    return 'settled';
  } catch (error) {
    if (error instanceof Changed) return 'changed';
    if (isDuplicateKey(error)) return 'duplicate';
    throw error;
  }
}
