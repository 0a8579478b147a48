import { createHash } from 'node:crypto';
import { insertRow } from '../business-tables.ts';
import { type Db, isDuplicateKey, type Tx, transaction } from '../database.ts';
import { addMs, DAY, MINUTE, toSqlInstant } from '../instant.ts';
import { APPOINTMENT_COLUMNS, type Appointment, toAppointment } from './appointment.ts';
import { noteAnswer, readAnswer, takeTurns } from './door-turns.ts';
import { readLikelyCustomers, type StoredCustomer } from './likely-customers.ts';
import { readOpenVisits } from './open-visits.ts';
import type { Persons } from './persons.ts';
import { plainWords } from './plain-words.ts';
import { openStatuses, statusesOf } from './statuses.ts';

/** Who wants what and when; phone (international) and e-mail are null unless they can be used. */
export interface Visit {
  /** Of the phone call in which it is asked for. */
  callId: string | null;
  customer: { name: string; phone: string | null; email: string | null };
  /** Whether a stored customer is this one. */
  isCustomer: (stored: StoredCustomer) => boolean;
  serviceId: number;
  startsAt: Date;
  endsAt: Date;
}

/** `repeated`: it is there already, and this is the answer. `taken`: the person has another appointment meanwhile. */
export type Accepted = { is: 'accepted' | 'repeated'; appointment: Appointment } | { is: 'taken' };

const SOURCE = 'door';

/**
 * The open appointment that this request asked for before: the same request, or the same customer, service and start
 * to the minute. Null when there is none.
 */
export async function findRepeated(db: Db, visit: Visit, now: Date): Promise<Appointment | null> {
  const request = requestName(visit);
  const answered = await readAnswer(db, request);
  if (answered) return answered;
  const there = await findSameVisit(db, visit, await findCustomers(db, visit));
  if (there) {
    await transaction(db, async (tx) => {
      await takeTurns(tx, [request], now);
      await noteAnswer(tx, request, there.id);
    });
  }
  return there;
}

/**
 * Stores the appointment, and the customer where there is none, unless it is there already or the person is taken by
 * another of ours. However many ask at once, each of these is decided one after the other.
 */
export async function acceptAppointment(
  db: Db,
  visit: Visit,
  { staffId, persons, now }: { staffId: string; persons: Persons; now: Date },
): Promise<Accepted> {
  const columns = await readOptionalColumns(db);
  const request = requestName(visit);
  try {
    return await transaction(db, async (tx) => {
      await takeTurns(tx, [request, ...contactNames(visit)], now);
      const customers = await findCustomers(tx, visit);
      const there = (await readAnswer(tx, request)) ?? (await findSameVisit(tx, visit, customers));
      if (there) {
        await noteAnswer(tx, request, there.id);
        return { is: 'repeated', appointment: there };
      }
      await takeTurns(tx, [`person:${persons.personOf(staffId)}`], now);
      const staffIds = persons.recordsOf(staffId);
      const period = { from: visit.startsAt, to: visit.endsAt };
      if ((await readOpenVisits(tx, { staffIds, customerId: null }, period)).length > 0)
        return { is: 'taken' };
      const customerId = customers[0]?.id ?? (await insertCustomer(tx, visit, { columns, now }));
      const appointment = await insertAppointment(tx, visit, { customerId, staffId, columns, now });
      await noteAnswer(tx, request, appointment.id);
      return { is: 'accepted', appointment };
    });
  } catch (error) {
    // The booking system itself may store the same visit meanwhile; its own key refuses a second one.
    const there = isDuplicateKey(error) ? await findRepeated(db, visit, now) : null;
    if (there) return { is: 'repeated', appointment: there };
    throw error;
  }
}

/** The same wish in the same phone call; without a call the same wish of the same contact. */
function requestName({ callId, customer, serviceId, startsAt }: Visit): string {
  const who = callId === null ? [customer.phone, customer.email] : [callId];
  const minute = Math.floor(startsAt.getTime() / MINUTE);
  return nameOf('request', [...who, plainWords(customer.name).join(' '), serviceId, minute]);
}

