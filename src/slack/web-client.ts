import { webApi } from '@slack/bolt';
import type { Log } from '../log.ts';
import { noteAnswer } from '../log-context.ts';
import type { Measures } from '../measures.ts';
import { type Fetch, measuredFetch } from './measured-fetch.ts';
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
    fetch: measuredFetch(fetchWithLog(log), { slackApiUrl, measures }),
  };
}

export function webClient(
  { slackBotToken, slackApiUrl }: { slackBotToken: string; slackApiUrl: string },
  options: ClientDeps,
): webApi.WebClient {
  return new webApi.WebClient(slackBotToken, clientOptions(slackApiUrl, options));
}

/** Every call is a line, with the id by which Slack's support finds it. */
export function fetchWithLog(log: Log): Fetch {
  return async (url, init) => {
    const startedMs = performance.now();
    let answer: Response | undefined;
    try {
      answer = await fetch(url, init);
      return answer;
    } finally {
      const requestId = answer?.headers.get('x-slack-req-id') ?? null;
      const tookMs = Math.round(performance.now() - startedMs);
      noteAnswer(requestId);
      log.debug(
        { method: methodOf(url), status: answer?.status ?? 'none', tookMs, requestId },
        'slack.answered',
      );
    }
  };
}

/** The address of a `response_url` gives the right to answer, and is not for the log. */
function methodOf(url: string | URL): string {
  return /\/api\/([A-Za-z.]{1,60})$/.exec(new URL(url).pathname)?.[1] ?? 'response_url';
}
