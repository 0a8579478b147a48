import { parseArgs } from 'node:util';
import { holdOnOtherSource } from './appointments/hold-on-other-source.ts';
import { recordRestored } from './appointments/installation.ts';
import { refuseBesideBots } from './appointments/replicas.ts';
import { createCalcom } from './calcom/client.ts';
import { type Clock, systemClock } from './clock.ts';
import { loadEnvironment, type RemediateConfig, readRemediateConfig, secretsOf } from './config.ts';
import { openDatabase } from './database.ts';
import { lockForOneBot } from './lock-for-one-bot.ts';
import { createLog, type Log } from './log.ts';
import { migrateDatabase } from './migrate-database.ts';
import { reportFailure } from './report-failure.ts';
import { adopt } from './sync/adopt.ts';
import { createCalls } from './sync/calls.ts';
import { type LostBooking, readLost } from './sync/catch-up.ts';
import { createPace } from './sync/pace.ts';

const USAGE = `npm run restored -- [--json]

After a backup was put back, with every bot stopped: links what Cal.com has with the appointments again before anything is
booked, holds the bot, and lists the bookings whose appointments the backup does not have, or has as closed or past. It can be repeated.
`;

interface Restored {
  mode: 'held' | 'running';
  lost: LostBooking[];
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
    return { mode, lost: await readLost(db, calls) };
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
    'Cal.com has bookings whose appointments are gone, closed or past in this database:',
    ...lost.map(
      ({ appointmentId, startsAt, uid }) => `  #${appointmentId}  ${startsAt.toISOString()}  booking ${uid}`,
    ),
    'Enter or correct them under these numbers and repeat this command, or cancel them with /sync-cleanup.',
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
  process.stdout.write(values.json ? `${JSON.stringify(restored)}\n` : describe(restored));
}

if (import.meta.main) {
  main().catch(reportFailure);
}
