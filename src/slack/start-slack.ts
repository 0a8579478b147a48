// BOLT lives in this folder: it translates both ways between Slack and alerts/, and decides nothing.
import { App, type webApi } from '@slack/bolt';
import { createAccess } from '../alerts/access.ts';
import { answerResync, answerStart } from '../alerts/answer-resync.ts';
import { answerStatus } from '../alerts/answer-status.ts';
import { answerSummary } from '../alerts/answer-summary.ts';
import { answerUndo } from '../alerts/answer-undo.ts';
import { answerCancelThere, type CancelThereDeps } from '../alerts/cancel-there.ts';
import type { KeepPicture, Poster } from '../alerts/poster.ts';
import { answerRetry } from '../alerts/retry.ts';
import type { AlertRoute } from '../alerts/routes.ts';
import { answerTake } from '../alerts/take.ts';
import type { Locale } from '../alerts/texts.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import type { Measures } from '../measures.ts';
import type { Calls } from '../sync/calls.ts';
import { createDirectory } from './directory.ts';
import { createHomes, type Homes } from './homes.ts';
import { createKeepPicture } from './keep-picture.ts';
import { createListen, type Listen } from './listen.ts';
import { listenForDialogs } from './listen-dialogs.ts';
import { listenForHome } from './listen-home.ts';
import { listenForPlan } from './listen-plan.ts';
import { logInteractions } from './log-interactions.ts';
import { oncePerEvent } from './once-per-event.ts';
import { createPoster } from './poster.ts';
import { createReaderVoices } from './reader-voices.ts';
import { createReception, type Reception, type ReceptionSettings } from './reception.ts';
import { createRunningCount, type RunningCount } from './running-count.ts';
import { createSlackHealth, type SlackHealth } from './slack-health.ts';
import { slackLog } from './slack-log.ts';
import { clientOptions, webClient } from './web-client.ts';

export interface SlackSettings extends ReceptionSettings {
  slackBotToken: string;
  slackAlertChannel: string;
  alertRoutes: AlertRoute[];
  timeZone: string;
  locale: Locale;
  /** Ids of users and user groups, or null for the defaults. */
  accessSupport: string[] | null;
  accessManagers: string[] | null;
  accessEngineers: string[] | null;
  recordUrl: string | null;
  calcomApiUrl: string;
  calcomCallsPerMinute: number;
}

export interface Slack {
  poster: Poster;
  keepPicture: KeepPicture;
  /** Whether Slack serves us, and if not why. */
  health: SlackHealth['check'];
  /** Answers requests to `/slack/events`; null when Slack does not come over HTTP. */
  receive: Reception['receive'];
  /** Shows App Homes anew that are not true any more; null when nobody can open one. */
  republishHomes: Homes['republish'] | null;
  /** Takes no more from Slack, and resolves when what runs is done, after ten seconds at the latest. */
  stop(): Promise<void>;
}

export interface SlackDeps {
  config: SlackSettings;
  db: Db;
  clock: Clock;
  log: Log;
  measures?: Measures | undefined;
  /** For what dialogs ask of Cal.com. */
  calls: Calls;
  /** This process, in words for engineers; no other has the same. */
  replica: string;
  /** Called after a person may have changed something. */
  nudge: () => void;
}

const CALL_MS_MAX = 10 * SECOND;
/** For what a person waits for. */
const QUICK_CALL_MS_MAX = 2 * SECOND;
const DRAINING_MS_MAX = 10 * SECOND;

/**
 * Connects to Slack and answers people. Resolves at once: the connection is tried until it stands, and again whenever
 * it is lost.
 */
