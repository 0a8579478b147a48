// What stands in for the package undici in the simulation (register.ts puts it there): the client's own code runs, and
// its requests end up with whoever is connected to the host that they name.

export interface SentRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  /** Reads what is sent; a request is on its way from then on. */
  readBody(): Promise<string>;
}

export interface Received {
  statusCode: number;
  headers: Record<string, string>;
  body: Buffer[];
}

type Receiver = (request: SentRequest) => Promise<Received>;

const receivers = new Map<string, Receiver>();

/** Requests to `http://HOST` are answered by `receiver`. */
export function connectHost(host: string, receiver: Receiver): void {
  receivers.set(host, receiver);
}

export function disconnectHosts(): void {
  receivers.clear();
}

export class Agent {
  async close(): Promise<void> {}
}

export const errors = { HTTPParserError: class HTTPParserError extends Error {} };

export async function request(
  address: string,
  options: { method: string; headers: Record<string, string>; body: AsyncIterable<Buffer> | null },
): Promise<Received> {
  const url = new URL(address);
  const receiver = receivers.get(url.host);
  if (!receiver) throw new Error(`nobody listens on ${url.host}`);
  const { method, headers, body } = options;
  return receiver({
    method,
    headers,
    path: `${url.pathname}${url.search}`,
    async readBody() {
      const chunks: Buffer[] = [];
      for await (const chunk of body ?? []) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    },
  });
}
