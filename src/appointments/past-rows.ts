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

interface Over {
  now: Date;
  /** It ended before. */
  cutoff: Date;
  /** Without a live record: it started after; null: whenever. What started before was looked at by an earlier cleanup. */
  since: Date | null;
  limit: number;
}

/**
 * What a cleanup may close, page after page: open, and over since `cutoff`. Left alone are
 * - what is not decided: a booking of which we do not know whether it stands, or one that stands at another time;
 * - what a person has opened again after a cleanup, as long as its time is the same;
 * - rows without a record of which nobody can tell whether they took place: the bot was not there yet, and the former
 *   system left no word. They are for the plan, that is for a person.
 */
export async function* pastRowsToClose(db: Db, over: Over): AsyncGenerator<PastRow[]> {
  for (const state of LIVE_STATES) {
    const live = () =>
      closable(db, over, recordsFirst(db).where({ 's.state': state }).where(undecided(over.now)));
    yield* inPages(over, { rows: live, startsAt: 's.starts_at', id: 's.appointment_id' });
  }
  const neverBooked = await unrecordedNeverBooked(db);
  const others = () =>
    closable(
      db,
      over,
      rowsFirst(db, over.since).where((known) => known.where(closedBefore(over.now)).orWhere(neverBooked)),
    );
  yield* inPages(over, { rows: others, startsAt: 'a.starts_at', id: 'a.id' });
}

const LIVE_STATES = ['pending', 'synced', 'failed'];

type Rows = ReturnType<Db>;
type Narrow = (query: Rows) => void;

/** Where a page ended. */
interface Place {
  place: string;
  id: number;
}

/** From the few records that are not closed; a cross join, or SQLite may start at all appointments. */
function recordsFirst(db: Db): Rows {
  return db('appointment_syncs as s').crossJoin('appointments as a', 'a.id', 's.appointment_id');
}

function rowsFirst(db: Db, since: Date | null): Rows {
  const rows = db('appointments as a').leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id');
  return since === null ? rows : rows.where('a.starts_at', '>', toSqlInstant(since));
}

function closable(db: Db, { cutoff }: Over, rows: Rows): Rows {
  return rows
    .whereIn('a.status', openStatuses(db))
    .where('a.ends_at', '<=', toSqlInstant(cutoff))
    .whereNotExists(reopened(db))
    .select('a.id', 'a.status', 'a.starts_at', 'a.staff_id', 's.booking_uid', 's.found_uid')
    .select(compositeColumns(db));
}

/** By start, so that an index leads to what is over, and on from where a page ended: not all of it can be closed. */
async function* inPages(
  { cutoff, limit }: Over,
  { rows, startsAt, id }: { rows: () => Rows; startsAt: string; id: string },
): AsyncGenerator<PastRow[]> {
  for (let last: Place | undefined; ; ) {
    const page = rows().where(startsAt, '<=', toSqlInstant(cutoff));
    if (last) page.where(startsAt, '>=', last.place).where(beyond(last, { startsAt, id }));
    const found: (Record<string, unknown> & Place)[] = await page
      .orderBy([startsAt, id])
      .limit(limit)
      .select({ place: startsAt });
    if (found.length > 0) yield found.map(toPastRow);
    if (found.length < limit) return;
    last = found.at(-1);
  }
}

function beyond(last: Place, { startsAt, id }: { startsAt: string; id: string }): Narrow {
  return (query) =>
    query
      .where(startsAt, '>', last.place)
      .orWhere((same) => same.where(startsAt, last.place).where(id, '>', last.id));
}

/** Nothing is in flight about it, and no booking of it is still to come. */
function undecided(now: Date): Narrow {
  return (query) =>
    query
      .whereNull('s.open_attempt_id')
      .whereNull('s.replaces_uid')
      .where((past) => past.whereNull('s.pushed_start').orWhere('s.pushed_start', '<=', toSqlInstant(now)));
}

/** With a record that was closed for another reason than having taken place, and an appointment that is open again. */
function closedBefore(now: Date): Narrow {
  return (query) =>
    query.where('s.state', 'closed').whereNot('s.closed_reason', 'done').where(undecided(now));
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
