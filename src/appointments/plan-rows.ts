import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Db } from '../database.ts';
import type { Statuses } from '../database-map.ts';
import { toSqlInstant } from '../instant.ts';
import { APPOINTMENT_COLUMNS, type Appointment, openFutureQuery, toAppointment } from './appointment.ts';
import { compositeColumns, isComposite } from './composite.ts';
import { readChangedFailures } from './notice.ts';
import { openStatuses, statusesOf } from './statuses.ts';

/** An open appointment with what a plan decides on. */
export interface PlanRow {
  appointment: Appointment;
  /** A booking stands or stood for it, by our record or by the former system's word. */
  isBooked: boolean;
  /** The bot cannot book it, and the plan leaves it to the people who made it. */
  isComposite: boolean;
  isClaimed: boolean;
  hasEventType: boolean;
  customer: { email: string | null; phone: string | null };
  state: string | null;
  failureKind: string | null;
  foundUid: string | null;
  foundAs: string | null;
  /** A failure whose data is no longer what was tried. */
  hasChanged: boolean;
}

const PAGE = 1_000;

/** Open appointments still to come, by id. */
export async function readFutureRows(db: Db, now: Date): Promise<PlanRow[]> {
  const changed = new Set(await readChangedFailures(db));
  const rows = await readPaged(db, now, {
    rowsToRead: () => openFutureQuery(db, toSqlInstant(now)),
    take: (row) => row,
  });
  return rows.map((row) => ({ ...row, hasChanged: changed.has(row.appointment.id) }));
}

/** What `take` makes of the open appointments that are over, by id; null leaves one out. There may be very many. */
export function readPastRows<T>(db: Db, now: Date, take: (row: PlanRow) => T | null): Promise<T[]> {
  const over = () =>
    db('appointments as a').whereIn('a.status', openStatuses(db)).where('a.ends_at', '<=', toSqlInstant(now));
  return readPaged(db, now, { rowsToRead: over, take });
}

/** Page by page, since SQLite answers within the turn and others have to get theirs. */
async function readPaged<T>(
  db: Db,
  now: Date,
  { rowsToRead, take }: { rowsToRead: () => ReturnType<Db>; take: (row: PlanRow) => T | null },
): Promise<T[]> {
  const wasBooked = await formerBooked(db);
  const statuses = statusesOf(db);
  const all: T[] = [];
  for (let afterId = 0; ; ) {
    const page = await planQuery(db, wasBooked, rowsToRead().where('a.id', '>', afterId)).limit(PAGE);
    for (const row of page) {
      const taken = take(toPlanRow(row, { statuses, now }));
      if (taken !== null) all.push(taken);
    }
    if (page.length < PAGE) return all;
    afterId = Number(page.at(-1)?.id);
    await nextTurn();
  }
}

/** SQL that is true where the former system booked a row; it counts while we have no record of our own. */
async function formerBooked(db: Db): Promise<string> {
  const columns = await db('appointments').columnInfo();
  return 'calcom_sync_status' in columns ? "COALESCE(a.calcom_sync_status, '') = 'synced'" : '1 = 0';
}

function planQuery(db: Db, wasBooked: string, appointments: ReturnType<Db>) {
  return appointments
    .leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id')
    .leftJoin('customers as c', 'c.id', 'a.customer_id')
    .leftJoin('calcom_event_map as m', (map) =>
      map.on('m.service_id', 'a.service_id').andOn('m.staff_id', 'a.staff_id'),
    )
    .orderBy('a.id')
    .select(APPOINTMENT_COLUMNS.map((column) => `a.${column}`))
    .select(compositeColumns(db))
    .select(
      's.state',
      's.closed_reason',
      's.failure_kind',
      's.found_uid',
      's.found_as',
      's.booking_uid',
      's.claim_token',
      's.due_at',
    )
    .select({
      email: 'c.email',
      phone: 'c.phone',
      event_type_id: 'm.event_type_id',
      was_booked: db.raw(`CASE WHEN s.appointment_id IS NULL AND ${wasBooked} THEN 1 ELSE 0 END`),
    });
}

function toPlanRow(
  row: Record<string, unknown>,
  { statuses, now }: { statuses: Statuses; now: Date },
): PlanRow {
  const text = (name: string) => (row[name] === null ? null : String(row[name]));
  return {
    appointment: toAppointment(row, statuses),
    isBooked: row.booking_uid !== null || tookPlace(row) || Number(row.was_booked) === 1,
    isComposite: isComposite(row),
    isClaimed: row.claim_token !== null && row.due_at !== null && String(row.due_at) > toSqlInstant(now),
    hasEventType: row.event_type_id !== null,
    customer: { email: text('email'), phone: text('phone') },
    state: text('state'),
    failureKind: text('failure_kind'),
    foundUid: text('found_uid'),
    foundAs: text('found_as'),
    hasChanged: false,
  };
}

/** The cleanup closed the record of a booking that is over. */
function tookPlace({ state, closed_reason }: Record<string, unknown>): boolean {
  return state === 'closed' && closed_reason === 'done';
}
