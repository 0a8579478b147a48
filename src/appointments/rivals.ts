import type { Knex } from 'knex';
import type { Db } from '../database.ts';
import { addMs, DAY, fromSqlInstant, MINUTE, toSqlInstant } from '../instant.ts';
import { APPOINTMENT_COLUMNS, type Appointment, byAge, toAppointment } from './appointment.ts';
import type { AttemptRequest } from './attempts.ts';
import { closedStatuses, openStatuses, statusesOf } from './statuses.ts';
import { type Pushed, toSyncRecord, whereDiffersFromPushed } from './sync-record.ts';
import { readThere, type There } from './there.ts';

/** Another open appointment that stands in the way of this one, and why. */
export interface Rival {
  appointment: Appointment;
  because: 'duplicate' | 'same_person';
}

interface Contender {
  appointment: Appointment;
  personId: string | null;
  pushed: Pushed | null;
}

/**
 * The open appointment that this one has to give way to, or null: a duplicate (same customer, service and minute), or
 * one that overlaps it for the same person. The booked one goes first, else the older.
 */
export async function findRival(
  db: Db,
  appointment: Appointment,
  pushed: Pushed | null,
): Promise<Rival | null> {
  const personId = await personOf(db, appointment.staffId);
  const self: Contender = { appointment, personId, pushed };
  const others = await readContenders(db, appointment, personId);
  const rivals = others.flatMap((other) => {
    const because = rivalry(self, other);
    return because && goesFirst(other, self) ? [{ appointment: other.appointment, because }] : [];
  });
  return rivals.find((rival) => rival.because === 'duplicate') ?? rivals[0] ?? null;
}

function rivalry(one: Contender, other: Contender): Rival['because'] | null {
  if (isDuplicate(one.appointment, other.appointment)) return 'duplicate';
  if (one.personId === null || one.personId !== other.personId) return null;
  return overlap(one.appointment, other.appointment) ? 'same_person' : null;
}

/** Equal for duplicates: same customer, service and start to the minute. */
export function visitKey({ customerId, serviceId, startsAt }: Appointment): string {
  return `${customerId} ${serviceId} ${Math.floor(startsAt.getTime() / MINUTE)}`;
}

export function isDuplicate(one: Appointment, other: Appointment): boolean {
  return visitKey(one) === visitKey(other);
}

function overlap(one: Appointment, other: Appointment): boolean {
  return one.startsAt < other.endsAt && other.startsAt < one.endsAt;
}

function goesFirst(one: Contender, other: Contender): boolean {
  const standing = Number(standsThere(other)) - Number(standsThere(one));
  return (standing || byAge(one.appointment, other.appointment)) < 0;
}

/** Booked for the very staff and start that the row has now. */
function standsThere({ appointment, pushed }: Contender): boolean {
  return (
    pushed !== null &&
    pushed.staffId === appointment.staffId &&
    pushed.startsAt.getTime() === appointment.startsAt.getTime()
  );
}

async function personOf(db: Db, staffId: string | null): Promise<string | null> {
  if (staffId === null) return null;
  const row = await db('staff_persons').where({ staff_id: staffId }).first('person_id');
  return row?.person_id ?? staffId;
}

async function readContenders(
  db: Db,
  appointment: Appointment,
  personId: string | null,
): Promise<Contender[]> {
  const { startsAt, endsAt } = appointment;
  const minute = Math.floor(startsAt.getTime() / MINUTE) * MINUTE;
  const staffIds =
    personId === null ? [] : await db('staff_persons').where({ person_id: personId }).pluck('staff_id');
  const rows = await db('appointments as a')
    .leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id')
    .select('s.*', ...APPOINTMENT_COLUMNS.map((column) => `a.${column} as a_${column}`))
    .whereNot('a.id', appointment.id)
    .whereIn('a.status', openStatuses(db))
    // The lower bound lets an index on starts_at serve; no appointment is longer than a day.
    .where('a.starts_at', '>', toSqlInstant(addMs(startsAt, -DAY)))
    // And a day more at the end: as text a date with a T sorts after the rest of its day.
    .where(
      'a.starts_at',
      '<',
      toSqlInstant(addMs(new Date(Math.max(endsAt.getTime(), minute + MINUTE)), DAY)),
    )
    .where((either) =>
      either
        .whereIn(
          'a.staff_id',
          [...staffIds, appointment.staffId].filter((id) => id !== null),
        )
        .orWhere('a.customer_id', appointment.customerId),
    );
  return rows.map((row: Record<string, unknown>) => {
    const columns = Object.fromEntries(APPOINTMENT_COLUMNS.map((column) => [column, row[`a_${column}`]]));
    return toContender(row, toAppointment(columns, statusesOf(db)), { staffIds, personId });
  });
}

