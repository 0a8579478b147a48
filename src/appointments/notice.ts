import { type Db, logOf, withRetries } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { isOpen, openFutureQuery } from './appointment.ts';
import { isDuplicate } from './rivals.ts';
import { hashOf, type Situation, situationQuery, toSituation } from './situation.ts';
import { closedStatuses, openStatuses, statusesOf } from './statuses.ts';
import { whereDiffersFromPushed } from './sync-record.ts';
import { dueNowColumns, wakeRecords } from './wake.ts';

const BATCH = 500;

/**
 * Compares what the appointments are with what Cal.com has, and makes every difference due. There is no watermark:
 * ids become visible out of order, and any program may change a row. Returns how many records it made due.
 */
export async function noticeDifferences(db: Db, now: Date): Promise<number> {
  const { missing, changed } = await readDiffering(db, now);
  const added = await addNew(db, missing, now);
  const moved = tellNoticed(db, changed, 'changed');
  const ended = tellNoticed(db, await endedIds(db, now), 'ended');
  const marked = await markPending(db, [...moved, ...ended], now);
  const late = tellNoticed(db, await overtakenIds(db, now), 'overtaken');
  const overtaken = await wakeRecords(db, late, { now, asked: false });
  const alone = tellNoticed(db, await freedIds(db), 'freed');
  const freed = await wakeRecords(db, alone, { now, asked: false });
  return added + marked + overtaken + freed + (await wakeChangedFailures(db, now));
}

function tellNoticed(db: Db, appointmentIds: number[], reason: string): number[] {
  const log = logOf(db);
  for (const appointmentId of appointmentIds) log.debug({ appointmentId, reason }, 'appointment.noticed');
  return appointmentIds;
}

type Row = Record<string, unknown>;

/** Open and in the future: what has no record, and what has moved on from what was pushed or was opened again. */
async function readDiffering(db: Db, now: Date): Promise<{ missing: Row[]; changed: number[] }> {
  const rows: Row[] = await openFutureQuery(db, toSqlInstant(now))
    .leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id')
    .where((either) =>
      either
        .whereNull('s.appointment_id')
        .orWhere('s.state', 'closed')
        .orWhere((synced) => synced.where('s.state', 'synced').where(whereDiffersFromPushed)),
    )
    .select('a.id', 'a.starts_at', 'a.created_at', 's.state');
  return {
    missing: rows.filter(({ state }) => state === null),
    changed: rows.flatMap(({ id, state }) => (state === null ? [] : Number(id))),
  };
}

async function addNew(db: Db, missing: Row[], now: Date): Promise<number> {
  const at = toSqlInstant(now);
  for (let from = 0; from < missing.length; from += BATCH) {
    const rows = missing.slice(from, from + BATCH).map(({ id, starts_at, created_at }) => ({
      ...{ appointment_id: id, state: 'pending', due_at: at, pending_since: at },
      ...{ starts_at, created_at },
    }));
    await withRetries(() => db('appointment_syncs').insert(rows).onConflict('appointment_id').ignore());
    tellNoticed(
      db,
      rows.map(({ appointment_id }) => Number(appointment_id)),
      'new',
    );
  }
  return missing.length;
}

/** Pushed into the future while the appointment is closed, gone or past. */
function endedIds(db: Db, now: Date): Promise<number[]> {
  const at = toSqlInstant(now);
  return db('appointment_syncs as s')
    .leftJoin('appointments as a', 'a.id', 's.appointment_id')
    .where('s.pushed_start', '>', at)
    .where('s.state', 'synced')
    .where((ended) =>
      ended
        .whereNull('a.id')
        .orWhereIn('a.status', closedStatuses(db))
        .orWhere((past) => past.whereIn('a.status', openStatuses(db)).where('a.starts_at', '<=', at)),
    )
    .pluck('s.appointment_id');
}

