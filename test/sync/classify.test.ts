import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Calcom } from '../../src/calcom/client.ts';
import { type Answer, type ClassifyContext, classify, kindOfFormerText } from '../../src/sync/classify.ts';
import { type FailureKind, failureKinds, failureRules } from '../../src/sync/failure-kinds.ts';
import { book, envelope, failure, json, type Reply, read, serve } from '../calcom/serve-answers.ts';

const NOW = new Date('2026-03-02T08:00:00Z');
const HOUR_AHEAD = new Date('2026-03-02T09:00:00Z');

type Operation = ClassifyContext['operation'];
const CALLS: Record<Operation, (calcom: Calcom) => Promise<unknown>> = {
  book,
  read,
  move: (calcom) => calcom.rescheduleBooking('a', { start: HOUR_AHEAD, reason: 'asked' }),
  cancel: (calcom) => calcom.cancelBooking('a', 'asked'),
  reassign: (calcom) => calcom.reassignBooking('a', 9, 'asked'),
};

/** What the bot makes of a real server's answer to a real call. */
async function answerTo(
  reply: Reply,
  operation: Operation,
  context: Partial<ClassifyContext> = {},
): Promise<Answer> {
  const { calcom } = await serve(reply);
  const error = await failure(CALLS[operation](calcom));
  return classify(error, { operation, startsAt: HOUR_AHEAD, now: NOW, ...context });
}

/** Replies with one line of a table, in the shape that Cal.com gives it. */
function replyWith(line: string): Reply {
  const [, status, code = '', message = ''] = /^(\d+) (\S+) (.*)$/s.exec(line) ?? assert.fail(line);
  return json(
    Number(status),
    code === 'bare' ? { statusCode: Number(status), message } : envelope(message, code),
  );
}

const failed = (kind: FailureKind, more: { hint?: string; lookUp?: true } = {}) => ({
  is: 'failure',
  kind,
  lookUp: false,
  ...more,
});

const missing = failed('contact_invalid', { hint: 'contact_missing' });
const email = failed('contact_invalid', { hint: 'email' });
const phone = failed('contact_invalid', { hint: 'phone' });
const rejected = failed('request_rejected');
const badField = failed('request_rejected', { hint: 'field' });
const config = failed('event_type_rejected');
const permission = failed('event_type_rejected', { hint: 'permission' });
const noHost = failed('event_type_rejected', { hint: 'host' });
const noEventType = failed('event_type_missing');
const conflict = failed('host_conflict', { hint: 'slot', lookUp: true });
const seats = failed('host_conflict', { hint: 'seats', lookUp: true });
const blocked = failed('attendee_blocked', { hint: 'email' });
const bookerLimit = failed('booking_limit', { hint: 'email', lookUp: true });
const limit = failed('booking_limit', { hint: 'slot' });
const unclear = failed('unclear', { lookUp: true });
const gone = { is: 'gone' };
const past = { is: 'past' };

// A meaning and the answers that have it: status, code of the envelope or `bare`, message.
type Group = [meaning: unknown, ...answers: string[]];

