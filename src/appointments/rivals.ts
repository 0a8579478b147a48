import type { Knex } from 'knex';
import type { Db } from '../database.ts';
import { addMs, DAY, MINUTE, toSqlInstant } from '../instant.ts';
import { together } from '../together.ts';
import { APPOINTMENT_COLUMNS, type Appointment, byAge, toAppointment } from './appointment.ts';
import { type Human, readHuman } from './persons.ts';
import { findStanding, mayLand } from './standing-bookings.ts';
import { openStatuses, statusesOf } from './statuses.ts';
import { PUSHED_COLUMNS, type Pushed, toPushed } from './sync-record.ts';

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
