import type { SocketModeReceiver } from '@slack/bolt';
import type { Clock } from '../clock.ts';
import { MINUTE } from '../instant.ts';
import type { Log } from '../log.ts';
import type { SlackHealth } from './slack-health.ts';
import { keepConnected, type SocketConnection } from './socket-connection.ts';

// Slack recycles a socket by its age: opened apart, they are not recycled together.
const APART_MS = MINUTE;

/**
 * Keeps several sockets open, so that a click that comes while Slack recycles one is heard by another. Slack allows ten
 * to an app: with two each, five processes. Slack's health is in trouble only while none is open.
 */
export function keepAllConnected(
  receivers: Pick<SocketModeReceiver, 'client'>[],
  deps: { clock: Clock; log: Log; health: SlackHealth },
): SocketConnection {
  const { clock, health } = deps;
  const stopping = new AbortController();
  const open = new Set<object>();
  const healthOf = (receiver: object): SlackHealth => ({
    ...health,
    works(...parts) {
      open.add(receiver);
      health.works(...parts);
    },
    fails(part, reason) {
      open.delete(receiver);
      if (open.size === 0) health.fails(part, reason);
    },
  });

  async function keep(receiver: Pick<SocketModeReceiver, 'client'>, delayMs: number) {
    if (delayMs > 0) await clock.sleep(delayMs, stopping.signal);
    if (stopping.signal.aborted) return null;
    return keepConnected(receiver.client, { ...deps, health: healthOf(receiver) });
  }

  const kept = receivers.map((receiver, index) => keep(receiver, index * APART_MS));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(kept.map(async (connection) => (await connection)?.stop()));
    },
  };
}
