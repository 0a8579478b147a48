// Cal.com and Slack in a process of their own, so that they take no time of the bot's: node look-alikes-process.ts DELAY_MS
import { startCalcom } from '../sandbox/calcom/start-calcom.ts';
import { startSlack } from '../sandbox/slack/start-slack.ts';
import { systemClock } from '../src/clock.ts';
import { API_KEY, CHANNEL, calcomWorld, USER } from './salon.ts';

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
    users: [{ id: USER, name: 'bench' }],
    channels: [{ id: CHANNEL, name: 'bench', members: [USER], botIsMember: true }],
  },
});
if (delayMs > 0) calcom.faults.add({ fault: { kind: 'slow', ms: delayMs } });

const bodies = () =>
  calcom.calls
    .filter(({ method, path }) => method === 'POST' && path === '/v2/bookings')
    .map(({ body }) => body);

/** What the bench asks, by name. */
const answers: Record<string, () => unknown> = {
  urls: () => ({ calcomUrl: calcom.url, slackUrl: slack.url }),
  bodies,
};
process.on('message', async ({ id, ask }: { id: number; ask: string }) => {
  process.send?.({ id, answer: await answers[ask]?.() });
});
process.on('disconnect', () => process.exit());
