import { createHmac } from 'node:crypto';
import { ACKNOWLEDGE_WITHIN_MS, type Delivery, type DeliveryKind, type DeliveryResult } from './delivery.ts';
import { unixSeconds } from './real-time.ts';
import type { Json } from './slack-look-alike.ts';

const EVENT_RETRIES_MAX = 3;

/** Signed POSTs to the app's request URL (Slack: v0, HMAC-SHA256 over version, timestamp and raw body). */
export function createHttpDelivery(options: { url: string; signingSecret: string }): Delivery {
  const stopping = new AbortController();
  let isDoubling = false;
  const post = async (
    kind: DeliveryKind,
    payload: Json,
    retry: Record<string, string> = {},
  ): Promise<DeliveryResult> => {
    const { body, contentType } = encode(kind, payload);
    const timeout = AbortSignal.timeout(ACKNOWLEDGE_WITHIN_MS);
    try {
      const response = await fetch(options.url, {
        method: 'POST',
        headers: { 'content-type': contentType, ...sign(options.signingSecret, body), ...retry },
        body,
        signal: AbortSignal.any([timeout, stopping.signal]),
      });
      const answer = await response.text();
      if (!response.ok) return { acknowledged: false, reason: 'unreachable' };
      return { acknowledged: true, body: decode(answer, response.headers.get('content-type')) };
    } catch {
      return { acknowledged: false, reason: timeout.aborted ? 'timeout' : 'unreachable' };
    }
  };
  return {
    async deliver(kind, payload) {
      const copies = isDoubling ? 2 : 1;
      isDoubling = false;
      let result = await post(kind, payload);
      if (copies === 2) await post(kind, payload, retryHeaders(1, 'http_timeout'));
      if (kind !== 'events_api') return result;
      for (
        let retry = 1;
        !result.acknowledged && retry <= EVENT_RETRIES_MAX && !stopping.signal.aborted;
        retry += 1
      ) {
        const reason = result.reason === 'timeout' ? 'http_timeout' : 'http_error';
        result = await post(kind, payload, retryHeaders(retry, reason));
      }
      return result;
    },
    duplicateNext() {
      isDoubling = true;
    },
    async close() {
      stopping.abort();
    },
  };
}

function sign(secret: string, body: string): Record<string, string> {
  const timestamp = String(unixSeconds());
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
}

function retryHeaders(retry: number, reason: string): Record<string, string> {
  return { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason };
}

/** Commands are form fields, interactions one form field with JSON, events JSON. */
function encode(kind: DeliveryKind, payload: Json): { body: string; contentType: string } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' };
  const fields =
    kind === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
  return { body: new URLSearchParams(fields).toString(), contentType: 'application/x-www-form-urlencoded' };
}

function decode(text: string, contentType: string | null): unknown {
  if (text === '') return undefined;
  if (!contentType?.startsWith('application/json')) return { text };
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
