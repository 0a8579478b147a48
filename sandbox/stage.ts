// Both sides at once: the look-alikes, a database of the booking system's, and the real bot between them.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Config, readConfig, secretsOf } from '../src/config.ts';
import { type Db, openDatabase } from '../src/database.ts';
import { createLog, type Log } from '../src/log.ts';
import { type Bot, startBot } from '../src/main.ts';
import { migrateDatabase } from '../src/migrate-database.ts';
import { type CalcomLookAlike, startCalcom } from './calcom/start-calcom.ts';
import { createSandboxClock, type SandboxClock } from './clock.ts';
import { type BookingSystem, plainBookingSystem } from './load-scenario.ts';
import type { InsertStep, Scenario, UpdateStep } from './scenario.ts';
import { type SlackLookAlike, type SlackWorld, startSlack } from './slack/start-slack.ts';

export const ALERT_CHANNEL = 'C0SALON01';
/** Who presses the buttons of a scenario. */
export const ENGINEER = 'U0ENGINEER';

const CALCOM_KEY = 'cal_sandbox_key';
const BOT_TOKEN = 'xoxb-sandbox-bot';
const SIGNING_SECRET = 'sandbox-signing-secret';
const APP_TOKEN = 'xapp-sandbox-app';

const KEYS = {
  CALCOM_API_KEY: CALCOM_KEY,
  SLACK_BOT_TOKEN: BOT_TOKEN,
  SLACK_ALERT_CHANNEL: ALERT_CHANNEL,
};

export interface Stage {
  clock: SandboxClock;
  calcom: CalcomLookAlike;
  slack: SlackLookAlike;
  databaseUrl: string;
  /** The database as the bot sees it. */
  db: Db;
  /** Changes rows as the booking system does. */
  change(step: InsertStep | UpdateStep): Promise<void>;
  config: Config;
  log: Log;
  bot: Bot;
  stop(): Promise<void>;
}

export interface StageOptions {
  frozen: boolean;
  settings?: Record<string, string>;
  slackOver?: 'socket' | 'http';
  bookingSystem?: BookingSystem;
}

/**
 * Sets the scenario up and starts the bot; a frozen clock moves only when it is told to. `settings` are variables of
 * the bot's environment; a DATABASE_URL among them names an empty database.
 */
export async function startStage(
  scenario: Scenario,
  { frozen, settings = {}, slackOver = 'socket', bookingSystem = plainBookingSystem }: StageOptions,
): Promise<Stage> {
  const clock = createSandboxClock(scenario.clock);
  if (frozen) clock.freeze();
  const folder = mkdtempSync(path.join(tmpdir(), 'appointment-sync-demo-'));
  const databaseUrl = settings.DATABASE_URL ?? `sqlite:${path.join(folder, 'appointments.sqlite')}`;
  const theirs = openDatabase(databaseUrl);
  await bookingSystem.fill(theirs, scenario);

  const calcom = await startCalcom({ clock, world: scenario.calcom, apiKey: CALCOM_KEY });
  const port = slackOver === 'http' ? await findFreePort() : 0;
  const slack = await startSlack({
    clock,
    world: slackWorld(),
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    signingSecret: SIGNING_SECRET,
    deliver: slackOver === 'http' ? { http: `http://127.0.0.1:${port}/slack/events` } : 'socket',
  });
  const slackMode =
    slackOver === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN };
  const config = readConfig({
    DATABASE_URL: databaseUrl,
    CALCOM_API_URL: calcom.url,
    SLACK_API_URL: slack.url,
    PORT: String(port),
    ...KEYS,
    ...slackMode,
    ...settings,
  });
  const log = createLog({ level: config.logLevel, secrets: secretsOf(config) });
  const db = openDatabase(databaseUrl, config.databaseMap);
  async function clear() {
    await Promise.all([db.destroy(), theirs.destroy()]);
    await Promise.all([calcom.stop(), slack.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
  const bot = await startBot({ config, clock, log }).catch(async (error) => {
    await clear();
    throw error;
  });
  // Nothing is left to migrate: only this connection learns which tables it reads through views.
  await migrateDatabase(db, clock);
  return {
    ...{ clock, calcom, slack, databaseUrl, db, config, log, bot },
    change: (step) => bookingSystem.change(theirs, step),
    async stop() {
      clock.resume();
      await bot.stop();
      await clear();
    },
  };
}

/** Slack has to know where to send clicks before the bot listens. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function slackWorld(): SlackWorld {
  const people = [
    { id: 'U0SUPPORT1', name: 'sabine', realName: 'Sabine Support', locale: 'de-DE' },
    { id: 'U0MANAGER1', name: 'mona', realName: 'Mona Manager', locale: 'en-US' },
    { id: ENGINEER, name: 'emil', realName: 'Emil Engineer', locale: 'de-DE', isAdmin: true },
  ];
  return {
    users: [
      ...people.map((person) => ({ ...person, tz: 'Europe/Berlin' })),
      { id: 'U0SYNCBOT1', name: 'appointment-sync', isBot: true },
    ],
    channels: [
      {
        id: ALERT_CHANNEL,
        name: 'termin-sync',
        members: people.map((person) => person.id),
        botIsMember: true,
      },
    ],
  };
}
