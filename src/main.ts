import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { deliverAlerts } from './alerts/deliver-alerts.ts';
import { keepWaitingList } from './alerts/waiting-alerts.ts';
import { holdOnOtherSource } from './appointments/hold-on-other-source.ts';
import { indexAdvice } from './appointments/index-advice.ts';
import { createCalcom } from './calcom/client.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Config, loadEnvironment, readConfig, secretsOf } from './config.ts';
import { type Db, isSqlite, openDatabase } from './database.ts';
import { calcomWebhookRoute } from './http/calcom-webhook.ts';
import { healthRoutes } from './http/health.ts';
import { doorRoute } from './http/intake/door.ts';
import { createMetrics, type Metrics } from './http/metrics/metrics.ts';
import type { Route } from './http/route.ts';
import { type Http, startHttp } from './http/start-http.ts';
import { SECOND } from './instant.ts';
import { lockForOneBot } from './lock-for-one-bot.ts';
import { createLog, type Log } from './log.ts';
import { type Loop, startLoop } from './loop.ts';
import type { Measures } from './measures.ts';
import { migrateDatabase } from './migrate-database.ts';
import { reportFailure } from './report-failure.ts';
import { readServerTime, type SharedClock, startSharedClock } from './shared-clock.ts';
import { type Slack, startSlack } from './slack/start-slack.ts';
import { startFacts } from './start-facts.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { type Calls, createCalls } from './sync/calls.ts';
import { type Engine, startEngine } from './sync/engine.ts';
import { createPace } from './sync/pace.ts';
import { startPlans } from './upkeep/start-plans.ts';
import { startUpkeep, type Upkeep } from './upkeep/start-upkeep.ts';
import { version } from './version.ts';

export interface Bot {
  /** Where the HTTP server listens: `http://HOST:PORT`. */
  address: string;
  /** Its lines name this bot. */
  log: Log;
  /** Something changed: look at once. */
  nudge(): void;
  /** True while anything is being noticed, synced, cleaned up or delivered. */
  isBusy(): boolean;
  /** Finishes what is in flight and closes everything. */
  stop(): Promise<void>;
}

interface Wiring {
  config: Config;
  clock: Clock;
  log: Log;
}

/**
 * Puts the bot together and starts it. Without a clock it has the time of the database's server, as every other bot on
 * that has. Throws when the database cannot be opened.
 */
export async function startBot({
  config,
  log: everybodys,
  clock: given,
}: Omit<Wiring, 'clock'> & { clock?: Clock }): Promise<Bot> {
  const replica = `${hostname().slice(0, 40)}:${process.pid}:${randomUUID().slice(0, 4)}`;
  const log = everybodys.child({ replica });
  const release = await lockForOneBot(config.databaseUrl);
  const db = openDatabase(config.databaseUrl, config.databaseMap, log);
  let shared: SharedClock | null = null;
  try {
    if (!given && !isSqlite(db)) shared = await startSharedClock(() => readServerTime(db), { log });
    const clock = given ?? shared ?? systemClock;
    const migrations = await migrateDatabase(db, clock, () => holdOnOtherSource(db, clock.now()));
    log.info({ migrations }, 'database.migrated');
    const advice = await indexAdvice(db);
    if (advice) log.warn(advice, 'index.missed');
    return await startParts({ config, clock, log, replica, db, shared, release });
  } catch (error) {
    await shared?.stop();
    await db.destroy();
    await release();
    throw error;
  }
}

async function startParts(
  wiring: Wiring & { replica: string; db: Db; shared: SharedClock | null; release: () => Promise<void> },
): Promise<Bot> {
  const { config, clock, log, replica, db, shared, release } = wiring;
  const { calcomCallsPerMinute: callsPerMinute, calcomApiUrl: url, claimLeaseMs, locale } = config;
  const pace = createPace(db, callsPerMinute);
  const metrics = createMetrics({ db, pace, clock, log, callsPerMinute, settings: config });
  const { measures } = metrics;
  const { calcomApiKey: apiKey, calcomTimeoutMs: timeoutMs } = config;
  const client = createCalcom({ url, apiKey, timeoutMs, log, onAnswer: measures.calcomCall });
  const stopping = new AbortController();
  const { signal } = stopping;
  const calls = createCalls({ db, calcom: client, pace, clock, stopping: signal, measures });
  // Every loop looks at once when it starts: until then there is nothing to nudge.
  let nudge = () => {};
  const slack = await startSlack({ config, db, clock, log, measures, calls, replica, nudge: () => nudge() });
  const http = await startRoutes({ ...wiring, calls, metrics, nudge: () => nudge() }, slack);
  const delivery = startDelivery({ ...wiring, measures, stopping: signal }, slack);
  const homes = startHomes(wiring, slack);
  const engine = startEngine({
    db,
    pace,
    calls,
    clock,
    log,
    measures,
    random: Math.random,
    settings: config,
    startHeld: config.startHeld,
    noticeMs: config.noticeMs,
    concurrency: config.syncConcurrency,
    onRecorded: () => delivery.nudge(),
  });
  const { keepPicture } = slack;
  const onChanged = () => delivery.nudge();
  const onFound = () => engine.nudge();
  const upkeep = startUpkeep({ db, calls, clock, log, config, keepPicture, onChanged, onFound });
  const plans = startPlans({ db, calls, clock, log, claimLeaseMs, locale, onChanged: () => nudge() });
  nudge = () => {
    engine.nudge();
    delivery.nudge();
    homes?.nudge();
    plans.nudge();
    void upkeep.tick();
  };
  return {
    address: http.address,
    log,
    nudge,
    isBusy: () => engine.isBusy() || delivery.isBusy() || upkeep.isBusy() || plans.isBusy(),
    stop() {
      stopping.abort();
      return stopParts({ slack, http, upkeep, plans, engine, delivery, homes, shared }, [
        () => client.close(),
        () => db.destroy(),
        release,
      ]);
    },
  };
}

