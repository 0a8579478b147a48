import { viewOf } from '../../business-tables.ts';
import type { Db } from '../../database.ts';
import { DatabaseMapError } from '../../database-map.ts';
import { type Finding, failed, ok } from '../../finding.ts';
import { planViews, type TableView, useViews } from '../../prepare-business-tables.ts';

const NAME = 'database.tables';
const GUIDE = 'docs/existing-database.md';

/**
 * Whether the booking system's tables are what the bot takes them for, by its names or by the map. The checks after
 * this one read them as the bot does.
 */
export async function checkTables(db: Db): Promise<Finding | Finding[]> {
  try {
    const views = await planViews(db);
    const missing = await missingViews(db, views);
    useViews(db, views);
    if (missing.length === 0) return ok(NAME, "The booking system's tables are what the bot needs.");
    return failed(NAME, {
      what: `Views through which the bot reads the booking system's tables are not there yet: ${missing.join(', ')}.`,
      why: 'Without them the bot does not find its names and rows.',
      remedy: 'Run: npm run migrate (npm start does it too).',
    });
  } catch (error) {
    if (!(error instanceof DatabaseMapError)) throw error;
    return error.problems.map((what) =>
      failed(NAME, {
        what,
        why: 'The bot does not start on tables that it would misread.',
        remedy: `Correct database-map.yml, or the tables; ${GUIDE} has every key.`,
      }),
    );
  }
}

async function missingViews(db: Db, views: TableView[]): Promise<string[]> {
  const names = views.map(({ table }) => viewOf(table));
  const isThere = await Promise.all(names.map((name) => db.schema.hasTable(name)));
  return names.filter((_, index) => !isThere[index]);
}
