import { webApi } from '@slack/bolt';
import type { Log } from '../log.ts';
import type { Measures } from '../measures.ts';
import { measuredFetch } from './measured-fetch.ts';
import { slackLog } from './slack-log.ts';

interface ClientDeps {
  log: Log;
  timeoutMs: number;
  measures?: Measures | undefined;
}

/** One try a call: what is tried again, and when, is for the record to say and not for the client. */
export function clientOptions(slackApiUrl: string, { log, timeoutMs, measures }: ClientDeps) {
  return {
    slackApiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLog(log),
    fetch: measuredFetch(fetch, { slackApiUrl, measures }),
  };
}

export function webClient(
  { slackBotToken, slackApiUrl }: { slackBotToken: string; slackApiUrl: string },
  options: ClientDeps,
): webApi.WebClient {
  return new webApi.WebClient(slackBotToken, clientOptions(slackApiUrl, options));
}