const CREATE: Group[] = [
  [
    missing,
    '400 BadRequestException attendee property is wrong, attendee email or phone property is wrong,Attendee must have at least one contact method (email or phone number) ',
  ],
  [
    badField,
    '400 BadRequestException attendee property is wrong, name property is wrong,name must be a string ',
    '400 BadRequestException attendee property is wrong, timeZone property is wrong,timeZone must be a valid IANA time-zone ',
    '400 BadRequestException attendee property is wrong, language property is wrong,language must be one of the following values: ar, ca ',
    '400 BAD_REQUEST responses - {name}error_required_field, ',
    '400 BAD_REQUEST responses - {title}error_required_field, ',
    '400 BAD_REQUEST responses - {name}Invalid string, ',
    '400 BAD_REQUEST responses - {guests}email_validation_error, ',
    '400 BAD_REQUEST responses - {guests}duplicate_email, ',
    '400 BAD_REQUEST timeZone - Invalid timezone. Must be a valid IANA timezone string., ',
  ],
  [
    email,
    '400 BadRequestException attendee property is wrong, email property is wrong,email must be a string ',
    '400 BAD_REQUEST responses - {email}email_validation_error, ',
    '400 BAD_REQUEST responses - {name}error_required_field, responses - {email}email_validation_error, ',
    '400 BAD_REQUEST responses - {email}error_required_field, ',
  ],
  [
    phone,
    '400 BadRequestException attendee property is wrong, phoneNumber property is wrong,phoneNumber must be a string ',
    '400 BAD_REQUEST responses - {attendeePhoneNumber}invalid_number, ',
    '400 BAD_REQUEST responses - {smsReminderNumber}invalid_number, ',
    '400 BAD_REQUEST responses - {attendeePhoneNumber}error_required_field, ',
    '400 BadRequestException Missing attendee phone number - it is required by the event type. Pass it as "attendee.phoneNumber" string in the request.',
  ],
  [
    rejected,
    '400 BadRequestException start property is wrong,start must be a valid ISO 8601 date string ',
    '400 BadRequestException allowConflicts property is wrong,property allowConflicts should not exist ',
    '400 BadRequestException Body is required',
    '400 BadRequestException Body should be an object',
    '400 BadRequestException Bad Request Exception',
    '400 BAD_REQUEST start - Expected string, received null, end - Expected string, received null, ',
    '400 BAD_REQUEST metadata.appointmentId - Expected string, received number, ',
  ],
  [
    config,
    '400 BadRequestException eventTypeId or eventTypeSlug + username property is wrong,Either eventTypeId or eventTypeSlug + username or eventTypeSlug + teamSlug must be provided ',
    '400 BAD_REQUEST responses - {email}exclude_emails_match_found_error_message, ',
    '400 BAD_REQUEST responses - {email}require_emails_no_match_found_error_message, ',
    '400 BadRequestException Missing required booking field response: colour - it is required by the event type booking fields, but missing in the bookingFieldsResponses.',
    "400 BadRequestException Invalid type for booking field 'colour' - expected string",
    "400 BadRequestException Invalid option 'red' for booking field 'colour'",
    "400 BadRequestException One or more invalid options for booking field 'colour'",
    "400 BadRequestException Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths.",
    "400 BadRequestException Provided 'lengthInMinutes' is not one of the possible lengths for the event type.",
    '400 BadRequestException Booking location with type phone not valid for event type with id=50.',
    '400 BadRequestException Booking location with integration zoom not valid for event type with id=50.',
    '400 bare Invalid event length',
    '400 bare email_verification_required',
    '400 bare invalid_verification_code',
    '400 bare recurring_event_seats_error',
    '400 bare Some of the users in this group do not allow dynamic booking',
    '400 bare missing_payment_credential_error',
    '400 bare missing_payment_app_id_error',
  ],
  [
    conflict,
    '400 BadRequestException User either already has booking at this time or is not available',
    '400 BadRequestException One of the hosts either already has booking at this time or is not available',
    '400 bare no_available_users_found_error',
    '409 bare booking_conflict_error',
  ],
  [unclear, '500 bare Internal server error'],
  [
    seats,
    '409 ConflictException No more seats left at this seated booking.',
    '409 bare booking_seats_full_error',
    '409 bare not_enough_available_seats_error',
  ],
  [failed('duplicate', { hint: 'seats', lookUp: true }), '409 bare already_signed_up_for_this_booking_error'],
  [past, '400 BadRequestException Attempting to book a meeting in the past.'],
  [
    bookerLimit,
    "400 BadRequestException Attendee with this email can't book because the maximum number of active bookings has been reached.",
    "400 BadRequestException Attendee with this email can't book because the maximum number of active bookings has been reached. You can reschedule your existing booking (uid-1) to a new timeslot instead.",
  ],
  [limit, '401 bare booking_limit_reached', '401 bare duration_limit_reached'],
  [
    blocked,
    '403 bare Cannot use this email to create the booking.',
    '403 bare Attendee email has been blocked. Make sure to login as a@example.com to use this email.',
    '403 bare Invalid verification code',
    '403 bare There was an error validating the verification code',
  ],
  [
    noEventType,
    '404 NotFoundException Event type with id 50 not found.',
    '404 NotFoundException Event type with slug haircut belonging to user ada not found.',
    '404 NotFoundException Event type with slug haircut belonging to team salon not found.',
    '404 NotFoundException User with username ada not found',
    '404 NotFoundException Team with slug salon not found',
    "400 BadRequestException Event type with id=50 is the parent managed event type that can't be booked. You have to provide the child event type id aka id of event type",
  ],
  [
    noHost,
    '404 bare eventTypeUser.notFound',
    "422 UnprocessableEntityException Can't book this team event type because it has no hosts. Please, add at least 1 host to event type with id=50",
  ],
  [
    permission,
    '401 UnauthorizedException checkBookingRequiresAuthentication - request must be authenticated',
    '403 ForbiddenException checkBookingRequiresAuthentication - user is not authorized to access this event type.',
  ],
  [
    failed('event_type_rejected', { lookUp: true }),
    '400 bare Failed to build calendar event',
    '400 bare Booking failed',
  ],
  [
    failed('host_conflict', { hint: 'host_calendar', lookUp: true }),
    '400 CalendarAppDelegationCredentialInvalidGrantError invalid_grant: token has been revoked',
  ],
];

