import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** COM_QUIT, a packet of one byte. */
const FAREWELL = Buffer.from([1, 0, 0, 0, 1]);

export interface Wire {
  url: string;
  /** Cuts the connection at the nth COMMIT from now: before the server has it, or after, so that its answer is lost. */
  cutAtCommit(nth: number, when: 'before' | 'after'): void;
  /** As `cutAtCommit`, but the connection stands, half-open for ever. */
  muteAtCommit(nth: number, when: 'before' | 'after'): void;
  /** Whether the COMMIT came at which to cut or to mute. */
  wasCut: () => boolean;
  /** Every connection that stands now is half-open for ever; new ones work. */
  muteAll(): void;
  /** Half-open: connections stand, new ones too, but nothing comes through until `release`, which cuts them. */
  hold(): void;
  release(): void;
  /** How many connections were closed with the protocol's own farewell. */
  farewells: () => number;
  /** Cuts every connection that stands now. */
  cutAll(): void;
  stop(): Promise<void>;
}

/** What happens to what a wire carries. */
interface WireState {
  sockets: Set<Socket>;
  mute: WeakSet<Socket>;
  isHeld: boolean;
  farewells: number;
  atCommit: { left: number; when: 'before' | 'after'; fate: 'cut' | 'mute' } | null;
}

/** A wire to a server, named by its URL, that can be cut and held. */
export async function layWire(serverUrl: string): Promise<Wire> {
  const target = new URL(serverUrl);
  const state: WireState = {
    sockets: new Set(),
    mute: new WeakSet(),
    isHeld: false,
    farewells: 0,
    atCommit: null,
  };
  const server: Server = createServer((client) =>
    carry(state, client, connect(Number(target.port), target.hostname)),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);
  const cutAll = () => {
    for (const socket of state.sockets) socket.destroy();
  };
  return {
    url: url.href,
    cutAtCommit(nth, when) {
      state.atCommit = { left: nth, when, fate: 'cut' };
    },
    muteAtCommit(nth, when) {
      state.atCommit = { left: nth, when, fate: 'mute' };
    },
    wasCut: () => state.atCommit?.left === 0,
    muteAll() {
      for (const socket of state.sockets) state.mute.add(socket);
    },
    hold() {
      state.isHeld = true;
    },
    release() {
      state.isHeld = false;
      cutAll();
    },
    farewells: () => state.farewells,
    cutAll,
    async stop() {
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
}

function carry(state: WireState, client: Socket, upstream: Socket): void {
  let isDoomed = false;
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  const meetFate = () => (state.atCommit?.fate === 'mute' ? state.mute.add(client) : end());
  const isDeaf = () => state.isHeld || state.mute.has(client);
  for (const socket of [client, upstream]) {
    state.sockets.add(socket);
    socket.on('error', end).on('close', () => {
      state.sockets.delete(socket);
      end();
    });
  }
  client.on('data', (chunk) => {
    if (isDeaf()) return;
    if (chunk.equals(FAREWELL)) state.farewells += 1;
    const { atCommit } = state;
    if (atCommit && atCommit.left > 0 && chunk.includes('COMMIT')) {
      atCommit.left -= 1;
      isDoomed = atCommit.left === 0;
      if (isDoomed && atCommit.when === 'before') return meetFate();
    }
    upstream.write(chunk);
  });
  upstream.on('data', (chunk) => {
    if (isDeaf()) return;
    if (isDoomed) meetFate();
    else client.write(chunk);
  });
}
