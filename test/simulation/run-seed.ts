import { pino } from 'pino';
import { createVoice } from '../../src/alerts/voice.ts';
import { HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { objectionTo } from '../support/line-rules.ts';
import { NOON } from '../support/salon.ts';
import { type Bots, SKEW_MS_MAX, startBots, VOICE } from './bots.ts';
import { type Deeds, noDeeds } from './deeds.ts';
import { drawFaults, faultsOf, noFaults, type Theme, themes } from './faults.ts';
import { brokenPromises } from './invariants.ts';
import { seedMachine } from './machine.ts';
import { changeSomething, insertAppointment } from './other-writers.ts';
import { click } from './people.ts';
import { changeInCalcom } from './people-in-calcom.ts';
import { createRandom, type Random } from './random.ts';
import { type SalonImages, simulatedWorld } from './salon-image.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { wronglyShown } from './shown-alerts.ts';
import { createSimulatedCalcom, type SimulatedCalcom } from './simulated-calcom.ts';
import { openSimulatedDatabase, type SimulatedDatabase, type Stage } from './simulated-database.ts';
import { createSimulatedSlack, type SimulatedSlack } from './simulated-slack.ts';
import { disconnectHosts } from './undici-stand-in.ts';

export interface SeedResult {
  seed: number;
  /** Empty: all promises were kept. */
  broken: string[];
  steps: number;
  simulatedMs: number;
  /** Equal for equal runs. */
  fingerprint: string;
}

const REPLICAS = 3;
/** A conflict is looked at again every hour: by then whatever could change has changed. */
const UNCHANGED_MS = 65 * MINUTE;
/** Then one bot goes on alone, which is as good as three, and faster. */
const ALONE_AFTER_MS = 5 * MINUTE;
const QUIET_MAX_MS = 20 * HOUR;
/** Longer than clocks differ, and than anything takes. */
const SETTLED_FOR_MS = 20 * SECOND;
/** More than those clocks that are the database's differ. */
const CLOCKS_DIFFER_MS = 6 * SECOND;
const voice = createVoice(VOICE);

interface Run {
  random: Random;
  stage: Stage;
  scheduler: Scheduler;
  database: SimulatedDatabase;
  calcom: SimulatedCalcom;
  slack: SimulatedSlack;
  bots: Bots;
  deeds: Deeds;
  theme: Theme | null;
  /** What was logged otherwise than the vocabulary says. */
  oddLines: string[];
  /** From here on nothing goes wrong and nobody changes anything. */
  beQuiet(): void;
}

/** Plays one seed to its end and tells which promises were broken; `trace` hears everything that happened. */
export async function runSeed(
  seed: number,
  images: SalonImages,
  {
    theme,
    trace = () => {},
  }: { theme?: Theme | undefined; trace?: ((line: string) => void) | undefined } = {},
): Promise<SeedResult> {
  let hash = 0x811c9dc5;
  const run = setUp({ seed, theme }, images, (line) => {
    for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193) >>> 0;
    trace(line);
  });
  const { scheduler, random } = run;
  try {
    const beganMs = scheduler.nowMs();
    const minutes = run.theme ? random.between(2, 4) : random.between(2, 7);
    const troubleEndsMs = beganMs + minutes * MINUTE;
    planTrouble(run, troubleEndsMs);
    await scheduler.run(() => scheduler.nowMs() >= troubleEndsMs);
    run.beQuiet();
    const isSettled = await becomeQuiet(run);
    const broken = await judge(run, isSettled);
    return {
      seed,
      broken,
      steps: scheduler.steps(),
      simulatedMs: scheduler.nowMs() - beganMs,
      fingerprint: `${scheduler.steps()}-${hash.toString(16)}`,
    };
  } finally {
    disconnectHosts();
  }
}

