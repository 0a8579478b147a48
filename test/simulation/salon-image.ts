import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CalcomWorld } from '../../sandbox/calcom/world.ts';
import { createBusinessTables } from '../../sandbox/load-scenario.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { adopt } from '../../src/sync/adopt.ts';
import { ANNA, BEN, COLOUR, CUT, NOON } from '../support/salon.ts';
import { openReusable, type ReusableDatabase } from './reusable-database.ts';
import type { Sqlite } from './sqlite.ts';

/** Anna's second calendar: the same human. */
export const ANNA_TOO = '00000000-0000-4000-8000-0000000000a2';
export const STAFF = [ANNA, BEN, ANNA_TOO];
/** Anna or Ben does it, whoever Cal.com chooses: they share one event type. */
export const ANYBODY = 3;
export const MINUTES: Record<number, number> = { [CUT]: 30, [COLOUR]: 90, [ANYBODY]: 30 };

/** Staff by their host at Cal.com; each has an event type for each service. */
const HOSTS = [
  { id: 1, name: 'Anna Albers', staffId: ANNA },
  { id: 2, name: 'Ben Brandt', staffId: BEN },
  { id: 3, name: 'Anna Albers', staffId: ANNA_TOO },
];
const SERVICES = [
  { id: CUT, name: 'Haarschnitt' },
  { id: COLOUR, name: 'Farbe' },
  { id: ANYBODY, name: 'Bart' },
];
const SHARED = { eventTypeId: 10 * ANYBODY + 1, hostIds: [1, 2] };

export const HOST_OF: Record<string, number> = Object.fromEntries(
  HOSTS.map(({ id, staffId }) => [staffId, id]),
);

export function eventTypeOf(serviceId: number, hostId: number): number {
  const isShared = serviceId === ANYBODY && SHARED.hostIds.includes(hostId);
  return isShared ? SHARED.eventTypeId : 10 * serviceId + hostId;
}

export function simulatedWorld(): CalcomWorld {
  return {
    hosts: HOSTS.map(({ id, name }) => ({ id, name, email: `host${id}@salon.example` })),
    eventTypes: HOSTS.flatMap((host) =>
      SERVICES.map((service) => ({
        id: 10 * service.id + host.id,
        title: `${service.name} ${host.id}`,
        lengthInMinutes: MINUTES[service.id] as number,
        ...(10 * service.id + host.id === SHARED.eventTypeId
          ? { hostIds: SHARED.hostIds, schedulingType: 'roundRobin' as const }
          : { hostIds: [host.id] }),
      })),
    ),
    bookings: [],
    external: [],
  };
}

/** Notes every change of an appointment, and whether another program than the bot made it (table sim_author). */
const CHANGE_LOG = `
  CREATE TABLE sim_author (name TEXT NOT NULL);
  INSERT INTO sim_author VALUES ('bot');
  CREATE TABLE sim_changes (appointment_id INTEGER, author TEXT, before TEXT, after TEXT, at_ms INTEGER);
  CREATE TRIGGER sim_changed AFTER UPDATE ON appointments BEGIN
    INSERT INTO sim_changes SELECT NEW.id, name,
      OLD.service_id || ' ' || OLD.starts_at || ' ' || COALESCE(OLD.staff_id, '-') || ' ' || OLD.status,
      NEW.service_id || ' ' || NEW.starts_at || ' ' || COALESCE(NEW.staff_id, '-') || ' ' || NEW.status, sim_now() FROM sim_author;
  END;
  CREATE TABLE sim_contacts (customer_id INTEGER, author TEXT);
  CREATE TRIGGER sim_contact_changed AFTER UPDATE ON customers BEGIN
    INSERT INTO sim_contacts SELECT NEW.id, name FROM sim_author;
  END;`;

/** A migrated database with a salon, before and after its first start. */
export type SalonImages = { fresh: ReusableDatabase; running: ReusableDatabase };

/** Made once, and used by one run after the other. */
export async function makeSalonImages(): Promise<SalonImages> {
  const folder = mkdtempSync(path.join(tmpdir(), 'simulation-'));
  const db = openDatabase(`sqlite:${path.join(folder, 'salon.sqlite')}`);
  const clock = { now: () => NOON, sleep: async () => {} };
  try {
    await createBusinessTables(db);
    await fill(db);
    await migrateDatabase(db, clock);
    await withConnection(db, (raw) => raw.exec(CHANGE_LOG));
    const fresh = await imageOf(db);
    const read = async () => ({ bookings: [], hasNextPage: false }) as never;
    const calls = {
      read,
      permit: read,
      run: read,
      recall: { slots: read, eventType: read },
      answers: read,
      areWritesInTrouble: () => false,
    };
    await adopt({ db, calls, clock, startHeld: 'never', placeholderEmailDomain: 'placeholder.invalid' });
    return { fresh: openReusable(fresh), running: openReusable(await imageOf(db)) };
  } finally {
    await db.destroy();
    rmSync(folder, { recursive: true });
  }
}

async function fill(db: Db): Promise<void> {
  await db('staff').insert(HOSTS.map(({ staffId, name }) => ({ id: staffId, name, is_active: 1 })));
  await db('services').insert(SERVICES.map((each) => ({ ...each, duration_minutes: MINUTES[each.id] })));
  await db('calcom_event_map').insert(
    HOSTS.flatMap((host) =>
      SERVICES.map(({ id }) => ({
        service_id: id,
        staff_id: host.staffId,
        event_type_id: eventTypeOf(id, host.id),
      })),
    ),
  );
}

/** In memory there is no journal beside the file. */
async function imageOf(db: Db): Promise<Buffer> {
  await db.raw('PRAGMA journal_mode = DELETE');
  return withConnection(db, (raw) => raw.serialize());
}

async function withConnection<T>(db: Db, use: (raw: Sqlite) => T): Promise<T> {
  const raw = await db.client.acquireConnection();
  try {
    return use(raw);
  } finally {
    await db.client.releaseConnection(raw);
  }
}