const MOVE: Group[] = [
  [
    gone,
    '404 NotFoundException Booking with uid=a was not found in the database',
    '404 NotFoundException Booking with uid=a not found',
    '404 NotFoundException Booking with uid=a is missing event type',
    '404 NotFoundException Attendee with e-mail a@example.com for booking with uid=a not found',
    '404 NotFoundException Attendee with e-mail a@example.com for booking with uid=a and seatUid=s not found',
    "400 BadRequestException Can't reschedule booking with uid=a because it has been cancelled. Please provide uid of a booking that is not cancelled.",
    '400 bare cancelled_bookings_cannot_be_rescheduled',
    '404 bare Could not find original booking',
  ],
  [
    { is: 'moved_to', uid: 'bX_9-z' },
    "400 BadRequestException Can't reschedule booking with uid=a because it has been cancelled and rescheduled already to booking with uid=bX_9-z. You probably want to reschedule the new one.",
  ],
  [
    rejected,
    '400 BadRequestException Booking with uid=a is a seated booking which means you have to provide seatUid to reschedule it',
  ],
  [
    failed('host_conflict', { hint: 'notice' }),
    '403 bare Rescheduling is not allowed within the minimum notice period before the event',
  ],
  [conflict, '400 BadRequestException User either already has booking at this time or is not available'],
];

const CANCEL: Group[] = [
  [gone, '404 NotFoundException Booking with uid=a not found'],
  [
    { is: 'already_cancelled' },
    "400 BadRequestException Can't cancel booking with uid=a because it has been cancelled already. Please provide uid of a booking that is not cancelled.",
    '400 bare This booking has already been cancelled.',
  ],
  [
    rejected,
    '400 bare Cancellation reason is required when you are the host',
    '400 BadRequestException Invalid seatUid: s',
    '400 BadRequestException Cannot cancel subsequent bookings for recurring event - it is not a recurring booking.',
  ],
  [config, '400 bare This event type does not allow cancellations'],
  [past, '400 bare Cannot cancel a booking that has already ended'],
  [noHost, '400 bare User not found'],
  [permission, '401 bare User not a host of this event or an admin of the booking user'],
];

const REASSIGN: Group[] = [
  [gone, '404 NotFoundException Booking with uid=a was not found in the database'],
  [permission, '403 ForbiddenException You do not have permission to reassign this booking'],
  [
    failed('host_conflict', { hint: 'slot' }),
    "400 BadRequestException Can't reassign the booking because no other host is available at that time.",
  ],
  [
    noHost,
    '400 BadRequestException User with id=9 is not a valid Round Robin host - the booking was not reassigned',
    '404 NotFoundException User with id=9 was not found in the database',
  ],
  [unclear, '500 bare Internal server error'],
];

const ANY: Group[] = [
  [
    unclear,
    '409 CONFLICT Invalid Input: Trying to create a record that already exists.',
    '500 INTERNAL_SERVER_ERROR There was an error, please try again later.',
  ],
  [
    failed('unauthorized'),
    '401 UnauthorizedException ApiAuthStrategy - api key - Your api key is not valid',
    '401 UnauthorizedException ApiAuthStrategy - api key - Your api key is expired',
    '401 UnauthorizedException CustomThrottlerGuard - Invalid API Key',
    '401 UnauthorizedException ApiAuthStrategy - No authentication method provided',
    '401 UnauthorizedException Invalid or missing CALCOM_LICENSE_KEY environment variable',
    '403 ForbiddenException PermissionsGuard - no authentication provided',
    '403 ForbiddenException PermissionsGuard - oAuth access token does not have the required permissions',
  ],
  [rejected, '404 NotFoundException Cannot POST /v2/bookings/a/reschedule'],
  [
    failed('rate_limited'),
    '429 ThrottlerException CustomThrottlerGuard - Too many requests. Please try again later.',
  ],
  [failed('unknown', { lookUp: true }), '400 BadRequestException Nobody has seen this text before'],
];

const READ: Group[] = [
  [gone, '404 NotFoundException Booking with uid=uid-7 was not found in the database'],
  [
    rejected,
    '404 NotFoundException Cannot GET /v2/slots?eventTypeId=50',
    '400 TRPCError Bad request: Please check your request data and try again',
    '400 BadRequestException Validation failed (numeric string is expected)',
    "400 BadRequestException Invalid time range given - check the 'start' and 'end' query parameters.",
  ],
  [noEventType, '404 NotFoundException Event Type not found'],
  [failed('unavailable'), '500 INTERNAL_SERVER_ERROR There was an error, please try again later.'],
  [failed('unknown'), '400 BadRequestException Nobody has seen this text before'],
];

