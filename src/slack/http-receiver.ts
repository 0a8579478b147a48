import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { App, Receiver } from '@slack/bolt';
import { MINUTE, SECOND } from '../instant.ts';
import type { Log } from '../log.ts';

/** What Slack sent to the request URL; the body as it came. */
export interface SlackRequest {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface SlackAnswer {
  status: number;
  contentType?: string;
  body?: string;
}

export interface HttpReceiver extends Receiver {
  /** Checks the signature and answers as soon as a listener has acknowledged; what runs on is not waited for. */
  receive(request: SlackRequest): Promise<SlackAnswer>;
}

/** Slack gives up after three seconds (Slack, Handling user interaction). */
const ACKNOWLEDGE_MS_MAX = 3 * SECOND;
const AGE_MS_MAX = 5 * MINUTE;
const COMPLAIN_EVERY_MS = MINUTE;

type Payload = Record<string, unknown>;

/**
 * Receives what Slack sends over HTTP, for the listeners that Socket Mode has too. Instead of Bolt's own receiver, which
 * brings a second server and accepts time stamps of the future. `now` must be the real time: Slack signs by it.
 */
export function createHttpReceiver({
  signingSecret,
  now,
  log,
}: {
  signingSecret: string;
  now: () => Date;
  log: Log;
}): HttpReceiver {
  let app: App | undefined;
  let isStopped = false;
  let complainedAt = 0;

  /** Once a minute: anybody can send requests, and a wrong secret must still be found in the log. */
  function complain(): void {
    if (now().getTime() - complainedAt < COMPLAIN_EVERY_MS) return;
    complainedAt = now().getTime();
    log.warn({ path: '/slack/events', variable: 'SLACK_SIGNING_SECRET' }, 'signature.refused');
  }

  return {
    init(started) {
      app = started;
    },
    async start() {
      isStopped = false;
    },
    async stop() {
      isStopped = true;
    },
    async receive(request) {
      if (!app || isStopped) return { status: 503 };
      if (isCertificateCheck(request)) return { status: 200 };
      if (!isSigned(request, { signingSecret, now: now() })) {
        complain();
        return { status: 401 };
      }
      const payload = readPayload(request);
      if (payload === undefined) return { status: 400 };
      if (payload.type === 'url_verification') return json({ challenge: payload.challenge });
      return handOver(app, { payload, headers: request.headers, log });
    },
  };
}

/** Slack looks now and then whether the certificate is good, without a signature; nothing is done for it. */
function isCertificateCheck({ body }: SlackRequest): boolean {
  return body.length < 1_000 && new URLSearchParams(body.toString('utf8')).get('ssl_check') === '1';
}

/** Slack, Verifying requests: `v0=` and HMAC-SHA256 over version, time stamp and raw body; five minutes either way. */
function isSigned(
  { headers, body }: SlackRequest,
  { signingSecret, now }: { signingSecret: string; now: Date },
): boolean {
  const sentAt = headers['x-slack-request-timestamp'];
  const signature = headers['x-slack-signature'];
  if (typeof sentAt !== 'string' || typeof signature !== 'string' || !/^\d{1,12}$/.test(sentAt)) return false;
  if (Math.abs(now.getTime() - Number(sentAt) * SECOND) > AGE_MS_MAX) return false;
  const digest = createHmac('sha256', signingSecret).update(`v0:${sentAt}:`).update(body).digest('hex');
  const expected = Buffer.from(`v0=${digest}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Commands are form fields, interactions one form field with JSON, events JSON. */
function readPayload({ headers, body }: SlackRequest): Payload | undefined {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const text = body.toString('utf8');
  if (!isForm) return parseObject(text);
  const fields = Object.fromEntries(new URLSearchParams(text));
  return fields.payload === undefined ? fields : parseObject(fields.payload);
}

function parseObject(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Payload)
      : undefined;
  } catch {
    return undefined;
  }
}

async function handOver(
  app: App,
  { payload, headers, log }: { payload: Payload; headers: IncomingHttpHeaders; log: Log },
): Promise<SlackAnswer> {
  const answered = new AbortController();
  const acknowledged = Promise.withResolvers<SlackAnswer>();
  const processed = app
    .processEvent({
      body: payload,
      ack: async (answer?: unknown) => acknowledged.resolve(acknowledgement(answer)),
      ...retryOf(headers),
    })
    // Who is not acknowledged by now is nobody's; an acknowledgement has answered before.
    .then((): SlackAnswer => ({ status: 404 }))
    .catch((error): SlackAnswer => {
      log.error({ err: error }, 'receiver.failed');
      return { status: 500 };
    });
  const tooLate = wait(ACKNOWLEDGE_MS_MAX, { status: 503 }, { signal: answered.signal }).catch(() => ({
    status: 503,
  }));
  const answer = await Promise.race([acknowledged.promise, processed, tooLate]);
  answered.abort();
  return answer;
}

function retryOf(headers: IncomingHttpHeaders): { retryNum?: number; retryReason?: string } {
  const number = Number.parseInt(String(headers['x-slack-retry-num'] ?? ''), 10);
  if (Number.isNaN(number)) return {};
  return { retryNum: number, retryReason: String(headers['x-slack-retry-reason'] ?? '') };
}

function acknowledgement(answer: unknown): SlackAnswer {
  if (answer === undefined || answer === '') return { status: 200 };
  if (typeof answer === 'string')
    return { status: 200, contentType: 'text/plain; charset=utf-8', body: answer };
  return json(answer);
}

function json(value: unknown): SlackAnswer {
  return { status: 200, contentType: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}
