// Cal.com's API v2, as far as the bot needs it: one function per call, one try each. No retries, no pace, no
// meaning: what an error says about an appointment is decided in src/sync. Of ours it imports only the log.
import { Agent } from 'undici';
import type { Log } from '../log.ts';
import { type AnswerReport, type CalcomRequest, send, type Transport } from './send.ts';
import { answers, type Booking, type EventType, type Webhook } from './wire.ts';

export type { Booking, EventType, Webhook } from './wire.ts';

export interface BookingRequest {
  eventTypeId: number;
  start: Date;
  attendee: { name: string; email: string; phoneNumber?: string; timeZone: string; language?: string };
  /** At most 50 keys of 40 characters, values of 500. */
  metadata: Record<string, string>;
}

export interface BookingFilter {
  eventTypeId?: number;
  /** Exact and case-sensitive. */
  attendeeEmail?: string;
  /** Inclusive. */
  startsFrom?: Date;
  /** Inclusive, for the booking's end. */
  endsBy?: Date;
  /**
   * `upcoming` is every live booking still to come, those that wait for confirmation included; `cancelled`
   * also holds the rejected and the moved ones. Omitted: all.
   */
  status?: 'upcoming' | 'cancelled' | 'past' | 'unconfirmed';
  updatedFrom?: Date;
}

export interface Calcom {
  createBooking(request: BookingRequest): Promise<Booking>;
  getBooking(uid: string): Promise<Booking>;
  /**
   * The bookings that the key's user may see, by ascending start; `take` 1 to 250. An answer beyond 1 MB is
   * unreadable: 100 a page is safe. Cal.com drops a filter that it does not know, so check what comes back.
   */
  listBookings(
    filter: BookingFilter,
    page: { take: number; skip: number },
  ): Promise<{ bookings: Booking[]; hasNextPage: boolean }>;
  /** The booking that replaces `uid`: it has a new uid. */
  rescheduleBooking(uid: string, change: { start: Date; reason: string }): Promise<Booking>;
  cancelBooking(uid: string, reason: string): Promise<void>;
  /** Round robin only. Cal.com checks no availability here and sends no webhook. */
  reassignBooking(
    uid: string,
    userId: number,
    reason: string,
  ): Promise<{ bookingUid: string; reassignedTo: { id: number; name: string } }>;
  /** The free starts from `from` up to, not including, `to`, ascending. */
  slots(query: SlotsQuery): Promise<Date[]>;
  eventType(id: number): Promise<EventType>;
  /** The key user's own event types; a team's are not among them. */
  eventTypes(): Promise<EventType[]>;
  /** The key user's own webhooks, up to 250; those of event types and teams are not among them. */
  webhooks(): Promise<Webhook[]>;
  createWebhook(wanted: WantedWebhook): Promise<void>;
  updateWebhook(id: string, wanted: WantedWebhook): Promise<void>;
  /** Whom the key belongs to: the cheapest probe. */
  me(): Promise<{ id: number; username: string; email: string; timeZone: string }>;
}

export type WantedWebhook = Pick<Webhook, 'url' | 'events' | 'isActive'> & { secret: string };

export interface SlotsQuery {
  eventTypeId: number;
  from: Date;
  to: Date;
  /** Its own time counts as free. */
  bookingUidToReschedule?: string;
}

const BOOKINGS_VERSION = '2024-08-13';
const SLOTS_VERSION = '2024-09-04';
const EVENT_TYPES_VERSION = '2024-06-14';

const STATUSES = {
  upcoming: 'upcoming,unconfirmed',
  cancelled: 'cancelled',
  past: 'past',
  unconfirmed: 'unconfirmed',
} as const;
const EVERY_STATUS = 'upcoming,recurring,past,cancelled,unconfirmed';

/**
 * A client for the server at `url` (without `/v2`). Each call throws a CalcomError or gives its result within
 * `timeoutMs`; `onAnswer` hears of every call, answered or not. `close` waits for the calls under way.
 */
export function createCalcom(options: {
  url: string;
  apiKey: string;
  timeoutMs: number;
  log: Log;
  onAnswer?: (report: AnswerReport) => void;
}): Calcom & { close(): Promise<void> } {
  const agent = new Agent({ connect: { timeout: options.timeoutMs } });
  const transport: Transport = {
    url: `${options.url.replace(/\/+$/, '')}/v2`,
    apiKey: options.apiKey,
    timeoutMs: options.timeoutMs,
    dispatcher: agent,
    log: options.log,
    onAnswer: options.onAnswer ?? (() => {}),
  };
  return {
    ...bookingCalls(transport),
    ...readingCalls(transport),
    ...webhookCalls(transport),
    close: () => agent.close(),
  };
}

