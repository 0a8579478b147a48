import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { createCalcom } from '../../src/calcom/client.ts';
import type { Clock } from '../../src/clock.ts';
import type { Db } from '../../src/database.ts';
import { calcomWebhookRoute } from '../../src/http/calcom-webhook.ts';
import type { HttpRequest } from '../../src/http/route.ts';
import { SECOND } from '../../src/instant.ts';
import type { Log } from '../../src/log.ts';
import { type Loop, startLoop } from '../../src/loop.ts';
import { startSharedClock } from '../../src/shared-clock.ts';
import { type Calls, createCalls } from '../../src/sync/calls.ts';
import { startEngine } from '../../src/sync/engine.ts';
import { createPace } from '../../src/sync/pace.ts';
import { startUpkeep, type Upkeep } from '../../src/upkeep/start-upkeep.ts';
import type { Process } from './scheduler.ts';
import { CALCOM_TIMEOUT_MS, type SimulatedCalcom } from './simulated-calcom.ts';
import type { SimulatedDatabase, Stage } from './simulated-database.ts';
import type { SimulatedSlack } from './simulated-slack.ts';
import { WEBHOOK_SECRET } from './simulated-webhooks.ts';

/** The clocks of the machines are off by at most this, before and after they are set; without a theme. */
export const SKEW_MS_MAX = 45_000;
export const VOICE = { locale: 'de', timeZone: 'Europe/Berlin' } as const;
const CHANNEL = 'C1';

/** One of several bots, as long as it lives. */
export interface Bot {
  process: Process;
  db: Db;
  clock: Clock;
  calls: Calls;
  nudge(): void;
  /** Answers a webhook of Cal.com's. */
  hear(webhook: HttpRequest): Promise<unknown>;
}

export interface Bots {
  alive(): Bot[];
  /** Ends this life; the next one begins after a while. */
  crash(process: Process): void;
  /** Ends one as a deployment does; it begins again. */
  stop(bot: Bot): void;
  /** From here on there is one, and it stays. */
  leaveOne(): void;
}

interface BotWorld {
  stage: Stage;
  database: SimulatedDatabase;
  calcom: SimulatedCalcom;
  slack: SimulatedSlack;
  log: Log;
  callsPerMinute: number;
  /** How long a loop rests. */
  restMs: () => number;
  /** How long the upkeep rests between two ticks. */
  tickMs: () => number;
}

/** Starts the bots 1 to `count`; whichever dies is started again. */
export function startBots(world: BotWorld, count: number): Bots {
  const { scheduler, random } = world.stage;
  const running = new Map<Process, Started>();
  let lives = 0;
  let isOneLeft = false;

  function start(number: number): void {
    lives += 1;
    const name = `bot${number}.${lives}`;
    const skewMs = random.whole(-SKEW_MS_MAX, SKEW_MS_MAX);
    const process: Process = { name, isDead: false, stalledUntilMs: 0, skewMs, suspendedMs: 0 };
    scheduler.note(`${name} starts, its clock is off by ${skewMs} ms`);
    startBot(world, process).then(
      (started) => {
        running.set(process, started);
        if (isOneLeft && running.size > 1) stop(started.bot);
      },
      (error) => {
        scheduler.note(`${name} cannot start: ${error.message}`);
        crash(process);
      },
    );
  }

  function crash(process: Process): void {
    if (process.isDead) return;
    process.isDead = true;
    scheduler.note(`${process.name} is dead`);
    startAgain(process);
  }

  function startAgain(process: Process): void {
    running.delete(process);
    if (isOneLeft && running.size > 0) return;
    const [, number] = /^bot(\d+)/.exec(process.name) ?? [];
    scheduler.after(random.between(500, 90_000), null, () => start(Number(number)));
  }

  function stop({ process }: Bot): void {
    const own = running.get(process);
    if (!own) return;
    scheduler.note(`${process.name} is stopped`);
    startAgain(process);
    void Promise.all(own.parts.map((part) => part.stop())).then(() => {
      process.isDead = true;
    });
  }

  for (let number = 1; number <= count; number++) start(number);
  return {
    alive: () => [...running.values()].map(({ bot }) => bot),
    crash,
    stop,
    leaveOne() {
      isOneLeft = true;
      for (const { bot } of [...running.values()].slice(1)) stop(bot);
    },
  };
}

