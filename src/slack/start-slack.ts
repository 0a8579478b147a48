// BOLT lives in this folder: it translates both ways between Slack and alerts/, and decides nothing.
import { App, SocketModeReceiver, webApi } from '@slack/bolt';
import { answerResync, answerStart } from '../alerts/answer-resync.ts';
import { answerStatus } from '../alerts/answer-status.ts';
import type { Poster } from '../alerts/poster.ts';
import type { Locale } from '../alerts/texts.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import { createListen } from './listen.ts';
import { createPoster } from './poster.ts';
import { createReaderVoices } from './reader-voices.ts';
import { createRunningCount } from './running-count.ts';
import { slackLog } from './slack-log.ts';
import { keepConnected } from './socket-connection.ts';

export interface SlackSettings {
  slackBotToken: string;
  /** For Socket Mode. */
  slackAppToken: string | null;
  slackApiUrl: string;
  timeZone: string;
  locale: Locale;
}

export interface Slack {
  poster: Poster;
  /** Takes no more from Slack, and resolves when what runs is done, after ten seconds at the latest. */
  stop(): Promise<void>;
}

const CALL_MS_MAX = 10 * SECOND;
const LANGUAGE_MS_MAX = 2 * SECOND;
const DRAINING_MS_MAX = 10 * SECOND;

/**
 * Connects to Slack and answers people. Resolves at once: the connection is tried until it stands, and again whenever
 * it is lost. `nudge` is called after a person may have changed something.
 */
export async function startSlack({
  config,
  db,
  clock,
  log,
  nudge,
}: {
  config: SlackSettings;
  db: Db;
  clock: Clock;
  log: Log;
  nudge: () => void;
}): Promise<Slack> {
  const client = webClient(config, { log, timeoutMs: CALL_MS_MAX });
  const poster = createPoster({ client, clock, log });
  if (config.slackAppToken === null) {
    log.warn('without SLACK_APP_TOKEN the bot posts alerts, but hears no commands and clicks');
    return { poster, stop: async () => {} };
  }
  const receiver = createReceiver(config.slackAppToken, config.slackApiUrl, log);
  const app = createApp(config, receiver, log);
  const running = createRunningCount();
  app.use(({ next }) => running.count(next()));
  const voiceOf = createReaderVoices({
    client: webClient(config, { log, timeoutMs: LANGUAGE_MS_MAX }),
    clock,
    locale: config.locale,
    timeZone: config.timeZone,
  });
  const listen = createListen({ app, db, clock, voiceOf, nudge });
  listen.command('/sync-status', answerStatus);
  listen.command('/resync', answerResync);
  listen.button('start_sync', answerStart);
  const connection = keepConnected(receiver.client, { clock, log });
  return {
    poster,
    async stop() {
      await connection.stop();
      await Promise.race([running.ended(), clock.sleep(DRAINING_MS_MAX)]);
    },
  };
}

/** One try a call: what is tried again, and when, is for the record to say and not for the client. */
function clientOptions(slackApiUrl: string, { log, timeoutMs }: { log: Log; timeoutMs: number }) {
  return {
    slackApiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLog(log),
  };
}

function webClient(config: SlackSettings, options: { log: Log; timeoutMs: number }): webApi.WebClient {
  return new webApi.WebClient(config.slackBotToken, clientOptions(config.slackApiUrl, options));
}

/** With options of its own: the app would otherwise share and change them. It logs nothing, the connection does. */
function createReceiver(appToken: string, slackApiUrl: string, log: Log): SocketModeReceiver {
  const silent = log.child({}, { level: 'silent' });
  return new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger: slackLog(silent),
    installerOptions: { clientOptions: clientOptions(slackApiUrl, { log: silent, timeoutMs: CALL_MS_MAX }) },
  });
}

function createApp(config: SlackSettings, receiver: SocketModeReceiver, log: Log): App {
  const app = new App({
    receiver,
    // Not by token: Bolt would then ask Slack who it is, and a start must not need Slack.
    authorize: async () => ({ botToken: config.slackBotToken }),
    convoStore: false,
    logger: slackLog(log),
    clientOptions: {
      ...clientOptions(config.slackApiUrl, { log, timeoutMs: CALL_MS_MAX }),
      // Answers to a response_url have no time-out of their own.
      fetch: (url, init) => fetch(url, { signal: AbortSignal.timeout(CALL_MS_MAX), ...init }),
    },
  });
  app.error(async (error) => log.error({ err: error }, 'a Slack listener failed'));
  return app;
}
