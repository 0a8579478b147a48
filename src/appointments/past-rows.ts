import type { Db } from '../database.ts';
import { fromSqlInstantOrNull, toSqlInstant } from '../instant.ts';
import { compositeColumns, isComposite, whereSimple } from './composite.ts';
import type { Seen } from './seen.ts';
import { openStatuses } from './statuses.ts';

/** An appointment that is over and still open, or whose record is, with the values that closing is guarded by. */
export interface PastRow {
  seen: Seen;
  /**
   * The booking that stands for it, linked or only found by the import; null: it was never booked. A composite
   * appointment counts as booked by whoever made it: it is not ours to cancel.
   */
  booking: { linkedUid: string | null; foundUid: string | null } | null;
}

/**
 * What a cleanup may close, by id from `afterId` on: open, and over since `cutoff`. Left alone are
 * - what is not decided: a booking of which we do not know whether it stands, or one that stands at another time;
 * - what a person has opened again after a cleanup, as long as its time is the same;
 * - rows without a record of which nobody can tell whether they took place: the bot was not there yet, and the former
 *   system left no word. They are for the plan, that is for a person.
 */
export async function readPastRowsToClose(
  db: Db,
  page: { now: Date; cutoff: Date; afterId: number; limit: number },
): Promise<PastRow[]> {
  const neverBooked = await unrecordedNeverBooked(db);
  const rows = await db('appointments as a')
    .leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id')
    .where('a.id', '>', page.afterId)
    .whereIn('a.status', openStatuses(db))
    .where('a.ends_at', '<=', toSqlInstant(page.cutoff))
    .where((known) => known.where(undecided(page.now)).orWhere(neverBooked))
    .whereNotExists(reopened(db))
    .orderBy('a.id')
    .limit(page.limit)
    .select('a.id', 'a.status', 'a.starts_at', 'a.staff_id', 's.booking_uid', 's.found_uid')
    .select(compositeColumns(db));
  return rows.map(toPastRow);
}

type Narrow = (query: ReturnType<Db>) => void;

/** With a record that is not closed for having taken place, and about which nothing is in flight. */
function undecided(now: Date): Narrow {
  return (query) =>
    query
      .whereNotNull('s.appointment_id')
      .whereNot((done) => done.where({ 's.state': 'closed', 's.closed_reason': 'done' }))
      .whereNull('s.open_attempt_id')
      .whereNull('s.replaces_uid')
      .where((past) => past.whereNull('s.pushed_start').orWhere('s.pushed_start', '<=', toSqlInstant(now)));
}

async function unrecordedNeverBooked(db: Db): Promise<Narrow> {
  const columns = await db('appointments').columnInfo();
  const installation = await db('installation').where({ id: 1 }).first('adopted_at');
  const adoptedAt = fromSqlInstantOrNull(installation?.adopted_at ?? null);
  return (query) => {
    whereSimple(db, query.whereNull('s.appointment_id'));
    if ('calcom_v2_booking_uid' in columns) query.whereNull('a.calcom_v2_booking_uid');
    if ('calcom_sync_status' in columns) {
      query.whereRaw("COALESCE(a.calcom_sync_status, '') <> 'synced'");
    }
    query.where((watched) => {
      if ('calcom_sync_status' in columns) watched.whereNotNull('a.calcom_sync_status');
      if (adoptedAt === null) return;
      watched.orWhere('a.ends_at', '>', toSqlInstant(adoptedAt));
      watched.orWhere('a.created_at', '>', toSqlInstant(adoptedAt));
    });
  };
}

function reopened(db: Db) {
  return db('undo_entries as e')
    .whereRaw('e.appointment_id = a.id')
    .whereRaw('e.starts_at = a.starts_at')
    .whereIn('e.kind', ['past', 'closed'])
    .where('e.outcome', 'undone')
    .select(db.raw('1'));
}

function toPastRow(row: Record<string, unknown>): PastRow {
  const linkedUid = row.booking_uid as string | null;
  const foundUid = row.found_uid as string | null;
  return {
    seen: {
      appointmentId: Number(row.id),
      status: String(row.status),
      startsAtText: String(row.starts_at),
      staffId: row.staff_id === null || row.staff_id === undefined ? null : String(row.staff_id),
    },
    booking: (linkedUid ?? foundUid) || isComposite(row) ? { linkedUid, foundUid } : null,
  };
}
