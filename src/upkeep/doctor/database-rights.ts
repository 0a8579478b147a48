import { type Db, isSqlite } from '../../database.ts';
import { type Finding, failed, ok } from '../../finding.ts';
import { BUSINESS_TABLES, RECORD_TABLES, WRITTEN_COLUMNS } from './record-tables.ts';

/** A statement that changes nothing, but is refused when its right is missing. */
interface Probe {
  right: string;
  sql: string;
  /** The business tables and columns in it, which the map may name otherwise. */
  names?: string[];
}

// Migrations end every start: CREATE is needed even when nothing is new. No table of this name exists, so what is
// allowed fails for that.
const NOWHERE = 'sync_bot_no_such_table';
const SCHEMA_PROBES: Probe[] = [
  { right: 'CREATE', sql: `CREATE TABLE ${NOWHERE}_2 LIKE ${NOWHERE}` },
  { right: 'ALTER', sql: `ALTER TABLE ${NOWHERE} ADD COLUMN nothing INT` },
  { right: 'INDEX', sql: `CREATE INDEX nothing ON ${NOWHERE} (nothing)` },
];
const ALL_RIGHTS = 'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX';
const DENIED = new Set([1044, 1142, 1143, 1227, 1370]);
const IS_NOT_THERE = new Set([1146, 1054]);

/**
 * Whether the bot's user may do what the bot does, by trying it on no row: rights come from users, roles and defaults,
 * so reading the grants would not tell.
 */
export async function checkRights(db: Db): Promise<Finding> {
  const name = 'database.rights';
  const probes = [...(isSqlite(db) ? [] : SCHEMA_PROBES), ...recordProbes(), ...businessProbes()];
  const missing: string[] = [];
  for (const probe of probes) if (!(await isAllowed(db, probe))) missing.push(probe.right);
  if (missing.length === 0) return ok(name, 'The user has all rights that the bot needs.');
  return failed(name, {
    what: `The user of DATABASE_URL lacks rights: ${grouped(missing)}.`,
    why: 'The bot fails where it needs them: at its start, or in the middle of its work.',
    remedy: isSqlite(db)
      ? 'Give the database file and its folder to the user who runs the bot.'
      : `As an administrator: GRANT ${ALL_RIGHTS} ON ${await readNames(db)};`,
  });
}

const MIGRATION_TABLES = {
  sync_bot_migration_lease: 'name',
  sync_bot_migrations: 'id',
  sync_bot_migrations_lock: 'is_locked',
};

function recordProbes(): Probe[] {
  return Object.entries({ ...RECORD_TABLES, ...MIGRATION_TABLES }).flatMap(([table, key]) => [
    { right: `SELECT on ${table}`, sql: `SELECT ${key} FROM ${table} WHERE 1 = 0` },
    { right: `INSERT on ${table}`, sql: `INSERT INTO ${table} SELECT * FROM ${table} WHERE 1 = 0` },
    { right: `UPDATE on ${table}`, sql: `UPDATE ${table} SET ${key} = ${key} WHERE 1 = 0` },
    { right: `DELETE on ${table}`, sql: `DELETE FROM ${table} WHERE 1 = 0` },
  ]);
}

function businessProbes(): Probe[] {
  const writes = Object.entries(WRITTEN_COLUMNS).flatMap(([table, columns]) =>
    columns.map((column) => ({
      right: `UPDATE (${column}) on ${table}`,
      sql: 'UPDATE ?? SET ?? = ?? WHERE 1 = 0',
      names: [table, column, column],
    })),
  );
  const reads = BUSINESS_TABLES.map((table) => ({
    right: `SELECT on ${table}`,
    sql: 'SELECT * FROM ?? WHERE 1 = 0',
    names: [table],
  }));
  return [...reads, ...writes];
}

async function isAllowed(db: Db, { sql, names = [] }: Probe): Promise<boolean> {
  try {
    await db.raw(sql, names);
    return true;
  } catch (error) {
    const { errno = 0, code = '' } = error as { errno?: number; code?: string };
    if (DENIED.has(errno) || code.startsWith('SQLITE_READONLY')) return false;
    // What is not there is another check's to tell.
    if (IS_NOT_THERE.has(errno) || code === 'SQLITE_ERROR') return true;
    throw error;
  }
}

/** `CREATE; SELECT, UPDATE on alerts; …`, each table once. */
function grouped(rights: string[]): string {
  const byTable = new Map<string, string[]>();
  for (const right of rights) {
    const [verb = '', table = ''] = right.split(' on ');
    byTable.set(table, [...(byTable.get(table) ?? []), verb]);
  }
  return [...byTable].map(([table, verbs]) => `${verbs.join(', ')}${table && ` on ${table}`}`).join('; ');
}

/** The database and the user as a GRANT names them. */
async function readNames(db: Db): Promise<string> {
  const [[{ name, user }]] = await db.raw('SELECT DATABASE() AS name, CURRENT_USER() AS user');
  const at = user.lastIndexOf('@');
  return `\`${name}\`.* TO '${user.slice(0, at)}'@'${user.slice(at + 1)}'`;
}
