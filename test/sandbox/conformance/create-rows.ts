// What POST /v2/bookings refuses for anybody, a row each.

import type { CalcomWorld, EventType } from '../../../sandbox/calcom/world.ts';
import { bare, exception, type Row, schema } from './row.ts';

const START = '2025-11-25T10:00:00Z';
const USER_BUSY = 'User either already has booking at this time or is not available';
const HOSTS_BUSY = 'One of the hosts either already has booking at this time or is not available';
const EITHER_ID =
  'eventTypeId or eventTypeSlug + username property is wrong,' +
  'Either eventTypeId or eventTypeSlug + username or eventTypeSlug + teamSlug must be provided ';
const NO_CONTACT =
  'attendee property is wrong, attendee email or phone property is wrong,' +
  'Attendee must have at least one contact method (email or phone number) ';

const OUT_OF_BOUNDS =
  'The event type can\'t be booked at the "start" time provided. This could be because it\'s too soon ' +
  "(violating the minimum booking notice) or too far in the future (outside the event's scheduling " +
  'window). Try fetching available slots first using the GET /v2/slots endpoint and then make a booking ' +
  'with "start" time equal to one of the available slots.';
const METADATA =
  'metadata property is wrong,Metadata must have at most 50 keys, each key up to 40 characters, and string ' +
  'values up to 500 characters. ';
const NO_START = 'start - Expected string, received null, end - Expected string, received null, ';
const NO_LENGTH =
  "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, " +
  "remove the 'lengthInMinutes' field from the request.";

function eventType(id: number, more: Partial<EventType> = {}): EventType {
  return { id, title: `Type ${id}`, lengthInMinutes: 60, hostIds: [1], ...more };
}

export function createWorld(): CalcomWorld {
  return {
    hosts: [
      { id: 1, name: 'Anna Adler', email: 'anna@example.com' },
      { id: 2, name: 'Ben Busch', email: 'ben@example.com' },
      { id: 3, name: 'Cem Can', email: 'cem@example.com', calendarBroken: true },
    ],
    eventTypes: [
      eventType(10),
      eventType(20, { hostIds: [1, 2], schedulingType: 'roundRobin' }),
      eventType(21, { hostIds: [1, 2], schedulingType: 'collective' }),
      eventType(22, { schedulingType: 'managed' }),
      eventType(23, { hostIds: [], schedulingType: 'roundRobin' }),
      eventType(24, { phoneFieldVisible: true }),
      eventType(26, { minimumNoticeMinutes: 120, windowDays: 7 }),
      eventType(27, { bookingLimitPerDay: 1 }),
      eventType(30, { hostIds: [3] }),
      eventType(31, { phoneFieldRequired: true }),
      eventType(32, { hostIds: [] }),
      eventType(33, { fields: [{ slug: 'birthday', type: 'text', required: true }] }),
      eventType(34, { requiresEmailVerification: true }),
    ],
    bookings: [booked('held', 10, '2025-11-26T10:00:00Z'), booked('limited', 27, '2025-11-26T12:00:00Z')],
    external: [{ hostId: 2, start: '2025-11-26T11:00:00+01:00', end: '2025-11-26T12:00:00+01:00' }],
  };
}

function booked(uid: string, eventTypeId: number, start: string) {
  return { uid, eventTypeId, start, attendee: { name: 'Eva', email: 'eva@example.com' } };
}

/** A body for POST /v2/bookings with some of its fields exchanged; undefined leaves one out. */
function asked(changes: object = {}, person: object = {}): object {
  const attendee = { name: 'Eva', email: 'eva@example.com', timeZone: 'Europe/Berlin', ...person };
  return { eventTypeId: 10, start: START, attendee, ...changes };
}

