import { type Db, isSqlite } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';

// What stands in the tables after two years with the bot, by the number `n` of the appointment, in SQL of both dialects.

export const PAST_DAYS = 730;
export const STAFF = 50;
export const SERVICES = 40;
const PAST_SECONDS = (PAST_DAYS * DAY) / SECOND;
const DAYS_TO_COME = 8;
const RETENTION_DAYS = 180;

/** The columns of the rows that stand in a table for those numbers. */
export interface Rows {
  table: string;
  columns: Record<string, string>;
  where: string;
}

export interface Counts {
  past: number;
  toCome: number;
}

/** Ids count from 1, by start. Of what is to come a tenth is due and one in fifty has failed. */
export function longPastRows(db: Db, counts: Counts, now: Date): Rows[] {
  const sql = expressions(db, counts, now);
  return [...businessRows(sql), recordRows(sql), attemptRows(sql), ...historyRows(sql), ...alertRows(sql)];
}

const when = (condition: string, then: string, otherwise = 'NULL') =>
  `CASE WHEN ${condition} THEN ${then} ELSE ${otherwise} END`;

function expressions(db: Db, { past, toCome }: Counts, now: Date) {
  const first = addMs(now, -PAST_DAYS * DAY);
  const shareOf = (span: number, part: string, whole: number) =>
    `(${part} * ${span} - (${part} * ${span}) % ${whole}) / ${whole}`;
  const seconds = `CASE WHEN n <= ${past} THEN ${shareOf(PAST_SECONDS, 'n', past)}
    ELSE ${PAST_SECONDS} + ${shareOf((DAYS_TO_COME * DAY) / SECOND, `(n - ${past})`, toCome)} END`;
  /** So many seconds after the start. */
  const start = (plus = 0) =>
    isSqlite(db)
      ? `strftime('%Y-%m-%d %H:%M:%f', '${toSqlInstant(first)}', (${seconds} + ${plus}) || ' seconds')`
      : `CAST('${toSqlInstant(first)}' AS DATETIME(3)) + INTERVAL (${seconds} + ${plus}) SECOND`;
  const olderThan = (days: number) => `n <= ${Math.floor((past * (PAST_DAYS - days)) / PAST_DAYS)}`;
  const isClosed = olderThan(1);
  const isDue = `n > ${past} AND n % 10 = 1`;
  const isFailed = `n > ${past} AND n % 50 = 7`;
  const isOff = `(n % 100 >= 90 AND n <= ${past} OR n % 100 = 99)`;
  return {
    start,
    ago: (ms: number) => `'${toSqlInstant(addMs(now, -ms))}'`,
    /** The number of its day, from 1. */
    day: `(${seconds} - (${seconds}) % 86400) / 86400 + 1`,
    isPast: `n < ${past}`,
    isRedacted: olderThan(RETENTION_DAYS + 1),
    /** What is to be forgotten tonight is still there. */
    isKept: `NOT (${olderThan(RETENTION_DAYS + 1 - DAYS_TO_COME)})`,
    ...{ isClosed, isDue, isFailed, isOff },
    isSynced: `NOT (${isClosed}) AND NOT (${isDue}) AND NOT (${isFailed}) AND NOT ${isOff}`,
    hadFailed: 'n % 20 = 3',
    staff: `CONCAT('00000000-0000-4000-8000-', SUBSTR(CONCAT('000000000000', n % ${STAFF}), -12))`,
    service: `n % ${SERVICES} + 1`,
    eventType: `(n % ${SERVICES} + 1) * 100 + n % ${STAFF}`,
    createdAt: start(-DAYS_TO_COME * 86_400),
    bookedAt: start(-DAYS_TO_COME * 86_400 + 5),
    person: "CONCAT('U0PERSON', n % 7)",
  };
}

type Sql = ReturnType<typeof expressions>;

function businessRows({ start, createdAt, staff, service, isOff }: Sql): Rows[] {
  return [
    {
      table: 'customers',
      columns: { id: 'n', name: "CONCAT('Customer ', n)", email: "CONCAT('customer', n, '@example.com')" },
      where: 'n % 5 = 0 OR n = 1',
    },
    {
      table: 'appointments',
      columns: {
        id: 'n',
        customer_id: 'CASE WHEN n < 5 THEN 1 ELSE n - n % 5 END',
        service_id: service,
        staff_id: staff,
        starts_at: start(),
        ends_at: start(1_800),
        status: when(isOff, when('n % 100 >= 97', "'no_show'", "'cancelled'"), "'booked'"),
        created_at: createdAt,
        updated_at: createdAt,
      },
      where: '1 = 1',
    },
  ];
}

