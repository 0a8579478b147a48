import { type Db, isSqlite } from '../../src/database.ts';

export interface Statement {
  sql: string;
  bindings: unknown[];
}

/** The statements that read or change by a condition, each once, that `work` has the database run. */
export async function recordStatements(db: Db, work: () => Promise<unknown>): Promise<Statement[]> {
  const statements = new Map<string, Statement>();
  const note = ({ sql, bindings }: { sql: string; bindings?: unknown[] }) => {
    if (/^(select|update|delete)\b/i.test(sql) && !sql.includes('information_schema'))
      statements.set(sql, { sql, bindings: bindings ?? [] });
  };
  db.on('query', note);
  try {
    await work();
  } finally {
    db.off('query', note);
  }
  return [...statements.values()];
}

/** One table of a plan: how its rows are found. */
export interface PlanStep {
  table: string;
  /** The engine's own words. */
  how: string;
  /** Every row of the table is looked at, or every row before a point in time. */
  isWhole: boolean;
  isSorted: boolean;
}

// Only what still waits for something has a value in these columns, so a range of them does not reach into the past.
const NULL_WHEN_OVER = ['due_at', 'snoozed_until', 'deliver_at', 'queue_place', 'answer_kept_at', 'typed_at'];

export async function planOf(db: Db, { sql, bindings }: Statement): Promise<PlanStep[]> {
  return isSqlite(db) ? sqlitePlan(db, sql, bindings) : serverPlan(db, sql, bindings);
}

async function sqlitePlan(db: Db, sql: string, bindings: unknown[]): Promise<PlanStep[]> {
  const rows: { detail: string }[] = await db.raw(
    `EXPLAIN QUERY PLAN ${sql.replaceAll('?', '?')}`,
    bindings as never,
  );
  const isSorted = rows.some(({ detail }) => detail.includes('TEMP B-TREE FOR ORDER BY'));
  return rows.flatMap(({ detail: how }) => {
    const [, verb, name] = /^(SCAN|SEARCH) (\w+)/.exec(how) ?? [];
    if (name === undefined) return [];
    const [, openRange] = /\((?:\w+=\? AND )*(\w+)<\?\)$/.exec(how) ?? [];
    const reachesBack = openRange !== undefined && !NULL_WHEN_OVER.includes(openRange);
    return [{ table: tableNamed(sql, name), how, isWhole: verb === 'SCAN' || reachesBack, isSorted }];
  });
}

async function serverPlan(db: Db, sql: string, bindings: unknown[]): Promise<PlanStep[]> {
  const [rows] = await db.raw(`EXPLAIN ${sql}`, bindings as never);
  return rows
    .filter((row: Record<string, unknown>) => row.table !== null && row.type !== null)
    .map((row: Record<string, string>) => ({
      table: tableNamed(sql, String(row.table)),
      how: `${row.table} by ${row.key ?? 'no index'} (${row.type}, ${row.rows} rows) ${row.Extra ?? ''}`,
      isWhole: row.type === 'ALL' || row.type === 'index',
      isSorted: (row.Extra ?? '').includes('filesort'),
    }));
}

/** The table behind an alias. */
function tableNamed(sql: string, name: string): string {
  return new RegExp('`(\\w+)` as `' + name + '`').exec(sql)?.[1] ?? name;
}

/** How many rows a server reads for a statement, by index or one after the other; what it changes is taken back. */
export async function rowsRead(db: Db, { sql, bindings }: Statement): Promise<number> {
  const tx = await db.transaction();
  try {
    await tx.raw('FLUSH STATUS');
    await tx.raw(sql, bindings as never);
    const [rows] = await tx.raw("SHOW SESSION STATUS LIKE 'Handler_read%'");
    return rows.reduce((sum: number, { Value }: { Value: string }) => sum + Number(Value), 0);
  } finally {
    await tx.rollback();
  }
}
