import path from 'node:path';
import { playScenario } from '../../sandbox/play-scenario.ts';
import { readScenario } from '../../sandbox/scenario.ts';
import { ALERT_CHANNEL, type Stage } from '../../sandbox/stage.ts';
import { secretsOf } from '../../src/config.ts';
import { createLineCapture } from './captured-log.ts';
import type { TestEngine } from './databases.ts';
import { createFrontDesk, type FrontDesk } from './front-desk.ts';
import type { Line } from './line-rules.ts';
import { startWatchedStage } from './nothing-private.ts';

const seed = path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json');

export interface SeedDesk {
  stage: Stage;
  desk: FrontDesk;
  /** What the bot logged. */
  lines: Line[];
  close(): Promise<void>;
}

/** The whole bot on the seed, after the plan and *Start*: four alerts wait for somebody. Its clock is frozen. */
export async function openSeedDesk(
  engine: TestEngine,
  {
    slackOver = 'socket',
    settings: own = {},
  }: { slackOver?: 'socket' | 'http'; settings?: Record<string, string> } = {},
): Promise<SeedDesk> {
  const database = await engine.open();
  const scenario = readScenario(seed);
  const settings = { DATABASE_URL: database.url, ...own };
  const { lines, destination: logTo } = createLineCapture();
  const stage = await startWatchedStage(scenario, { frozen: true, settings, slackOver, logTo });
  const upToClock = scenario.steps.findIndex(({ do: what }) => what === 'clock');
  await playScenario(stage, { ...scenario, steps: scenario.steps.slice(0, upToClock) });
  return {
    stage,
    desk: createFrontDesk(stage, scenario),
    lines,
    async close() {
      const shown = await contactsShown(stage);
      const logged = await customersIn(lines, stage);
      await stage.stop();
      await database.drop();
      if (shown.length > 0) throw new Error(`the channel shows whole contacts: ${shown.join(', ')}`);
      if (logged.length > 0) throw new Error(`the log names ${logged.join(', ')}`);
    },
  };
}

/** The whole addresses and numbers of customers that stand in the channel or in a thread of it. */
async function contactsShown({ db, slack }: Stage): Promise<string[]> {
  const messages = slack.messages(ALERT_CHANNEL);
  const lines = messages.flatMap(({ ts }) => slack.thread(ALERT_CHANNEL, ts));
  const written = JSON.stringify(
    [messages, lines].map((all) => all.map(({ text, blocks }) => [text, blocks])),
  );
  const contacts: (string | null)[] = (await db('customers').select('email', 'phone')).flatMap(
    ({ email, phone }) => [email, phone],
  );
  return contacts.filter(
    (contact) => contact !== null && contact.length > 5 && written.includes(contact),
  ) as string[];
}

/** The names, addresses and numbers of customers, and the secrets, that a line of the log has. */
async function customersIn(lines: Line[], { db, config }: Stage): Promise<string[]> {
  const written = lines.map((line) => JSON.stringify(line)).join('\n');
  const people: Record<string, string | null>[] = await db('customers').select('name', 'email', 'phone');
  const personal = people.flatMap(Object.values).filter((text) => text !== null && text.length > 5);
  return [...personal, ...secretsOf(config)].filter((text) => written.includes(text));
}
