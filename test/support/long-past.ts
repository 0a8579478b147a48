import { hashOf, situationQuery, toSituation } from '../../src/appointments/situation.ts';
import { statusesOf } from '../../src/appointments/statuses.ts';
import { type Db, isSqlite } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { fillPastDays } from './past-days.ts';

// A salon group's database after two years with the bot: the past as the bot has left it (records closed, answers
// older than the retention forgotten, each night's closings kept for an undo), and a few days to come.

const PAST_DAYS = 730;
const PAST_SECONDS = (PAST_DAYS * DAY) / SECOND;
const DAYS_TO_COME = 8;
const RETENTION_DAYS = 180;
const STAFF = 50;
const SERVICES = 40;
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
  const salon = { past, toCome, firstToCome: past + 1 };
  const fill = fillerFor(db, salon, now);
  for (const [table, columns, where] of tablesOf(fill, salon)) {
    for (let from = 1; from <= past + toCome; from += CHUNK)
      await fill.into(table, columns, `n BETWEEN ${from} AND ${from + CHUNK - 1} AND (${where})`);
  }
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
  return salon;
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

type Columns = Record<string, string>;

/** SQL of both dialects, by the number `n` of the appointment. */
function fillerFor(db: Db, { past, toCome }: LongPast, now: Date) {
  const at = (base: Date, seconds: string) =>
    isSqlite(db)
      ? `strftime('%Y-%m-%d %H:%M:%f', '${toSqlInstant(base)}', (${seconds}) || ' seconds')`
      : `CAST('${toSqlInstant(base)}' AS DATETIME(3)) + INTERVAL (${seconds}) SECOND`;
  const first = addMs(now, -PAST_DAYS * DAY);
  const shareOf = (span: number, part: string, whole: number) =>
    `(${part} * ${span} - (${part} * ${span}) % ${whole}) / ${whole}`;
  const sinceFirst = `CASE WHEN n <= ${past} THEN ${shareOf(PAST_SECONDS, 'n', past)}
    ELSE ${PAST_SECONDS} + ${shareOf((DAYS_TO_COME * DAY) / SECOND, `(n - ${past})`, toCome)} END`;
  return {
    /** So many seconds after the start. */
    start: (plus = 0) => at(first, `${sinceFirst} + ${plus}`),
    text: (instant: Date) => `'${toSqlInstant(instant)}'`,
    ago: (ms: number) => `'${toSqlInstant(addMs(now, -ms))}'`,
    /** The number of its day, from 1. */
    day: `(${sinceFirst} - (${sinceFirst}) % 86400) / 86400 + 1`,
    /** Its start was before that many days ago. */
    olderThan: (days: number) => `n <= ${Math.floor((past * (PAST_DAYS - days)) / PAST_DAYS)}`,
    async into(table: string, columns: Columns, where: string): Promise<void> {
      const names = Object.keys(columns).map(() => '??');
      await db.raw(
        `INSERT INTO ?? (${names}) SELECT ${Object.values(columns).join(', ')} FROM numbers WHERE ${where}`.replaceAll(
          '\\?',
          '?',
        ),
        [table, ...Object.keys(columns)],
      );
    },
  };
}

type Filler = ReturnType<typeof fillerFor>;

