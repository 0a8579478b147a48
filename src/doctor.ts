import { parseArgs } from 'node:util';
import { createCalcom } from './calcom/client.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Config, type Environment, loadEnvironment, surveyConfig } from './config.ts';
import { type Db, openDatabase } from './database.ts';
import { type Finding, failed, skipped } from './finding.ts';
import { SECOND } from './instant.ts';
import { type Log, silentLog } from './log.ts';
import { reportFailure } from './report-failure.ts';
import { probeSlack } from './slack/slack-probe.ts';
import { waitForPermit } from './sync/calls.ts';
import { createPace } from './sync/pace.ts';
import { type CalcomProbe, checkCalcom } from './upkeep/doctor/calcom-access.ts';
import { registerWebhook, troubleWithAddress } from './upkeep/doctor/calcom-webhook.ts';
import { checkDatabase, checkReach } from './upkeep/doctor/check-database.ts';
import { describeFindings } from './upkeep/doctor/describe-findings.ts';
import { readMap } from './upkeep/doctor/event-types.ts';
import { checkNode, checkSettings, checkVariables } from './upkeep/doctor/settings.ts';

const USAGE = `npm run doctor -- [--json] [--verbose] [--register-webhook https://…/webhooks/calcom]

Looks at the installation: the configuration, the database and what is in it, Cal.com and Slack. Changes nothing.
Shows what is wrong, why it matters and what to do about it; --verbose also what is well. Exit code 1 if a check fails.
--register-webhook first has Cal.com tell the bot at that address of every change; one that is there is mended.
`;

// Without the shared pace: what Cal.com allows in a minute, with some left for the bot.
const UNPACED_MS = 600;
/** Fails where the shared pace is not there yet, or may not be written. */
const TAKE_NO_PERMIT = 'UPDATE pace SET next_call_us = next_call_us WHERE 1 = 0';

interface Patient {
  environment: Environment;
  clock: Clock;
}

/** Makes every check that can be made, also where parts of the configuration are wrong. Changes nothing. */
export async function examine({ environment, clock }: Patient): Promise<Finding[]> {
  const { problems, values } = surveyConfig(environment);
  // What a library would log is in the findings.
  const log = silentLog;
  const reach = values.databaseUrl === undefined ? [] : await checkReach(values.databaseUrl);
  const isReached = reach.length > 0 && reach.every(({ level }) => level !== 'failed');
  const db = isReached ? openDatabase(String(values.databaseUrl), values.databaseMap) : null;
  try {
    return [
      checkNode(process.versions.node),
      ...checkVariables(problems),
      ...checkSettings(values),
      ...reach,
      ...(db === null
        ? [skipped('database', UNREACHED)]
        : await inAnyCase('database', () => checkDatabase(db, clock, values.alertRoutes ?? []))),
      ...(await inAnyCase('calcom', () => examineCalcom(values, { db, clock, log }))),
      ...(await inAnyCase('slack', () => probeSlack(values, log))),
    ];
  } finally {
    await db?.destroy();
  }
}

/** What is found elsewhere is told also when one part breaks down. */
async function inAnyCase(part: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const { code = (error as Error).name } = error as { code?: string };
    const what = `The doctor broke down when it looked at this part (${code}).`;
    const why = 'Nobody knows how it stands with it.';
    return [failed(part, { what, why, remedy: 'Look at the part yourself, and report this error.' })];
  }
}

const UNREACHED = 'Everything else about the database needs one that can be reached.';

async function examineCalcom(
  {
    calcomApiUrl: url,
    calcomApiKey: apiKey,
    calcomTimeoutMs: timeoutMs,
    calcomCallsPerMinute,
    calcomWebhookSecret,
  }: Partial<Config>,
  { db, clock, log }: { db: Db | null; clock: Clock; log: Log },
): Promise<Finding[]> {
  if (url === undefined || apiKey === undefined)
    return [skipped('calcom.key', 'Cal.com cannot be asked without CALCOM_API_KEY and CALCOM_API_URL.')];
  const calcom = createCalcom({ url, apiKey, timeoutMs: timeoutMs ?? 8 * SECOND, log });
  const isPaced = db !== null && calcomCallsPerMinute !== undefined && (await works(db.raw(TAKE_NO_PERMIT)));
  const pacing = isPaced ? sharedPacing(db, clock, calcomCallsPerMinute) : ownPacing(clock);
  const map = db === null ? null : await readMap(db).catch(() => null);
  try {
    return await checkCalcom({ calcom, clock, ...pacing }, map, calcomWebhookSecret);
  } finally {
    await calcom.close();
  }
}

/** Registers the webhook with the configured key and secret. Throws what stands in the way. */
export async function registerAt(
  address: string,
  { environment, clock }: Patient,
): Promise<'created' | 'updated' | 'unchanged'> {
  const trouble = troubleWithAddress(address);
  if (trouble !== null) throw new Error(trouble);
  const { calcomApiUrl: url, calcomApiKey: apiKey, ...values } = surveyConfig(environment).values;
  const { calcomWebhookSecret: secret, calcomTimeoutMs: timeoutMs = 8 * SECOND } = values;
  if (url === undefined || apiKey === undefined || !secret)
    throw new Error(
      'a webhook needs CALCOM_API_KEY and CALCOM_WEBHOOK_SECRET: choose a long secret, and set it',
    );
  const calcom = createCalcom({ url, apiKey, timeoutMs, log: silentLog });
  try {
    return await registerWebhook({ calcom, ...ownPacing(clock) }, { address, secret });
  } finally {
    await calcom.close();
  }
}

type Pacing = Pick<CalcomProbe, 'permit' | 'pause'>;

/** One pace with the bot that runs beside, which keeps its share. */
function sharedPacing(db: Db, clock: Clock, callsPerMinute: number): Pacing {
  const pace = createPace(db, callsPerMinute);
  return {
    permit: () => waitForPermit({ pace, clock }, false),
    pause: (ms) => pace.pause(clock.now(), ms),
  };
}

function ownPacing(clock: Clock): Pacing {
  return { permit: () => clock.sleep(UNPACED_MS), pause: async () => {} };
}

async function works(query: PromiseLike<unknown>): Promise<boolean> {
  try {
    await query;
    return true;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      'register-webhook': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const address = values['register-webhook'];
  if (address !== undefined) {
    const done = await registerAt(address, { environment: loadEnvironment(), clock: systemClock });
    process.stderr.write(`The webhook ${address} in Cal.com: ${done}.\n\n`);
  }
  if (process.stderr.isTTY)
    process.stderr.write('Looking; this takes up to two minutes where the map is large.\n\n');
  const checks = await examine({ environment: loadEnvironment(), clock: systemClock });
  const isOk = checks.every(({ level }) => level !== 'failed');
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ok: isOk, checks })}\n`
      : describeFindings(checks, { isVerbose: values.verbose }),
  );
  if (!isOk) process.exitCode = 1;
}

if (import.meta.main) {
  main().catch(reportFailure);
}