type BookingCalls = Pick<
  Calcom,
  'createBooking' | 'getBooking' | 'listBookings' | 'rescheduleBooking' | 'cancelBooking' | 'reassignBooking'
>;

function bookingCalls(transport: Transport): BookingCalls {
  return {
    createBooking: (request) =>
      send(transport, post('createBooking', '/bookings', createBody(request)), answers.booking),

    getBooking: (uid) => send(transport, get('getBooking', bookingPath(uid)), answers.booking),

    listBookings: (filter, page) =>
      send(
        transport,
        { ...get('listBookings', '/bookings'), query: listQuery(filter, page) },
        answers.bookings,
      ),

    rescheduleBooking: (uid, { start, reason }) => {
      const body = { start: start.toISOString(), reschedulingReason: reason };
      return send(
        transport,
        post('rescheduleBooking', `${bookingPath(uid)}/reschedule`, body),
        answers.booking,
      );
    },

    // Without a reason Cal.com refuses when the key's user is the host (Cal.com API v2, bookings, cancel).
    cancelBooking: (uid, reason) => {
      const body = { cancellationReason: reason };
      return send(transport, post('cancelBooking', `${bookingPath(uid)}/cancel`, body), answers.done);
    },

    reassignBooking: (uid, userId, reason) => {
      const path = `${bookingPath(uid)}/reassign/${userId}`;
      return send(transport, post('reassignBooking', path, { reason }), answers.reassignment);
    },
  };
}

function readingCalls(transport: Transport): Pick<Calcom, 'slots' | 'eventType' | 'eventTypes' | 'me'> {
  return {
    async slots(query) {
      const request = { ...get('slots', '/slots', SLOTS_VERSION), query: slotsQuery(query) };
      const starts = await send(transport, request, answers.slots);
      // Cal.com widens an `end` at midnight to the end of that day.
      return starts
        .filter((start) => start >= query.from && start < query.to)
        .sort((one, other) => one.getTime() - other.getTime());
    },

    eventType: (id) =>
      send(transport, get('eventType', `/event-types/${id}`, EVENT_TYPES_VERSION), answers.eventType),

    eventTypes: () =>
      send(transport, get('eventTypes', '/event-types', EVENT_TYPES_VERSION), answers.eventTypes),

    me: () => send(transport, get('me', '/me'), answers.profile),
  };
}

function webhookCalls(transport: Transport): Pick<Calcom, 'webhooks' | 'createWebhook' | 'updateWebhook'> {
  const body = ({ url, events, isActive, secret }: WantedWebhook) => {
    return { subscriberUrl: url, triggers: events, active: isActive, secret };
  };
  return {
    webhooks: () =>
      send(transport, { ...get('webhooks', '/webhooks'), query: { take: '250' } }, answers.webhooks),
    createWebhook: (wanted) =>
      send(transport, post('createWebhook', '/webhooks', body(wanted)), answers.done),
    updateWebhook(id, wanted) {
      const request = post('updateWebhook', `/webhooks/${encodeURIComponent(id)}`, body(wanted));
      return send(transport, { ...request, method: 'PATCH' }, answers.done);
    },
  };
}

function post(operation: string, path: string, body: object): CalcomRequest {
  return { operation, method: 'POST', path, version: BOOKINGS_VERSION, body };
}

function get(operation: string, path: string, version = BOOKINGS_VERSION): CalcomRequest {
  return { operation, method: 'GET', path, version };
}

function bookingPath(uid: string): string {
  return `/bookings/${encodeURIComponent(uid)}`;
}

// Spelled out, because Cal.com refuses a body with a key too many.
function createBody({ eventTypeId, start, attendee, metadata }: BookingRequest): object {
  const { name, email, phoneNumber, timeZone, language } = attendee;
  return {
    eventTypeId,
    start: start.toISOString(),
    attendee: { name, email, phoneNumber, timeZone, language },
    metadata,
  };
}

function listQuery(filter: BookingFilter, page: { take: number; skip: number }): Record<string, string> {
  return withoutUndefined({
    status: filter.status ? STATUSES[filter.status] : EVERY_STATUS,
    eventTypeId: filter.eventTypeId?.toString(),
    attendeeEmail: filter.attendeeEmail,
    afterStart: filter.startsFrom?.toISOString(),
    beforeEnd: filter.endsBy?.toISOString(),
    afterUpdatedAt: filter.updatedFrom?.toISOString(),
    sortStart: 'asc',
    take: String(page.take),
    skip: String(page.skip),
  });
}

function slotsQuery(query: SlotsQuery): Record<string, string> {
  return withoutUndefined({
    eventTypeId: String(query.eventTypeId),
    start: query.from.toISOString(),
    end: query.to.toISOString(),
    bookingUidToReschedule: query.bookingUidToReschedule,
  });
}

function withoutUndefined(entries: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