function toContender(
  row: Record<string, unknown>,
  appointment: Appointment,
  { staffIds, personId }: { staffIds: string[]; personId: string | null },
): Contender {
  const isOurs = appointment.staffId !== null && staffIds.includes(appointment.staffId);
  return {
    appointment,
    personId: isOurs ? personId : appointment.staffId,
    pushed: row.appointment_id === null ? null : toSyncRecord(row).pushed,
  };
}

/** Whether what was pushed keeps the appointment's own person busy at its new time. */
export async function isSamePersonBusy(db: Db, appointment: Appointment, pushed: Pushed): Promise<boolean> {
  if ((await personOf(db, pushed.staffId)) !== (await personOf(db, appointment.staffId))) return false;
  const service = await db('services').where({ id: pushed.serviceId }).first('duration_minutes');
  return isBusyAt(appointment, pushed.startsAt, Number(service?.duration_minutes ?? 0));
}

function isBusyAt(appointment: Appointment, startsAt: Date, minutes: number): boolean {
  return startsAt < appointment.endsAt && appointment.startsAt < addMs(startsAt, minutes * MINUTE);
}

/**
 * Whether something came up since `findRival` that stands in the way in another calendar of the same human, or may be
 * about to land there: Cal.com knows nothing of that and refuses neither. Who goes first is not known before an attempt
 * has an outcome.
 */
export async function isContested(db: Db, appointment: Appointment, pushed: Pushed | null): Promise<boolean> {
  const others = await readOtherCalendars(db, appointment.staffId);
  if (others.length === 0) return false;
  if (await mayLand(db, appointment, others)) return true;
  if ((await findStanding(db, appointment, others)) !== null) return true;
  return (await findRival(db, appointment, pushed)) !== null;
}

/**
 * The appointment whose booking still stands in the way, in another calendar of the same human, although its row has
 * moved on or is closed; null when there is none. In the same calendar Cal.com refuses by itself.
 */
export async function findStandingRival(db: Db, appointment: Appointment): Promise<Appointment | null> {
  const others = await readOtherCalendars(db, appointment.staffId);
  return others.length === 0 ? null : findStanding(db, appointment, others);
}

/** The other staff records of the same human. */
async function readOtherCalendars(db: Db, staffId: string | null): Promise<string[]> {
  const personId = await personOf(db, staffId);
  const records: string[] = await db('staff_persons').where({ person_id: personId }).pluck('staff_id');
  return records.filter((each) => each !== staffId);
}

async function findStanding(
  db: Db,
  appointment: Appointment,
  staffIds: string[],
): Promise<Appointment | null> {
  const rows = await db('appointment_syncs as s')
    .join('appointments as a', 'a.id', 's.appointment_id')
    .leftJoin('services as sv', 'sv.id', 's.pushed_service_id')
    .whereNot('s.appointment_id', appointment.id)
    .whereNotNull('s.booking_uid')
    .where((either) =>
      either
        .where((pushed) =>
          pushed
            .whereIn('s.pushed_staff_id', staffIds)
            .where('s.pushed_start', '>', toSqlInstant(addMs(appointment.startsAt, -DAY)))
            .where('s.pushed_start', '<', toSqlInstant(appointment.endsAt)),
        )
        .orWhere({ 's.state': 'failed', 's.failure_kind': 'two_truths' }),
    )
    .select(APPOINTMENT_COLUMNS.map((column) => `a.${column}`))
    .select({ pushed_minutes: 'sv.duration_minutes' })
    .select('s.pushed_start', 's.pushed_staff_id', 's.failure_kind', 's.there');
  const standing = rows.find((row: Record<string, unknown>) => {
    const { staffId, startsAtText } = standingPlace(row);
    const minutes = Number(row.pushed_minutes ?? 0);
    return staffIds.includes(String(staffId)) && isBusyAt(appointment, fromSqlInstant(startsAtText), minutes);
  });
  return standing === undefined ? null : toAppointment(standing, statusesOf(db));
}

