import path from 'node:path';
import { parseArgs } from 'node:util';
import { readPort, untilInterrupted } from './command-line.ts';
import { createDoorCaller } from './door-caller.ts';
import { openLogForPeople } from './log-for-people.ts';
import { startPage } from './page/serve-page.ts';
import { welcomeEverybody } from './page/welcome.ts';
import { differences, playScenario } from './play-scenario.ts';
import { readScenario, type Scenario } from './scenario.ts';
import { startStage } from './stage.ts';
import { GUIDE, teamAccess } from './team.ts';

const SEED = path.join(import.meta.dirname, 'scenarios', 'seed.json');
const INTAKE_SECRET = 'sandbox-intake-secret';
const USAGE = `npm run demo -- [--once] [--json] [--scenario FILE] [--page-port N] [--bot-port N]

Starts Cal.com and Slack look-alikes on this machine, a database as a former system left it, and the real bot
(port 3001), and prints the address of a page that shows both sides (port 3000).
--once plays the scenario to its end and exits; with --json the last line is what came of it, and the log on stderr is
what the bot writes elsewhere, one JSON object a line.
`;

/** Plays the scenario to its end. Returns the process's exit code. */
async function once(scenario: Scenario, asJson: boolean): Promise<number> {
  const logTo = asJson ? undefined : await openLogForPeople();
  const stage = await startStage(scenario, { frozen: true, logTo });
  try {
    const played = await playScenario(stage, scenario);
    const wrong = differences(played, scenario.expect);
    for (const line of wrong) process.stderr.write(`${line}\n`);
    process.stdout.write(asJson ? `${JSON.stringify(played)}\n` : describe(played));
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await stage.stop();
  }
}

function describe(played: Awaited<ReturnType<typeof playScenario>>): string {
  return Object.entries(played)
    .map(([part, values]) => `${part}\n${JSON.stringify(values, null, 2)}\n`)
    .join('');
}

/** The tour tells of the seed's appointments, and of no other scenario's. */
async function keepRunning(file: string, ports: { page: number; bot: number }): Promise<void> {
  const stage = await startStage(readScenario(file), {
    frozen: false,
    settings: { PORT: String(ports.bot), INTAKE_SECRET, ...teamAccess },
    logTo: await openLogForPeople(),
    ...(file === SEED && { beforeBot: welcomeEverybody }),
  });
  try {
    const askDoor = createDoorCaller({ url: `${stage.bot.address}/appointments`, secret: INTAKE_SECRET });
    const page = await startPage({ ...stage, nudge: stage.bot.nudge, askDoor }, { port: ports.page });
    process.stdout.write(
      [
        `The page  ${page.url}`,
        `The bot   ${stage.bot.address}/health/ready`,
        `Cal.com   ${stage.calcom.url}`,
        `Slack     ${stage.slack.url}`,
        `Database  ${stage.databaseUrl}`,
        `The door  ${curlOf(page.url)}`,
        'Ctrl-C ends it.',
        '',
      ].join('\n'),
    );
    await untilInterrupted();
    await page.stop();
  } finally {
    await stage.stop();
  }
}

/** A shell's way to ask for an appointment; the page signs it. */
function curlOf(pageUrl: string): string {
  const wish = { name: 'Clara Conrad', service: 'Herrenschnitt', date: 'übermorgen', time: '14 Uhr' };
  const body = JSON.stringify({ user: GUIDE, wish });
  return `curl -s ${pageUrl}/control/ask-appointment -H 'content-type: application/json' -d '${body}'`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      scenario: { type: 'string', default: SEED },
      'page-port': { type: 'string', default: '3000' },
      'bot-port': { type: 'string', default: '3001' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(USAGE);
  else if (values.once) process.exitCode = await once(readScenario(values.scenario), values.json);
  else {
    const ports = { page: readPort(values['page-port']), bot: readPort(values['bot-port']) };
    await keepRunning(values.scenario, ports);
  }
}

main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
