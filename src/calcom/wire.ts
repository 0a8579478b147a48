// Cal.com's answers as we read them. Only what the bot uses is asked for: one odd field of a foreign booking
// must not make a whole page of bookings unreadable.
import { z } from 'zod';

export type BookingStatus = 'accepted' | 'pending' | 'cancelled' | 'rejected';

export interface Booking {
  uid: string;
  status: BookingStatus;
  start: Date;
  end: Date;
  eventTypeId: number | null;
  /** The organizer only, for team event types too. */
  hosts: { id: number | null; name: string; email: string | null }[];
  attendees: { name: string; email: string; phoneNumber: string | null }[];
  metadata: Record<string, string>;
  rescheduledToUid: string | null;
  rescheduledFromUid: string | null;
  cancellationReason: string | null;
  updatedAt: Date | null;
}

export interface EventType {
  id: number;
  title: string;
  lengthInMinutes: number;
  /** In minutes. */
  minimumBookingNotice: number;
  /** As Cal.com gives it; null when there is none. */
  bookingWindow: unknown;
  hosts: { userId: number; name: string }[];
  /** `roundRobin`, `collective`, `managed`; null for one person's own event type. */
  schedulingType: string | null;
  /** What the booker has to fill in, or may. */
  bookingFields: { slug: string; required: boolean; hidden: boolean }[];
  /** The booker has to prove the e-mail address by a code. */
  requiresBookerEmailVerification: boolean;
}

export interface Webhook {
  id: string;
  url: string;
  events: string[];
  isActive: boolean;
  secret: string | null;
  /** Changes what is sent; null when nothing does. */
  payloadTemplate: string | null;
}

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const text = z.string().nullish();

const bookingStatus = z
  .enum(['accepted', 'pending', 'cancelled', 'rejected', 'awaiting_host'])
  .transform((status): BookingStatus => (status === 'awaiting_host' ? 'pending' : status));

// Cal.com writes the string `unknown` for a host whose account is gone.
const host = z
  .object({ id: z.unknown().optional(), name: text, email: text })
  .transform(({ id, name, email }) => ({
    id: typeof id === 'number' ? id : null,
    name: name ?? '',
    email: email ?? null,
  }));

const attendee = z
  .object({ name: text, email: text, phoneNumber: text })
  .transform(({ name, email, phoneNumber }) => ({
    name: name ?? '',
    email: email ?? '',
    phoneNumber: phoneNumber ?? null,
  }));

const metadata = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((entries) =>
    Object.fromEntries(
      Object.entries(entries ?? {}).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  );

const booking = z
  .object({
    uid: z.string().min(1),
    status: bookingStatus,
    start: instant,
    end: instant,
    eventType: z.object({ id: z.number() }).nullish(),
    eventTypeId: z.number().nullish(),
    hosts: z.array(host).nullish(),
    attendees: z.array(attendee).nullish(),
    metadata,
    rescheduledToUid: text,
    rescheduledFromUid: text,
    cancellationReason: text,
    updatedAt: instant.nullish(),
  })
  .transform(
    (raw): Booking => ({
      uid: raw.uid,
      status: raw.status,
      start: raw.start,
      end: raw.end,
      eventTypeId: raw.eventType?.id ?? raw.eventTypeId ?? null,
      hosts: raw.hosts ?? [],
      attendees: raw.attendees ?? [],
      metadata: raw.metadata,
      rescheduledToUid: raw.rescheduledToUid ?? null,
      rescheduledFromUid: raw.rescheduledFromUid ?? null,
      cancellationReason: raw.cancellationReason ?? null,
      updatedAt: raw.updatedAt ?? null,
    }),
  );

const person = z.object({ id: z.number().optional(), userId: z.number().optional(), name: text });

const bookingField = z
  .object({ slug: text, required: z.unknown().optional(), hidden: z.unknown().optional() })
  .transform(({ slug, required, hidden }) => ({
    slug: slug ?? '',
    required: required === true,
    hidden: hidden === true,
  }));

// A team's event type lists `hosts` by userId, one person's own lists `users` by id.
const eventType = z
  .object({
    id: z.number(),
    title: z.string(),
    lengthInMinutes: z.number(),
    minimumBookingNotice: z.number().nullish(),
    bookingWindow: z.unknown().optional(),
    hosts: z.array(person).nullish(),
    users: z.array(person).nullish(),
    schedulingType: text,
    bookingFields: z.array(bookingField).nullish(),
    requiresBookerEmailVerification: z.unknown().optional(),
  })
  .transform(
    (raw): EventType => ({
      id: raw.id,
      title: raw.title,
      lengthInMinutes: raw.lengthInMinutes,
      minimumBookingNotice: raw.minimumBookingNotice ?? 0,
      bookingWindow: raw.bookingWindow ?? null,
      hosts: (raw.hosts ?? raw.users ?? []).flatMap(({ id, userId, name }) => {
        const known = userId ?? id;
        return known === undefined ? [] : [{ userId: known, name: name ?? '' }];
      }),
      schedulingType: raw.schedulingType ?? null,
      bookingFields: raw.bookingFields ?? [],
      requiresBookerEmailVerification: raw.requiresBookerEmailVerification === true,
    }),
  );

const profile = z.object({
  id: z.number(),
  username: z
    .string()
    .nullable()
    .transform((username) => username ?? ''),
  email: z.string(),
  timeZone: z.string(),
});

const webhook = z
  .object({
    id: z.union([z.string(), z.number()]),
    subscriberUrl: z.string(),
    triggers: z.array(z.string()),
    active: z.boolean(),
    secret: text,
    payloadTemplate: text,
  })
  .transform(
    (raw): Webhook => ({
      id: String(raw.id),
      url: raw.subscriberUrl,
      events: raw.triggers,
      isActive: raw.active,
      secret: raw.secret ?? null,
      payloadTemplate: raw.payloadTemplate ?? null,
    }),
  );

const reassignment = z.object({
  bookingUid: z.string().min(1),
  reassignedTo: z
    .object({ id: z.number(), name: text })
    .transform(({ id, name }) => ({ id, name: name ?? '' })),
});

const slotsByDay = z
  .record(z.string(), z.array(z.object({ start: instant })))
  .transform((days) => Object.values(days).flatMap((slots) => slots.map((slot) => slot.start)));

const success = z.literal('success');

/** What each operation's whole body must be, and what it becomes. */
export const answers = {
  booking: z.object({ status: success, data: booking }).transform((body) => body.data),
  bookings: z
    .object({ status: success, data: z.array(booking), pagination: z.object({ hasNextPage: z.boolean() }) })
    .transform((body) => ({ bookings: body.data, hasNextPage: body.pagination.hasNextPage })),
  reassignment: z.object({ status: success, data: reassignment }).transform((body) => body.data),
  slots: z.object({ status: success, data: slotsByDay }).transform((body) => body.data),
  eventType: z.object({ status: success, data: eventType }).transform((body) => body.data),
  eventTypes: z.object({ status: success, data: z.array(eventType) }).transform((body) => body.data),
  profile: z.object({ status: success, data: profile }).transform((body) => body.data),
  webhooks: z.object({ status: success, data: z.array(webhook) }).transform((body) => body.data),
  done: z.object({ status: success }).transform(() => undefined),
};
