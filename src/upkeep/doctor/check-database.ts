import type { AlertRoute } from '../../alerts/routes.ts';
import type { Clock } from '../../clock.ts';
import { type Db, isSqlite, sqliteFile } from '../../database.ts';
import { type Finding, failed, skipped } from '../../finding.ts';
import { toSqlInstant } from '../../instant.ts';
import { checkRoutes } from './alert-routes.ts';
import {
  checkMapEntries,
  checkMode,
  checkPersons,
  checkServiceMap,
  checkStaffMap,
  checkStatuses,
  checkWrittenTimes,
} from './business-data.ts';
import { checkFile, checkServerReach } from './database-reach.ts';
import { checkRights } from './database-rights.ts';
import { checkJournal, checkMigrations, checkStaffColumn, checkStartIndex } from './database-schema.ts';
import { checkServer } from './database-server.ts';
import { checkTables } from './database-tables.ts';

/** Whether the database can be opened at all; when a finding failed it cannot. Opens no pool. */
export async function checkReach(databaseUrl: string): Promise<Finding[]> {
  const file = sqliteFile(databaseUrl);
  return file === undefined ? [await checkServerReach(databaseUrl)] : await checkFile(file);
}

/** Everything about a database that can be reached, and about what is in it. */
export async function checkDatabase(db: Db, clock: Clock, routes: readonly AlertRoute[]): Promise<Finding[]> {
  const usable = await guarded('database.usable', () => db.raw('SELECT 1').then(() => []));
  if (usable.length > 0) return usable;
  const now = clock.now();
  const nowText = toSqlInstant(now);
  const checks: [name: string, check: () => Promise<Finding | Finding[]>][] = [
    isSqlite(db)
      ? ['database.journal', () => checkJournalOf(db)]
      : ['database.server', () => checkServer(db, clock)],
    ['database.tables', () => checkTables(db)],
    ['database.rights', () => checkRights(db)],
    ['database.migrations', () => checkMigrations(db)],
    ['database.starts_at_index', () => checkStartIndex(db)],
    ['database.staff_id', () => checkStaffColumn(db, nowText)],
    ['data.mode', () => checkMode(db)],
    ['data.statuses', () => checkStatuses(db, nowText)],
    ['data.times', () => checkWrittenTimes(db, now)],
    ['data.persons', () => checkPersons(db)],
    ['map.staff', () => checkStaffMap(db)],
    ['map.services', () => checkServiceMap(db)],
    ['map.entries', () => checkMapEntries(db)],
    ['map.routes', () => checkRoutes(db, routes)],
  ];
  const findings: Finding[] = [];
  for (const [name, check] of checks) findings.push(...(await guarded(name, check)));
  return findings;
}

async function checkJournalOf(db: Db): Promise<Finding> {
  const [row] = await db.raw('PRAGMA journal_mode');
  return checkJournal(row.journal_mode);
}

const NOT_THERE = new Set(['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR', 'SQLITE_ERROR']);
const DENIED = /^ER_(TABLE|COLUMN|DB)ACCESS_DENIED_ERROR$/;

/** A check that cannot be made is a finding too. Only the error's code is told: its message may quote data. */
async function guarded(name: string, check: () => Promise<Finding | Finding[]>): Promise<Finding[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    const { code = (error as Error).name } = error as { code?: string };
    if (code === 'KnexTimeoutError') return [skipped(name, 'The database took too long to tell.')];
    if (NOT_THERE.has(code)) return [skipped(name, 'A table or column for it is not there yet.')];
    if (DENIED.test(code)) return [skipped(name, 'The user may not read what it takes to tell.')];
    return [
      failed(name, {
        what: `This could not be found out: the database reports ${code}.`,
        why: 'The bot will meet the same error.',
        remedy: "Look the code up in the database's documentation, and in its log.",
      }),
    ];
  }
}
