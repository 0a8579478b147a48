import { type CalcomLookAlike, type CalcomOptions, startCalcom } from './calcom/start-calcom.ts';
import type { CalcomWorld } from './calcom/world.ts';
import type { SandboxClock } from './clock.ts';
import { type SlackLookAlike, startSlack } from './slack/start-slack.ts';
import { ALERT_CHANNEL, teamWorld } from './team.ts';

const CALCOM_KEY = 'cal_sandbox_key';
const BOT_TOKEN = 'xoxb-sandbox-bot';
const SIGNING_SECRET = 'sandbox-signing-secret';
const APP_TOKEN = 'xapp-sandbox-app';
const WEBHOOK_SECRET = 'sandbox-webhook-secret';

export interface LookAlikes {
  calcom: CalcomLookAlike;
  slack: SlackLookAlike;
  /** What a bot needs in its environment to work with these two. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Starts Cal.com and Slack on loopback; ports that are left out are free ones. Slack sends what people do over Socket
 * Mode, or, given `requestUrl`, as signed requests. Throws when a port is taken.
 */
export async function startLookAlikes(options: {
  clock: SandboxClock;
  world: CalcomWorld;
  requestUrl?: string;
  rateLimit?: CalcomOptions['rateLimit'];
  calcomPort?: number;
  slackPort?: number;
}): Promise<LookAlikes> {
  const { clock, world, requestUrl, rateLimit, calcomPort = 0, slackPort = 0 } = options;
  const calcom = await startCalcom({
    ...{ clock, world, apiKey: CALCOM_KEY, port: calcomPort },
    ...(rateLimit !== undefined && { rateLimit }),
  });
  const slack = await startSlack({
    clock,
    world: teamWorld(),
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    signingSecret: SIGNING_SECRET,
    deliver: requestUrl === undefined ? 'socket' : { http: requestUrl },
    port: slackPort,
  }).catch(async (error) => {
    await calcom.stop();
    throw error;
  });
  return {
    calcom,
    slack,
    environment: {
      CALCOM_API_KEY: CALCOM_KEY,
      CALCOM_API_URL: calcom.url,
      CALCOM_WEBHOOK_SECRET: WEBHOOK_SECRET,
      SLACK_BOT_TOKEN: BOT_TOKEN,
      ...(requestUrl === undefined
        ? { SLACK_APP_TOKEN: APP_TOKEN }
        : { SLACK_SIGNING_SECRET: SIGNING_SECRET }),
      SLACK_ALERT_CHANNEL: ALERT_CHANNEL,
      SLACK_API_URL: slack.url,
    },
    async stop() {
      await Promise.all([calcom.stop(), slack.stop()]);
    },
  };
}
