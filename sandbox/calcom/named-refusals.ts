// Refusals of Cal.com's that no data of a world leads to; a scenario, the page or a test names them.

import { Refusal, refused, refusedBare, refusedBySchema } from './answers.ts';

const CANCELLED_MEANWHILE = 'This booking has already been cancelled.';

const MAKERS = {
  'zone-unsupported': () =>
    refusedBySchema(['timeZone - Invalid timezone. Must be a valid IANA timezone string.']),
  'event-length': () => refusedBare(400, 'Invalid event length'),
  'same-start-race': () => refusedBare(409, 'booking_conflict_error'),
  'seats-not-enough': () => refusedBare(409, 'not_enough_available_seats_error'),
  'code-not-checked': () => refusedBare(403, 'There was an error validating the verification code'),
  'dynamic-group': () => refusedBare(400, 'Some of the users in this group do not allow dynamic booking'),
  'failed-to-build': () => refusedBare(400, 'Failed to build calendar event'),
  'booking-failed': () => refusedBare(400, 'Booking failed'),
  internal: () => refusedBare(500, 'Internal server error'),
  'no-original': () => refusedBare(404, 'Could not find original booking'),
  'cancelled-meanwhile': cancelledMeanwhile,
  'record-exists': () =>
    prisma(409, 'CONFLICT', 'Invalid Input: Trying to create a record that already exists.'),
  database: () => prisma(500, 'INTERNAL_SERVER_ERROR', 'There was an error, please try again later.'),
  licence: () =>
    refused(401, 'ApiAuthStrategy - api key - Invalid or missing CALCOM_LICENSE_KEY environment variable'),
  throttled: () => refused(429, 'CustomThrottlerGuard - Too many requests. Please try again later.'),
  'key-not-valid': () => refused(401, 'ApiAuthStrategy - api key - Your api key is not valid'),
  'throttler-key': () => refused(401, 'CustomThrottlerGuard - Invalid API Key'),
  permissions: () =>
    refused(
      403,
      'PermissionsGuard - oAuth client with id=sandbox does not have the required ' +
        'permissions=BOOKING_READ. Go to platform dashboard settings and add the required permissions to ' +
        'the oAuth client.',
    ),
};

export type RefusalName = keyof typeof MAKERS;

export const refusalNames = Object.keys(MAKERS) as [RefusalName, ...RefusalName[]];

/** What the server throws where `name` is planned. */
export function namedRefusal(name: RefusalName): Refusal {
  return MAKERS[name]();
}

/** Somebody else cancelled it between this cancellation's check and its commit. */
export function cancelledMeanwhile(): Refusal {
  return refusedBare(400, CANCELLED_MEANWHILE);
}

/** An error of Cal.com's database layer: an envelope without details. */
function prisma(status: number, code: string, message: string): Refusal {
  return new Refusal(status, message, { shape: 'schema', code });
}
