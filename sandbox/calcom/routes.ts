// Which endpoint answers which method, path and `cal-api-version`, and who may call it.

import { type Answer, refused } from './answers.ts';
import { getBooking } from './booking-output.ts';
import type { Backend, Caller, Operation } from './call.ts';
import { cancelBooking, reassignBooking, reassignBookingTo, rescheduleBooking } from './change-booking.ts';
import { createBooking } from './create-booking.ts';
import { getEventType, getMe, listEventTypes } from './event-types.ts';
import {
  cancelLegacyBooking,
  createLegacyBooking,
  getLegacyBooking,
  listLegacyBookings,
  listLegacyEventTypes,
} from './legacy.ts';
import { listByCursor, listByOffset } from './list-bookings.ts';
import { namedRefusal } from './named-refusals.ts';
import { listSlots } from './slots.ts';
import { createWebhook, deleteWebhook, getWebhook, listWebhooks, updateWebhook } from './webhooks.ts';
import { DEFAULT_TIME_ZONE, KEY_OWNER, slugOf } from './world-lookup.ts';

/** `guarded` refuses a missing key with 403 instead of 401; `open` does not look at the key at all. */
type Access = 'required' | 'guarded' | 'optional' | 'open';

interface Route {
  method: string;
  path: RegExp;
  versions: string[] | 'any';
  access: Access;
  run: Operation;
}

const OLDEST = '2024-04-15';
const LEGACY_BOOKINGS = [OLDEST, '2024-06-11', '2024-06-14'];
const LEGACY_EVENT_TYPES = [OLDEST, '2024-06-11'];
const BOOKINGS = ['2024-08-13', '2026-02-25'];
const KNOWN_VERSIONS = [...LEGACY_BOOKINGS, ...BOOKINGS, '2024-09-04', '2026-05-01'];

const ALL = /^\/v2\/bookings\/?$/;
const ONE = /^\/v2\/bookings\/([^/]+)\/?$/;
const CANCEL = /^\/v2\/bookings\/([^/]+)\/cancel\/?$/;
const EVENT_TYPES = /^\/v2\/event-types\/?$/;
const WEBHOOKS = /^\/v2(?:\/event-types\/([^/]+))?\/webhooks\/?$/;
const WEBHOOK = /^\/v2(?:\/event-types\/([^/]+))?\/webhooks\/([^/]+)\/?$/;

const ROUTES: Route[] = [
  { method: 'POST', path: ALL, versions: BOOKINGS, access: 'optional', run: createBooking },
  { method: 'GET', path: ALL, versions: ['2024-08-13'], access: 'guarded', run: listByOffset },
  { method: 'GET', path: ALL, versions: ['2026-05-01'], access: 'guarded', run: listByCursor },
  { method: 'GET', path: ONE, versions: BOOKINGS, access: 'optional', run: getBooking },
  {
    method: 'POST',
    path: /^\/v2\/bookings\/([^/]+)\/reschedule\/?$/,
    versions: BOOKINGS,
    access: 'optional',
    run: rescheduleBooking,
  },
  { method: 'POST', path: CANCEL, versions: BOOKINGS, access: 'optional', run: cancelBooking },
  {
    method: 'POST',
    path: /^\/v2\/bookings\/([^/]+)\/reassign\/?$/,
    versions: BOOKINGS,
    access: 'required',
    run: reassignBooking,
  },
  {
    method: 'POST',
    path: /^\/v2\/bookings\/([^/]+)\/reassign\/([^/]+)\/?$/,
    versions: BOOKINGS,
    access: 'required',
    run: reassignBookingTo,
  },
  { method: 'GET', path: /^\/v2\/slots\/?$/, versions: ['2024-09-04'], access: 'open', run: listSlots },
  { method: 'GET', path: EVENT_TYPES, versions: ['2024-06-14'], access: 'optional', run: listEventTypes },
  {
    method: 'GET',
    path: /^\/v2\/event-types\/([^/]+)\/?$/,
    versions: ['2024-06-14'],
    access: 'required',
    run: getEventType,
  },
  { method: 'GET', path: /^\/v2\/me\/?$/, versions: 'any', access: 'required', run: getMe },
  { method: 'POST', path: WEBHOOKS, versions: 'any', access: 'required', run: createWebhook },
  { method: 'GET', path: WEBHOOKS, versions: 'any', access: 'required', run: listWebhooks },
  { method: 'GET', path: WEBHOOK, versions: 'any', access: 'required', run: getWebhook },
  { method: 'PATCH', path: WEBHOOK, versions: 'any', access: 'required', run: updateWebhook },
  { method: 'DELETE', path: WEBHOOK, versions: 'any', access: 'required', run: deleteWebhook },
  { method: 'POST', path: ALL, versions: LEGACY_BOOKINGS, access: 'optional', run: createLegacyBooking },
  { method: 'GET', path: ALL, versions: LEGACY_BOOKINGS, access: 'guarded', run: listLegacyBookings },
  { method: 'GET', path: ONE, versions: LEGACY_BOOKINGS, access: 'optional', run: getLegacyBooking },
  { method: 'POST', path: CANCEL, versions: LEGACY_BOOKINGS, access: 'optional', run: cancelLegacyBooking },
  {
    method: 'GET',
    path: EVENT_TYPES,
    versions: LEGACY_EVENT_TYPES,
    access: 'required',
    run: listLegacyEventTypes,
  },
];

