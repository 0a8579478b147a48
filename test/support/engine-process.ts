// A process of its own that runs one engine, so that a test can kill it: node engine-process.ts DATABASE CALCOM NOW
import { createSandboxClock } from '../../sandbox/clock.ts';
import { createCalcom } from '../../src/calcom/client.ts';
import { openDatabase } from '../../src/database.ts';
import { silentLog } from '../../src/log.ts';
import { API_KEY, startTestEngine } from './test-engine.ts';

const [databaseUrl, calcomUrl, now] = process.argv.slice(2);
if (!databaseUrl || !calcomUrl || !now) throw new Error('usage: engine-process.ts DATABASE CALCOM NOW');

startTestEngine({
  db: openDatabase(databaseUrl),
  // Long enough that whoever kills it meets a call under way.
  client: createCalcom({ url: calcomUrl, apiKey: API_KEY, timeoutMs: 30_000, log: silentLog }),
  clock: createSandboxClock(new Date(now)),
  log: silentLog,
});
// The sandbox's timers keep no process alive; the end of the test's process ends this one.
process.stdin.resume().on('end', () => process.exit());