interface Started {
  bot: Bot;
  parts: { stop(): Promise<void> }[];
}

async function startBot(world: BotWorld, process: Process): Promise<Started> {
  const { stage, database, calcom, log, callsPerMinute, restMs } = world;
  const db = database.connect(process);
  const clock = await startSharedClock(() => readTimeOf(db), {
    log,
    machine: stage.scheduler.machineOf(process),
  });
  const client = createCalcom({
    url: calcom.connect(process),
    apiKey: calcom.apiKey,
    timeoutMs: CALCOM_TIMEOUT_MS,
    log,
  });
  const pace = createPace(db, callsPerMinute);
  const calls = createCalls({ db, calcom: client, pace, clock });
  const delivery = startDelivery(world, { db, clock, process });
  const engine = startEngine({
    db,
    pace,
    calls,
    clock,
    log,
    random: stage.random.next,
    settings: {
      claimLeaseMs: 60 * SECOND,
      lateLandingMs: 120 * SECOND,
      placeholderEmailDomain: 'placeholder.invalid',
      ...VOICE,
    },
    startHeld: 'never',
    get noticeMs() {
      return restMs();
    },
    concurrency: 8,
    onRecorded: () => delivery.nudge(),
  });
  const nudge = () => {
    engine.nudge();
    delivery.nudge();
  };
  const webhooks = calcomWebhookRoute({ db, clock, log, secret: WEBHOOK_SECRET, onWoken: nudge });
  const upkeep = startComparing(world, { db, calls, clock, nudge });
  return {
    bot: { process, db, clock, calls, nudge, hear: webhooks.answer },
    parts: [engine, delivery, ...upkeep, clock],
  };
}

async function readTimeOf(db: Db): Promise<Date> {
  const [{ ms }] = await db.raw('SELECT sim_now() AS ms');
  return new Date(ms);
}

/** In this zone the nightly comparison comes half an hour after the noon of the salon's. */
const COMPARING_ZONE = 'Etc/GMT+7';
const NEVER = '0 0 1 1 *';

/** The comparisons with Cal.com; what else the upkeep does has its tests elsewhere. */
function startComparing(
  { log, tickMs }: BotWorld,
  { db, calls, clock, nudge }: Pick<Bot, 'db' | 'calls' | 'clock' | 'nudge'>,
): [Upkeep, Loop] {
  const upkeep = startUpkeep({
    ...{ db, calls, clock, log },
    config: {
      ...{ cleanupCron: NEVER, summaryCron: NEVER, cleanupGraceMs: 0, retentionDays: 0 },
      ...{ timeZone: COMPARING_ZONE, locale: VOICE.locale },
      ...{ remindBeforeMs: [], escalationGroup: null, quietHours: null },
    },
    keepPicture: () => Promise.reject(new Error('no summary is made')),
    onChanged: nudge,
    onFound: nudge,
  });
  async function pass(): Promise<number> {
    await upkeep.tick();
    return tickMs();
  }
  return [upkeep, startLoop({ name: 'upkeep', clock, log, pass, afterFailureMs: 5 * SECOND })];
}

/** As the composition root does it. */
function startDelivery(
  { slack, log, restMs }: BotWorld,
  { db, clock, process }: { db: Db; clock: Clock; process: Process },
): Loop {
  const poster = slack.connect(process);
  const settings = { ...VOICE, channel: CHANNEL, routes: [], quietHours: null, alertLookupMs: 60 * SECOND };
  async function pass(): Promise<number> {
    const { nextAt } = await deliverAlerts({ db, clock, log, poster, holder: process.name, settings });
    const rest = restMs();
    const waitMs = nextAt === null ? rest : nextAt.getTime() - clock.now().getTime();
    return Math.min(Math.max(waitMs, 0), rest);
  }
  return startLoop({ name: 'delivery', clock, log, pass, afterFailureMs: 5 * SECOND });
}
