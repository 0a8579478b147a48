// What an event type's form, lists, seats and settings make of a create, a row each.

import assert from 'node:assert/strict';
import { refusalRule } from '../../../sandbox/calcom/faults.ts';
import type { RefusalName } from '../../../sandbox/calcom/named-refusals.ts';
import type { CalcomWorld, EventType } from '../../../sandbox/calcom/world.ts';
import { accepted, bare, exception, type Row, schema } from './row.ts';

const START = '2025-11-25T10:00:00Z';
const SEATED = '2025-11-26T10:00:00Z';
const PHONE = '+4915112345678';
const USER_BUSY = 'User either already has booking at this time or is not available';
const BLOCKED =
  'Attendee email has been blocked. Make sure to login as owner@example.com to use this email for creating a ' +
  'booking.';

function eventType(id: number, more: Partial<EventType> = {}): EventType {
  return { id, title: `Type ${id}`, lengthInMinutes: 60, hostIds: [1], ...more };
}

export function createFormWorld(): CalcomWorld {
  return {
    hosts: [
      { id: 1, name: 'Anna Adler', email: 'anna@example.com', apiKey: 'cal_anna' },
      { id: 2, name: 'Ben Busch', email: 'ben@example.com', apiKey: 'cal_ben' },
      { id: 3, name: 'Cem Can', email: 'cem@example.com', calendarAppError: 'invalid_grant: token revoked' },
      { id: 4, name: 'Dana Gone', email: 'dana@example.com', deleted: true },
    ],
    eventTypes: [
      eventType(10),
      eventType(11, { emailField: 'optional' }),
      eventType(12, { emailField: 'hidden', phoneFieldVisible: true }),
      eventType(13, { deniedEmails: ['rival.example', 'eva@example.com'] }),
      eventType(14, { allowedEmails: ['@salon.example'] }),
      eventType(15, { smsField: 'optional' }),
      eventType(16, { smsField: 'required' }),
      eventType(17, {
        fields: [
          { slug: 'age', type: 'number' },
          { slug: 'colour', type: 'select', options: ['red', 'blue'] },
          { slug: 'extras', type: 'checkbox', options: ['tea', 'wash'] },
        ],
      }),
      eventType(18, { lengthOptions: [30, 60] }),
      eventType(19, { locations: [{ type: 'integration', integration: 'zoom' }] }),
      eventType(20, { requiresAuthentication: true }),
      eventType(21, { requiresEmailVerification: true }),
      eventType(22, { hostIds: [3] }),
      eventType(23, { hostIds: [4] }),
      eventType(24, { paymentLacks: 'credential' }),
      eventType(25, { paymentLacks: 'app_id' }),
      eventType(26, { recurring: true, seats: 2 }),
      eventType(27, { seats: 2 }),
      eventType(28, { durationLimitPerDay: 90, lengthInMinutes: 60 }),
      eventType(29, { minimumNoticeMinutes: 10_000, bookingLimitPerDay: 0 }),
      eventType(30, { bufferAfterMinutes: 30 }),
    ],
    bookings: [
      booked('shared', 27, SEATED),
      booked('long', 28, '2025-11-27T08:00:00Z'),
      booked('buffered', 30, '2025-11-28T08:00:00Z'),
      booked('held', 10, '2025-11-28T14:00:00Z'),
    ],
    external: [],
    attendeeRules: [
      { email: 'Denied@example.com', rule: 'denied' },
      { email: 'owner@example.com', rule: 'login_required' },
      { email: 'spam@example.com', rule: 'watch_listed' },
    ],
  };
}

function booked(uid: string, eventTypeId: number, start: string) {
  return { uid, eventTypeId, start, attendee: { name: 'Eva', email: 'eva@example.com' } };
}

/** A body for POST /v2/bookings with some of its fields exchanged; undefined leaves one out. */
function asked(eventTypeId: number, changes: object = {}, person: object = {}): object {
  const attendee = { name: 'Eva', email: 'eva@example.com', timeZone: 'Europe/Berlin', ...person };
  return { eventTypeId, start: START, attendee, ...changes };
}

