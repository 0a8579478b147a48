import type { CalcomWorld } from '../../sandbox/calcom/world.ts';
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

export interface NewAppointment {
  id: number;
  startsAt: Date;
  serviceId?: number;
  staffId?: string | null;
  customer?: { name?: string; email?: string | null; phone?: string | null };
  status?: string;
  createdAt?: Date | null;
}

/** Inserts an appointment and a customer of the same number, as any other program would. */
export async function insertAppointment(db: Db, appointment: NewAppointment): Promise<void> {
  const { id, startsAt, serviceId = CUT, staffId = ANNA, customer = {}, status = 'booked' } = appointment;
  await db('customers').insert({
    id,
    name: customer.name ?? `Customer ${id}`,
    email: customer.email === undefined ? `customer${id}@example.com` : customer.email,
    phone: customer.phone ?? null,
  });
  const minutes = serviceId === CUT ? 30 : 90;
  await db('appointments').insert({
    id,
    customer_id: id,
    service_id: serviceId,
    staff_id: staffId,
    starts_at: toSqlInstant(startsAt),
    ends_at: toSqlInstant(new Date(startsAt.getTime() + minutes * 60_000)),
    status,
    created_at: appointment.createdAt ? toSqlInstant(appointment.createdAt) : null,
  });
}