function recordRows({ start, ago, createdAt, bookedAt, staff, service, eventType, ...is }: Sql): Rows {
  const { isClosed, isOff, isDue, isFailed, isSynced, hadFailed } = is;
  return {
    table: 'appointment_syncs',
    columns: {
      appointment_id: 'n',
      state: `CASE WHEN ${isClosed} OR ${isOff} THEN 'closed' WHEN ${isDue} THEN 'pending'
          WHEN ${isFailed} THEN 'failed' ELSE 'synced' END`,
      closed_reason: when(`${isClosed} OR ${isOff}`, when(isOff, "'cancelled'", "'done'")),
      due_at: `CASE WHEN ${isDue} THEN ${ago(MINUTE)} WHEN ${isFailed} THEN ${ago(-HOUR)} END`,
      pending_since: when(isDue, ago(2 * MINUTE)),
      attempts: when(isFailed, '3', '0'),
      booking_uid: when(isSynced, "CONCAT('booking-', n)"),
      pushed_service_id: when(isSynced, service),
      pushed_staff_id: when(isSynced, staff),
      pushed_start: when(isSynced, start()),
      pushed_event_type_id: when(isSynced, eventType),
      failure_kind: when(isFailed, "'host_conflict'"),
      failure_cause: when(isFailed, "'busy'"),
      failure_text: when(isFailed, "'User either already has booking at this time or is not available'"),
      first_failed_at: when(isFailed, ago(3 * HOUR)),
      last_attempt_at: when(isDue, 'NULL', bookedAt),
      touched_at: when(hadFailed, bookedAt),
      starts_at: start(),
      created_at: createdAt,
    },
    where: '1 = 1',
  };
}

function attemptRows({ bookedAt, service, eventType, isDue, isFailed, isKept }: Sql): Rows {
  return {
    table: 'sync_attempts',
    columns: {
      appointment_id: 'n',
      operation: "'book'",
      request: `CONCAT('{"serviceId":', ${service}, ',"eventTypeId":', ${eventType}, ',"revision":1}')`,
      intent_at: bookedAt,
      outcome_at: bookedAt,
      outcome: when(isFailed, "'refused'", "'booked'"),
      http_status: when(isFailed, '400', '201'),
      request_id: "CONCAT('request-', n)",
      raw_answer: when(isKept, `CONCAT('{"status":"success","data":{"uid":"booking-', n, '"}}')`),
    },
    where: `NOT (${isDue})`,
  };
}

function historyRows(sql: Sql): Rows[] {
  const { isDue, isFailed, hadFailed, isClosed, isOff } = sql;
  const entry = { appointment_id: 'n', at: sql.bookedAt, actor: "'bot'" };
  const first = {
    ...entry,
    action: when(isFailed, "'failed'", "'booked'"),
    after: `CONCAT('{"uid":"booking-', n, '"}')`,
    reason: when(isFailed, "'host_conflict'"),
  };
  const failed = { ...entry, action: "'failed'", reason: "'host_conflict'" };
  const byPerson = { ...entry, at: sql.start(-86_400), actor: sql.person };
  const rescheduled = { ...byPerson, action: "'rescheduled'" };
  const noted = { ...byPerson, action: "'noted'", reason: when(sql.isKept, "'The customer calls back'") };
  const closed = { ...entry, at: sql.start(86_400), action: "'closed'", reason: "'done'" };
  return [
    { table: 'history', columns: first, where: `NOT (${isDue})` },
    { table: 'history', columns: failed, where: hadFailed },
    { table: 'history', columns: rescheduled, where: `${hadFailed} AND ${sql.isPast}` },
    { table: 'history', columns: noted, where: 'n % 50 = 11' },
    { table: 'history', columns: closed, where: `${isClosed} AND NOT ${isOff}` },
  ];
}

function alertRows({
  start,
  ago,
  bookedAt,
  day,
  isFailed,
  hadFailed,
  isRedacted,
  isPast,
  isClosed,
  isOff,
}: Sql): Rows[] {
  return [
    {
      table: 'alerts',
      columns: {
        subject: "CONCAT('appointment:', n)",
        open_subject: when(isFailed, "CONCAT('appointment:', n)"),
        appointment_id: 'n',
        shown_revision: '1',
        channel: "'C0LONGPAST'",
        ts: "CONCAT('1700000000.', n)",
        raised_at: when(isFailed, ago(3 * HOUR), bookedAt),
        resolved_at: when(isFailed, 'NULL', start(-86_400)),
        resolution: when(isFailed, 'NULL', "'synced'"),
        is_redacted: when(isRedacted, '1', '0'),
      },
      where: `${isFailed} OR (${hadFailed} AND ${isPast})`,
    },
    {
      table: 'undo_entries',
      columns: {
        undo_id: day,
        appointment_id: 'n',
        kind: "'done'",
        starts_at: start(),
        before: `'{"status":"booked"}'`,
        after: `'{"status":"cancelled","reason":"past"}'`,
        record_before: `CONCAT('{"state":"synced","booking_uid":"booking-', n, '"}')`,
        done_at: start(86_400),
      },
      where: `${isClosed} AND NOT ${isOff}`,
    },
  ];
}
