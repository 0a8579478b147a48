import type { Scenario } from '../../sandbox/scenario.ts';
import type { SlackLookAlike } from '../../sandbox/slack/start-slack.ts';
import { type Stage, type StageOptions, startStage } from '../../sandbox/stage.ts';
import { secretsOf } from '../../src/config.ts';
import type { Db } from '../../src/database.ts';

// No line of the log and no message in a channel holds a secret, or a customer's whole name, address or number. What the
// bots of a test wrote is compared with who is in their database, and the test file's process fails when something is
// revealed.

/** An address or a number as tests have them, wherever it comes from. */
const CONTACT = /[\w.+-]+@[\w.-]+\.(?:com|example|de|invalid)\b|\+49\d{6,}/;
const found: string[] = [];
process.once('exit', () => {
  if (found.length === 0) return;
  process.exitCode = 1;
  console.error(`revealed:\n${found.join('\n')}`);
});

function reveal(written: string, text: string): void {
  const at = written.indexOf(text);
  found.push(`${text} in …${written.slice(Math.max(0, at - 150), at + 150)}…`);
}

/** Has the test file fail if one of these texts, or any whole contact, stands in what was `written`. */
export function checkWritten(written: string, privateTexts: string[] = []): void {
  const [contact] = CONTACT.exec(written) ?? [];
  for (const text of [...privateTexts, ...(contact === undefined ? [] : [contact])])
    if (written.includes(text)) reveal(written, text);
}

/** What is theirs alone: a name of one word, or `unknown` for a number, may be a word of ours too. */
export async function readPersonal(db: Db): Promise<string[]> {
  const people: Record<string, string | null>[] = await db('customers').select('name', 'email', 'phone');
  const ofTheirs = people.flatMap(({ name, email, phone }) => [
    ...(name?.trim().includes(' ') ? [name.trim()] : []),
    ...(email?.includes('@') ? [email] : []),
    ...(/\d{5}/.test(phone ?? '') ? [phone] : []),
  ]);
  return ofTheirs as string[];
}

/** Every text that was ever sent to a channel, also what was changed or deleted since. */
export function channelTexts({ calls }: Pick<SlackLookAlike, 'calls'>): string {
  const sent = calls.filter(({ method }) => method === 'chat.postMessage' || method === 'chat.update');
  return sent.map(({ args }) => JSON.stringify(args)).join('\n');
}

/** The look-alike; when it stops, all that was sent to channels is looked through. */
export function watchSlack(slack: SlackLookAlike): SlackLookAlike {
  return {
    ...slack,
    async stop() {
      checkWritten(channelTexts(slack));
      await slack.stop();
    },
  };
}

/** The stage; when it stops, all that its bot logged, on any level, and sent to channels is looked through. */
export async function startWatchedStage(scenario: Scenario, options: StageOptions): Promise<Stage> {
  const lines: string[] = [];
  const logTo = {
    write(line: string) {
      lines.push(line);
      options.logTo?.write(line);
    },
  };
  const settings = { ...options.settings, LOG_LEVEL: 'debug' };
  const stage = await startStage(scenario, { ...options, settings, logTo });
  return {
    ...stage,
    async stop() {
      const personal = await readPersonal(stage.db).catch(() => []);
      await stage.stop();
      const secrets = secretsOf(stage.config).filter((secret) => secret.length >= 8);
      checkWritten(lines.join(''), [...personal, ...secrets]);
      checkWritten(channelTexts(stage.slack), [...personal, ...secrets]);
    },
  };
}
