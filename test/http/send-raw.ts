import { once } from 'node:events';
import { connect } from 'node:net';

/** A connection on which a test writes what no well-behaved client would. */
export interface RawConnection {
  write(text: string): void;
  destroy(): void;
  /** Everything that was received, once the server has closed the connection. */
  received(): Promise<string>;
  /** Resolves when what was received contains `text`. */
  saw(text: string): Promise<void>;
}

export async function openRaw(address: string): Promise<RawConnection> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  // A connection that is reset is closed too, and that is all that matters here.
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => {});
  await once(socket, 'connect');
  return {
    write: (part) => void socket.write(part),
    destroy: () => void socket.destroy(),
    async received() {
      await closed;
      return text;
    },
    async saw(wanted) {
      const signal = AbortSignal.timeout(10_000);
      while (!text.includes(wanted)) await once(socket, 'data', { signal });
    },
  };
}

/** The answer to these bytes; the server must close the connection itself. */
export async function sendRaw(address: string, text: string): Promise<string> {
  const connection = await openRaw(address);
  connection.write(text);
  return connection.received();
}
