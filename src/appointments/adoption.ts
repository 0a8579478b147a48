import { type Db, transaction } from '../database.ts';
import type { Statuses } from '../database-map.ts';
import { readableInstant, toSqlInstant } from '../instant.ts';
import { APPOINTMENT_COLUMNS, type Appointment, toAppointment } from './appointment.ts';
import { compositeColumns, isComposite } from './composite.ts';
import { appendHistory, type HistoryEntry } from './history.ts';
import { openStatuses, statusesOf } from './statuses.ts';
import { pushedColumns } from './sync-record.ts';

// What the former system may have left on `appointments`; each column is optional.
const FORMER_COLUMNS = {
  uid: 'calcom_v2_booking_uid',
  status: 'calcom_sync_status',
  errorText: 'sync_error_message',
  lastAttemptAt: 'last_sync_attempt_at',
} as const;

export interface FormerData {
  uid: string | null;
  status: 'synced' | 'failed' | 'pending';
  errorText: string | null;
  lastAttemptAt: string | null;
}

/** An open appointment that the import looks at: still to come, or past and failed by the former system. */
export interface FormerRow {
  appointment: Appointment;
  customer: { name: string; email: string | null; phone: string | null } | null;
  eventTypeId: number | null;
  former: FormerData;
  hasFormerData: boolean;
  isComposite: boolean;
}

const BATCH = 500;

/** All rows that the import looks at, by id. */
export async function readFormerRows(db: Db, now: Date): Promise<FormerRow[]> {
  const existing = await db('appointments').columnInfo();
  const columns = Object.entries(FORMER_COLUMNS).filter(([, column]) => column in existing);
  const rows: FormerRow[] = [];
  for (let afterId = 0; ; ) {
    const page = await formerRowsQuery(db, now, columns)
      .where('a.id', '>', afterId)
      .orderBy('a.id')
      .limit(BATCH);
    rows.push(...page.map((row: Record<string, unknown>) => toFormerRow(row, statusesOf(db))));
    if (page.length < BATCH) return rows;
    afterId = Number(page[page.length - 1].id);
  }
}

function formerRowsQuery(db: Db, now: Date, columns: [string, string][]) {
  const hasStatus = columns.some(([, column]) => column === FORMER_COLUMNS.status);
  return db('appointments as a')
    .leftJoin('customers as c', 'c.id', 'a.customer_id')
    .leftJoin('calcom_event_map as m', (map) =>
      map.on('m.service_id', 'a.service_id').andOn('m.staff_id', 'a.staff_id'),
    )
    .whereIn('a.status', openStatuses(db))
    .where((wanted) => {
      wanted.where('a.starts_at', '>', toSqlInstant(now));
      if (hasStatus) wanted.orWhere(`a.${FORMER_COLUMNS.status}`, 'failed');
    })
    .select(APPOINTMENT_COLUMNS.map((column) => `a.${column}`))
    .select(compositeColumns(db))
    .select({
      customer_name: 'c.name',
      email: 'c.email',
      phone: 'c.phone',
      customer_row: 'c.id',
      event_type_id: 'm.event_type_id',
      ...Object.fromEntries(columns.map(([name, column]) => [`former_${name}`, `a.${column}`])),
    });
}

function toFormerRow(row: Record<string, unknown>, statuses: Statuses): FormerRow {
  const text = (name: string) => String(row[`former_${name}`] ?? '').trim() || null;
  const status = text('status');
  const lastAttemptAt = readableInstant(row.former_lastAttemptAt);
  return {
    appointment: toAppointment(row, statuses),
    customer:
      row.customer_row === null
        ? null
        : {
            name: String(row.customer_name),
            email: row.email as string | null,
            phone: row.phone as string | null,
          },
    eventTypeId: row.event_type_id === null ? null : Number(row.event_type_id),
    former: {
      uid: text('uid'),
      status: status === 'synced' || status === 'failed' ? status : 'pending',
      errorText: text('errorText'),
      lastAttemptAt: lastAttemptAt && toSqlInstant(lastAttemptAt),
    },
    hasFormerData: ['uid', 'status', 'errorText', 'lastAttemptAt'].some((name) => text(name) !== null),
    isComposite: isComposite(row),
  };
}

/** What the import makes of a row. */
export interface AdoptedRecord {
  row: FormerRow;
  state: 'synced' | 'pending' | 'failed';
  bookingUid?: string;
  found?: { uid: string; as: 'adoptable' | 'ambiguous' };
  failure?: { kind: string; text: string | null; triedHash: string };
  dueAt: Date | null;
}

/** Inserts the records that are not there yet, so that an import that broke off goes on where it was. */
export async function insertAdopted(db: Db, records: AdoptedRecord[], now: Date): Promise<void> {
  for (let from = 0; from < records.length; from += BATCH) {
    const batch = records.slice(from, from + BATCH);
    await transaction(db, async (tx) => {
      const there = await tx('appointment_syncs')
        .whereIn(
          'appointment_id',
          batch.map(({ row }) => row.appointment.id),
        )
        .pluck('appointment_id');
      const known = new Set(there.map(Number));
      const added = batch.filter(({ row }) => !known.has(row.appointment.id));
      if (added.length === 0) return;
      await tx('appointment_syncs').insert(added.map((record) => toColumns(record, now)));
      const told = added.filter(({ row }) => row.former.errorText !== null);
      if (told.length > 0)
        await tx('sync_attempts').insert(told.map((record) => toFormerAttempt(record, now)));
      await appendHistory(tx, ...added.map((record) => toHistory(record, now)));
    });
  }
}

