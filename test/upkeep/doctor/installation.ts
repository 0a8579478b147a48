import type { TestContext } from 'node:test';
import { type CalcomLookAlike, startCalcom } from '../../../sandbox/calcom/start-calcom.ts';
import type { SlackLookAlike } from '../../../sandbox/slack/start-slack.ts';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { type Db, openDatabase } from '../../../src/database.ts';
import { examine } from '../../../src/doctor.ts';
import type { Finding } from '../../../src/finding.ts';
import { migrateDatabase } from '../../../src/migrate-database.ts';
import { CHANNEL } from '../../alerts/alert-fixtures.ts';
import { startWorkspace, tokens } from '../../slack/slack-fixtures.ts';
import type { TestEngine } from '../../support/databases.ts';
import { insertSalon, salonWorld } from '../../support/salon.ts';
import { API_KEY } from '../../support/test-engine.ts';

export interface Installation {
  environment: Record<string, string>;
  db: Db;
  calcom: CalcomLookAlike;
  slack: SlackLookAlike;
  /** What the doctor says that is not `ok`; `change` are variables, and a clock to look by. */
  complaints(change?: Record<string, string>, clock?: Clock): Promise<Finding[]>;
}

interface Wishes {
  scopes?: string[];
  archived?: boolean;
  /** Default: the schema is migrated and holds the salon. */
  prepare?: (db: Db) => Promise<void>;
}

/** A salon whose bot is installed as it should be, between a Cal.com and a Slack of its own. */
export async function openInstallation(
  t: TestContext,
  engine: TestEngine,
  { prepare = prepareSalon, ...workspace }: Wishes = {},
): Promise<Installation> {
  const database = await engine.open();
  const db = openDatabase(database.url);
  const calcom = await startCalcom({ clock: systemClock, world: salonWorld(), apiKey: API_KEY });
  const slack = await startWorkspace(systemClock, workspace);
  t.after(async () => {
    await db.destroy();
    await Promise.all([calcom.stop(), slack.stop()]);
    await database.drop();
  });
  await prepare(db);
  const environment = {
    DATABASE_URL: database.url,
    CALCOM_API_KEY: API_KEY,
    CALCOM_API_URL: calcom.url,
    CALCOM_CALLS_PER_MINUTE: '0',
    SLACK_BOT_TOKEN: tokens.botToken,
    SLACK_APP_TOKEN: tokens.appToken,
    SLACK_ALERT_CHANNEL: CHANNEL,
    SLACK_API_URL: slack.url,
  };
  return {
    ...{ environment, db, calcom, slack },
    async complaints(change = {}, clock = systemClock) {
      const findings = await examine({ environment: { ...environment, ...change }, clock });
      return findings.filter(({ level }) => level !== 'ok');
    },
  };
}

async function prepareSalon(db: Db): Promise<void> {
  await migrateDatabase(db, systemClock);
  await insertSalon(db);
}

/** `level check`, sorted. */
export function kindsOf(findings: Finding[]): string[] {
  return findings.map(({ level, check }) => `${level} ${check}`).toSorted();
}