async function markPending(db: Db, appointmentIds: number[], now: Date): Promise<number> {
  let marked = 0;
  for (let from = 0; from < appointmentIds.length; from += BATCH) {
    marked += await withRetries(() =>
      db('appointment_syncs')
        .whereIn('appointment_id', appointmentIds.slice(from, from + BATCH))
        .whereIn('state', ['synced', 'closed'])
        .update({
          ...dueNowColumns(db, now),
          state: 'pending',
          pending_since: toSqlInstant(now),
          attempts: 0,
          starts_at: copiedStart(db),
        }),
    );
  }
  return marked;
}

/** The row's own start, unless it holds no date: MySQL refuses to store `0000-00-00`, and one row would stop all. */
function copiedStart(db: Db) {
  return db.raw(
    `(SELECT CASE WHEN a.starts_at > '1000-01-01' THEN a.starts_at END
      FROM ?? a WHERE a.id = appointment_syncs.appointment_id)`,
    ['appointments'],
  );
}

/** Moves that failed until their new time was over: the booking that still stands at the old time has to go. */
function overtakenIds(db: Db, now: Date): Promise<number[]> {
  const at = toSqlInstant(now);
  return (
    db('appointment_syncs as s')
      .join('appointments as a', 'a.id', 's.appointment_id')
      .where('s.pushed_start', '>', at)
      .where('s.state', 'failed')
      .whereNull('s.due_at')
      .whereIn('a.status', openStatuses(db))
      .where('a.starts_at', '<=', at)
      // Once tried after that time, a cancellation that was refused is a person's business.
      .whereRaw('s.last_attempt_at < a.starts_at')
      .pluck('s.appointment_id')
  );
}

/**
 * Refused because another appointment's booking of the same customer still stood there, whose row had moved on already:
 * that booking has followed its row by now.
 */
async function freedIds(db: Db): Promise<number[]> {
  const rows = await situationQuery(db)
    .join('appointment_syncs as o', 'o.appointment_id', 's.blocked_by')
    .where({ 's.state': 'failed', 's.failure_kind': 'duplicate' })
    .whereNull('s.due_at')
    .where((left) =>
      left
        .whereNull('o.booking_uid')
        .orWhere((moved) => moved.where('o.state', 'synced').whereRaw('o.pushed_start <> a.starts_at')),
    );
  return rows
    .map((row: Record<string, unknown>) => toSituation(row, statusesOf(db)))
    .filter(
      ({ appointment, blocker }: Situation) =>
        appointment && !(blocker && isOpen(blocker) && isDuplicate(appointment, blocker)),
    )
    .map((situation: Situation) => situation.record.appointmentId);
}

/** Failures, and tries that wait for their time, whose data is no longer what was tried. */
async function wakeChangedFailures(db: Db, now: Date): Promise<number> {
  const changed = await idsOfChanged(
    db,
    situationQuery(db)
      .whereIn('s.state', ['failed', 'pending'])
      .where((later) => later.whereNull('s.due_at').orWhere('s.due_at', '>', toSqlInstant(now))),
  );
  if (changed.length === 0) return 0;
  await withRetries(() =>
    db('appointment_syncs')
      .whereIn('appointment_id', changed)
      .update({ starts_at: copiedStart(db) }),
  );
  tellNoticed(db, changed, 'data_changed');
  return withRetries(() => wakeRecords(db, changed, { now, asked: false }));
}

/** Failures whose data is no longer what was tried. */
export function readChangedFailures(db: Db): Promise<number[]> {
  return idsOfChanged(db, situationQuery(db).where('s.state', 'failed'));
}

async function idsOfChanged(db: Db, query: ReturnType<typeof situationQuery>): Promise<number[]> {
  const rows = await query.whereNotNull('s.tried_hash');
  return rows
    .map((row: Record<string, unknown>) => toSituation(row, statusesOf(db)))
    .filter((situation: Situation) => hashOf(situation, situation.blocker) !== situation.record.triedHash)
    .map((situation: Situation) => situation.record.appointmentId);
}
