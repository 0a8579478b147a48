import { createHmac } from 'node:crypto';

// What Cal.com sends, one of each kind, in the shapes that it documents; every value is made up.

export const WEBHOOK_SECRET = 'a secret that both sides know';

/** A visit as a webhook tells it. */
export interface ToldBooking {
  uid: string;
  startsAt: Date;
  formerUid?: string;
  metadata?: Record<string, string>;
}

const withoutMs = (instant: Date) => `${instant.toISOString().slice(0, 19)}Z`;

const person = {
  name: 'Jo Test',
  email: 'jo@example.com',
  timeZone: 'Europe/Berlin',
  language: { locale: 'de' },
};

function booking({ uid, startsAt, formerUid, metadata }: ToldBooking) {
  return {
    type: 'cut-with-anna',
    title: 'Cut between Anna Albers and Jo Test',
    startTime: withoutMs(startsAt),
    endTime: withoutMs(new Date(startsAt.getTime() + 1_800_000)),
    organizer: { id: 1, name: 'Anna Albers', email: 'anna@salon.example', username: 'anna', timeZone: 'UTC' },
    attendees: [person],
    responses: { email: { label: 'email_address', value: person.email, isHidden: false } },
    uid,
    bookingId: 700,
    eventTypeId: 11,
    length: 30,
    ...(formerUid !== undefined && { rescheduleUid: formerUid, rescheduleId: 699 }),
    ...(metadata !== undefined && { metadata: { ...metadata, videoCallUrl: 'https://example.com/call' } }),
  };
}

/** A row of Cal.com's bookings, as the two kinds about meetings send it. */
const meeting = (event: string, told: ToldBooking) => ({
  triggerEvent: event,
  id: 700,
  uid: told.uid,
  userId: 1,
  eventTypeId: 11,
  startTime: told.startsAt.toISOString(),
  status: 'ACCEPTED',
  user: { email: 'anna@salon.example', name: 'Anna Albers' },
  attendees: [{ id: 1, ...person, noShow: false }],
  metadata: told.metadata ?? null,
});
const noShow = (told: ToldBooking) => ({
  bookingId: 700,
  bookingUid: told.uid,
  startTime: told.startsAt.toISOString(),
  attendees: [{ ...person, noShow: true }],
  hostEmail: 'anna@salon.example',
});

const PAYLOADS: Record<string, (told: ToldBooking) => object> = {
  BOOKING_CREATED: (told) => ({ ...booking(told), status: 'ACCEPTED', requiresConfirmation: false }),
  BOOKING_REQUESTED: (told) => ({ ...booking(told), status: 'PENDING', requiresConfirmation: true }),
  BOOKING_RESCHEDULED: (told) => ({ ...booking(told), status: 'ACCEPTED', rescheduledBy: person.email }),
  BOOKING_PAYMENT_INITIATED: (told) => ({ ...booking(told), paymentId: 5 }),
  BOOKING_PAID: (told) => ({ ...booking(told), paymentId: 5, paymentData: { success: true } }),
  BOOKING_CANCELLED: ({ metadata: _, ...told }) => ({
    ...booking(told),
    status: 'CANCELLED',
    cancellationReason: 'ill',
    requestReschedule: false,
  }),
  BOOKING_REJECTED: ({ metadata: _, ...told }) => ({
    ...booking(told),
    status: 'REJECTED',
    rejectionReason: 'no',
  }),
  BOOKING_NO_SHOW_UPDATED: ({ uid }) => ({
    message: 'jo@example.com marked as no-show',
    attendees: [{ email: person.email, noShow: true }],
    bookingUid: uid,
    bookingId: 700,
  }),
  AFTER_HOSTS_CAL_VIDEO_NO_SHOW: noShow,
  AFTER_GUESTS_CAL_VIDEO_NO_SHOW: noShow,
  INSTANT_MEETING: ({ uid }) => ({ triggerEvent: 'INSTANT_MEETING', uid, eventTypeId: 11, responses: {} }),
  DELEGATION_CREDENTIAL_ERROR: () => ({
    error: { type: 'CalendarAppDelegationCredentialError', message: 'disabled' },
    credential: { id: 1, type: 'calendar' },
    user: { id: 1, email: 'anna@salon.example', organizationId: 2 },
  }),
};
const FLAT = ['MEETING_STARTED', 'MEETING_ENDED'];

export const WEBHOOK_KINDS = [...Object.keys(PAYLOADS), ...FLAT];

/** The body of a webhook of this kind. */
export function webhookBody(event: string, told: ToldBooking, createdAt: Date): string {
  const payload = PAYLOADS[event];
  const body = payload
    ? { triggerEvent: event, createdAt: createdAt.toISOString(), payload: payload(told) }
    : meeting(event, told);
  return JSON.stringify(body);
}

export function signWebhook(body: string, secret = WEBHOOK_SECRET): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}