export const createRows: Row[] = [
  exception('contact-missing: no contact at all', asked({}, { email: undefined }), NO_CONTACT),
  exception('contact-missing: empty contact', asked({}, { email: '', phoneNumber: null }), NO_CONTACT),
  exception(
    'attendee-field: a name that is no text',
    asked({}, { name: 5 }),
    'attendee property is wrong, name property is wrong,name must be a string ',
  ),
  exception(
    'attendee-field: an unknown time zone',
    asked({}, { timeZone: 'Berlin' }),
    'attendee property is wrong, timeZone property is wrong,timeZone must be a valid IANA time-zone ',
  ),
  exception(
    'attendee-field: an unknown key of the attendee',
    asked({}, { phone: '1' }),
    'attendee property is wrong, phone property is wrong,property phone should not exist ',
  ),
  exception(
    'other-field: no attendee',
    asked({ attendee: undefined }),
    'attendee property is wrong,attendee should not be null or undefined ',
  ),
  exception(
    'other-field: several problems',
    asked({ foo: 1, start: 'soon' }),
    'foo property is wrong,property foo should not exist , ' +
      'start property is wrong,start must be a valid ISO 8601 date string ',
  ),
  exception(
    'other-field: an override flag in dialect A',
    asked({ allowConflicts: true }),
    'allowConflicts property is wrong,property allowConflicts should not exist ',
  ),
  exception('no-event-type: no event type', asked({ eventTypeId: undefined }), EITHER_ID),
  exception('no-event-type: event type 0', asked({ eventTypeId: 0 }), EITHER_ID),
  exception(
    'other-field: an event type as text',
    asked({ eventTypeId: '10' }),
    'eventTypeId property is wrong,eventTypeId must be an integer number ',
  ),
  exception('metadata-limits: 51 metadata keys', asked({ metadata: manyKeys(51) }), METADATA),
  exception(
    'metadata-limits: a metadata key of 41',
    asked({ metadata: { ['k'.repeat(41)]: 'v' } }),
    METADATA,
  ),
  exception(
    'metadata-limits: a metadata value of 501',
    asked({ metadata: { k: 'v'.repeat(501) } }),
    METADATA,
  ),
  exception('no-body: no body', undefined, 'Body is required'),
  exception('no-body: a body that is no object', 'text', 'Body should be an object'),
  exception(
    'event-type-unknown: an unknown event type',
    asked({ eventTypeId: 99 }),
    'Event type with id 99 not found.',
    404,
  ),
  exception(
    'event-type-unknown: an unknown user name',
    asked({ eventTypeId: undefined, eventTypeSlug: 'type-10', username: 'nobody' }),
    'User with username nobody not found',
    404,
  ),
  exception(
    'managed-parent: a managed parent',
    asked({ eventTypeId: 22 }),
    "Event type with id=22 is the parent managed event type that can't be booked. You have to provide the " +
      'child event type id aka id of event type that has been assigned to one of the users.',
  ),
  {
    rule: 'team-without-hosts: a team type without hosts',
    body: asked({ eventTypeId: 23 }),
    status: 422,
    shape: 'exception',
    code: 'UnprocessableEntityException',
    message:
      "Can't book this team event type because it has no hosts. Please, add at least 1 host to event type " +
      'with id=23 belonging to team with id=1 and try again.',
  },
  exception(
    'custom-field: a required field of its own',
    asked({ eventTypeId: 33 }),
    'Missing required booking field response: birthday - it is required by the event type booking fields, ' +
      'but missing in the bookingFieldsResponses. You can fetch the event type with ID 33 to see the required ' +
      'fields.',
  ),
  bare('email-unproven: an unproven address', asked({ eventTypeId: 34 }), 400, 'email_verification_required'),
  bare('host-gone: a type whose user is gone', asked({ eventTypeId: 32 }), 404, 'eventTypeUser.notFound'),
  exception('length: a length of its own', asked({ lengthInMinutes: 30 }), NO_LENGTH),
  exception(
    'location: a location that is not offered',
    asked({ location: { type: 'address' } }),
    'Booking location with type address not valid for event type with id=10. The event type has following ' +
      'location types: , and only these types are allowed for booking location.',
  ),
  schema(
    'phone-invalid: an invalid phone where it is shown',
    asked({ eventTypeId: 24 }, { phoneNumber: '0151 123' }),
    'responses - {attendeePhoneNumber}invalid_number, ',
  ),
  schema(
    'email-invalid: an umlaut in the address',
    asked({}, { email: 'jörg@example.com' }),
    'responses - {email}email_validation_error, ',
  ),
  ...['.eva@example.com', 'e..va@example.com', 'eva@example', 'eva', 'e va@example.com'].map((email) =>
    schema(
      `email-invalid: the address ${email}`,
      asked({}, { email }),
      'responses - {email}email_validation_error, ',
    ),
  ),
  schema(
    'email-invalid: a domain with an umlaut',
    asked({}, { email: 'eva@müller.example' }),
    'responses - {email}email_validation_error, ',
  ),
  schema(
    'email-required: a phone alone',
    asked({}, { email: undefined, phoneNumber: '+4915112345678' }),
    'responses - {email}error_required_field, ',
  ),
  schema(
    'field-required: an empty name',
    asked({}, { name: '' }),
    'responses - {name}error_required_field, ',
  ),
  schema('field-required: a blank name', asked({}, { name: '  ' }), 'responses - {name}Invalid string, '),
  schema('guests: a wrong guest', asked({ guests: ['x'] }), 'responses - {guests}email_validation_error, '),
  schema(
    'start-unreadable: a start as databases print it',
    asked({ start: '2025-11-25 10:00:00' }),
    NO_START,
  ),
  schema('start-unreadable: a day that does not exist', asked({ start: '2025-02-31T10:00:00Z' }), NO_START),
  schema(
    'metadata-not-text: metadata that is a number',
    asked({ metadata: { appointmentId: 7 } }),
    'metadata.appointmentId - Expected string, received number, ',
  ),
  exception(
    'phone-required: a missing phone that is required',
    asked({ eventTypeId: 31 }),
    'Missing attendee phone number - it is required by the event type. Pass it as "attendee.phoneNumber" ' +
      'string in the request.',
  ),
  exception('host-busy: a busy host', asked({ start: '2025-11-26T10:30:00Z' }), USER_BUSY),
  exception('host-busy: a time outside working hours', asked({ start: '2025-11-30T10:00:00Z' }), USER_BUSY),
  exception('calendar-unreadable: a broken calendar', asked({ eventTypeId: 30 }), USER_BUSY),
  exception(
    'team-busy: every host of a team busy',
    asked({ eventTypeId: 20, start: '2025-11-26T10:00:00Z' }),
    HOSTS_BUSY,
  ),
  bare(
    'team-partly-busy: some host of a collective busy',
    asked({ eventTypeId: 21, start: '2025-11-26T12:00:00Z' }),
    500,
    'Internal server error',
  ),
  exception(
    'start-past: a start in the past',
    asked({ start: '2025-11-24T09:59:59Z' }),
    'Attempting to book a meeting in the past.',
  ),
  exception('not-open: too soon', asked({ eventTypeId: 26, start: '2025-11-24T11:59:00Z' }), OUT_OF_BOUNDS),
  exception(
    'not-open: beyond the window',
    asked({ eventTypeId: 26, start: '2025-12-02T10:00:00Z' }),
    OUT_OF_BOUNDS,
  ),
  bare(
    'event-type-limit: a full day',
    asked({ eventTypeId: 27, start: '2025-11-26T09:00:00Z' }),
    401,
    'booking_limit_reached',
  ),
];

function manyKeys(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
}