/** The one server; when its port is taken the connection to Slack is given up again. */
async function startRoutes(
  {
    config,
    clock,
    log,
    db,
    calls,
    metrics,
    nudge,
  }: Wiring & { db: Db; calls: Calls; metrics: Metrics; nudge: () => void },
  slack: Slack,
): Promise<Http> {
  const { httpHost: host, port, intakeSecret, calcomWebhookSecret: secret, timeZone, locale } = config;
  const health = healthRoutes({ db, clock, settings: config, slack: slack.health });
  const routes: Route[] = [...health, metrics.route];
  if (slack.receive) routes.push({ method: 'POST', path: '/slack/events', answer: slack.receive });
  if (secret !== null) routes.push(calcomWebhookRoute({ db, clock, log, secret, onWoken: nudge }));
  if (intakeSecret !== null) {
    const settings = { intakeSecret, timeZone, locale };
    routes.push(doorRoute({ db, calls, clock, log, settings, onAccepted: nudge }));
  }
  try {
    return await startHttp({ host, port, routes, log });
  } catch (error) {
    await slack.stop();
    throw new Error(`cannot listen on ${host}:${port}: set HTTP_HOST and PORT`, { cause: error });
  }
}

function startDelivery(
  {
    config,
    clock,
    log,
    db,
    measures,
    stopping,
  }: Wiring & { db: Db; measures: Measures; stopping: AbortSignal },
  { poster }: Slack,
): Loop {
  const holder = randomUUID();
  const {
    timeZone,
    locale,
    alertLookupMs,
    slackAlertChannel: channel,
    alertRoutes: routes,
    quietHours,
  } = config;
  const settings = { channel, routes, quietHours, timeZone, locale, alertLookupMs };
  async function pass(): Promise<number> {
    await keepWaitingList(db, clock.now());
    const { nextAt } = await deliverAlerts({ db, clock, log, measures, poster, holder, stopping, settings });
    const waitMs = nextAt === null ? config.noticeMs : nextAt.getTime() - clock.now().getTime();
    return Math.min(Math.max(waitMs, 0), config.noticeMs);
  }
  return startLoop({ name: 'delivery', clock, log, pass, afterFailureMs: 5 * SECOND });
}

function startHomes({ clock, log }: Wiring, { republishHomes: pass }: Slack): Loop | null {
  return pass && startLoop({ name: 'homes', clock, log, pass, afterFailureMs: 5 * SECOND });
}

async function stopParts(
  parts: {
    slack: Slack;
    http: Http;
    upkeep: Upkeep;
    plans: Loop;
    engine: Engine;
    delivery: Loop;
    homes: Loop | null;
    shared: SharedClock | null;
  },
  closing: (() => Promise<void>)[],
): Promise<void> {
  // All at once: each may take a while for what it has begun, and together they have ten seconds.
  await Promise.all(Object.values(parts).map((part) => part?.stop()));
  for (const close of closing) await close();
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { version: { type: 'boolean', default: false } } });
  if (values.version) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const config = readConfig(loadEnvironment());
  const log = createLog({ level: config.logLevel, secrets: secretsOf(config) });
  try {
    const bot = await startBot({ config, log });
    stopOnSignals(bot, { clock: systemClock, log: bot.log });
    bot.log.info(startFacts(config), 'bot.started');
  } catch (error) {
    log.error({ err: error }, 'bot.not_started');
    process.exitCode = 1;
  }
}

if (import.meta.main) {
  main().catch(reportFailure);
}
