// The look-alikes and the page without a bot, so that any bot can be pointed at them.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createSandboxClock } from './clock.ts';
import { readPort, untilInterrupted } from './command-line.ts';
import { startLookAlikes } from './look-alikes.ts';
import { startPage } from './page/serve-page.ts';
import { readScenario } from './scenario.ts';
import { teamAccess } from './team.ts';

const SEED = path.join(import.meta.dirname, 'scenarios', 'seed.json');
const USAGE = `npm run sandbox -- [--calcom-port N] [--slack-port N] [--page-port N] [--request-url URL] [--scenario FILE]

Starts the Cal.com and Slack look-alikes and the page on this machine, without a bot and without a database, and prints
the environment for a bot of yours. Slack uses Socket Mode, or sends signed requests to --request-url.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'calcom-port': { type: 'string', default: '3002' },
      'slack-port': { type: 'string', default: '3003' },
      'page-port': { type: 'string', default: '3000' },
      'request-url': { type: 'string' },
      scenario: { type: 'string', default: SEED },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const scenario = readScenario(values.scenario);
  const clock = createSandboxClock(scenario.clock);
  const { calcom, slack, environment, stop } = await startLookAlikes({
    clock,
    world: scenario.calcom,
    calcomPort: readPort(values['calcom-port']),
    slackPort: readPort(values['slack-port']),
    ...(values['request-url'] !== undefined && { requestUrl: values['request-url'] }),
  });
  try {
    const page = await startPage({ clock, calcom, slack }, { port: readPort(values['page-port']) });
    const lines = Object.entries({ ...environment, ...teamAccess }).map(
      ([name, value]) => `${name}=${value}`,
    );
    process.stdout.write(`${[`The page  ${page.url}`, ...lines, 'Ctrl-C ends it.'].join('\n')}\n`);
    await untilInterrupted();
    await page.stop();
  } finally {
    await stop();
  }
}

main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
