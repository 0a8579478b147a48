import type { Situation } from '../../src/appointments/situation.ts';
import type { Clock } from '../../src/clock.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { addMs, toSqlInstant } from '../../src/instant.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import type { TestEngine } from '../support/databases.ts';

/** Its lines have to be as the vocabulary says. */
export const watchedLog = createCapturedLog().log;

export const NOW = new Date('2025-11-24T16:00:00.000Z');
export const CHANNEL = 'C0ALERTS';
export const STAFF_ID = '11111111-1111-4111-8111-111111111111';

export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** Sleeping costs no real time: it moves the clock. */
export function createTestClock(start = NOW): TestClock {
  let now = start;
  return {
    now: () => new Date(now),
    async sleep(ms) {
      now = addMs(now, ms);
    },
    advance(ms) {
      now = addMs(now, ms);
    },
  };
}

/** What an appointment of 2025-11-26 15:00 in Berlin looks like when Cal.com said that the time is taken. */
export function situation(change: {
  record?: Partial<Situation['record']>;
  appointment?: Partial<Situation['appointment']> | null;
  customer?: Situation['customer'];
  staffName?: string | null;
  serviceName?: string | null;
}): Situation {
  const startsAt = new Date('2025-11-26T14:00:00.000Z');
  const appointment = {
    id: 748,
    customerId: 1,
    serviceId: 1,
    staffId: STAFF_ID,
    startsAt,
    startsAtText: toSqlInstant(startsAt),
    endsAt: addMs(startsAt, 135 * 60_000),
    status: 'booked',
    meaning: 'booked' as const,
    createdAt: NOW,
  };
  const record = {
    appointmentId: 748,
    state: 'failed',
    closedReason: null,
    dueAt: addMs(NOW, 3_600_000),
    attempts: 3,
    failureKind: 'host_conflict',
    failureCause: 'taken',
    failureText: 'User either already has booking at this time or is not available',
    blockedBy: null,
    takenBy: null,
    touchedAt: null,
    snoozedUntil: null,
    snoozedBy: null,
  };
  return {
    record: { ...record, ...change.record } as Situation['record'],
    appointment: change.appointment === null ? null : { ...appointment, ...change.appointment },
    customer: change.customer ?? null,
    staffName: change.staffName === undefined ? 'Petra Vogt' : change.staffName,
    serviceName: change.serviceName === undefined ? 'Dauerwelle' : change.serviceName,
    durationMinutes: 135,
    eventTypeId: 9,
    blocker: null,
  };
}

export interface AlertDatabase {
  db: Db;
  close(): Promise<void>;
}

/** A migrated database with one customer, staff member and service; the bot runs. */
export async function openAlertDatabase(engine: TestEngine): Promise<AlertDatabase> {
  const { url, drop } = await engine.open();
  const db = openDatabase(url, null, watchedLog);
  await migrateDatabase(db, createTestClock());
  await db('installation').update({ mode: 'running', adopted_at: toSqlInstant(NOW) });
  await db('customers').insert({ id: 1, name: 'Miriam Kranz', email: null, phone: '+49 1511 2345678' });
  await db('staff').insert({ id: STAFF_ID, name: 'Petra Vogt' });
  await db('services').insert({ id: 1, name: 'Dauerwelle', duration_minutes: 135 });
  return {
    db,
    async close() {
      await db.destroy();
      await drop();
    },
  };
}

/** An open appointment whose sync failed, starting `startsInMs` after NOW. */
export async function insertFailed(
  db: Db,
  id: number,
  { startsInMs = 172_800_000, kind = 'host_conflict' }: { startsInMs?: number; kind?: string } = {},
): Promise<void> {
  const startsAt = toSqlInstant(addMs(NOW, startsInMs));
  await db('appointments').insert({
    id,
    // The schema allows a customer one appointment of a service and minute.
    customer_id: 1,
    service_id: 1,
    staff_id: STAFF_ID,
    starts_at: startsAt,
    ends_at: toSqlInstant(addMs(NOW, startsInMs + 3_600_000)),
    created_at: toSqlInstant(NOW),
  });
  await db('appointment_syncs').insert({
    appointment_id: id,
    state: 'failed',
    failure_kind: kind,
    failure_cause: kind === 'host_conflict' ? 'taken' : null,
    attempts: 1,
    first_failed_at: toSqlInstant(NOW),
    starts_at: startsAt,
    created_at: toSqlInstant(NOW),
  });
}

/** What the history keeps of a booking. */
export const BOOKED = { uid: 'uid-748', staff: 'staff-1', start: '2025-11-24 15:00:00.000' };
