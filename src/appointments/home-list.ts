import type { Knex } from 'knex';
import type { Db } from '../database.ts';
import { readableInstant, toSqlInstant } from '../instant.ts';
import { openFutureQuery } from './appointment.ts';
import { takenSince } from './attention.ts';
import { NOT_PERSONS } from './history.ts';
import { openStatuses } from './statuses.ts';
import { type SyncRecord, toSyncRecord } from './sync-record.ts';

export const homeFilters = ['failed', 'past', 'pending', 'no_staff', 'mine'] as const;
/**
 * Which open appointments a list shows. failed: as the figure counts them; past: those of them whose start is over;
 * pending: as the figure counts them; no_staff: to come, and nobody is assigned; mine: not over and done with, and taken
 * by the reader or touched last of all persons by the reader.
 */
export type HomeFilter = (typeof homeFilters)[number];

/** One line of the list; without a record where the bot has not looked yet. */
export interface HomeRow {
  appointmentId: number;
  startsAt: Date | null;
  record: SyncRecord | null;
}

interface Wanted {
  filter: HomeFilter;
  reader: string;
  now: Date;
}

export async function countHomeRows(db: Db, wanted: Wanted): Promise<number> {
  const row = await listQuery(db, wanted).count({ rows: '*' }).first();
  return Number(row?.rows ?? 0);
}

/** The most urgent first: the nearest start, and what is past comes last. */
export async function readHomeRows(
  db: Db,
  { limit, offset, ...wanted }: Wanted & { limit: number; offset: number },
): Promise<HomeRow[]> {
  const rows = await listQuery(db, wanted)
    .select('s.*', 'a.id as a_id', 'a.starts_at as a_starts_at')
    .orderByRaw('CASE WHEN a.starts_at >= ? THEN 0 ELSE 1 END', [toSqlInstant(wanted.now)])
    .orderBy(['a.starts_at', 'a.id'])
    .limit(limit)
    .offset(offset);
  return rows.map((row: Record<string, unknown>) => ({
    appointmentId: Number(row.a_id),
    startsAt: readableInstant(row.a_starts_at),
    record: row.appointment_id === null ? null : toSyncRecord(row),
  }));
}

function listQuery(db: Db, { filter, reader, now }: Wanted) {
  const at = toSqlInstant(now);
  const open = () => withRecord(db('appointments as a').whereIn('a.status', openStatuses(db)));
  const toCome = () => withRecord(openFutureQuery(db, at));
  switch (filter) {
    case 'failed':
      return open().where('s.state', 'failed');
    case 'past':
      return open().where('s.state', 'failed').where('a.starts_at', '<', at);
    case 'pending':
      return toCome().where((waiting) =>
        waiting.whereNull('s.state').orWhereIn('s.state', ['pending', 'closed']),
      );
    case 'no_staff':
      return toCome().whereNull('a.staff_id');
    case 'mine':
      return open()
        .whereIn('s.state', ['pending', 'synced', 'failed'])
        .where((mine) => mine.where(takenBy(reader, now)).orWhere(lastTouchedBy(db, reader)));
  }
}

function withRecord(query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query.leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id');
}

const takenBy = (reader: string, now: Date) => (query: Knex.QueryBuilder) =>
  void query.where('s.taken_by', reader).where('s.touched_at', '>', takenSince(now));

/** No other person did anything about it since the reader did. */
function lastTouchedBy(db: Db, reader: string) {
  const touches = (alias: string) =>
    db(`history as ${alias}`).whereNot(`${alias}.action`, 'refused').select(db.raw('1'));
  const later = touches('l')
    .whereRaw('l.appointment_id = h.appointment_id')
    .whereRaw('l.id > h.id')
    .whereNotIn('l.actor', NOT_PERSONS);
  const last = touches('h')
    .whereRaw('h.appointment_id = a.id')
    .where('h.actor', reader)
    .whereNotExists(later);
  return (query: ReturnType<Db>) => void query.whereExists(last);
}
