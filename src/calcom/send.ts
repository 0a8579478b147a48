import { Readable } from 'node:stream';
import { type Dispatcher, errors, request as undiciRequest } from 'undici';
import type { z } from 'zod';
import type { Log } from '../log.ts';
import { noteAnswer } from '../log-context.ts';
import { type CalcomError, CalcomUnavailable, CalcomUnclear, CalcomUnreadable } from './errors.ts';
import { type RawAnswer, readAnswer, readRefusal } from './read-refusal.ts';

const BODY_MAX_BYTES = 1024 * 1024;

export interface Transport {
  /** Ends with `/v2`. */
  url: string;
  apiKey: string;
  timeoutMs: number;
  dispatcher: Dispatcher;
  log: Log;
  onAnswer: (report: AnswerReport) => void;
}

export interface AnswerReport {
  operation: string;
  /** `none` when not even the headers of an answer came. */
  status: number | 'none';
  /** `2xx` to `5xx`, `429`, or how it ended without a complete answer. */
  result: string;
  tookMs: number;
  requestId: string | null;
}

export interface CalcomRequest {
  operation: string;
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  version: string;
  query?: Record<string, string>;
  body?: object;
}

interface Exchange {
  /** The request's body began to leave: from here on Cal.com may have acted. */
  left: boolean;
  head?: Pick<RawAnswer, 'status' | 'headers'>;
  text?: string;
  failure?: unknown;
}

/** One try, no repetition; `timeoutMs` covers everything up to the last byte. Throws only CalcomErrors. */
export async function send<Data>(
  transport: Transport,
  request: CalcomRequest,
  answer: z.ZodType<Data>,
): Promise<Data> {
  const startedMs = performance.now();
  const exchange = await tryOnce(transport, request);
  report(transport, request, { exchange, tookMs: Math.round(performance.now() - startedMs) });

  const { head, text } = exchange;
  if (head === undefined || text === undefined) throw broken(request, exchange);
  const raw: RawAnswer = { ...head, text };
  if (head.status < 200 || head.status > 299) {
    throw readRefusal({ operation: request.operation, writes: isWrite(request) }, raw);
  }
  return readData(request, raw, answer);
}

async function tryOnce(transport: Transport, request: CalcomRequest): Promise<Exchange> {
  const exchange: Exchange = { left: false };
  const payload = request.body === undefined ? null : Buffer.from(JSON.stringify(request.body));
  const query = request.query ? `?${new URLSearchParams(request.query)}` : '';
  try {
    const response = await undiciRequest(`${transport.url}${request.path}${query}`, {
      dispatcher: transport.dispatcher,
      method: request.method,
      signal: AbortSignal.timeout(transport.timeoutMs),
      headers: {
        authorization: `Bearer ${transport.apiKey}`,
        'cal-api-version': request.version,
        accept: 'application/json',
        ...(payload && { 'content-type': 'application/json', 'content-length': String(payload.length) }),
      },
      body: payload && Readable.from(leaving(payload, exchange), { objectMode: false }),
    });
    exchange.head = { status: response.statusCode, headers: response.headers };
    exchange.text = await readBounded(response.body);
  } catch (failure) {
    exchange.failure = failure;
  }
  return exchange;
}

// The body is read only once a connection stands. That tells a request that never left from one that may have
// been acted upon, which no error code does.
async function* leaving(payload: Buffer, exchange: Exchange): AsyncGenerator<Buffer> {
  exchange.left = true;
  yield payload;
}

/** What exceeds the bound is dropped, which leaves no valid JSON. */
async function readBounded(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > BODY_MAX_BYTES) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, BODY_MAX_BYTES));
}

function report(
  transport: Transport,
  request: CalcomRequest,
  { exchange, tookMs }: { exchange: Exchange; tookMs: number },
): void {
  const id = exchange.head?.headers['x-request-id'];
  const requestId = typeof id === 'string' ? id : null;
  const { operation } = request;
  const status = exchange.head?.status ?? 'none';
  noteAnswer(requestId);
  transport.log.debug({ operation, status, tookMs, requestId }, 'calcom.answered');
  transport.onAnswer({ operation, status, result: resultOf(exchange), tookMs, requestId });
}

function resultOf({ head, text, failure }: Exchange): string {
  if (head !== undefined && text !== undefined) {
    return head.status === 429 ? '429' : `${Math.floor(head.status / 100)}xx`;
  }
  const { name } = failure as Error;
  return name === 'TimeoutError' || name === 'ConnectTimeoutError' ? 'timeout' : 'no_answer';
}

function broken(request: CalcomRequest, { left, failure }: Exchange): CalcomError {
  // The parser's own error carries the bytes it could not read.
  const cause = failure instanceof errors.HTTPParserError ? new Error(failure.message) : failure;
  const details = { operation: request.operation, cause };
  return isWrite(request) && left ? new CalcomUnclear(details) : new CalcomUnavailable(details);
}

function readData<Data>(request: CalcomRequest, raw: RawAnswer, answer: z.ZodType<Data>): Data {
  // Only for what is wrong: it reads the whole answer once more.
  const details = () => ({ operation: request.operation, answer: readAnswer(raw) });
  let body: unknown;
  try {
    body = JSON.parse(raw.text);
  } catch {
    // The parser's own error quotes the body.
    throw new CalcomUnreadable({ ...details(), cause: new Error('the body is not JSON') });
  }
  const read = answer.safeParse(body);
  if (read.success) return read.data;
  const places = read.error.issues.map((issue) => `${issue.path.join('.')} (${issue.code})`);
  throw new CalcomUnreadable({
    ...details(),
    cause: new Error(`unexpected: ${places.slice(0, 5).join(', ')}`),
  });
}

function isWrite(request: CalcomRequest): boolean {
  return request.method !== 'GET';
}
