import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Delivery } from './delivery.ts';
import { createSocketConnections } from './socket-connections.ts';
import { createSocketEnvelopes } from './socket-envelopes.ts';

export interface SocketMode extends Delivery {
  /** The path of a WebSocket address that admits one connection. */
  openTicket(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  connections(): number;
  /** Tells the app to replace its connections, or `count` of them, as Slack does when it recycles a server. */
  disconnect(reason: 'warning' | 'refresh_requested', count?: number): void;
}

/** Delivery over the WebSockets that the app opens (docs.slack.dev, Socket Mode). */
export function createSocketMode(options: { appId: string; changed: () => void }): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  let copies = 1;
  const connections = createSocketConnections({
    appId: options.appId,
    received: (message) => envelopes.acknowledge(message),
    opened() {
      envelopes.found();
      options.changed();
    },
    closed(socket) {
      envelopes.lost(socket);
      options.changed();
    },
  });
  const envelopes = createSocketEnvelopes(connections.next);
  return {
    openTicket() {
      const ticket = randomBytes(16).toString('hex');
      tickets.add(ticket);
      return `/link/?ticket=${ticket}&app_id=${options.appId}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', 'ws://any').searchParams.get('ticket') ?? '';
      if (tickets.delete(ticket)) server.handleUpgrade(request, socket, head, connections.admit);
      else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    },
    connections: connections.count,
    disconnect(reason, count) {
      connections.disconnect(reason, count);
      options.changed();
    },
    // An event waits for a connection; a person is told at once that there is none.
    async deliver(kind, payload) {
      if (connections.count() === 0 && kind !== 'events_api')
        return { acknowledged: false, reason: 'unreachable' };
      const copiesNow = copies;
      copies = 1;
      return envelopes.send(kind, payload, copiesNow);
    },
    duplicateNext() {
      copies = 2;
    },
    async close() {
      envelopes.close();
      await connections.closeAll();
    },
  };
}
