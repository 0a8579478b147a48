// Cal.com and Slack in a process of their own, so that they take no time of the bot's: node look-alikes-process.ts DELAY_MS
import { startCalcom } from '../sandbox/calcom/start-calcom.ts';
import { startSlack } from '../sandbox/slack/start-slack.ts';
import { systemClock } from '../src/clock.ts';
import { API_KEY, CHANNEL, calcomWorld, USER } from './salon.ts';

const CHANGE_MS_MAX = 60_000;
const delayMs = Number(process.argv[2]);
const calcom = await startCalcom({
  clock: systemClock,
  apiKey: API_KEY,
  rateLimit: null,
  world: calcomWorld(),
});
const slack = await startSlack({
  clock: systemClock,
  botToken: 'xoxb-bench',
  appToken: 'xapp-bench',
  world: {
    users: [{ id: USER, name: 'bench', isAdmin: true }],
    channels: [{ id: CHANNEL, name: 'bench', members: [USER], botIsMember: true }],
  },
});
if (delayMs > 0) calcom.faults.add({ fault: { kind: 'slow', ms: delayMs } });

interface Question {
  start?: string;
  end?: string;
  hostId?: number;
  appointmentId?: number;
}

const externalOf = ({ hostId = 0, start = '', end = '' }: Question) => ({ hostId, start, end });

const alertAbout = (appointmentId?: number) =>
  slack.messages(CHANNEL).find(({ text }) => text.includes(`#${appointmentId}:`));

/** What the bench asks, by name. */
const answers: Record<string, (question: Question) => unknown> = {
  urls: () => ({ calcomUrl: calcom.url, slackUrl: slack.url }),
  bodies: () =>
    calcom.calls
      .filter(({ method, path }) => method === 'POST' && path === '/v2/bookings')
      .map(({ body }) => body),
  occupy: (question) => calcom.hands.addExternal(externalOf(question)),
  vacate: (question) => calcom.hands.removeExternal(externalOf(question)),
  alerts: () => slack.messages(CHANNEL).map(({ text }) => text),
  async clickRetry({ appointmentId }) {
    const alert = alertAbout(appointmentId);
    if (!alert) throw new Error(`no alert about #${appointmentId}`);
    const { ts, edits } = alert;
    const startedAt = performance.now();
    await slack.click({ user: USER, channel: CHANNEL, ts, actionId: 'retry' });
    const hasChanged = () => slack.messages(CHANNEL).some((each) => each.ts === ts && each.edits > edits);
    await slack.waitFor(hasChanged, CHANGE_MS_MAX);
    return performance.now() - startedAt;
  },
  async command() {
    const startedAt = performance.now();
    const { personSaw } = await slack.command({
      user: USER,
      channel: CHANNEL,
      command: '/sync-status',
    });
    if (personSaw !== undefined) throw new Error(personSaw);
    return performance.now() - startedAt;
  },
};

process.on('message', async ({ id, ask, question }: { id: number; ask: string; question: Question }) => {
  try {
    process.send?.({ id, answer: await answers[ask]?.(question) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
process.on('disconnect', () => process.exit());