function toColumns({ row, ...record }: AdoptedRecord, now: Date): Record<string, unknown> {
  const { appointment, former, eventTypeId } = row;
  const created = appointment.createdAt && toSqlInstant(appointment.createdAt);
  const { serviceId, staffId, startsAt, startsAtText } = appointment;
  const isPushed = record.bookingUid !== undefined && staffId !== null && eventTypeId !== null;
  return {
    appointment_id: appointment.id,
    state: record.state,
    due_at: record.dueAt && toSqlInstant(record.dueAt),
    pending_since: record.state === 'pending' ? (created ?? toSqlInstant(now)) : null,
    booking_uid: record.bookingUid ?? null,
    ...pushedColumns(isPushed ? { serviceId, staffId, startsAt, startsAtText, eventTypeId } : null),
    tried_hash: record.failure?.triedHash ?? null,
    failure_kind: record.failure?.kind ?? null,
    failure_text: record.failure?.text ?? null,
    found_uid: record.found?.uid ?? null,
    found_as: record.found?.as ?? null,
    first_failed_at: record.failure ? (former.lastAttemptAt ?? toSqlInstant(now)) : null,
    last_attempt_at: former.lastAttemptAt,
    starts_at: startsAtText,
    created_at: created,
  };
}

function toFormerAttempt({ row }: AdoptedRecord, now: Date): Record<string, unknown> {
  const at = row.former.lastAttemptAt ?? toSqlInstant(now);
  return {
    appointment_id: row.appointment.id,
    operation: 'book',
    request: '{}',
    intent_at: at,
    outcome_at: at,
    outcome: 'former',
    raw_answer: row.former.errorText,
  };
}

function toHistory({ row, state, bookingUid, found, failure }: AdoptedRecord, now: Date): HistoryEntry {
  return {
    appointmentId: row.appointment.id,
    at: now,
    actor: 'bot',
    action: bookingUid ? 'linked' : 'imported',
    after: { state, uid: bookingUid, found },
    ...(failure && { reason: failure.kind }),
  };
}

export async function countOpenFuture(db: Db, now: Date): Promise<number> {
  const row = await db('appointments')
    .whereIn('status', openStatuses(db))
    .where('starts_at', '>', toSqlInstant(now))
    .first({ count: db.raw('COUNT(*)') });
  return Number(row.count);
}

/** Puts active staff of equal name together as one person; who is known already stays as it is. */
export async function groupStaffIntoPersons(db: Db): Promise<void> {
  const [staff, known] = await Promise.all([
    db('staff').where({ is_active: 1 }).orderBy('id').select('id', 'name'),
    db('staff_persons').select('staff_id', 'person_id'),
  ]);
  const personOfStaff = new Map<string, string>(known.map((row) => [row.staff_id, row.person_id]));
  const personOfName = new Map<string, string>();
  const nameOf = (name: string) => name.trim().toLowerCase();
  for (const { id, name } of staff) {
    const person = personOfStaff.get(id) ?? personOfName.get(nameOf(name)) ?? id;
    if (!personOfName.has(nameOf(name))) personOfName.set(nameOf(name), person);
  }
  const added = staff
    .filter(({ id }) => !personOfStaff.has(id))
    .map(({ id, name }) => ({ staff_id: id, person_id: personOfName.get(nameOf(name)) }));
  for (let from = 0; from < added.length; from += BATCH) {
    await db('staff_persons')
      .insert(added.slice(from, from + BATCH))
      .onConflict('staff_id')
      .ignore();
  }
}

/** Whether another appointment's record names this booking, linked or found. */
export async function isWantedByAnother(
  db: Db,
  { uid, appointmentId }: { uid: string; appointmentId: number },
): Promise<boolean> {
  const other = await db('appointment_syncs')
    .where((either) => either.where('found_uid', uid).orWhere('booking_uid', uid))
    .whereNot('appointment_id', appointmentId)
    .whereNot('state', 'closed')
    .first('appointment_id');
  return other !== undefined;
}

/** Which service and person an event type books, the appointment's own where several are; null when none is mapped. */
export async function readMappedVisit(
  db: Db,
  eventTypeId: number,
  { serviceId, staffId }: Pick<Appointment, 'serviceId' | 'staffId'>,
): Promise<{ serviceId: number; staffId: string } | null> {
  const rows = await db('calcom_event_map')
    .where({ event_type_id: eventTypeId })
    .orderBy(['service_id', 'staff_id']);
  const likeness = (row: Record<string, unknown>) =>
    2 * Number(Number(row.service_id) === serviceId) + Number(row.staff_id === staffId);
  const [best] = rows.toSorted((one, other) => likeness(other) - likeness(one));
  return best ? { serviceId: Number(best.service_id), staffId: String(best.staff_id) } : null;
}
