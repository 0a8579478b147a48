// What Cal.com tells by itself (Cal.com, Webhooks): whether it is Cal.com who tells, and of which booking. What it says
// is never taken for the truth: whoever hears it asks Cal.com.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Every event that Cal.com sends about a booking or its hosts, and what it says of the booking. */
const EVENTS = {
  BOOKING_CREATED: 'stands',
  BOOKING_REQUESTED: 'stands',
  BOOKING_RESCHEDULED: 'stands',
  BOOKING_PAYMENT_INITIATED: 'stands',
  BOOKING_PAID: 'stands',
  BOOKING_CANCELLED: 'is_over',
  BOOKING_REJECTED: 'is_over',
  BOOKING_NO_SHOW_UPDATED: 'unchanged',
  MEETING_STARTED: 'unchanged',
  MEETING_ENDED: 'unchanged',
  INSTANT_MEETING: 'unchanged',
  AFTER_HOSTS_CAL_VIDEO_NO_SHOW: 'unchanged',
  AFTER_GUESTS_CAL_VIDEO_NO_SHOW: 'unchanged',
  DELEGATION_CREDENTIAL_ERROR: 'unchanged',
} as const;

/** The events that a webhook of the bot has to be subscribed to; without the others nothing is missed. */
export const WANTED_EVENTS = Object.entries(EVENTS)
  .filter(([, says]) => says !== 'unchanged')
  .map(([event]) => event);

export interface WebhookEvent {
  /** As Cal.com calls it, or `other`. */
  event: string;
  says: 'stands' | 'is_over' | 'unchanged';
  uid: string | null;
  /** The booking that it came from by a move. */
  formerUid: string | null;
  startsAt: Date | null;
  eventTypeId: number | null;
  host: { id: number | null; name: string | null };
  /** What the booking was made with, where Cal.com tells it. */
  metadata: Record<string, unknown>;
}

const HEX_DIGEST = /^[0-9a-f]{64}$/;

/** Whether `header` is Cal.com's `X-Cal-Signature-256` for this body: HMAC-SHA256 over the raw body, in hex. */
export function isFromCalcom(
  { header, body }: { header: string | string[] | undefined; body: Buffer },
  secret: string,
): boolean {
  if (typeof header !== 'string' || !HEX_DIGEST.test(header)) return false;
  const expected = createHmac('sha256', secret).update(body).digest();
  return timingSafeEqual(Buffer.from(header, 'hex'), expected);
}

// One odd field must not hide the event: what cannot be read is as good as left out.
const uid = z.string().min(1).max(128).nullable().catch(null);
const number = z.number().int().nullable().catch(null);
const about = z.object({
  uid,
  bookingUid: uid,
  rescheduleUid: uid,
  startTime: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .nullable()
    .catch(null),
  eventTypeId: number,
  organizer: z
    .object({ id: number, name: z.string().nullable().catch(null) })
    .catch({ id: null, name: null }),
  metadata: z.record(z.string(), z.unknown()).catch({}),
});
const envelope = z.object({ triggerEvent: z.string(), payload: z.unknown().optional() });

/** Reads a webhook's body; null when it is none. Meetings come flat, everything else in `payload`. */
export function readWebhook(body: Buffer): WebhookEvent | null {
  const sent = parseJson(body);
  const read = envelope.safeParse(sent);
  if (!read.success) return null;
  const { triggerEvent, payload } = read.data;
  const event = Object.keys(EVENTS).find((known) => known === triggerEvent) as
    | keyof typeof EVENTS
    | undefined;
  const told = about.safeParse(payload ?? sent);
  if (!told.success) return null;
  const { rescheduleUid, startTime, eventTypeId, organizer, metadata } = told.data;
  return {
    event: event ?? 'other',
    says: event === undefined ? 'unchanged' : EVENTS[event],
    uid: told.data.uid ?? told.data.bookingUid,
    formerUid: rescheduleUid,
    startsAt: startTime,
    eventTypeId,
    host: organizer,
    metadata,
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
