import { cutToBytes } from './cut-to-bytes.ts';
import {
  type CalcomAnswer,
  CalcomBusy,
  type CalcomError,
  CalcomRefused,
  CalcomUnauthorized,
  CalcomUnavailable,
  CalcomUnclear,
} from './errors.ts';

/** How Cal.com refuses the key itself (Cal.com API v2, authentication, throttler and permission guards). */
export const KEY_REFUSED =
  /ApiAuthStrategy - |CustomThrottlerGuard - Invalid API Key|PermissionsGuard - |CALCOM_LICENSE_KEY/;

const TEXT_MAX_BYTES = 64 * 1024;
const RESET_DEFAULT_MS = 60_000;
// Cal.com's reset header counts seconds; whatever is longer than this is a time of day by mistake.
const RESET_MAX_MS = 3_600_000;

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** The answer with Cal.com's message and code, from any of the three shapes its error bodies have. */
export function readAnswer(raw: RawAnswer): CalcomAnswer {
  const body = asRecord(parseJson(raw.text));
  const error = asRecord(body.error);
  return {
    status: raw.status,
    message: cutToBytes(asText(error.message) || asText(body.message), TEXT_MAX_BYTES),
    code: asText(error.code) || null,
    requestId: asText(raw.headers['x-request-id']) || null,
    body: cutToBytes(raw.text, TEXT_MAX_BYTES),
  };
}

/**
 * The error that an answer other than 2xx stands for. Cal.com itself always gives a reason, so a 4xx or 3xx
 * without one comes from something in between and refuses nothing: it is treated like a 5xx.
 */
export function readRefusal(request: { operation: string; writes: boolean }, raw: RawAnswer): CalcomError {
  const answer = readAnswer(raw);
  const details = { operation: request.operation, answer };
  if (raw.status === 429) return new CalcomBusy({ ...details, resetMs: readResetMs(raw.headers) });
  if (raw.status >= 400 && raw.status < 500 && answer.message !== '') {
    const keyRefused = (raw.status === 401 || raw.status === 403) && KEY_REFUSED.test(answer.message);
    return keyRefused ? new CalcomUnauthorized(details) : new CalcomRefused(details);
  }
  return request.writes ? new CalcomUnclear(details) : new CalcomUnavailable(details);
}

/** From `X-RateLimit-Reset-<limit>`, in seconds; of several limits the longest. */
function readResetMs(headers: RawAnswer['headers']): number {
  const resetsMs = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-ratelimit-reset'))
    .map(([, value]) => Math.max(1, Number.parseFloat(asText(value))) * 1_000)
    .filter((resetMs) => resetMs <= RESET_MAX_MS);
  return resetsMs.length > 0 ? Math.max(...resetsMs) : RESET_DEFAULT_MS;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string').join(', ');
  return typeof value === 'string' ? value : '';
}
