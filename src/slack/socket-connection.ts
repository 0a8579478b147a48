import type { SocketModeReceiver } from '@slack/bolt';
import type { Clock } from '../clock.ts';
import { SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import type { SlackHealth } from './slack-health.ts';

export interface SocketConnection {
  /** Resolves when the socket is closed, after two seconds at the latest; it is not opened again. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = SECOND;
const PAUSE_MS_MAX = 30 * SECOND;
// Slack recycles a socket every few hours; one that ends sooner than this counts as a failure.
const LASTING_MS = 10 * SECOND;
const OPENING_MS_MAX = 30 * SECOND;
const CLOSING_MS_MAX = 2 * SECOND;
const NOT_OPEN =
  'the socket to Slack is not open, so commands and clicks are not heard; if this stays, check SLACK_APP_TOKEN';

type SocketClient = SocketModeReceiver['client'];

/**
 * Keeps the socket open, through every outage and from before Slack can be reached. The client's own reconnecting must
 * be off: it waits five seconds while clicks fail, goes on after a stop, and ends the process when a reconnection fails
 * (slackapi/node-slack-sdk issue 2656).
 */
export function keepConnected(
  client: SocketClient,
  { clock, log, health }: { clock: Clock; log: Log; health: SlackHealth },
): SocketConnection {
  const stopping = new AbortController();

  async function run(): Promise<void> {
    let failures = 0;
    health.fails('socket', NOT_OPEN);
    while (!stopping.signal.aborted) {
      const startedAt = clock.now();
      const error = await stayConnected(client, { clock, log, health, stopping: stopping.signal });
      if (error !== null) health.fails('socket', NOT_OPEN);
      const lasted = error === null && clock.now().getTime() - startedAt.getTime() >= LASTING_MS;
      if (error !== null && failures === 0) {
        log.warn({ err: error, variable: 'SLACK_APP_TOKEN' }, 'socket.failed');
      }
      failures = lasted ? 0 : failures + 1;
      // The first pause is short, so that hardly a click is missed when Slack recycles a young socket.
      if (error !== null || failures > 1) {
        await clock.sleep(Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), PAUSE_MS_MAX), stopping.signal);
      }
    }
  }

  const ended = run();
  return {
    async stop() {
      stopping.abort();
      await Promise.race([ended, clock.sleep(CLOSING_MS_MAX)]);
    },
  };
}

/** Resolves with null when an open socket was closed, or with what kept it from opening. */
async function stayConnected(
  client: SocketClient,
  { clock, log, health, stopping }: { clock: Clock; log: Log; health: SlackHealth; stopping: AbortSignal },
): Promise<unknown> {
  const closed = Promise.withResolvers<null>();
  const onClosed = () => closed.resolve(null);
  const disconnect = () => void client.disconnect();
  client.once('disconnected', onClosed);
  const opened = new AbortController();
  // A socket that neither greets nor fails would be waited for without end.
  void clock.sleep(OPENING_MS_MAX, opened.signal).then(() => opened.signal.aborted || disconnect());
  try {
    await client.start();
    opened.abort();
    log.info({}, 'socket.opened');
    health.works('socket');
    if (stopping.aborted) disconnect();
    stopping.addEventListener('abort', disconnect);
    return await closed.promise;
  } catch (error) {
    return error ?? new Error('the socket was closed before Slack greeted');
  } finally {
    opened.abort();
    client.removeListener('disconnected', onClosed);
    stopping.removeEventListener('abort', disconnect);
  }
}
