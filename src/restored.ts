import { parseArgs } from 'node:util';
import { holdOnOtherSource } from './appointments/hold-on-other-source.ts';
import { recordRestored } from './appointments/installation.ts';
import type { PlanItem } from './appointments/plan-groups.ts';
import { refuseBesideBots } from './appointments/replicas.ts';
import { createCalcom } from './calcom/client.ts';
import { type Clock, systemClock } from './clock.ts';
import { loadEnvironment, type RemediateConfig, readRemediateConfig, secretsOf } from './config.ts';
import { lockForOneBot, openDatabase } from './database.ts';
import { createLog, type Log } from './log.ts';
import { migrateDatabase } from './migrate-database.ts';
import { reportFailure } from './report-failure.ts';
import { adopt } from './sync/adopt.ts';
import { createCalls } from './sync/calls.ts';
import { createPace } from './sync/pace.ts';
import { readOrphans } from './sync/plan/orphans.ts';

const USAGE = `npm run restored -- [--json]

After a backup was put back, with every bot stopped: links what Cal.com has with the appointments again before anything is
booked, holds the bot, and lists the bookings whose appointments the backup does not have. It can be repeated.
`;

interface Restored {
  mode: 'held' | 'running';
  /** Bookings of ours whose appointment is closed or not there. */
  lost: PlanItem[];
}

/** Takes over what Cal.com has, as at the first start. Throws when that cannot be read; the next start tries it again. */
export async function takeOverAfterRestore(
  config: RemediateConfig,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Restored> {
  const release = await lockForOneBot(config.databaseUrl);
  const db = openDatabase(config.databaseUrl, config.databaseMap);
  const { calcomApiUrl: url, calcomApiKey: apiKey, calcomTimeoutMs: timeoutMs } = config;
  const client = createCalcom({ url, apiKey, timeoutMs, log });
  try {
    await migrateDatabase(db, clock, () => holdOnOtherSource(db, clock.now()));
    await refuseBesideBots(db, clock.now());
    await recordRestored(db, { by: 'shell', now: clock.now() });
    const calls = createCalls({
      db,
      calcom: client,
      pace: createPace(db, config.calcomCallsPerMinute),
      clock,
    });
    const { placeholderEmailDomain, startHeld } = config;
    const mode = await adopt({ db, calls, clock, placeholderEmailDomain, startHeld });
    return { mode, lost: await readOrphans(db, calls) };
  } finally {
    await client.close();
    await db.destroy();
    await release();
  }
}

function describe({ mode, lost }: Restored): string {
  const held =
    "The bot is held: start it, look at the figures, then press Start in Slack or send '/resync start'.";
  const lines = [
    'What Cal.com has is linked again.',
    mode === 'held' ? held : 'The bot runs when it is started.',
  ];
  if (lost.length === 0) return `${lines.join('\n')}\n`;
  const numbers = lost.map(({ appointmentId }) => appointmentId);
  return `${[
    ...lines,
    '',
    'Cal.com has bookings whose appointments this database does not have, or has as closed:',
    ...lost.map(
      ({ appointmentId, startsAt, bookingUid }) =>
        `  #${appointmentId}  ${startsAt.toISOString()}  booking ${bookingUid}`,
    ),
    'Enter them again under these numbers and repeat this command, or cancel them with /sync-cleanup.',
    `Let the booking system give no other appointment a number up to ${Math.max(...numbers)}.`,
  ].join('\n')}\n`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const config = readRemediateConfig(loadEnvironment());
  const log = createLog({ level: config.logLevel, secrets: secretsOf(config) });
  const restored = await takeOverAfterRestore(config, { clock: systemClock, log });
  process.stdout.write(values.json ? `${JSON.stringify(jsonOf(restored))}\n` : describe(restored));
}

function jsonOf({ mode, lost }: Restored) {
  return {
    mode,
    lost: lost.map(({ appointmentId, bookingUid, startsAt }) => ({ appointmentId, bookingUid, startsAt })),
  };
}

if (import.meta.main) {
  main().catch(reportFailure);
}
