import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface HttpServer {
  port(): number;
  /** Refuses connections and cuts those that stand. */
  pause(): Promise<void>;
  /** Listens on the same port again. */
  resume(): Promise<void>;
}

/** Listens on loopback; `port` 0 takes a free one. */
export async function startHttpServer(options: {
  port: number;
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}): Promise<HttpServer> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    options.serve(request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  server.on('upgrade', options.upgrade);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(options.port);
  const { port } = server.address() as AddressInfo;
  return {
    port: () => port,
    pause() {
      if (!server.listening) return Promise.resolve();
      return new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
    },
    resume: () => (server.listening ? Promise.resolve() : listen(port)),
  };
}
