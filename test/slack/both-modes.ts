import { createHmac } from 'node:crypto';
import {
  type SlackLookAlike,
  type SlackWorld,
  startSlack as startLookAlike,
} from '../../sandbox/slack/start-slack.ts';
import type { Clock } from '../../src/clock.ts';
import { systemClock } from '../../src/clock.ts';
import type { Db } from '../../src/database.ts';
import { startHttp } from '../../src/http/start-http.ts';
import type { Log } from '../../src/log.ts';
import { type Slack, type SlackSettings, startSlack } from '../../src/slack/start-slack.ts';
import { watchSlack } from '../support/nothing-private.ts';
import { noCalls, slackSettings, tokens } from './slack-fixtures.ts';

export const SIGNING_SECRET = 'the-signing-secret';

export type Mode = 'Socket Mode' | 'HTTP';

export interface BothSides {
  slack: SlackLookAlike;
  bot: Slack;
  /** Where the bot's HTTP server listens; without Slack's route in Socket Mode. */
  address: string;
  stop(): Promise<void>;
}

/** The Slack look-alike and the bot's Slack side, reached in either way. */
export async function startBothSides(options: {
  mode: Mode;
  world: SlackWorld;
  config: Partial<SlackSettings>;
  db: Db;
  clock: Clock;
  log: Log;
}): Promise<BothSides> {
  const { mode, world, db, clock, log } = options;
  let receive: Slack['receive'] = null;
  const http = await startHttp({
    host: '127.0.0.1',
    port: 0,
    log,
    routes: [
      {
        method: 'POST',
        path: '/slack/events',
        answer: async (request) => (await receive?.(request)) ?? { status: 404 },
      },
    ],
  });
  const slack = watchSlack(
    await startLookAlike({
      clock,
      world,
      ...tokens,
      signingSecret: SIGNING_SECRET,
      deliver: mode === 'HTTP' ? { http: `${http.address}/slack/events` } : 'socket',
    }),
  );
  const reached =
    mode === 'HTTP'
      ? { slackAppToken: null, slackSigningSecret: SIGNING_SECRET }
      : { slackSigningSecret: SIGNING_SECRET };
  const bot = await startSlack({
    config: slackSettings(slack.url, { ...options.config, ...reached }),
    db,
    clock,
    log,
    calls: noCalls,
    replica: 'salon:1',
    nudge: () => {},
  });
  receive = bot.receive;
  if (mode === 'Socket Mode') await slack.waitFor(() => slack.connectedSockets() === 1);
  return {
    slack,
    bot,
    address: http.address,
    async stop() {
      await Promise.all([http.stop(), bot.stop()]);
      await slack.stop();
    },
  };
}

/** Slack's headers for a body; `sentAt` in seconds since 1970. */
export function signed(
  body: string,
  { secret = SIGNING_SECRET, sentAt = nowInSeconds() }: { secret?: string; sentAt?: number | string } = {},
): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${sentAt}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(sentAt), 'x-slack-signature': `v0=${digest}` };
}

export function nowInSeconds(): number {
  return Math.floor(systemClock.now().getTime() / 1_000);
}
