import { webApi } from '@slack/bolt';
import type { Log } from '../log.ts';
import { slackLog } from './slack-log.ts';

/** One try a call: what is tried again, and when, is for the record to say and not for the client. */
export function clientOptions(slackApiUrl: string, { log, timeoutMs }: { log: Log; timeoutMs: number }) {
  return {
    slackApiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLog(log),
  };
}

export function webClient(
  { slackBotToken, slackApiUrl }: { slackBotToken: string; slackApiUrl: string },
  options: { log: Log; timeoutMs: number },
): webApi.WebClient {
  return new webApi.WebClient(slackBotToken, clientOptions(slackApiUrl, options));
}
