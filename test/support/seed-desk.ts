import path from 'node:path';
import { playScenario } from '../../sandbox/play-scenario.ts';
import { readScenario } from '../../sandbox/scenario.ts';
import { ALERT_CHANNEL, type Stage } from '../../sandbox/stage.ts';
import type { TestEngine } from './databases.ts';
import { createFrontDesk, type FrontDesk } from './front-desk.ts';
import { startWatchedStage } from './nothing-private.ts';

const seed = path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json');

export interface SeedDesk {
  stage: Stage;
  desk: FrontDesk;
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
  const settings = { LOG_LEVEL: 'fatal', DATABASE_URL: database.url, ...own };
  const stage = await startWatchedStage(scenario, { frozen: true, settings, slackOver });
  const upToClock = scenario.steps.findIndex(({ do: what }) => what === 'clock');
  await playScenario(stage, { ...scenario, steps: scenario.steps.slice(0, upToClock) });
  return {
    stage,
    desk: createFrontDesk(stage, scenario),
    async close() {
      const shown = await contactsShown(stage);
      await stage.stop();
      await database.drop();
      if (shown.length > 0) throw new Error(`the channel shows whole contacts: ${shown.join(', ')}`);
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
