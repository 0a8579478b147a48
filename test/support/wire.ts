import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Wire {
  url: string;
  /** Cuts the connection at the nth COMMIT from now: before the server has it, or after, so that its answer is lost. */
  cutAtCommit(nth: number, when: 'before' | 'after'): void;
  /** Resolves when the connection was cut. */
  wasCut: () => boolean;
  /** Half-open: connections stand, new ones too, but nothing comes through until `release`, which cuts them. */
  hold(): void;
  release(): void;
  /** Cuts every connection that stands now. */
  cutAll(): void;
  stop(): Promise<void>;
}

/** A wire to a server, named by its URL, that can be cut and held. */
export async function layWire(serverUrl: string): Promise<Wire> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isHeld = false;
  let cut: { left: number; when: 'before' | 'after' } | null = null;
  const server: Server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let isDoomed = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk) => {
      if (isHeld) return;
      if (cut && cut.left > 0 && chunk.includes('COMMIT')) {
        cut.left -= 1;
        if (cut.left === 0 && cut.when === 'before') return end();
        isDoomed = cut.left === 0;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (isDoomed) end();
      else if (!isHeld) client.write(chunk);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const setHeld = (held: boolean) => {
    isHeld = held;
    if (!held) cutAll();
  };
  return {
    url: url.href,
    cutAtCommit(nth, when) {
      cut = { left: nth, when };
    },
    wasCut: () => cut?.left === 0,
    hold: () => setHeld(true),
    release: () => setHeld(false),
    cutAll,
    async stop() {
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
}
