import { type Receiver, SocketModeReceiver } from '@slack/bolt';
import { type Clock, systemClock } from '../clock.ts';
import { SECOND } from '../instant.ts';
import { type Log, silentLog } from '../log.ts';
import type { Measures } from '../measures.ts';
import { createHttpReceiver, type SlackAnswer, type SlackRequest } from './http-receiver.ts';
import { keepAllConnected } from './keep-all-connected.ts';
import type { SlackHealth } from './slack-health.ts';
import { slackLog } from './slack-log.ts';
import { clientOptions } from './web-client.ts';

/** How Slack reaches the listeners, which are the same for every way. */
export interface Reception {
  receiver: Receiver;
  /** Answers what Slack sends over HTTP; null when it comes over a socket. */
  receive: ((request: SlackRequest) => Promise<SlackAnswer>) | null;
  /** Begins to take what Slack sends; `stop` ends it. */
  open(): { stop(): Promise<unknown> };
}

export interface ReceptionSettings {
  slackAppToken: string | null;
  slackSigningSecret: string | null;
  slackApiUrl: string;
}

const OPENING_CALL_MS_MAX = 10 * SECOND;

/** Socket Mode when there is an app token, else HTTP when there is a signing secret, else nothing. */
export function createReception(
  { slackAppToken, slackSigningSecret, slackApiUrl }: ReceptionSettings,
  deps: { clock: Clock; log: Log; health: SlackHealth; measures?: Measures | undefined },
): Reception | null {
  if (slackAppToken !== null) {
    const receivers = [1, 2].map(() => createSocketReceiver(slackAppToken, slackApiUrl, deps.measures));
    return { receiver: allOf(receivers), receive: null, open: () => keepAllConnected(receivers, deps) };
  }
  if (slackSigningSecret === null) return null;
  const receiver = createHttpReceiver({
    signingSecret: slackSigningSecret,
    now: systemClock.now,
    log: deps.log,
  });
  return { receiver, receive: receiver.receive, open: () => receiver };
}

/** One app behind several sockets. */
function allOf(receivers: Receiver[]): Receiver {
  return {
    init(app) {
      for (const receiver of receivers) receiver.init(app);
    },
    start: () => Promise.all(receivers.map((receiver) => receiver.start())),
    stop: () => Promise.all(receivers.map((receiver) => receiver.stop())),
  };
}

/** With options of its own: the app would otherwise share and change them. It logs nothing, the connection does. */
function createSocketReceiver(
  appToken: string,
  slackApiUrl: string,
  measures: Measures | undefined,
): SocketModeReceiver {
  const options = clientOptions(slackApiUrl, { log: silentLog, timeoutMs: OPENING_CALL_MS_MAX, measures });
  return new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger: slackLog(silentLog),
    installerOptions: { clientOptions: options },
  });
}