function tablesOf(fill: Filler, { past }: LongPast): [table: string, columns: Columns, where: string][] {
  const closed = fill.olderThan(1);
  const isDue = `n > ${past} AND n % 10 = 1`;
  const isFailed = `n > ${past} AND n % 50 = 7`;
  const isOff = `n % 100 >= 90 AND n <= ${past} OR n % 100 = 99`;
  const isSynced = `NOT (${closed}) AND NOT (${isDue}) AND NOT (${isFailed}) AND NOT (${isOff})`;
  const when = (condition: string, then: string, otherwise = 'NULL') =>
    `CASE WHEN ${condition} THEN ${then} ELSE ${otherwise} END`;
  const staff = `CONCAT('00000000-0000-4000-8000-', SUBSTR(CONCAT('000000000000', n % ${STAFF}), -12))`;
  const service = `n % ${SERVICES} + 1`;
  const eventType = `(n % ${SERVICES} + 1) * 100 + n % ${STAFF}`;
  const hadFailed = 'n % 20 = 3';
  const booked = fill.start(-DAYS_TO_COME * 86_400 + 5);
  const person = "CONCAT('U0PERSON', n % 7)";
  const isKept = `NOT (${fill.olderThan(RETENTION_DAYS + 1 - DAYS_TO_COME)})`;
  return [
    [
      'customers',
      { id: 'n', name: "CONCAT('Customer ', n)", email: "CONCAT('customer', n, '@example.com')" },
      'n % 5 = 0 OR n = 1',
    ],
    [
      'appointments',
      {
        id: 'n',
        customer_id: 'CASE WHEN n < 5 THEN 1 ELSE n - n % 5 END',
        service_id: service,
        staff_id: staff,
        starts_at: fill.start(),
        ends_at: fill.start(1_800),
        status: when(isOff, when('n % 100 >= 97', "'no_show'", "'cancelled'"), "'booked'"),
        created_at: fill.start(-DAYS_TO_COME * 86_400),
        updated_at: fill.start(-DAYS_TO_COME * 86_400),
      },
      '1 = 1',
    ],
    [
      'appointment_syncs',
      {
        appointment_id: 'n',
        state: `CASE WHEN ${closed} OR ${isOff} THEN 'closed' WHEN ${isDue} THEN 'pending'
          WHEN ${isFailed} THEN 'failed' ELSE 'synced' END`,
        closed_reason: when(`${closed} OR ${isOff}`, when(isOff, "'cancelled'", "'done'")),
        due_at: `CASE WHEN ${isDue} THEN ${fill.ago(MINUTE)} WHEN ${isFailed} THEN ${fill.ago(-HOUR)} END`,
        pending_since: when(isDue, fill.ago(2 * MINUTE)),
        attempts: when(isFailed, '3', '0'),
        booking_uid: when(isSynced, "CONCAT('booking-', n)"),
        pushed_service_id: when(isSynced, service),
        pushed_staff_id: when(isSynced, staff),
        pushed_start: when(isSynced, fill.start()),
        pushed_event_type_id: when(isSynced, eventType),
        failure_kind: when(isFailed, "'host_conflict'"),
        failure_cause: when(isFailed, "'busy'"),
        failure_text: when(isFailed, "'User either already has booking at this time or is not available'"),
        first_failed_at: when(isFailed, fill.ago(3 * HOUR)),
        last_attempt_at: when(isDue, 'NULL', booked),
        touched_at: when(hadFailed, booked),
        starts_at: fill.start(),
        created_at: fill.start(-DAYS_TO_COME * 86_400),
      },
      '1 = 1',
    ],
    [
      'sync_attempts',
      {
        appointment_id: 'n',
        operation: "'book'",
        request: `CONCAT('{"serviceId":', ${service}, ',"eventTypeId":', ${eventType}, ',"revision":1}')`,
        intent_at: booked,
        outcome_at: booked,
        outcome: when(isFailed, "'refused'", "'booked'"),
        http_status: when(isFailed, '400', '201'),
        request_id: "CONCAT('request-', n)",
        raw_answer: when(isKept, `CONCAT('{"status":"success","data":{"uid":"booking-', n, '"}}')`),
      },
      `NOT (${isDue})`,
    ],
    [
      'history',
      {
        appointment_id: 'n',
        at: booked,
        actor: "'bot'",
        action: when(isFailed, "'failed'", "'booked'"),
        after: `CONCAT('{"uid":"booking-', n, '"}')`,
        reason: when(isFailed, "'host_conflict'"),
      },
      `NOT (${isDue})`,
    ],
    [
      'history',
      { appointment_id: 'n', at: booked, actor: "'bot'", action: "'failed'", reason: "'host_conflict'" },
      hadFailed,
    ],
    [
      'history',
      {
        appointment_id: 'n',
        at: fill.start(-86_400),
        actor: person,
        action: "'rescheduled'",
        reason: 'NULL',
      },
      `${hadFailed} AND n < ${past}`,
    ],
    [
      'history',
      {
        appointment_id: 'n',
        at: fill.start(-86_400),
        actor: person,
        action: "'noted'",
        reason: when(isKept, "'The customer calls back'"),
      },
      'n % 50 = 11',
    ],
    [
      'history',
      { appointment_id: 'n', at: fill.start(86_400), actor: "'bot'", action: "'closed'", reason: "'done'" },
      `${closed} AND NOT (${isOff})`,
    ],
    [
      'alerts',
      {
        subject: "CONCAT('appointment:', n)",
        open_subject: when(isFailed, "CONCAT('appointment:', n)"),
        appointment_id: 'n',
        shown_revision: '1',
        channel: "'C0LONGPAST'",
        ts: "CONCAT('1700000000.', n)",
        raised_at: when(isFailed, fill.ago(3 * HOUR), booked),
        resolved_at: when(isFailed, 'NULL', fill.start(-86_400)),
        resolution: when(isFailed, 'NULL', "'synced'"),
        is_redacted: when(fill.olderThan(RETENTION_DAYS + 1), '1', '0'),
      },
      `${isFailed} OR (${hadFailed} AND n < ${past})`,
    ],
    [
      'undo_entries',
      {
        undo_id: fill.day,
        appointment_id: 'n',
        kind: "'done'",
        starts_at: fill.start(),
        before: `'{"status":"booked"}'`,
        after: `'{"status":"cancelled","reason":"past"}'`,
        record_before: `CONCAT('{"state":"synced","booking_uid":"booking-', n, '"}')`,
        done_at: fill.start(86_400),
      },
      `${closed} AND NOT (${isOff})`,
    ],
  ];
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
