import type { DrawnPicture } from '../../src/alerts/poster.ts';
import type { Clock } from '../../src/clock.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { addMs, HOUR, toSqlInstant } from '../../src/instant.ts';
import { migrateDatabase } from '../../src/migrate-database.ts';
import { startUpkeep, type Upkeep } from '../../src/upkeep/start-upkeep.ts';
import { createRecordedLog, noCalls } from '../slack/slack-fixtures.ts';
import type { TestEngine } from '../support/databases.ts';
import { insertAppointment, insertSalon, type NewAppointment, NOON } from '../support/salon.ts';

/** Monday noon in Berlin; the bot has run since the Saturday before. */
export const ADOPTED = addMs(NOON, -48 * HOUR);

export interface MovedClock extends Clock {
  to(instant: Date | string): void;
  /** How long each sleep was asked for. */
  sleeps: number[];
}

/** Stands still but for `to`; sleeping costs no time. */
export function createMovedClock(start = NOON): MovedClock {
  let now = start;
  const sleeps: number[] = [];
  return {
    now: () => new Date(now),
    async sleep(ms) {
      sleeps.push(ms);
    },
    to(instant) {
      now = new Date(instant);
    },
    sleeps,
  };
}

/** Keeps pictures as Slack does, until it is closed. */
function createGallery() {
  const pictures: DrawnPicture[] = [];
  let isOpen = true;
  return {
    pictures,
    async keep(picture: DrawnPicture): Promise<string | null> {
      pictures.push(picture);
      return isOpen ? `F0PICTURE${pictures.length}` : null;
    },
    close() {
      isOpen = false;
    },
  };
}

export type UpkeepBench = Awaited<ReturnType<typeof openUpkeepBench>>;

/** A migrated database with the salon, the bot running; as many replicas of the upkeep as are started. */
export async function openUpkeepBench(engine: TestEngine, prepare: (db: Db) => Promise<void> = insertSalon) {
  const database = await engine.open();
  const recorded = createRecordedLog();
  const db = openDatabase(database.url, null, recorded.log);
  const clock = createMovedClock();
  const started: Upkeep[] = [];
  const gallery = createGallery();
  if (prepare !== insertSalon) await prepare(db);
  await migrateDatabase(db, { ...clock, now: () => new Date(ADOPTED) });
  if (prepare === insertSalon) await prepare(db);
  const since = toSqlInstant(ADOPTED);
  await db('installation').update({ mode: 'running', adopted_at: since, since });

  return {
    db,
    clock,
    recorded,
    gallery,
    start(config: Partial<{ cleanupCron: string; summaryCron: string }> = {}, own: Db = db): Upkeep {
      const upkeep = startUpkeep({
        db: own,
        calls: noCalls,
        clock,
        log: recorded.log,
        config: {
          cleanupCron: '15 3 * * *',
          summaryCron: '0 8 * * *',
          cleanupGraceMs: 12 * HOUR,
          retentionDays: 180,
          ...{ timeZone: 'Europe/Berlin', locale: 'de' as const },
          ...{ remindBeforeMs: [], escalationGroup: null, quietHours: null },
          ...config,
        },
        keepPicture: gallery.keep,
        onChanged: () => {},
        onFound: () => {},
      });
      started.push(upkeep);
      return upkeep;
    },
    /** The times of a task that were run to their end. */
    async ran(task: string): Promise<string[]> {
      const rows = await db('cron_runs')
        .where({ task })
        .whereNotNull('finished_at')
        .orderBy('fire_at')
        .pluck('fire_at');
      return rows.map((at) => String(at).slice(0, 16));
    },
    status: async (id: number): Promise<string> => (await db('appointments').where({ id }).first()).status,
    record: (id: number) => db('appointment_syncs').where({ appointment_id: id }).first(),
    history: (id: number) => db('history').where({ appointment_id: id }).orderBy('id'),
    async close(): Promise<void> {
      await Promise.all(started.map((upkeep) => upkeep.stop()));
      await db.destroy();
      await database.drop();
    },
  };
}

/** An appointment of the day before, over for long, and its record; `record` null: without one. */
export async function insertPast(
  db: Db,
  id: number,
  { record = {}, ...appointment }: Partial<NewAppointment> & { record?: Record<string, unknown> | null } = {},
): Promise<void> {
  const startsAt = appointment.startsAt ?? addMs(NOON, -26 * HOUR);
  await insertAppointment(db, { createdAt: addMs(NOON, -30 * HOUR), ...appointment, id, startsAt });
  if (record === null) return;
  await db('appointment_syncs').insert({
    appointment_id: id,
    state: 'failed',
    failure_kind: 'host_conflict',
    first_failed_at: toSqlInstant(addMs(NOON, -29 * HOUR)),
    attempts: 3,
    starts_at: toSqlInstant(startsAt),
    created_at: toSqlInstant(addMs(NOON, -30 * HOUR)),
    ...record,
  });
}

/** The columns of a record whose booking took place. */
export function bookedRecord(id: number, startsAt = addMs(NOON, -26 * HOUR)): Record<string, unknown> {
  return {
    state: 'synced',
    failure_kind: null,
    first_failed_at: null,
    attempts: 0,
    booking_uid: `uid${id}`,
    pushed_service_id: 1,
    pushed_staff_id: '00000000-0000-4000-8000-00000000000a',
    pushed_start: toSqlInstant(startsAt),
    pushed_event_type_id: 11,
  };
}
