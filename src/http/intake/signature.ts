import { createHmac, timingSafeEqual } from 'node:crypto';
import { MINUTE } from '../../instant.ts';

const AGE_MS_MAX = 5 * MINUTE;
const HEADER = /^v=(\d{1,15}),d=([0-9a-f]{64})$/;

/**
 * Whether `header` is Retell's `x-retell-signature` for this body: `v=<ms>,d=<hex>`, the HMAC-SHA256 with the API key
 * over the raw body followed by the digits of the time stamp, which counts for five minutes either way (Retell, Secure
 * the webhook). `now` must be the real time. A header that came twice arrives as one with a comma, and is refused.
 */
export function isSigned(
  { header, body }: { header: string | string[] | undefined; body: Buffer },
  { secret, now }: { secret: string; now: Date },
): boolean {
  if (typeof header !== 'string') return false;
  const [, sentAt, digest] = HEADER.exec(header) ?? [];
  if (sentAt === undefined || digest === undefined) return false;
  if (Math.abs(now.getTime() - Number(sentAt)) > AGE_MS_MAX) return false;
  const expected = createHmac('sha256', secret).update(body).update(sentAt).digest();
  return timingSafeEqual(Buffer.from(digest, 'hex'), expected);
}
