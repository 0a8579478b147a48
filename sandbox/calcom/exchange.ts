// One request from its arrival to its answer, or to what a fault makes of it.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, Refusal, refused, refusedBare, renderRefusal } from './answers.ts';
import type { Backend } from './call.ts';
import type { Fault, FaultPlan } from './faults.ts';
import { namedRefusal } from './named-refusals.ts';
import { route } from './routes.ts';
import type { Throttle } from './throttle.ts';
import type { WaitList } from './wait-list.ts';

const BODY_BYTES_MAX = 100 * 1024;
const JSON_TYPE = 'application/json; charset=utf-8';
const HTML_TYPE = 'text/html; charset=utf-8';
const HALF_A_BODY = '{"status":"success","data":{"id":1,"uid":"';

export interface CalcomCall {
  method: string;
  /** With its query. */
  path: string;
  /** `none` while, or when never, answered. */
  status: number | 'none';
  at: Date;
  /** Parsed JSON, or the text when it is none. */
  body?: unknown;
  /** The header `cal-api-version`. */
  version?: string;
}

/** What all requests share. */
export interface Desk {
  backend: Backend;
  apiKey: string;
  throttle: Throttle;
  faults: FaultPlan;
  calls: CalcomCall[];
  waits: WaitList;
  /** Aborts when the look-alike stops; what is late then never happens. */
  stopped: AbortSignal;
}

interface Exchange {
  desk: Desk;
  request: IncomingMessage;
  response: ServerResponse;
  text: string;
  call: CalcomCall;
}

/** Records the request and answers it. Rejects only on a defect of the look-alike itself. */
export async function answerRequest(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await readText(request);
  if (text === undefined) return;
  const exchange: Exchange = { desk, request, response, text, call: recordOf(desk, request, text) };
  desk.calls.push(exchange.call);
  desk.waits.look();
  const fault = desk.faults.take(exchange.call.method, exchange.call.path);
  if (fault) await meet(exchange, fault);
  else reply(exchange, await execute(exchange));
  desk.waits.look();
}

/** Undefined when the client left before it had sent everything. */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}

function recordOf(desk: Desk, request: IncomingMessage, text: string): CalcomCall {
  const { method = '', url = '', headers } = request;
  const version = headers['cal-api-version'];
  return {
    method,
    path: url,
    status: 'none',
    at: desk.backend.clock.now(),
    ...(text !== '' && { body: parsedOrText(text) }),
    ...(typeof version === 'string' && { version }),
  };
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function meet(exchange: Exchange, fault: Fault): Promise<void> {
  const { clock } = exchange.desk.backend;
  const { stopped } = exchange.desk;
  switch (fault.kind) {
    case 'hang':
      return;
    case 'reset':
      return reset(exchange);
    case 'half_body':
      return sendHalf(exchange);
    case 'empty':
      return send(exchange, { status: 200, body: '' }, { 'Content-Type': JSON_TYPE });
    case 'garbage':
      return send(
        exchange,
        { status: 200, body: '<!doctype html><title>Cal.com</title>' },
        { 'Content-Type': HTML_TYPE },
      );
    case 'down':
      return send(
        exchange,
        { status: 503, body: '<html><body><h1>503 Service Unavailable</h1></body></html>' },
        { 'Content-Type': HTML_TYPE },
      );
    case 'answer':
      return reply(exchange, fault, fault.headers);
    case 'refuse': {
      const at = { path: exchange.call.path, now: clock.now() };
      return reply(exchange, renderRefusal(namedRefusal(fault.name), at));
    }
    case 'commit_then_hang':
      await execute(exchange);
      return;
    case 'commit_then_reset':
      await execute(exchange);
      return reset(exchange);
    case 'commit_then_answer':
      await execute(exchange);
      return reply(exchange, fault);
    case 'commit_then_slow': {
      const answer = await execute(exchange);
      const late = clock.sleep(fault.ms, stopped);
      exchange.desk.waits.look();
      await late;
      if (!stopped.aborted) reply(exchange, answer);
      return;
    }
    case 'late_commit':
      await clock.sleep(fault.afterMs, stopped);
      if (!stopped.aborted) await execute(exchange);
      return;
    case 'slow':
      await clock.sleep(fault.ms, stopped);
      if (!stopped.aborted) reply(exchange, await execute(exchange));
  }
}

/** What the application answers; commits what it accepts. */
async function execute({ desk, request, text }: Exchange): Promise<Answer> {
  const { method = '', url = '', headers } = request;
  const version = headers['cal-api-version'];
  try {
    const body = parseBody(headers['content-type'], text);
    desk.throttle.count(callerOf(request));
    return await route(
      desk.backend,
      {
        method,
        url,
        version: typeof version === 'string' ? version : undefined,
        authorization: headers.authorization,
        body,
      },
      desk.apiKey,
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return renderRefusal(error, { path: url, now: desk.backend.clock.now() });
  }
}

function parseBody(type: string | undefined, text: string): unknown {
  if (Buffer.byteLength(text) > BODY_BYTES_MAX) throw refusedBare(413, 'request entity too large');
  if (text === '' || !type?.startsWith('application/json')) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(400, (error as SyntaxError).message);
  }
}

/** Cal.com counts by key, and by address without one. */
function callerOf(request: IncomingMessage): string {
  return request.headers.authorization ?? request.socket.remoteAddress ?? 'unknown';
}

function reply(exchange: Exchange, answer: Answer, headers: Record<string, string> = {}): void {
  send(exchange, answer, {
    'Content-Type': typeof answer.body === 'string' ? HTML_TYPE : JSON_TYPE,
    'X-Request-Id': randomUUID(),
    ...exchange.desk.throttle.headers(callerOf(exchange.request)),
    ...headers,
  });
}

function send({ call, response }: Exchange, { status, body }: Answer, headers: Record<string, string>): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  call.status = status;
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

function sendHalf({ call, response }: Exchange): void {
  call.status = 200;
  response.writeHead(200, { 'Content-Type': JSON_TYPE, 'Content-Length': 2 * HALF_A_BODY.length });
  response.write(HALF_A_BODY, () => response.destroy());
}

function reset({ request }: Exchange): void {
  request.socket.resetAndDestroy();
}
