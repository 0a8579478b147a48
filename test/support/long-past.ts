import { hashOf, situationQuery, toSituation } from '../../src/appointments/situation.ts';
import { statusesOf } from '../../src/appointments/statuses.ts';
import { type Db, isSqlite } from '../../src/database.ts';
import { addMs, DAY, toSqlInstant } from '../../src/instant.ts';
import { longPastRows, PAST_DAYS, type Rows, SERVICES, STAFF } from './long-past-rows.ts';
import { fillPastDays } from './past-days.ts';

// A salon group's database after two years with the bot: the past as the bot has left it (records closed, answers
// older than the retention forgotten, each night's closings kept for an undo), and a few days to come.

const CHUNK = 100_000;

/** Ids count from 1, by start; `firstToCome` is the first that is not over. */
export interface LongPast {
  past: number;
  toCome: number;
  firstToCome: number;
}

/** Fills an empty, migrated database. Of what is to come a tenth is due and one in fifty has failed. */
export async function fillLongPast(
  db: Db,
  { past, toCome, now }: { past: number; toCome: number; now: Date },
): Promise<LongPast> {
  await fillCatalogue(db);
  await fillNumbers(db, past + toCome);
  for (const rows of longPastRows(db, { past, toCome }, now))
    for (let from = 1; from <= past + toCome; from += CHUNK) await insertRows(db, rows, from);
  await db.schema.dropTable('numbers');
  await fillPastDays(db, { days: PAST_DAYS, now });
  await noteWhatWasTried(db);
  await db('installation')
    .where({ id: 1 })
    .update({
      mode: 'running',
      since: daysAgo(now, PAST_DAYS + 30),
      adopted_at: daysAgo(now, PAST_DAYS + 30),
    });
  await refreshStatistics(db);
  return { past, toCome, firstToCome: past + 1 };
}

/** What the planner knows of the tables; on SQLite `ANALYZE`, on a server for our tables and theirs. */
export async function refreshStatistics(db: Db): Promise<void> {
  const tables =
    'appointments, customers, appointment_syncs, sync_attempts, history, alerts, undos, undo_entries';
  await db.raw(isSqlite(db) ? 'ANALYZE' : `ANALYZE TABLE ${tables}`);
}

const daysAgo = (now: Date, days: number) => toSqlInstant(addMs(now, -days * DAY));

async function fillCatalogue(db: Db): Promise<void> {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => index);
  const staff = ids(STAFF).map((each) => ({ id: staffId(each), name: `Person ${each}`, is_active: 1 }));
  const services = ids(SERVICES).map((each) => ({
    id: each + 1,
    name: `Service ${each}`,
    duration_minutes: 30,
  }));
  await db('staff').insert(staff);
  await db('services').insert(services);
  // Every other one has a second calendar.
  const persons = ids(STAFF).map((each) => ({
    staff_id: staffId(each),
    person_id: staffId(each - (each % 4 === 1 ? 1 : 0)),
  }));
  await db('staff_persons').insert(persons);
  for (const { id } of services)
    await db('calcom_event_map').insert(
      staff.map((person, index) => ({
        service_id: id,
        staff_id: person.id,
        event_type_id: id * 100 + index,
      })),
    );
}

const staffId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

async function fillNumbers(db: Db, count: number): Promise<void> {
  await db.schema.createTable('numbers', (table) => void table.integer('n').notNullable().primary());
  await db('numbers').insert({ n: 1 });
  for (let size = 1; size < count; size *= 2)
    await db.raw(`INSERT INTO numbers SELECT n + ${size} FROM numbers WHERE n <= ${count - size}`);
}

async function insertRows(db: Db, { table, columns, where }: Rows, from: number): Promise<void> {
  const names = Object.keys(columns);
  const values = Object.values(columns);
  await db.raw(
    `INSERT INTO ?? (${names.map(() => '??')}) SELECT ${values} FROM numbers
      WHERE n BETWEEN ${from} AND ${from + CHUNK - 1} AND (${where})`,
    [table, ...names],
  );
}

/** Nothing has changed since the last try of what has failed. */
async function noteWhatWasTried(db: Db): Promise<void> {
  const rows = await situationQuery(db).where('s.state', 'failed');
  for (const row of rows) {
    const situation = toSituation(row, statusesOf(db));
    await db('appointment_syncs')
      .where({ appointment_id: situation.record.appointmentId })
      .update({ tried_hash: hashOf(situation, null) });
  }
}
