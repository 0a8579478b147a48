import { type IndexAdvice, indexAdvice } from '../../appointments/index-advice.ts';
import { businessOf, described, quoteName } from '../../business-tables.ts';
import { type Db, isSqlite } from '../../database.ts';
import { type Finding, failed, info, ok, skipped, warning } from '../../finding.ts';
import { SECOND } from '../../instant.ts';
import { compareMigrations } from '../../migrate-database.ts';
import { listed } from './listed.ts';

const QUERY_MS_MAX = 10 * SECOND;

/** Whether the schema is the one that this program knows. */
export async function checkMigrations(db: Db): Promise<Finding> {
  const name = 'database.migrations';
  const { pending, unknown } = await readMigrations(db);
  if (unknown.length > 0)
    return failed(name, {
      what: `A newer version of the bot has changed the schema (${unknown.join(', ')}).`,
      why: 'This version does not start on it.',
      remedy: 'Install the newer version again.',
    });
  if (pending.length === 0) return ok(name, 'The schema is up to date.');
  return failed(name, {
    what: `The schema is older than the program; not run yet: ${listed(pending)}.`,
    why: 'The bot needs these tables and columns.',
    remedy: 'Run: npm run migrate (npm start does it too).',
  });
}

async function readMigrations(db: Db) {
  if (await db.schema.hasTable('sync_bot_migrations'))
    return compareMigrations(db, { timeoutMs: QUERY_MS_MAX });
  return { pending: ['every migration'], unknown: [] };
}

/** Appointments without staff; once there are none, how to keep it so. */
export async function checkStaffColumn(db: Db, nowText: string): Promise<Finding> {
  const name = 'database.staff_id';
  const without = await countWithoutStaff(db, nowText);
  if (without.all > 0)
    return warning(name, {
      what: `Appointments without staff (staff_id is NULL): ${without.all}, of them still to come: ${without.toCome}.`,
      why: 'Nobody can be booked for them: each that is open and to come ends as an alert.',
      remedy: 'Give them staff, or let the plan close them: npm run remediate -- --dry-run --only no_staff.',
    });
  if (!(await isStaffNullable(db))) return ok(name, 'No appointment can be without staff.');
  return info(name, {
    what: 'Every appointment has staff, but the column staff_id still takes NULL.',
    why: 'A program that forgets the staff is told by nobody until the appointment cannot be booked.',
    remedy: isSqlite(db)
      ? 'SQLite cannot change a column: make the table anew with staff_id CHAR(36) NOT NULL, and copy the rows.'
      : `In a quiet hour, and if no program of yours leaves it empty on purpose: ${await alterStatement(db)}`,
  });
}

async function countWithoutStaff(db: Db, nowText: string): Promise<{ all: number; toCome: number }> {
  const toCome = db.raw('SUM(CASE WHEN starts_at > ? THEN 1 ELSE 0 END) as toCome', [nowText]);
  const [row] = await db('appointments')
    .whereNull('staff_id')
    .select(db.raw('COUNT(*) as ??', ['all']), toCome)
    .timeout(QUERY_MS_MAX);
  return { all: Number(row.all), toCome: Number(row.toCome ?? 0) };
}

async function isStaffNullable(db: Db): Promise<boolean> {
  return (await db('appointments').columnInfo('staff_id')).nullable;
}

/** Keeps everything else of the column as it is; in the booking system's own names. */
async function alterStatement(db: Db): Promise<string> {
  const { map } = businessOf(db);
  const own = map.tables.appointments;
  const name = own?.table ?? 'appointments';
  const staff = own?.columns.staff_id ?? 'staff_id';
  const database = own ? map.database : null;
  const column = await described(db, 'columns', { database, name }).where({ column_name: staff }).first({
    type: 'column_type',
    charset: 'character_set_name',
    collation: 'collation_name',
    comment: 'column_comment',
  });
  const { type, charset, collation, comment } = column;
  const text = charset === null ? '' : ` CHARACTER SET ${charset} COLLATE ${collation}`;
  const remark = comment === '' ? '' : db.raw(' COMMENT ?', [comment]).toQuery();
  const table = [database, name].flatMap((part) => (part === null ? [] : quoteName(part))).join('.');
  return `ALTER TABLE ${table} MODIFY ${quoteName(staff)} ${type}${text} NOT NULL${remark};`;
}

/** Notice asks once a second for what is to come. */
export async function checkStartIndex(db: Db): Promise<Finding> {
  const name = 'database.starts_at_index';
  if (!(await db.schema.hasTable('appointments')))
    return skipped(name, 'There is no table appointments yet.');
  const advice = isSqlite(db) ? await sqliteAdvice(db) : await indexAdvice(db);
  if (advice === null) return ok(name, 'appointments.starts_at has an index.');
  const first = advice.isFull ? 'The table has all the indexes it may have, so drop one first. ' : '';
  return warning(name, {
    what: 'appointments has no index that begins with starts_at.',
    why: 'The bot looks for what is to come every few seconds: on a large table each look reads all rows.',
    remedy: `${first}In a quiet hour: ${advice.alter};`,
  });
}

async function sqliteAdvice(db: Db): Promise<IndexAdvice | null> {
  const indexes: { first: string }[] = await db.raw(
    `SELECT i.name AS first FROM pragma_index_list('appointments') AS l
       JOIN pragma_index_info(l.name) AS i WHERE i.seqno = 0`,
  );
  if (indexes.some(({ first }) => first === 'starts_at')) return null;
  return { alter: 'CREATE INDEX appointments_starts_at ON appointments (starts_at)', isFull: false };
}

/** In which way SQLite keeps its journal; `mode` as `PRAGMA journal_mode` gives it. */
export function checkJournal(mode: string): Finding {
  const name = 'database.journal';
  if (mode === 'wal') return ok(name, 'SQLite keeps a write-ahead log.');
  return failed(name, {
    what: `SQLite cannot keep a write-ahead log here (its journal is in mode ${mode}).`,
    why: 'The booking system and the bot would lock each other out; on a network drive the file may break.',
    remedy: 'Put the database file on a local disk, or use MySQL or MariaDB.',
  });
}
