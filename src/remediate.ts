import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { holdOnOtherSource } from './appointments/hold-on-other-source.ts';
import { readInstallation } from './appointments/installation.ts';
import type { PlanGroup } from './appointments/plan-groups.ts';
import { readItems } from './appointments/plan-results.ts';
import { insertPlan, startPlan } from './appointments/plans.ts';
import { createCalcom } from './calcom/client.ts';
import { type Clock, systemClock } from './clock.ts';
import { loadEnvironment, type RemediateConfig, readRemediateConfig, secretsOf } from './config.ts';
import { openDatabase } from './database.ts';
import { createLog, type Log } from './log.ts';
import { migrateDatabase } from './migrate-database.ts';
import { reportFailure } from './report-failure.ts';
import { adopt } from './sync/adopt.ts';
import { createCalls } from './sync/calls.ts';
import { createPace } from './sync/pace.ts';
import { makePlan } from './sync/plan/make-plan.ts';
import { choose, type PlanChoice, readPlanChoice } from './upkeep/choose-plan.ts';
import { describePlan } from './upkeep/describe-plan.ts';
import { describeEnded, describeGroup, type PlanResult } from './upkeep/plan-result.ts';
import { type RunPlanDeps, runPlan } from './upkeep/run-plan.ts';

const USAGE = `npm run remediate -- [--dry-run] [--json] [--only GROUPS | --all]

Shows and runs the plan for what failed. Without --only and --all it runs what is ticked by default.
GROUPS: past,no_staff,duplicates,no_event_type,placeholder,adopt,wake
`;

interface Remediation {
  config: RemediateConfig;
  clock: Clock;
  log: Log;
  actor: string;
  choice: PlanChoice;
  dryRun: boolean;
}

/** Makes the plan and runs what is chosen of it; imports first when nothing was imported yet. */
export async function remediate({
  config,
  clock,
  log: everybodys,
  actor,
  choice,
  dryRun,
}: Remediation): Promise<PlanResult[]> {
  const log = everybodys.child({ replica: `${actor}:${process.pid}` });
  const db = openDatabase(config.databaseUrl, config.databaseMap, log);
  const { calcomApiUrl: url, calcomApiKey: apiKey, calcomTimeoutMs: timeoutMs, claimLeaseMs } = config;
  const client = createCalcom({ url, apiKey, timeoutMs, log });
  try {
    await migrateDatabase(db, clock, () => holdOnOtherSource(db, clock.now()));
    const pace = createPace(db, config.calcomCallsPerMinute);
    const calls = createCalls({ db, calcom: client, pace, clock });
    if ((await readInstallation(db)).mode === 'new') {
      const { placeholderEmailDomain, startHeld } = config;
      await adopt({ db, calls, clock, placeholderEmailDomain, startHeld });
    }
    const chosen = choose(await makePlan(db, { calls: null, now: clock.now() }), choice);
    if (dryRun || chosen.every(({ items }) => items.length === 0)) return chosen.map(describeGroup);
    const deps = { db, calls, clock, log, claimLeaseMs, locale: config.locale };
    return describeEnded(chosen, await runToEnd(deps, chosen, actor));
  } finally {
    await client.close();
    await db.destroy();
  }
}

/** Stored like a plan from Slack: a bot goes on with it when this process dies, and it can be taken back there. */
async function runToEnd(
  deps: Pick<RunPlanDeps, 'db' | 'calls' | 'clock' | 'log' | 'claimLeaseMs' | 'locale'>,
  groups: PlanGroup[],
  actor: string,
) {
  const { db, clock } = deps;
  const items = groups.flatMap(({ name, items }) => items.map((item) => ({ ...item, group: name })));
  const id = await insertPlan(db, items, clock.now());
  const token = randomUUID();
  await startPlan(db, id, { actor, now: clock.now(), token });
  const { signal } = new AbortController();
  await runPlan({ ...deps, signal, pauseMs: 0, onProgress: () => {} }, { id, actor, token });
  return readItems(db, id);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const choice = readPlanChoice({ only: values.only, all: values.all });
  const config = readRemediateConfig(loadEnvironment());
  const log = createLog({ level: config.logLevel, secrets: secretsOf(config) });
  const dryRun = values['dry-run'];
  const results = await remediate({ config, clock: systemClock, log, actor: 'shell', choice, dryRun });
  process.stdout.write(
    values.json ? `${JSON.stringify({ groups: results })}\n` : describePlan(results, dryRun),
  );
}

if (import.meta.main) {
  main().catch(reportFailure);
}
