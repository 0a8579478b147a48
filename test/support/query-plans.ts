import { type Db, isSqlite } from '../../src/database.ts';

export interface Statement {
  sql: string;
  bindings: unknown[];
}

/** The statements that read or change by a condition, each once, that `work` has the database run. */
export async function recordStatements(db: Db, work: () => Promise<unknown>): Promise<Statement[]> {
  const statements = new Map<string, Statement>();
  const note = ({ sql, bindings = [] }: { sql: string; bindings?: unknown[] }) => {
    const isPlanned = /^(select|update|delete)\b/i.test(sql) && !sql.includes('information_schema');
    // A condition on an empty list, which no row is looked at for.
    if (isPlanned && !sql.includes('1 = ?')) statements.set(sql, { sql, bindings });
  };
  db.on('query', note);
  try {
    await work();
  } finally {
    db.off('query', note);
  }
  return [...statements.values()];
}

/** How a plan finds the rows of one table. */
export interface PlanStep {
  table: string;
  /** In the engine's own words. */
  how: string;
  /** Every row is looked at, or every row before an instant. */
  isWhole: boolean;
}

/** What the planner means to do about a statement. */
export async function planOf(db: Db, statement: Statement): Promise<PlanStep[]> {
  // Read from the end, and left after so many.
  const isLatest = /order by (`\w+`\.)?`id` desc limit \?$/.test(statement.sql);
  const steps = await (isSqlite(db) ? sqlitePlan : serverPlan)(db, statement);
  return steps.map((step) => ({ ...step, isWhole: step.isWhole && !isLatest }));
}

async function sqlitePlan(db: Db, { sql, bindings }: Statement): Promise<PlanStep[]> {
  const rows: { detail: string }[] = await db.raw(`EXPLAIN QUERY PLAN ${sql}`, bindings as string[]);
  // They hold only what waits for something.
  const partial: string[] = await db('sqlite_master')
    .where('sql', 'like', 'create index % where %')
    .pluck('name');
  return rows.flatMap(({ detail: how }) => {
    const [, verb, alias] = /^(SCAN|SEARCH) (\w+)/.exec(how) ?? [];
    if (alias === undefined) return [];
    const [, index = ''] = / INDEX (\w+)/.exec(how) ?? [];
    const reachesBack = verb === 'SCAN' || /\((\w+)<\?\)$/.test(how);
    const isClosed = how.endsWith('(state=?)') && bindings.includes('closed');
    const isWhole = !partial.includes(index) && (reachesBack || isClosed);
    return [{ table: tableNamed(sql, alias), how, isWhole }];
  });
}

async function serverPlan(db: Db, { sql, bindings }: Statement): Promise<PlanStep[]> {
  const [rows] = await db.raw(`EXPLAIN ${sql}`, bindings as string[]);
  return rows
    .filter(({ table, type }: Record<string, unknown>) => table !== null && type !== null)
    .map(({ table, type, key, rows: estimate, Extra }: Record<string, string>) => ({
      table: tableNamed(sql, String(table)),
      how: `${table} by ${key ?? 'no index'} (${type}, ${estimate} rows) ${Extra ?? ''}`,
      isWhole: type === 'ALL' || type === 'index',
    }));
}

function tableNamed(sql: string, alias: string): string {
  return new RegExp(`\`(\\w+)\` as \`${alias}\``).exec(sql)?.[1] ?? alias;
}

/** How many rows a server looks at for a statement, in an index or a table; what it changes is taken back. */
export async function rowsLookedAt(db: Db, { sql, bindings }: Statement): Promise<number> {
  const tx = await db.transaction();
  try {
    await tx.raw('FLUSH STATUS');
    await tx.raw(sql, bindings as string[]);
    const [rows] = await tx.raw("SHOW SESSION STATUS LIKE 'Handler_read%'");
    return rows.reduce((sum: number, { Value }: { Value: string }) => sum + Number(Value), 0);
  } finally {
    await tx.rollback();
  }
}