/** Where the booking stands: where it was moved to in Cal.com, while a person has to decide about that. */
function standingPlace(row: Record<string, unknown>): Pick<There, 'staffId' | 'startsAtText'> {
  const there = row.failure_kind === 'two_truths' ? readThere(row.there as string | null) : null;
  return there ?? { staffId: String(row.pushed_staff_id), startsAtText: String(row.pushed_start) };
}

/** Whether an attempt without an outcome is for one of these staff records and the appointment's time. */
async function mayLand(db: Db, appointment: Appointment, staffIds: string[]): Promise<boolean> {
  const open = await db('appointment_syncs as s')
    .join('sync_attempts as t', 't.id', 's.open_attempt_id')
    .whereNot('s.appointment_id', appointment.id)
    .whereIn('t.operation', ['book', 'move', 'reassign'])
    .pluck('t.request');
  const requests: AttemptRequest[] = open.map((text) => JSON.parse(text));
  for (const { staffId, startsAtText, serviceId } of requests) {
    if (staffId === undefined || startsAtText === undefined || !staffIds.includes(staffId)) continue;
    const service = await db('services').where({ id: serviceId }).first('duration_minutes');
    const minutes = Number(service?.duration_minutes ?? 0);
    if (isBusyAt(appointment, fromSqlInstant(startsAtText), minutes)) return true;
  }
  return false;
}

/**
 * Whether a booking of another appointment still stands in the way that is just being moved or cancelled, or will be as
 * soon as its change is noticed. After a minute it counts no more: two that want each other's place would wait for ever.
 */
export async function isBeingVacated(db: Db, appointment: Appointment, now: Date): Promise<boolean> {
  const personId = await personOf(db, appointment.staffId);
  const sameHuman = db('staff_persons').where({ person_id: personId }).select('staff_id');
  const leaving = await db('appointment_syncs as s')
    .leftJoin('services as sv', 'sv.id', 's.pushed_service_id')
    .leftJoin('appointments as a', 'a.id', 's.appointment_id')
    .whereNot('s.appointment_id', appointment.id)
    .whereNotNull('s.booking_uid')
    .where('s.pushed_start', '>', toSqlInstant(addMs(appointment.startsAt, -DAY)))
    .where('s.pushed_start', '<', toSqlInstant(appointment.endsAt))
    .where((person) =>
      person.where('s.pushed_staff_id', appointment.staffId).orWhereIn('s.pushed_staff_id', sameHuman),
    )
    .where((leaves) =>
      leaves
        .where((noticed) =>
          noticed
            .where('s.state', 'pending')
            .where('s.pending_since', '>', toSqlInstant(addMs(now, -MINUTE))),
        )
        .orWhere((unnoticed) =>
          unnoticed
            .where('s.state', 'synced')
            .where('s.pushed_start', '>', toSqlInstant(now))
            .where((row) => whereMovedOn(db, row)),
        ),
    )
    .select('s.pushed_start', 'sv.duration_minutes');
  return leaving.some((row: Record<string, unknown>) =>
    isBusyAt(appointment, fromSqlInstant(String(row.pushed_start)), Number(row.duration_minutes ?? 0)),
  );
}

/** Rows (`a`) for which the booking that was pushed (`s`) is not right any more. */
function whereMovedOn(db: Db, query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query
    .whereNull('a.id')
    .orWhereIn('a.status', closedStatuses(db))
    .orWhere((open) => open.whereIn('a.status', openStatuses(db)).where(whereDiffersFromPushed));
}