function contactNames({ customer: { phone, email } }: Visit): string[] {
  return [phone, email?.toLowerCase() ?? null].flatMap((way) =>
    way === null ? [] : [nameOf('contact', way)],
  );
}

/** No personal data stands in the table. */
function nameOf(what: string, value: unknown): string {
  return `${what}:${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`;
}

/** The stored customers who are this one: first who has the very name, then the oldest. */
async function findCustomers(db: Db, visit: Visit): Promise<StoredCustomer[]> {
  const name = plainWords(visit.customer.name).join(' ');
  const isNamesake = (stored: StoredCustomer) => plainWords(stored.name).join(' ') === name;
  return (await readLikelyCustomers(db, visit.customer))
    .filter(visit.isCustomer)
    .toSorted((one, other) => Number(isNamesake(other)) - Number(isNamesake(one)) || one.id - other.id);
}

async function findSameVisit(
  db: Db,
  { serviceId, startsAt }: Visit,
  customers: StoredCustomer[],
): Promise<Appointment | null> {
  if (customers.length === 0) return null;
  const minute = new Date(Math.floor(startsAt.getTime() / MINUTE) * MINUTE);
  const rows = await db('appointments')
    .whereIn(
      'customer_id',
      customers.map(({ id }) => id),
    )
    .where({ service_id: serviceId })
    .whereIn('status', openStatuses(db))
    // A day either way lets an index serve and finds a date with a T; the rest is done below.
    .where('starts_at', '>', toSqlInstant(addMs(minute, -DAY)))
    .where('starts_at', '<', toSqlInstant(addMs(minute, DAY)))
    .orderBy('id')
    .select(APPOINTMENT_COLUMNS);
  const isSame = (start: Date) => start >= minute && start < addMs(minute, MINUTE);
  return (
    rows
      .map((row) => toAppointment(row, statusesOf(db)))
      .find((appointment) => isSame(appointment.startsAt)) ?? null
  );
}

/** What only some booking systems have, by table: set where it is there. */
interface OptionalColumns {
  customers: Set<string>;
  appointments: Set<string>;
}

async function readOptionalColumns(db: Db): Promise<OptionalColumns> {
  const [customers, appointments] = await Promise.all([
    db('customers').columnInfo(),
    db('appointments').columnInfo(),
  ]);
  return {
    customers: new Set(Object.keys(customers)),
    appointments: new Set(Object.keys(appointments)),
  };
}

interface Insertion {
  columns: OptionalColumns;
  now: Date;
}

/** Where the booking system lets nobody else have this phone or e-mail, somebody of another name goes without. */
async function insertCustomer(tx: Tx, { customer }: Visit, { columns, now }: Insertion): Promise<number> {
  const insert = (row: Visit['customer']) =>
    insertRow(tx, 'customers', { ...row, ...bookkeeping(columns.customers, now) });
  const id = await insert(customer).catch((error) => {
    if (!isDuplicateKey(error)) throw error;
    return insert({ ...customer, phone: null, email: null });
  });
  return Number(id);
}

async function insertAppointment(
  tx: Tx,
  { serviceId, startsAt, endsAt }: Visit,
  { customerId, staffId, columns, now }: Insertion & { customerId: number; staffId: string },
): Promise<Appointment> {
  const id = await insertRow(tx, 'appointments', {
    customer_id: customerId,
    service_id: serviceId,
    staff_id: staffId,
    starts_at: toSqlInstant(startsAt),
    ends_at: toSqlInstant(endsAt),
    ...(columns.appointments.has('source') && { source: SOURCE }),
    ...bookkeeping(columns.appointments, now),
  });
  return toAppointment(await tx('appointments').where({ id }).first(APPOINTMENT_COLUMNS), statusesOf(tx));
}

function bookkeeping(columns: Set<string>, now: Date): Record<string, unknown> {
  const values = { created_at: toSqlInstant(now), updated_at: toSqlInstant(now), version: 1 };
  return Object.fromEntries(Object.entries(values).filter(([column]) => columns.has(column)));
}
