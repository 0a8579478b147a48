import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';

const COMPARED_DAYS = 30;
const BATCH = 200;

/** What the bot keeps for each day: runs, summaries and their alerts, the undo of each night, and comparisons. */
export async function fillPastDays(db: Db, { days, now }: { days: number; now: Date }): Promise<void> {
  const numbers = Array.from({ length: days }, (_, index) => index);
  const at = (day: number, hours: number) => toSqlInstant(addMs(now, (day - days) * DAY + hours * HOUR));
  const localDate = (day: number) => at(day, 0).slice(0, 10);
  const run = (task: string, fireAt: string) => ({
    ...{ task, fire_at: fireAt, started_at: fireAt, token: `${task} ${fireAt}`, expires_at: fireAt },
    finished_at: fireAt,
  });
  const figures = { failed: 4, critical: 0, manualReview: 2, ancient: 0, successRate24h: 98.5, pending: 3 };
  await insert(
    db,
    'undos',
    numbers.map((day) => ({
      ...{ id: day + 1, subject: `cleanup:${2 * day + 1}`, done_at: at(day, 12) },
    })),
  );
  await insert(
    db,
    'cron_runs',
    numbers.flatMap((day) => [run('cleanup', at(day, 12)), run('summary', at(day, 17))]),
  );
  await insert(
    db,
    'daily_summaries',
    numbers.map((day) => ({
      local_date: localDate(day),
      taken_at: at(day, 17),
      figures: JSON.stringify({ ...figures, health: 'green' }),
      outcomes: JSON.stringify({
        booked: 1_300,
        repaired: 20,
        adopted: 0,
        moved: 9,
        reassigned: 2,
        cancelled: 40,
      }),
      open_cases: '[]',
    })),
  );
  await insert(
    db,
    'alerts',
    numbers.map((day) => ({
      subject: `summary:${localDate(day)}`,
      ...(day === days - 1 && { open_subject: `summary:${localDate(day)}` }),
      ...{ shown_revision: 1, channel: 'C0LONGPAST', ts: `1600000000.${day}`, raised_at: at(day, 17) },
    })),
  );
  await fillComparisons(db, now);
}

async function fillComparisons(db: Db, now: Date): Promise<void> {
  const count = (COMPARED_DAYS * DAY) / (15 * MINUTE);
  const found = JSON.stringify({ read: 20, changed: 1, missing: 0, doubled: [], orphaned: [] });
  const rows = Array.from({ length: count }, (_, index) => ({
    run_id: 1_000_000 + index,
    scope: index % 96 === 0 ? 'everything' : 'changes',
    started_at: toSqlInstant(addMs(now, -(count - index) * 15 * MINUTE)),
    found,
  }));
  await insert(db, 'reconciliations', rows);
}

async function insert(db: Db, table: string, rows: Record<string, unknown>[]): Promise<void> {
  for (let from = 0; from < rows.length; from += BATCH)
    await db(table).insert(rows.slice(from, from + BATCH));
}
