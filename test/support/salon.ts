import type { CalcomWorld, WorldBooking } from '../../sandbox/calcom/world.ts';
import { createBusinessTables } from '../../sandbox/load-scenario.ts';
import type { Db } from '../../src/database.ts';
import { toSqlInstant } from '../../src/instant.ts';

// A small salon: two people with a Cal.com calendar each, two services, one event type for each pair.

export const ANNA = '00000000-0000-4000-8000-00000000000a';
export const BEN = '00000000-0000-4000-8000-00000000000b';
export const CUT = 1;
export const COLOUR = 2;
/** Monday noon in Berlin. */
export const NOON = new Date('2025-11-24T11:00:00Z');

export function salonWorld(): CalcomWorld {
  return {
    hosts: [
      { id: 1, name: 'Anna Albers', email: 'anna@salon.example' },
      { id: 2, name: 'Ben Brandt', email: 'ben@salon.example' },
    ],
    eventTypes: [
      { id: 11, title: 'Cut with Anna', lengthInMinutes: 30, hostIds: [1] },
      { id: 12, title: 'Cut with Ben', lengthInMinutes: 30, hostIds: [2] },
      { id: 21, title: 'Colour with Anna', lengthInMinutes: 90, hostIds: [1] },
      { id: 22, title: 'Colour with Ben', lengthInMinutes: 90, hostIds: [2] },
    ],
    bookings: [],
    external: [],
  };
}

export async function insertSalon(db: Db): Promise<void> {
  await db('staff').insert([
    { id: ANNA, name: 'Anna Albers', is_active: 1 },
    { id: BEN, name: 'Ben Brandt', is_active: 1 },
  ]);
  await db('services').insert([
    { id: CUT, name: 'Haarschnitt', duration_minutes: 30 },
    { id: COLOUR, name: 'Farbe', duration_minutes: 90 },
  ]);
  await db('calcom_event_map').insert([
    { service_id: CUT, staff_id: ANNA, event_type_id: 11 },
    { service_id: CUT, staff_id: BEN, event_type_id: 12 },
    { service_id: COLOUR, staff_id: ANNA, event_type_id: 21 },
    { service_id: COLOUR, staff_id: BEN, event_type_id: 22 },
  ]);
}

/** The booking system's own tables, with the former sync's columns: staff may be missing, duplicates are possible. */
export async function prepareFormerSalon(db: Db): Promise<void> {
  await createBusinessTables(db);
  await insertSalon(db);
}

/** What a former system wrote on its row. */
export interface Former {
  uid?: string;
  status?: string;
  errorText?: string;
  lastAttemptAt?: Date;
}

export interface NewAppointment {
  id: number;
  startsAt: Date;
  endsAt?: Date;
  serviceId?: number;
  staffId?: string | null;
  customer?: { name?: string; email?: string | null; phone?: string | null };
  /** A customer who is there already; else one of the appointment's number is inserted. */
  customerId?: number;
  status?: string;
  createdAt?: Date | null;
  former?: Former;
}

/** Inserts an appointment and its customer, as any other program would. */
export async function insertAppointment(db: Db, appointment: NewAppointment): Promise<void> {
  const { id, startsAt, serviceId = CUT, staffId = ANNA, customer = {}, status = 'booked' } = appointment;
  if (appointment.customerId === undefined) {
    await db('customers').insert({
      id,
      name: customer.name ?? `Customer ${id}`,
      email: customer.email === undefined ? emailOf(id) : customer.email,
      phone: customer.phone ?? null,
    });
  }
  const minutes = serviceId === CUT ? 30 : 90;
  await db('appointments').insert({
    id,
    customer_id: appointment.customerId ?? id,
    service_id: serviceId,
    staff_id: staffId,
    starts_at: toSqlInstant(startsAt),
    ends_at: toSqlInstant(appointment.endsAt ?? new Date(startsAt.getTime() + minutes * 60_000)),
    status,
    created_at: appointment.createdAt ? toSqlInstant(appointment.createdAt) : null,
    ...(appointment.former && formerColumns(appointment.former)),
  });
}

function formerColumns({ uid, status, errorText, lastAttemptAt }: Former): Record<string, unknown> {
  return {
    calcom_v2_booking_uid: uid ?? null,
    calcom_sync_status: status ?? null,
    sync_error_message: errorText ?? null,
    last_sync_attempt_at: lastAttemptAt ? toSqlInstant(lastAttemptAt) : null,
  };
}

export function emailOf(customerId: number): string {
  return `customer${customerId}@example.com`;
}

/** A booking that somebody else made for this customer, without the bot's metadata. */
export function foreignBooking(
  customerId: number,
  booking: Partial<WorldBooking> & { uid: string; startsAt: Date },
): WorldBooking {
  const { startsAt, ...rest } = booking;
  return {
    eventTypeId: 11,
    start: startsAt.toISOString(),
    attendee: { name: `Customer ${customerId}`, email: emailOf(customerId) },
    ...rest,
  };
}