const responses = (bookingFieldsResponses: object) => asked(17, { bookingFieldsResponses });
const emailOf = (data: Record<string, unknown>) => (data.attendees as { email: string }[])[0]?.email;
const isMade = (data: Record<string, unknown>) => assert.equal(emailOf(data), '4915112345678@sms.cal.com');

/** The named refusal meets this very request. */
export function planned(name: RefusalName, row: Row): Row {
  return { ...row, prepare: (look) => look.faults.add(refusalRule({ name, times: 1 })) };
}

const asHost = (key: string, row: Row): Row => ({ ...row, key, version: '2026-02-25' });

const FORMS: Row[] = [
  schema('email-lists: denied', asked(13), 'responses - {email}exclude_emails_match_found_error_message, '),
  schema(
    'email-lists: of a denied domain',
    asked(13, {}, { email: 'a@rival.example' }),
    'responses - {email}exclude_emails_match_found_error_message, ',
  ),
  schema(
    'email-lists: not among the allowed',
    asked(14),
    'responses - {email}require_emails_no_match_found_error_message, ',
  ),
  accepted('phone-only: e-mail optional', asked(11, {}, { email: undefined, phoneNumber: PHONE }), isMade),
  accepted('phone-only: e-mail hidden, and given for nothing', asked(12, {}, { phoneNumber: PHONE }), isMade),
  schema(
    'phone-invalid: where text reminders are',
    asked(15, {}, { phoneNumber: '0151 123' }),
    'responses - {smsReminderNumber}invalid_number, ',
  ),
  exception(
    'phone-required: for text reminders',
    asked(16),
    'Missing attendee phone number - it is required by the event type. Pass it as "attendee.phoneNumber" ' +
      'string in the request.',
  ),
  schema(
    'guests: twice',
    asked(10, { guests: ['a@b.example', 'a@b.example'] }),
    'responses - {guests}duplicate_email, ',
  ),
  exception(
    'custom-field: another type',
    responses({ age: 'ten' }),
    "Invalid type for booking field 'age'. Expected type number (compatible with field type 'number'), but " +
      'received string.',
  ),
  exception(
    'custom-field: not an option',
    responses({ colour: 'green' }),
    "Invalid option 'green' for booking field 'colour'. Allowed options are: red, blue.",
  ),
  exception(
    'custom-field: some not options',
    responses({ extras: ['tea', 'rum'] }),
    "One or more invalid options for booking field 'extras'. Allowed options are: tea, wash.",
  ),
  exception(
    'length: not one of several',
    asked(18, { lengthInMinutes: 45 }),
    "Provided 'lengthInMinutes' is not one of the possible lengths for the event type. The possible lengths " +
      'are: 30, 60',
  ),
  accepted('length: one of several', asked(18, { lengthInMinutes: 30 }), ({ duration }) =>
    assert.equal(duration, 30),
  ),
  exception(
    'location: another integration',
    asked(19, { location: { type: 'integration', integration: 'jitsi' } }),
    'Booking location with integration jitsi not valid for event type with id=19. The event type has ' +
      'following integrations: zoom, and only these integrations are allowed for booking location.',
  ),
  {
    ...exception(
      'authentication: without a key',
      asked(20),
      'checkBookingRequiresAuthentication - request must be authenticated by passing credentials belonging to ' +
        'event type owner, host or team or org admin or owner.',
      401,
    ),
    key: null,
  },
  {
    ...exception(
      'authentication: a stranger’s key',
      asked(20),
      'checkBookingRequiresAuthentication - user is not authorized to access this event type. User has to be ' +
        'either event type owner, host, team admin or owner or org admin or owner.',
      403,
    ),
    key: 'cal_ben',
  },
  bare(
    'email-unproven: a wrong code',
    asked(21, { emailVerificationCode: '1' }),
    400,
    'invalid_verification_code',
  ),
  accepted(
    'email-unproven: the code that was mailed',
    asked(21, { emailVerificationCode: '123456' }),
    assert.ok,
  ),
  bare(
    'attendee-blocked: denied',
    asked(10, {}, { email: 'denied@example.com' }),
    403,
    'Cannot use this email to create the booking.',
  ),
  bare('attendee-blocked: has to log in', asked(10, {}, { email: 'owner@example.com' }), 403, BLOCKED),
  bare(
    'attendee-blocked: a wrong code',
    asked(10, { emailVerificationCode: '1' }, { email: 'owner@example.com' }),
    403,
    'Invalid verification code',
  ),
  planned(
    'code-not-checked',
    bare(
      'attendee-blocked: the code cannot be checked',
      asked(10),
      403,
      'There was an error validating the verification code',
    ),
  ),
  bare('watch-listed', asked(10, {}, { email: 'spam@example.com' }), 500, 'Internal server error'),
  {
    ...exception('calendar-app', asked(22), 'invalid_grant: token revoked'),
    code: 'CalendarAppDelegationCredentialInvalidGrantError',
  },
  bare('host-gone: the account', asked(23), 404, 'eventTypeUser.notFound'),
];