export async function startSlack(deps: SlackDeps): Promise<Slack> {
  const { config, clock, log, measures } = deps;
  const quickClient = webClient(config, { log, timeoutMs: QUICK_CALL_MS_MAX, measures });
  const health = createSlackHealth({ client: quickClient, clock, channel: config.slackAlertChannel });
  const client = webClient(config, { log, timeoutMs: CALL_MS_MAX, measures });
  const poster = createPoster({ client, clock, log, health });
  const keepPicture = createKeepPicture({ client, log, timeoutMs: CALL_MS_MAX });
  const reception = createReception(config, { clock, log, health, measures });
  if (reception === null) {
    log.warn({ variable: 'SLACK_APP_TOKEN' }, 'slack.unheard');
    const { check } = health;
    return {
      ...{ poster, keepPicture, health: check },
      ...{ receive: null, republishHomes: null, stop: async () => {} },
    };
  }
  const app = createApp(config, reception, { log, measures });
  const running = createRunningCount();
  const homes = listenTo(app, { ...deps, running, client, quickClient, slackHealth: health });
  const opened = reception.open();
  return {
    poster,
    keepPicture,
    health: health.check,
    receive: reception.receive,
    republishHomes: homes.republish,
    async stop() {
      await opened.stop();
      await Promise.race([running.ended(), clock.sleep(DRAINING_MS_MAX)]);
    },
  };
}

function registerListeners(listen: Listen, engine: CancelThereDeps): void {
  listen.command('/sync-status', answerStatus);
  listen.command('/sync-summary', answerSummary);
  listen.command('/resync', answerResync);
  listen.button('start_sync', answerStart);
  listen.button('retry', answerRetry);
  listen.button('cancel_there', (ask) => answerCancelThere(ask, engine));
  listen.button('take', answerTake);
  listen.button('undo', answerUndo);
  listen.button('undo_plan', answerUndo);
}

function listenTo(
  app: App,
  deps: SlackDeps & {
    running: RunningCount;
    client: webApi.WebClient;
    quickClient: webApi.WebClient;
    slackHealth: SlackHealth;
  },
): Homes {
  const { config, db, clock, log, calls, nudge, running, quickClient, slackHealth: health, replica } = deps;
  const { locale, timeZone, slackAlertChannel: channel, calcomCallsPerMinute: callsPerMinute } = config;
  app.use(logInteractions(log));
  app.use(({ next }) => running.count(next()));
  app.use(oncePerEvent(clock));
  const lists = {
    support: config.accessSupport,
    manager: config.accessManagers,
    engineer: config.accessEngineers,
  };
  const channels = [...new Set([channel, ...config.alertRoutes.map((route) => route.channel)])];
  const directory = createDirectory({ client: quickClient, clock, log, channels });
  const access = createAccess({ db, directory, lists });
  const voiceOf = createReaderVoices({ client: quickClient, clock, locale, timeZone });
  const reader = { access, voiceOf, callsPerMinute };
  const homes = createHomes({ client: deps.client, db, clock, log, health, replica, ...reader });
  const dialogs = { app, db, clock, calls, timeZone, access, voiceOf, nudge };
  listenForDialogs(dialogs);
  listenForPlan(dialogs);
  listenForHome({ ...dialogs, homes, links: config });
  registerListeners(createListen({ app, db, clock, voiceOf, access, nudge }), { calls, clock, locale });
  return homes;
}

function createApp(
  config: SlackSettings,
  { receiver }: Reception,
  { log, measures }: Pick<SlackDeps, 'log' | 'measures'>,
): App {
  const options = clientOptions(config.slackApiUrl, { log, timeoutMs: CALL_MS_MAX, measures });
  const app = new App({
    receiver,
    // Not by token: Bolt would then ask Slack who it is, and a start must not need Slack.
    authorize: async () => ({ botToken: config.slackBotToken }),
    convoStore: false,
    logger: slackLog(log),
    clientOptions: {
      ...options,
      // Answers to a response_url have no time-out of their own.
      fetch: (url, init) => options.fetch(url, { signal: AbortSignal.timeout(CALL_MS_MAX), ...init }),
    },
  });
  app.error(async (error) => log.error({ err: error }, 'listener.failed'));
  return app;
}