function setUp(
  { seed, theme: given }: { seed: number; theme: Theme | undefined },
  images: SalonImages,
  note: (line: string) => void,
): Run {
  const random = createRandom(seed);
  const theme = given ?? (random.chance(0.25) ? random.pick(themes) : null);
  let faults = theme ? faultsOf(theme) : drawFaults(random);
  let isQuiet = false;
  const afterStep = () => database.checkIdle();
  // So that the comparisons come at any moment.
  const startMs = NOON.getTime() + random.whole(0, 44) * MINUTE;
  const scheduler = createScheduler({ startMs, random, note, afterStep });
  seedMachine(seed, scheduler);
  scheduler.note(`seed ${seed}, ${theme}: ${JSON.stringify(faults)}`);
  const stage: Stage = {
    scheduler,
    random,
    faults: () => faults,
    crash: (process) => bots.crash(process),
  };
  const database = openSimulatedDatabase(random.chance(0.15) ? images.fresh : images.running, stage);
  const calcom = createSimulatedCalcom(stage, simulatedWorld(), (webhook) => {
    const alive = bots.alive();
    if (alive.length === 0) return;
    random
      .pick(alive)
      .hear(webhook)
      .catch((error) => scheduler.note(`Cal.com hears of trouble: ${error.message}`));
  });
  const slack = createSimulatedSlack(stage);
  const oddLines: string[] = [];
  const log = createNotedLog(scheduler, oddLines);
  const bots = startBots(
    {
      stage,
      database,
      calcom,
      slack,
      log,
      callsPerMinute: random.chance(0.5) ? 0 : 110,
      restMs: () => (isQuiet ? untilNextDue(database, scheduler) : random.between(3, 60) * SECOND),
      tickMs: () => (isQuiet ? 10 : 2) * MINUTE,
    },
    REPLICAS,
  );
  return {
    ...{ random, stage, scheduler, database, calcom, slack, bots, theme, oddLines, deeds: noDeeds() },
    beQuiet() {
      faults = noFaults();
      isQuiet = true;
      calcom.setDownUntil(0);
      scheduler.note('quiet from here on');
    },
  };
}

/** Notes each line, and among `oddLines` what the vocabulary does not know. */
function createNotedLog(scheduler: Scheduler, oddLines: string[]) {
  return pino(
    { level: 'warn', base: null, timestamp: false },
    {
      write(line) {
        const objection = objectionTo(JSON.parse(line));
        if (objection !== null) oddLines.push(`${objection}: ${line.slice(0, 400)}`);
        scheduler.note(`log ${line.slice(0, 400).trim()}`);
      },
    },
  );
}

/** Who does what until the trouble ends. */
function planTrouble(run: Run, endsMs: number): void {
  const { random, stage, scheduler, database, calcom, bots, slack, deeds, theme } = run;
  const writing = { stage, raw: database.raw, calcom };
  const clicking = { stage, database, bots, voice, deeds };
  const first = random.whole(2, 7);
  for (let each = 0; each < first; each++) insertAppointment(writing);

  const everyNow = (meanMs: number, deed: () => void) => {
    scheduler.after(random.between(0, 2 * meanMs), null, () => {
      if (scheduler.nowMs() >= endsMs) return;
      deed();
      everyNow(meanMs, deed);
    });
  };
  const often = (fromMs: number, toMs: number) => random.between(fromMs, toMs);
  everyNow(theme ? 8 * SECOND : often(10 * SECOND, 3 * MINUTE), () => {
    changeSomething(writing);
    // Bots that look every second, as they do, would see it now.
    if (theme || random.chance(0.4)) for (const bot of bots.alive()) bot.nudge();
  });
  everyNow(often(10 * SECOND, 3 * MINUTE), () => click(clicking));
  everyNow(theme === 'changes in Cal.com' ? 15 * SECOND : often(20 * SECOND, 10 * MINUTE), () => {
    changeInCalcom({ stage, database, calcom, deeds });
  });
  everyNow(often(MINUTE, 20 * MINUTE), () => {
    const alive = bots.alive();
    if (alive.length > 0) bots.stop(random.pick(alive));
  });
  everyNow(theme === 'clocks set' ? 20 * SECOND : often(MINUTE, 20 * MINUTE), () => {
    for (const { process } of bots.alive()) {
      // While a machine is suspended nobody sets its clock.
      if (process.stalledUntilMs > scheduler.nowMs() || !random.chance(0.5)) continue;
      const mostMs = theme === 'clocks set' ? random.pick([MINUTE, HOUR, 30 * HOUR]) : SKEW_MS_MAX;
      process.skewMs = random.whole(-mostMs, mostMs);
      scheduler.note(`the clock of ${process.name} is set off by ${process.skewMs} ms`);
    }
  });
  everyNow(often(2 * MINUTE, 30 * MINUTE), () => {
    scheduler.note('Cal.com is down');
    calcom.setDownUntil(scheduler.nowMs() + random.between(5, 150) * SECOND);
  });
  everyNow(often(2 * MINUTE, 30 * MINUTE), () => {
    if (slack.messages.length === 0) return;
    const message = random.pick(slack.messages);
    scheduler.note(`somebody deletes message ${message.ts}`);
    slack.remove(message);
  });
}