const SETTINGS: Row[] = [
  bare('configuration: payment', asked(24), 400, 'missing_payment_credential_error'),
  bare('configuration: payment app', asked(25), 400, 'missing_payment_app_id_error'),
  bare('configuration: series with seats', asked(26), 400, 'recurring_event_seats_error'),
  planned(
    'dynamic-group',
    bare(
      'configuration: a group',
      asked(10),
      400,
      'Some of the users in this group do not allow dynamic booking',
    ),
  ),
  planned(
    'failed-to-build',
    bare('configuration: not built', asked(10), 400, 'Failed to build calendar event'),
  ),
  planned('booking-failed', bare('configuration: failed', asked(10), 400, 'Booking failed')),
  planned('event-length', bare('event-length', asked(10), 400, 'Invalid event length')),
  planned('internal', bare('internal', asked(10), 500, 'Internal server error')),
  planned('same-start-race', bare('same-start', asked(10), 409, 'booking_conflict_error')),
  planned(
    'zone-unsupported',
    schema(
      'zone-unsupported',
      asked(10),
      'timeZone - Invalid timezone. Must be a valid IANA timezone string., ',
    ),
  ),
  bare('seats-already', asked(27, { start: SEATED }), 409, 'already_signed_up_for_this_booking_error'),
  accepted('seats-joined', asked(27, { start: SEATED }, { email: 'b@example.com' }), ({ uid, attendees }) =>
    assert.deepEqual([uid, (attendees as object[]).length], ['shared', 2]),
  ),
  {
    ...exception(
      'seats-none-left',
      asked(27, { start: SEATED }, { email: 'b@example.com' }),
      'No more seats left at this seated booking.',
      409,
    ),
    prepare: ({ state }) => Object.assign(state.eventTypes.find(({ id }) => id === 27) ?? {}, { seats: 1 }),
  },
  bare(
    'event-type-limit: its minutes',
    asked(28, { start: '2025-11-27T12:00:00Z' }),
    401,
    'duration_limit_reached',
  ),
  asHost(
    'cal_anna',
    accepted(
      'overrides: its host',
      asked(29, { allowBookingOutOfBounds: true, skipBookingLimits: true }),
      assert.ok,
    ),
  ),
  asHost(
    'cal_ben',
    exception(
      'overrides: ignored for others',
      asked(10, { allowConflicts: true, start: '2025-11-28T14:30:00Z' }),
      USER_BUSY,
    ),
  ),
  asHost(
    'cal_anna',
    accepted(
      'overrides: a conflict of its host',
      asked(10, { allowConflicts: true, start: '2025-11-28T14:30:00Z' }),
      assert.ok,
    ),
  ),
  asHost(
    'cal_anna',
    bare(
      'same-start: even where conflicts are allowed',
      asked(10, { allowConflicts: true, start: '2025-11-28T14:00:00Z' }),
      409,
      'booking_conflict_error',
    ),
  ),
  exception('slot-in-buffer: cannot be booked', asked(10, { start: '2025-11-28T09:15:00Z' }), USER_BUSY),
  {
    ...accepted(
      'slot-in-buffer: is offered',
      undefined,
      (days) =>
        assert.ok(
          Object.values(days)
            .flat()
            .some((slot) => /T09:15/.test(JSON.stringify(slot))),
        ),
      200,
    ),
    method: 'GET',
    path: '/v2/slots?eventTypeId=10&start=2025-11-28&end=2025-11-28',
    version: '2024-09-04',
  },
];

export const formRows: Row[] = [...FORMS, ...SETTINGS];
