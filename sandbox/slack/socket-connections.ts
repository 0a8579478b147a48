import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Json } from './slack-look-alike.ts';

const CONNECTIONS_MAX = 10;
const CLOSE_WITHIN_MS = 500;
const PING_EVERY_MS = 10_000;

export interface SocketConnections {
  /** Greets a connection, or turns the eleventh away. */
  admit(socket: WebSocket): void;
  /** Round robin: any one of the connections, another than `except` where there is one. */
  next(except?: WebSocket): WebSocket | undefined;
  count(): number;
  /** Tells the app to replace its connections, or the `count` oldest; nothing more is sent on these. */
  disconnect(reason: string, count?: number): void;
  closeAll(): Promise<void>;
}

export function createSocketConnections(options: {
  appId: string;
  received: (message: Json) => void;
  opened: () => void;
  closed: (socket: WebSocket) => void;
}): SocketConnections {
  const open: WebSocket[] = [];
  const known = new Set<WebSocket>();
  return {
    admit(socket) {
      known.add(socket);
      socket.on('error', () => socket.terminate());
      socket.on('close', () => known.delete(socket));
      if (open.length >= CONNECTIONS_MAX) {
        disconnect(socket, 'too_many_websockets');
        return;
      }
      open.push(socket);
      const pings = setInterval(() => socket.ping(), PING_EVERY_MS).unref();
      socket.on('message', (data) => options.received(parse(String(data))));
      socket.on('close', () => {
        clearInterval(pings);
        remove(open, socket);
        options.closed(socket);
      });
      socket.send(JSON.stringify(hello(open.length, options.appId)));
      options.opened();
    },
    next(except) {
      const chosen = open.find((each) => each !== except) ?? open[0];
      if (!chosen) return undefined;
      remove(open, chosen);
      open.push(chosen);
      return chosen;
    },
    count: () => open.length,
    disconnect(reason, count = open.length) {
      for (const socket of open.splice(0, count)) disconnect(socket, reason);
    },
    closeAll: () => closeAll([...known]),
  };
}

function hello(connections: number, appId: string): Json {
  return {
    type: 'hello',
    num_connections: connections,
    connection_info: { app_id: appId },
    debug_info: { host: 'applink-look-alike', build_number: 1, approximate_connection_time: 18_060 },
  };
}

/** After a warning the app has time to move; otherwise Slack closes at once. */
function disconnect(socket: WebSocket, reason: string): void {
  socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-look-alike' } }));
  if (reason !== 'warning') socket.close(1000);
}

/** Lets every connection finish its closing handshake, but waits for none that does not. */
async function closeAll(sockets: WebSocket[]): Promise<void> {
  const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  for (const socket of sockets) socket.close(1001);
  await Promise.race([Promise.all(closed), delay(CLOSE_WITHIN_MS, undefined, { ref: false })]);
  for (const socket of sockets) socket.terminate();
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

function remove<Item>(items: Item[], item: Item): void {
  const at = items.indexOf(item);
  if (at >= 0) items.splice(at, 1);
}