/** While all is quiet the loops rest until something is due: the clock jumps from one instant to the next. */
function untilNextDue({ prepare }: SimulatedDatabase, scheduler: Scheduler): number {
  const next = prepare(
    `SELECT min(at) FROM (
         SELECT min(due_at) AS at FROM appointment_syncs UNION ALL
         SELECT min(a.deliver_at) FROM alerts a LEFT JOIN alerts p ON p.id = a.thread_of
           WHERE a.thread_of IS NULL OR p.ts IS NOT NULL UNION ALL
         SELECT probe_at FROM breaker)`,
  )
    .pluck()
    .get() as string | null;
  const waitMs = next === null ? HOUR : Date.parse(`${next.replace(' ', 'T')}Z`) - scheduler.nowMs();
  return Math.min(Math.max(waitMs, 2 * SECOND), HOUR);
}

/** Lets the time go on until nothing is left to do; false when that does not come. */
async function becomeQuiet({ scheduler, database, bots }: Run): Promise<boolean> {
  const beganMs = scheduler.nowMs();
  let settled = false;
  let sinceMs: number | null = null;
  scheduler.after(ALONE_AFTER_MS, null, () => bots.leaveOne());
  await scheduler.run(() => {
    const quietMs = scheduler.nowMs() - beganMs;
    if (quietMs < UNCHANGED_MS || !isSettled(database, scheduler.nowMs())) sinceMs = null;
    else if (sinceMs === null) {
      sinceMs = scheduler.nowMs();
      scheduler.after(SETTLED_FOR_MS, null, () => {});
    }
    settled = sinceMs !== null && scheduler.nowMs() - sinceMs >= SETTLED_FOR_MS;
    return settled || quietMs >= QUIET_MAX_MS;
  });
  return settled;
}

function isSettled({ prepare }: SimulatedDatabase, nowMs: number): boolean {
  const at = (ms: number) => toSqlInstant(new Date(ms));
  // What is due by the clock that is furthest ahead.
  const now = at(nowMs + CLOCKS_DIFFER_MS);
  const left = prepare(
    `SELECT (SELECT count(*) FROM appointment_syncs
               WHERE state = 'pending' OR claim_token IS NOT NULL OR open_attempt_id IS NOT NULL OR due_at <= ?
                 OR due_at > ? OR (due_at IS NOT NULL AND failure_kind <> 'host_conflict')) +
            (SELECT count(*) FROM alerts WHERE deliver_at <= ? AND (thread_of IS NULL OR ts IS NOT NULL)) +
            (SELECT count(*) FROM breaker WHERE state <> 'closed') +
            (SELECT count(*) FROM history WHERE at > ?)`,
  )
    .pluck()
    .get(now, at(nowMs + UNCHANGED_MS), now, at(nowMs - UNCHANGED_MS));
  return left === 0;
}

async function judge(run: Run, isSettled: boolean): Promise<string[]> {
  const { scheduler, database, calcom, slack } = run;
  const { raw } = database;
  const nowMs = scheduler.nowMs();
  // They would go on while this looks.
  for (const { process } of run.bots.alive()) process.isDead = true;
  const reader = { name: 'reader', isDead: false, stalledUntilMs: 0, skewMs: 0, suspendedMs: 0 };
  let shown: string[] | undefined;
  void wronglyShown({ raw, db: database.connect(reader), slack }, { voice, now: new Date(nowMs) }).then(
    (wrong) => {
      shown = wrong;
    },
    (error) => {
      shown = [`an alert cannot be read: ${error.stack}`];
    },
  );
  await scheduler.run(() => shown !== undefined);
  return [
    ...(isSettled ? [] : ['there is always something left to do']),
    ...brokenPromises({ raw, calcom: calcom.state, deeds: run.deeds, nowMs }),
    ...(shown ?? ['the alerts were never read']),
    ...run.oddLines,
  ];
}
