import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import { isUploadPath } from './file-store.ts';
import type { RateLimits } from './rate-tiers.ts';
import type { ResponseUrls } from './response-urls.ts';
import { noteRefusal, type SlackCore } from './slack-core.ts';
import type { Fault, Json } from './slack-look-alike.ts';
import { refuseForm, SlackRefusal } from './slack-refusal.ts';
import { answerCall, type Call } from './web-api/answer-call.ts';
import { readBody, readBytes, readCall } from './web-api/read-call.ts';

interface Parts {
  core: SlackCore;
  faults: Faults;
  responseUrls: ResponseUrls;
  rateLimits: RateLimits | undefined;
}

interface Reply {
  status: number;
  body: Json;
  headers?: Record<string, string>;
}

/** The HTTP side: Web API methods below /api/, the response_urls below /response/, uploads below /upload/. */
export function createSlackRoutes(parts: Parts) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path.startsWith('/response/')) return serveResponseUrl(parts, request, { response, path });
    if (isUploadPath(path)) return serveUpload(parts, request, { response, path });
    if (path.startsWith('/api/'))
      return serveCall(parts, await readCall(request, path.slice('/api/'.length)), response);
    send(response, { status: 404, body: { ok: false, error: 'not_found' } });
  };
}

function serveCall(parts: Parts, call: Call, response: ServerResponse): Promise<void> {
  const { core } = parts;
  const scopes = { 'x-oauth-scopes': [...core.grantedScopes].join(',') };
  return serve(parts, response, {
    method: call.method,
    args: call.args,
    run: () => ({ status: 200, body: answerCall(core, call), headers: scopes }),
  });
}

async function serveResponseUrl(
  parts: Parts,
  request: IncomingMessage,
  { response, path }: { response: ServerResponse; path: string },
): Promise<void> {
  const text = await readBody(request);
  return serve(parts, response, {
    method: 'response_url',
    args: { body: text },
    run: () => answerResponseUrl(parts, path, text),
  });
}

function answerResponseUrl({ core, responseUrls }: Parts, path: string, text: string): Reply {
  try {
    responseUrls.answer(path, parseMessage(text));
    return { status: 200, body: { ok: true } };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    noteRefusal(core, 'response_url', error);
    const isGone = error.code === 'used_url' || error.code === 'expired_url';
    return { status: isGone ? 404 : 400, body: error.answer() };
  }
}

async function serveUpload(
  parts: Parts,
  request: IncomingMessage,
  { response, path }: { response: ServerResponse; path: string },
): Promise<void> {
  const bytes = await readBytes(request);
  return serve(parts, response, {
    method: 'upload_url',
    args: { length: bytes.length },
    run: () => answerUpload(parts.core, request, { path, bytes }),
  });
}

function answerUpload(
  core: SlackCore,
  { method }: IncomingMessage,
  { path, bytes }: { path: string; bytes: Buffer },
): Reply {
  try {
    if (method !== 'POST') throw refuseForm('method_not_allowed');
    core.files.receive(path, bytes);
    return { status: 200, body: { ok: true } };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    noteRefusal(core, 'upload_url', error);
    return { status: error.code === 'not_found' ? 404 : 400, body: error.answer() };
  }
}

function parseMessage(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw refuseForm('invalid_payload');
  }
}

interface Work {
  method: string;
  args: Json;
  run: () => Reply;
}

/** Lets a fault or the rate limit have its way, runs the work, and keeps a record of the call either way. */
async function serve(
  { core, faults, rateLimits }: Parts,
  response: ServerResponse,
  work: Work,
): Promise<void> {
  const { method, args } = work;
  const fault = faults.take(method);
  const record = (answer: unknown) => {
    core.calls.push({ method, args, answer, at: core.clock.now(), ...(fault && { fault: fault.kind }) });
    core.signal.changed();
  };
  const waitSeconds = fault ? undefined : rateLimits?.take(method, args);
  const instead = waitSeconds === undefined ? fault && replyOf(fault) : rateLimited(waitSeconds);
  if (instead) {
    record(instead.body);
    send(response, instead);
    return;
  }
  if (fault?.kind === 'slow') await delay(fault.ms, undefined, { ref: false });
  if (fault?.kind === 'hang' || fault?.kind === 'reset') {
    record(undefined);
    if (fault.kind === 'reset') response.destroy();
    return;
  }
  const reply = work.run();
  record(reply.body);
  if (fault?.kind === 'lands_then_hangs') return;
  if (fault?.kind === 'lands_then_reset') response.destroy();
  else send(response, reply);
}

function replyOf(fault: Fault): (Reply & { text?: string }) | undefined {
  if (fault.kind === 'error') return { status: 200, body: { ok: false, error: fault.error } };
  if (fault.kind === 'rate_limited') return rateLimited(fault.retryAfterSeconds);
  if (fault.kind === 'http') return { status: fault.status, body: {}, text: fault.body ?? '' };
  return undefined;
}

function rateLimited(seconds: number): Reply {
  return {
    status: 429,
    body: { ok: false, error: 'ratelimited' },
    headers: { 'retry-after': String(seconds) },
  };
}

function send(response: ServerResponse, { status, body, headers, text }: Reply & { text?: string }): void {
  if (response.destroyed) return;
  const type = text === undefined ? 'application/json; charset=utf-8' : 'text/plain';
  const id = { 'x-slack-req-id': randomUUID().replaceAll('-', '') };
  response.writeHead(status, { 'content-type': type, ...id, ...headers }).end(text ?? JSON.stringify(body));
}