/** A request as it came in; `path` without and `url` with the query. */
export interface Incoming {
  method: string;
  url: string;
  version: string | undefined;
  /** The header `Authorization`. */
  authorization: string | undefined;
  /** Parsed JSON; undefined when no body was sent. */
  body: unknown;
}

/** Runs the endpoint that Cal.com would. Throws a Refusal. */
export function route(backend: Backend, request: Incoming, apiKey: string): Answer | Promise<Answer> {
  const version = effectiveVersion(request.version);
  const [path = '', query = ''] = request.url.split(/\?(.*)/s);
  const found = ROUTES.find(
    (candidate) =>
      candidate.method === request.method &&
      candidate.path.test(path) &&
      (candidate.versions === 'any' || candidate.versions.includes(version)),
  );
  if (!found) throw refused(404, `Cannot ${request.method} ${request.url}`);
  const caller = checkKey(backend, found.access, { authorization: request.authorization, apiKey });
  return found.run(backend, {
    params: (found.path.exec(path) ?? []).slice(1).map(decodeParam),
    query: new URLSearchParams(query),
    body: request.body,
    caller,
    version,
  });
}

function effectiveVersion(version: string | undefined): string {
  return version !== undefined && KNOWN_VERSIONS.includes(version) ? version : OLDEST;
}

/** A wrong key is refused even where none is needed. */
function checkKey(
  backend: Backend,
  access: Access,
  { authorization, apiKey }: { authorization: string | undefined; apiKey: string },
): Caller | undefined {
  if (access === 'open') return undefined;
  if (authorization !== undefined) {
    const key = authorization.replace(/^Bearer /, '');
    return key === apiKey ? KEY_OWNER : ownerOf(backend, key);
  }
  if (access === 'guarded') {
    throw refused(
      403,
      'PermissionsGuard - no authentication provided. Provide either authorization bearer token containing ' +
        "managed user access token or oAuth client id in 'x-cal-client-id' header.",
    );
  }
  if (access === 'required') {
    throw refused(
      401,
      "ApiAuthStrategy - No authentication method provided. Either pass an API key as 'Bearer' header or " +
        "OAuth client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers",
    );
  }
  return undefined;
}

function ownerOf({ state }: Backend, key: string): Caller {
  const host = state.hosts.find(({ apiKey }) => apiKey === key);
  if (!host) throw namedRefusal('key-not-valid');
  if (host.apiKeyExpired) throw refused(401, 'ApiAuthStrategy - api key - Your api key is expired');
  const { id, name, email, timeZone = DEFAULT_TIME_ZONE } = host;
  return { id, name, username: slugOf(name), email, timeZone, isAdmin: false };
}

/** A part that the path leaves out is empty. */
function decodeParam(text: string | undefined): string {
  if (text === undefined) return '';
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused(400, `Failed to decode param '${text}'`);
  }
}