const TABLES: [Operation, Group[]][] = [
  ['book', [...CREATE, ...ANY]],
  ['move', [...MOVE, ...ANY]],
  ['cancel', [...CANCEL, ...ANY]],
  ['reassign', [...REASSIGN, ...ANY]],
  ['read', READ],
];
for (const [operation, groups] of TABLES) {
  describe(`an answer to ${operation}`, () => {
    for (const [meaning, ...lines] of groups) {
      for (const line of lines) {
        test(line.trim(), async () => {
          assert.deepEqual(await answerTo(replyWith(line), operation), meaning);
        });
      }
    }
  });
}

test('a reason stays the same when the server puts it at the top level, beside a code of its own', async () => {
  const message = 'User either already has booking at this time or is not available';
  const body = { status: 'error', message, error: { code: 'no_available_users_found_error' } };
  assert.deepEqual(await answerTo(json(400, body), 'book'), conflict);
});

describe('a start that the event type does not offer', () => {
  const reply = replyWith(
    `400 BadRequestException The event type can't be booked at the "start" time provided. This could be because it's too soon (violating the minimum booking notice) or too far in the future (outside the event's scheduling window).`,
  );
  const tooSoon = failed('host_conflict', { hint: 'notice' });
  const tooFar = failed('outside_window');
  test('is too far away when it lies beyond the notice', async () => {
    assert.deepEqual(await answerTo(reply, 'book', { minimumNoticeMinutes: 59 }), tooFar);
    assert.deepEqual(await answerTo(reply, 'move'), tooFar);
  });
  test('is too soon within the notice, its last instant included', async () => {
    assert.deepEqual(await answerTo(reply, 'book', { minimumNoticeMinutes: 60 }), tooSoon);
    assert.deepEqual(await answerTo(reply, 'move', { minimumNoticeMinutes: 1440 }), tooSoon);
  });
});

describe('an answer that says nothing', () => {
  const page: Reply = (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>');
  const blockPage: Reply = (response) =>
    response.writeHead(403, { 'content-type': 'text/html' }).end('<html>');
  const TROUBLES: [string, Reply][] = [
    ['a 502 page', page],
    ['a 403 page', blockPage],
    ['a reset', (response) => response.destroy()],
    ['a 200 without a body', json(200, '')],
  ];
  for (const [name, reply] of TROUBLES) {
    test(`${name} makes a write unclear and a read unavailable`, async () => {
      for (const operation of ['book', 'move', 'cancel', 'reassign'] as const)
        assert.deepEqual(await answerTo(reply, operation), unclear);
      assert.deepEqual(await answerTo(reply, 'read'), failed('unavailable'));
    });
  }
});

const FORMER: Record<string, FailureKind> = {
  'attendee property is wrong,attendee email or phone property is wrong': 'contact_invalid',
  'User either already has booking at this time or is not available': 'host_conflict',
  'Cal.com API: 400 {"message":"One of the hosts either already has booking at this time or is':
    'host_conflict',
  '{"message":"The event type can\'t be booked at the \\"start\\" time provided. This could be':
    'outside_window',
  "Event type with id=50 is the parent managed event type that can't be b": 'event_type_missing',
  'responses - {email}email_validation_error, ': 'contact_invalid',
  booking_limit_reached: 'booking_limit',
  'ApiAuthStrategy - api key - Your api key is not valid': 'unauthorized',
  'CustomThrottlerGuard - Too many requests. Please try again later.': 'rate_limited',
  'Internal server error': 'unclear',
  'Booking with uid=a was not found in the database': 'cancelled_there',
  "Can't cancel booking with uid=a because it has been cancelled already.": 'cancelled_there',
  "Can't reschedule […] cancelled and rescheduled already to booking with uid=b.": 'two_truths',
  'Attempting to book a meeting in the past.': 'unknown',
  'CalendarAppError: token revoked': 'host_conflict',
  '': 'unknown',
  'something else': 'unknown',
};
for (const [text, kind] of Object.entries(FORMER)) {
  test(`the former error text "${text}" is ${kind}`, () => {
    assert.equal(kindOfFormerText(text), kind);
  });
}

test('what nobody has to act on is what the bot waits out by itself', () => {
  const silent = failureKinds.filter((kind) => failureRules[kind].actor === 'nobody');
  assert.deepEqual(silent, ['rate_limited', 'unavailable', 'unclear', 'outside_window']);
  for (const kind of silent) assert.match(failureRules[kind].retry, /^(backoff|when_window_opens)$/);
  assert.deepEqual(Object.keys(failureRules), [...failureKinds]);
});
