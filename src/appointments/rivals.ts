import type { Knex } from 'knex';
import type { Db } from '../database.ts';
import { addMs, DAY, fromSqlInstant, MINUTE, toSqlInstant } from '../instant.ts';
import { together } from '../together.ts';
import { APPOINTMENT_COLUMNS, type Appointment, byAge, toAppointment } from './appointment.ts';
import type { AttemptRequest } from './attempts.ts';
import { readPersons } from './persons.ts';
import { closedStatuses, openStatuses, statusesOf } from './statuses.ts';
import { PUSHED_COLUMNS, type Pushed, toPushed, whereDiffersFromPushed } from './sync-record.ts';

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

/** Who does the appointment, with all staff records of that human. */
interface Human {
  personId: string | null;
  staffIds: string[];
}

const readHuman = together(async (db, staffIds: (string | null)[]): Promise<Human[]> => {
  const persons = await readPersons(db);
  return staffIds.map((staffId) =>
    staffId === null
      ? { personId: null, staffIds: [] }
      : { personId: persons.personOf(staffId), staffIds: persons.recordsOf(staffId) },
  );
});

/**
 * The open appointment that this one has to give way to, or null: a duplicate (same customer, service and minute), or
 * one that overlaps it for the same person. The booked one goes first, else the older.
 */
export async function findRival(
  db: Db,
  appointment: Appointment,
  pushed: Pushed | null,
): Promise<Rival | null> {
  const human = await readHuman(db, appointment.staffId);
  const self: Contender = { appointment, personId: human.personId, pushed };
  const others = await readContenders(db, { appointment, human });
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

const readContenders = together(async (db, asked: Asked[]): Promise<Contender[][]> => {
  // Two questions: no index serves "by this person or for this customer", but each of them has one.
  const rows: Record<string, unknown>[] = await openNear(db, asked, (near, { human }) =>
    near.whereIn('a.staff_id', human.staffIds),
  ).unionAll(
    openNear(db, asked, (near, { appointment }) => near.where('a.customer_id', appointment.customerId)),
  );
  const read = rows.map((row) => ({
    appointment: toAppointment(row, statusesOf(db)),
    pushed: toPushed(row),
  }));
  return asked.map(({ appointment, human }) =>
    read
      .filter((other) => other.appointment.id !== appointment.id)
      .map((other) => ({ ...other, personId: personIdOf(other.appointment.staffId, human) })),
  );
});

type Asked = { appointment: Appointment; human: Human };

/** Open appointments (`a`) near in time to one that is asked for, and to whom `narrow` applies. */
function openNear(
  db: Db,
  asked: Asked[],
  narrow: (near: Knex.QueryBuilder, one: Asked) => void,
): Knex.QueryBuilder {
  return db('appointments as a')
    .leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id')
    .select(PUSHED_COLUMNS.map((column) => `s.${column}`))
    .select(APPOINTMENT_COLUMNS.map((column) => `a.${column}`))
    .whereIn('a.status', openStatuses(db))
    .where((any) => {
      for (const one of asked) {
        const { startsAt, endsAt } = one.appointment;
        const minute = Math.floor(startsAt.getTime() / MINUTE) * MINUTE;
        const until = new Date(Math.max(endsAt.getTime(), minute + MINUTE));
        any.orWhere((near) => {
          narrow(near, one);
          // The lower bound lets an index serve; no appointment is longer than a day. And a day more at the end: as
          // text a date with a T sorts after the rest of its day.
          near
            .where('a.starts_at', '>', toSqlInstant(addMs(startsAt, -DAY)))
            .where('a.starts_at', '<', toSqlInstant(addMs(until, DAY)));
        });
      }
    });
}

/** As far as it is the asker's human; of anybody else the record stands for the human. */
function personIdOf(staffId: string | null, human: Human): string | null {
  return staffId !== null && human.staffIds.includes(staffId) ? human.personId : staffId;
}

/** Whether what was pushed keeps the appointment's own person busy at its new time. */
export async function isSamePersonBusy(db: Db, appointment: Appointment, pushed: Pushed): Promise<boolean> {
  if (!(await readHuman(db, appointment.staffId)).staffIds.includes(pushed.staffId)) return false;
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
  const { staffIds } = await readHuman(db, staffId);
  return staffIds.filter((each) => each !== staffId);
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
    .whereIn('s.pushed_staff_id', staffIds)
    .where('s.pushed_start', '>', toSqlInstant(addMs(appointment.startsAt, -DAY)))
    .where('s.pushed_start', '<', toSqlInstant(appointment.endsAt))
    .select(APPOINTMENT_COLUMNS.map((column) => `a.${column}`))
    .select({ pushed_start: 's.pushed_start', pushed_minutes: 'sv.duration_minutes' });
  const standing = rows.find((row: Record<string, unknown>) =>
    isBusyAt(appointment, fromSqlInstant(String(row.pushed_start)), Number(row.pushed_minutes ?? 0)),
  );
  return standing === undefined ? null : toAppointment(standing, statusesOf(db));
}

/** Whether an attempt without an outcome is for one of these staff records and the appointment's time. */
async function mayLand(db: Db, appointment: Appointment, staffIds: string[]): Promise<boolean> {
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
