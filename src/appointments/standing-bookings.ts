import type { Knex } from 'knex';
import type { Db } from '../database.ts';
import { addMs, DAY, fromSqlInstant, MINUTE, toSqlInstant } from '../instant.ts';
import { together } from '../together.ts';
import { APPOINTMENT_COLUMNS, type Appointment, toAppointment } from './appointment.ts';
import type { AttemptRequest } from './attempts.ts';
import { readHuman } from './persons.ts';
import { closedStatuses, openStatuses, statusesOf } from './statuses.ts';
import { type Pushed, whereDiffersFromPushed } from './sync-record.ts';
import { readThere, type There } from './there.ts';

// Bookings that stand in Cal.com, or may be about to, where an appointment is to be: whatever their own rows say now.

/** Whether what was pushed keeps the appointment's own person busy at its new time. */
export async function isSamePersonBusy(db: Db, appointment: Appointment, pushed: Pushed): Promise<boolean> {
  const { staffIds } = await readHuman(db, appointment.staffId);
  return staffIds.includes(pushed.staffId) && isAtSameTime(db, appointment, pushed);
}

/** Whether what was pushed overlaps the appointment's new time, whoever does it. */
export async function isAtSameTime(db: Db, appointment: Appointment, pushed: Pushed): Promise<boolean> {
  const service = await db('services').where({ id: pushed.serviceId }).first('duration_minutes');
  return isBusyAt(appointment, pushed.startsAt, Number(service?.duration_minutes ?? 0));
}

function isBusyAt(appointment: Appointment, startsAt: Date, minutes: number): boolean {
  return startsAt < appointment.endsAt && appointment.startsAt < addMs(startsAt, minutes * MINUTE);
}

export async function findStanding(
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
export async function mayLand(db: Db, appointment: Appointment, staffIds: string[]): Promise<boolean> {
  const open = await db('appointment_syncs as s')
    .join('sync_attempts as t', 't.id', 's.open_attempt_id')
    .whereNotNull('s.open_attempt_id')
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
  const { staffIds } = await readHuman(db, appointment.staffId);
  const leaving = await readLeaving(db, { appointment, staffIds, now });
  return leaving.some(
    ({ appointmentId, startsAt, minutes }) =>
      appointmentId !== appointment.id && isBusyAt(appointment, startsAt, minutes),
  );
}

interface Place {
  appointment: Appointment;
  staffIds: string[];
  now: Date;
}

interface Leaving {
  appointmentId: number;
  staffId: string;
  startsAt: Date;
  minutes: number;
}

const readLeaving = together(async (db, places: Place[]): Promise<Leaving[][]> => {
  const rows = await db('appointment_syncs as s')
    .leftJoin('services as sv', 'sv.id', 's.pushed_service_id')
    .leftJoin('appointments as a', 'a.id', 's.appointment_id')
    .whereNotNull('s.booking_uid')
    .where((any) => {
      for (const place of places) any.orWhere((near) => whereLeaving(db, near, place));
    })
    .select('s.appointment_id', 's.pushed_staff_id', 's.pushed_start', 'sv.duration_minutes');
  const leaving = rows.map((row: Record<string, unknown>) => ({
    appointmentId: Number(row.appointment_id),
    staffId: String(row.pushed_staff_id),
    startsAt: fromSqlInstant(String(row.pushed_start)),
    minutes: Number(row.duration_minutes ?? 0),
  }));
  return places.map(({ staffIds }) => leaving.filter(({ staffId }) => staffIds.includes(staffId)));
});

/** Bookings of records (`s`) near this place that their rows (`a`) have left, or are known to leave. */
function whereLeaving(db: Db, query: Knex.QueryBuilder, { appointment, staffIds, now }: Place): void {
  query
    .whereIn('s.pushed_staff_id', staffIds)
    .where('s.pushed_start', '>', toSqlInstant(addMs(appointment.startsAt, -DAY)))
    .where('s.pushed_start', '<', toSqlInstant(appointment.endsAt))
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
    );
}

/** Rows (`a`) for which the booking that was pushed (`s`) is not right any more. */
function whereMovedOn(db: Db, query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query
    .whereNull('a.id')
    .orWhereIn('a.status', closedStatuses(db))
    .orWhere((open) => open.whereIn('a.status', openStatuses(db)).where(whereDiffersFromPushed));
}
