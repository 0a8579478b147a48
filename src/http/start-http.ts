// ONE SERVER lives in this folder: health, and every request that others send to the bot. It reads and bounds requests
// and finds who answers; what an answer means is decided by whoever gave the route.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import { logWith } from '../log-context.ts';
import { readBody } from './read-body.ts';
import { type Found, findRoute, type HttpAnswer, jsonAnswer, type Route } from './route.ts';

export interface Http {
  /** `http://HOST:PORT`, with the port that was free when none was asked for. */
  address: string;
  /** Takes no more, and resolves when what was asked is answered, after ten seconds at the latest. */
  stop(): Promise<void>;
}

export interface HttpLimits {
  bodyBytesMax: number;
  /** How long a request may take to arrive: its headers, and all of it. */
  headersMs: number;
  requestMs: number;
  connectionsMax: number;
  drainingMs: number;
}

const usualLimits: HttpLimits = {
  bodyBytesMax: 1024 * 1024,
  headersMs: 5 * SECOND,
  requestMs: 10 * SECOND,
  connectionsMax: 256,
  drainingMs: 10 * SECOND,
};
const HEADER_BYTES_MAX = 16 * 1024;

interface Deps {
  routes: Route[];
  log: Log;
  limits: HttpLimits;
}

/** Listens on `host` and `port`; 0 is any free port. Throws when the port is taken or the host is not ours. */
export async function startHttp(options: {
  host: string;
  port: number;
  routes: Route[];
  log: Log;
  limits?: Partial<HttpLimits>;
}): Promise<Http> {
  const { host, port, routes, log } = options;
  const limits = { ...usualLimits, ...options.limits };
  const answering = new Set<Promise<void>>();
  const server = createLimitedServer(limits, (request, response) => {
    const answered = serve({ routes, log, limits }, request, response).finally(() =>
      answering.delete(answered),
    );
    answering.add(answered);
  });
  await listen(server, host, port);
  const address = addressOf(server);
  log.info({ address }, 'http.opened');
  return {
    address,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      const patience = new AbortController();
      const tooLong = wait(limits.drainingMs, null, { signal: patience.signal }).catch(() => {});
      await Promise.race([Promise.all(answering), tooLong]);
      patience.abort();
      server.closeAllConnections();
      await closed;
    },
  };
}

function createLimitedServer(
  { headersMs, requestMs, connectionsMax }: HttpLimits,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(SECOND, headersMs),
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    onRequest,
  );
  server.maxConnections = connectionsMax;
  return server;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** An id that a proxy gave the request is kept when it is one, so that its log and ours can be read together. */
const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** Resolves when the answer is sent or nobody waits for it any more; never rejects. */
async function serve(deps: Deps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const given = String(request.headers['x-request-id'] ?? '');
  const requestId = SAFE_ID.test(given) ? given : randomUUID();
  const { method = '', url = '' } = request;
  const found = findRoute(deps.routes, { method, url });
  const startedMs = performance.now();
  response.setHeader('x-request-id', requestId);
  await logWith({ requestId }, () => answer(deps, found, { request, response }));
  const path = found.is === 'found' ? found.route.path : found.is;
  const tookMs = Math.round(performance.now() - startedMs);
  deps.log.debug({ method, path, status: response.statusCode, tookMs, requestId }, 'http.answered');
}

async function answer(
  deps: Deps,
  found: Found,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  if (found.is === 'unknown') return send(response, jsonAnswer(404, { error: 'not_found' }));
  if (found.is === 'wrong_method') {
    response.setHeader('allow', found.allow);
    return send(response, jsonAnswer(405, { error: 'method_not_allowed' }));
  }
  const { route } = found;
  const body = route.method === 'GET' ? Buffer.alloc(0) : await readBody(request, deps.limits.bodyBytesMax);
  if (body === 'broken') return;
  if (body === 'too_large') {
    response.setHeader('connection', 'close');
    return send(response, jsonAnswer(413, { error: 'too_large' }));
  }
  try {
    await send(response, await route.answer({ headers: request.headers, body }));
  } catch (error) {
    deps.log.error({ err: error, path: route.path }, 'http.failed');
    await send(response, jsonAnswer(500, { error: 'failed' }));
  }
}

function send(response: ServerResponse, { status, contentType, body = '' }: HttpAnswer): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.once('finish', resolve);
    response.writeHead(status, {
      ...(contentType && { 'content-type': contentType }),
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(body);
  });
}
