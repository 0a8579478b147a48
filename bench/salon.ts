import { type Dispatcher, request } from 'undici';
import type { CalcomWorld } from '../sandbox/calcom/world.ts';
import type { Db } from '../src/database.ts';
import { addMs, DAY, MINUTE, toSqlInstant } from '../src/instant.ts';

// A salon group in which everybody works around the clock, so that any number of appointments finds a free half hour.

export const CHANNEL = 'C0BENCH001';
export const USER = 'U0BENCH001';
export const API_KEY = 'cal_bench_key';
const STAFF = 200;
const VISIT_MS = 30 * MINUTE;
const BATCH = 500;
const ALL_DAY = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }];

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const staffId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Cal.com's side: one event type for each person. */
export function calcomWorld(): CalcomWorld {
  return {
    hosts: numbers(STAFF).map((id) => ({
      id,
      name: `Person ${id}`,
      email: `person${id}@example.com`,
      workingHours: ALL_DAY,
    })),
    eventTypes: numbers(STAFF).map((id) => ({ id, title: 'Cut', lengthInMinutes: 30, hostIds: [id] })),
    bookings: [],
    external: [],
  };
}

/** The business tables' side, without customers and appointments. */
export async function insertSalon(db: Db): Promise<void> {
  await db('services').insert({ id: 1, name: 'Cut', duration_minutes: 30 });
  await db.batchInsert(
    'staff',
    numbers(STAFF).map((number) => ({ id: staffId(number), name: `Person ${number}`, is_active: 1 })),
    BATCH,
  );
  await db.batchInsert(
    'calcom_event_map',
    numbers(STAFF).map((number) => ({ service_id: 1, staff_id: staffId(number), event_type_id: number })),
    BATCH,
  );
}

/**
 * Appointments `from` to `from + count - 1` by another program, in one transaction, with a customer each. Everybody
 * has one after the other, from the day after tomorrow on.
 */
export async function insertAppointments(
  db: Db,
  { from, count, now }: { from: number; count: number; now: Date },
): Promise<void> {
  const ids = numbers(count).map((number) => from - 1 + number);
  const customers = ids.map((id) => ({ id, name: `Customer ${id}`, email: `customer${id}@example.com` }));
  const appointments = ids.map((id) => {
    const { startsAt, endsAt, hostId } = placeOf(id, now);
    return {
      id,
      customer_id: id,
      service_id: 1,
      staff_id: staffId(hostId),
      starts_at: toSqlInstant(startsAt),
      ends_at: toSqlInstant(endsAt),
      status: 'booked',
      created_at: toSqlInstant(now),
    };
  });
  await db.transaction(async (tx) => {
    for (let start = 0; start < count; start += BATCH) {
      await tx('customers').insert(customers.slice(start, start + BATCH));
      await tx('appointments').insert(appointments.slice(start, start + BATCH));
    }
  });
}

export function placeOf(id: number, now: Date): { startsAt: Date; endsAt: Date; hostId: number } {
  const tomorrow = addMs(new Date(Math.floor(now.getTime() / DAY) * DAY), 2 * DAY);
  const startsAt = addMs(tomorrow, Math.floor(id / STAFF) * VISIT_MS);
  return { startsAt, endsAt: addMs(startsAt, VISIT_MS), hostId: (id % STAFF) + 1 };
}

export function insertOne(db: Db, id: number, now: Date): Promise<void> {
  return insertAppointments(db, { from: id, count: 1, now });
}

/** Books the place of this number as nobody's appointment, with nothing around the one POST. */
export async function bareBooking(calcomUrl: string, id: number): Promise<void> {
  const { startsAt, hostId } = placeOf(id, new Date());
  const body = {
    eventTypeId: hostId,
    start: startsAt.toISOString(),
    attendee: { name: 'Floor', email: 'floor@example.com', timeZone: 'Europe/Berlin' },
  };
  await postBooking(calcomUrl, JSON.stringify(body));
}

/** Throws when the look-alike refuses. */
export async function postBooking(calcomUrl: string, body: string, dispatcher?: Dispatcher): Promise<void> {
  const answer = await request(`${calcomUrl}/v2/bookings`, {
    method: 'POST',
    ...(dispatcher && { dispatcher }),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${API_KEY}`,
      'cal-api-version': '2024-08-13',
    },
    body,
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 201) throw new Error(`the look-alike refused a booking: ${text}`);
}
