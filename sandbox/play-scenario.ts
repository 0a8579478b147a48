import { isDeepStrictEqual } from 'node:util';
import { whereShownWhileHeld } from '../src/appointments/alerts.ts';
import { type Figures, readFigures } from '../src/appointments/figures.ts';
import { readInstallation } from '../src/appointments/installation.ts';
import { type Outcomes, readOutcomes } from '../src/appointments/outcomes.ts';
import { addMs, SECOND, toSqlInstant } from '../src/instant.ts';
import { remediate } from '../src/remediate.ts';
import type { Expectations, PlanStep, Scenario, Step } from './scenario.ts';
import { ALERT_CHANNEL, ENGINEER, type Stage } from './stage.ts';

export interface Played {
  before?: Figures;
  after?: Figures;
  ended: Outcomes;
}

/** Plays the steps of a scenario on a stage with a frozen clock, and reads what came of it from the bot's database. */
export async function playScenario(stage: Stage, scenario: Scenario): Promise<Played> {
  await bringUp(stage);
  const played: Partial<Played> = {};
  for (const step of scenario.steps) await play(stage, step, played);
  const period = { from: scenario.clock, to: addMs(stage.clock.now(), 1) };
  return { ...played, ended: await readOutcomes(stage.db, period) };
}

async function play(stage: Stage, step: Step, played: Partial<Played>): Promise<void> {
  switch (step.do) {
    case 'figures':
      played[step.as] = await readFigures(stage.db, stage.clock.now());
      return;
    case 'plan':
      return runPlan(stage, step.groups);
    case 'start':
      return start(stage);
    case 'settle':
      return settle(stage);
    case 'clock':
      return moveClock(stage, step.to);
    default:
      return stage.change(step);
  }
}

const LOOK_MS = 10;
const STEP_MS = 250;
/** A scenario that never comes to rest is a defect, not something to wait for. */
const REAL_MS_MAX = 120_000;

/** Looks again and again until `isSo`; between two looks the clock moves by `stepMs`. */
async function until(stage: Stage, isSo: () => Promise<boolean>, stepMs: number): Promise<void> {
  const giveUpAt = performance.now() + REAL_MS_MAX;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error('the bot does not come to rest');
    if (stepMs > 0) stage.clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** The bot has read what the former system left. */
function bringUp(stage: Stage): Promise<void> {
  return until(stage, async () => (await readInstallation(stage.db)).mode !== 'new', STEP_MS);
}

/** Nothing is being worked on, nothing is due, and the channel shows it. */
async function isAtRest({ bot, db, clock }: Stage): Promise<boolean> {
  if (bot.isBusy()) return false;
  const soon = toSqlInstant(addMs(clock.now(), 5 * SECOND));
  const isRunning = (await readInstallation(db)).mode === 'running';
  const due =
    isRunning && (await db('appointment_syncs').where('due_at', '<=', soon).first('appointment_id'));
  const toShow = db('alerts').where('deliver_at', '<=', soon);
  if (!isRunning) toShow.where((shown) => void whereShownWhileHeld(shown));
  const plan = await db('plans').whereNotNull('started_at').whereNull('finished_at').first('id');
  return !due && !plan && !(await toShow.first('id')) && !bot.isBusy();
}

/** One notice period passes at least, so that what was just written has been seen. */
async function settle(stage: Stage): Promise<void> {
  const seenAt = addMs(stage.clock.now(), 2 * stage.config.noticeMs);
  await until(stage, async () => stage.clock.now() >= seenAt && (await isAtRest(stage)), STEP_MS);
}

/** Stops on the way wherever something falls due, and stands still at `to` when all of it is done. */
async function moveClock(stage: Stage, to: Date): Promise<void> {
  const { clock, db, bot } = stage;
  for (;;) {
    await settle(stage);
    if (clock.now() >= to) throw new Error(`the clock is past ${to.toISOString()} before all is done`);
    const next = await db('appointment_syncs').min({ at: 'due_at' }).first();
    if (next?.at === null || next?.at === undefined || next.at > toSqlInstant(addMs(to, -MARGIN_MS))) break;
    clock.moveTo(new Date(`${String(next.at).replace(' ', 'T')}Z`));
  }
  clock.moveTo(to);
  await until(stage, async () => !bot.isBusy(), 0);
}

/** What falls due this close to the goal is left for later: doing it would take the clock past the goal. */
const MARGIN_MS = 60 * SECOND;

async function runPlan(stage: Stage, groups: PlanStep['groups']): Promise<void> {
  const { config, clock, log } = stage;
  // A shell's process has a clock of its own; this one shares the frozen one, which has to move while it waits.
  let isDone = false;
  const run = remediate({ config, clock, log, actor: 'shell', choice: groups, dryRun: false }).finally(() => {
    isDone = true;
  });
  await Promise.all([run, until(stage, async () => isDone, STEP_MS)]);
}

/** Presses *Start* in the channel, as a person does; a bot that was never held runs already. */
async function start(stage: Stage): Promise<void> {
  if ((await readInstallation(stage.db)).mode !== 'held') return;
  const held = () =>
    stage.slack.messages(ALERT_CHANNEL).find((message) => hasButton(message.blocks, 'start_sync'));
  await until(stage, async () => held() !== undefined, STEP_MS);
  const ts = held()?.ts ?? '';
  await stage.slack.click({ user: ENGINEER, channel: ALERT_CHANNEL, ts, actionId: 'start_sync' });
  await until(stage, async () => (await readInstallation(stage.db)).mode === 'running', STEP_MS);
}

function hasButton(blocks: unknown[], actionId: string): boolean {
  return JSON.stringify(blocks).includes(`"action_id":"${actionId}"`);
}

/** What did not come out as the scenario expects, one line each. */
export function differences(played: Played, expected: Expectations): string[] {
  return Object.entries(expected).flatMap(([part, values]) =>
    Object.entries(values ?? {}).flatMap(([key, value]) => {
      const found = (played[part as keyof Played] as Record<string, unknown> | undefined)?.[key];
      if (isDeepStrictEqual(found, value)) return [];
      return `${part}.${key}: expected ${JSON.stringify(value)}, found ${JSON.stringify(found)}`;
    }),
  );
}
