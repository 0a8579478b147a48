// Both sides at once: the look-alikes, a database of the booking system's, and the real bot between them.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DestinationStream } from 'pino';
import { WANTED_EVENTS } from '../src/calcom/webhook.ts';
import { type Config, readConfig, secretsOf } from '../src/config.ts';
import { type Db, openDatabase } from '../src/database.ts';
import { createLog, type Log } from '../src/log.ts';
import { type Bot, startBot } from '../src/main.ts';
import { planViews, useViews } from '../src/prepare-business-tables.ts';
import type { CalcomLookAlike, CalcomOptions } from './calcom/start-calcom.ts';
import { KEY_OWNER } from './calcom/world-lookup.ts';
import { createSandboxClock, type SandboxClock } from './clock.ts';
import { type BookingSystem, plainBookingSystem } from './load-scenario.ts';
import { startLookAlikes } from './look-alikes.ts';
import type { InsertStep, Scenario, UpdateStep } from './scenario.ts';
import type { SlackLookAlike } from './slack/start-slack.ts';

export { ALERT_CHANNEL, ENGINEER } from './team.ts';

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
  rateLimit?: CalcomOptions['rateLimit'];
  bookingSystem?: BookingSystem;
  /** Where the bot's log goes; stderr unless said. */
  logTo?: DestinationStream | undefined;
  /** Finds Slack as the bot will. */
  beforeBot?: (slack: SlackLookAlike) => void;
}

/**
 * Sets the scenario up and starts the bot; a frozen clock moves only when it is told to. `settings` are variables of
 * the bot's environment; a DATABASE_URL among them names an empty database.
 */
export async function startStage(
  scenario: Scenario,
  {
    frozen,
    settings = {},
    slackOver = 'socket',
    rateLimit,
    bookingSystem = plainBookingSystem,
    logTo,
    beforeBot,
  }: StageOptions,
): Promise<Stage> {
  const clock = createSandboxClock(scenario.clock);
  if (frozen) clock.freeze();
  const folder = mkdtempSync(path.join(tmpdir(), 'appointment-sync-demo-'));
  const databaseUrl = settings.DATABASE_URL ?? `sqlite:${path.join(folder, 'appointments.sqlite')}`;
  const theirs = openDatabase(databaseUrl);
  await bookingSystem.fill(theirs, scenario);

  const port = slackOver === 'http' ? await findFreePort() : 0;
  const { calcom, slack, environment, stop } = await startLookAlikes({
    clock,
    world: scenario.calcom,
    ...(rateLimit !== undefined && { rateLimit }),
    ...(slackOver === 'http' && { requestUrl: `http://127.0.0.1:${port}/slack/events` }),
  });
  beforeBot?.(slack);
  const config = readConfig({ DATABASE_URL: databaseUrl, PORT: String(port), ...environment, ...settings });
  const log = createLog({
    level: config.logLevel,
    secrets: secretsOf(config),
    ...(logTo && { destination: logTo }),
  });
  const db = openDatabase(databaseUrl, config.databaseMap);
  async function clear() {
    await Promise.all([db.destroy(), theirs.destroy()]);
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const bot = await startBot({ config, clock, log }).catch(async (error) => {
    await clear();
    throw error;
  });
  useViews(db, await planViews(db));
  subscribe(calcom, bot, config.calcomWebhookSecret);
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

/** What people do in Cal.com is told to the bot, as the doctor has it registered. */
function subscribe({ state }: CalcomLookAlike, { address }: Bot, secret: string | null): void {
  const hook = { ownerId: KEY_OWNER.id, eventTypeId: null, triggers: WANTED_EVENTS, active: true, secret };
  state.webhooks.push({ id: 'the-bots', subscriberUrl: `${address}/webhooks/calcom`, ...hook });
}

/** Slack has to know where to send clicks before the bot listens. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
