import { KEY_REFUSED } from '../calcom/read-refusal.ts';
import type { FailureKind } from './failure-kinds.ts';

/** What about it, so that the person who acts is shown the right thing. */
export type FailureHint =
  | 'contact_missing'
  | 'phone'
  | 'email'
  | 'field'
  | 'slot'
  | 'notice'
  | 'seats'
  | 'host_calendar'
  | 'host'
  | 'permission';

/** A failure, or what the text says about the booking itself. `lookUp`: our own booking may be behind it. */
export type RefusalMeaning =
  | { kind: FailureKind; hint?: FailureHint; lookUp?: true }
  | { is: 'past' | 'already_cancelled' | 'moved_to' | 'gone' | 'not_open_at_start' };

export interface Refusal {
  /** Only where the text alone could also mean something else. */
  status?: number;
  text: RegExp;
  /** Where `text` is looked for; the message unless given. */
  where?: 'code';
  means: RefusalMeaning;
}

/** The uid that the booking was moved to is the first group. */
export const MOVED_TO = /rescheduled already to booking with uid=(\S+?)\.?(?=\s|$)/;

const badField = { kind: 'request_rejected', hint: 'field' } as const;
const rejected = { kind: 'request_rejected' } as const;
const eventTypeRejected = { kind: 'event_type_rejected' } as const;
const eventTypeMissing = { kind: 'event_type_missing' } as const;
const noHost = { kind: 'event_type_rejected', hint: 'host' } as const;
const notPermitted = { kind: 'event_type_rejected', hint: 'permission' } as const;
const badEmail = { kind: 'contact_invalid', hint: 'email' } as const;
const badPhone = { kind: 'contact_invalid', hint: 'phone' } as const;
const taken = { kind: 'host_conflict', hint: 'slot', lookUp: true } as const;
const seatsTaken = { kind: 'host_conflict', hint: 'seats', lookUp: true } as const;

const contact: Refusal[] = [
  {
    text: /attendee email or phone property is wrong|must have at least one contact method/i,
    means: { kind: 'contact_invalid', hint: 'contact_missing' },
  },
  { text: /attendee property is wrong, ?email property is wrong/, means: badEmail },
  { text: /attendee property is wrong, ?phoneNumber property is wrong/, means: badPhone },
  {
    text: /\{email\}(exclude_emails_match_found|require_emails_no_match_found)_error_message/,
    means: eventTypeRejected,
  },
  { text: /\{email\}(email_validation_error|error_required_field)/, means: badEmail },
  { text: /\{(attendeePhoneNumber|smsReminderNumber)\}/, means: badPhone },
  { text: /Missing attendee phone number - it is required by the event type/, means: badPhone },
  {
    text: /Cannot use this email to create the booking|Attendee email has been blocked/,
    means: { kind: 'attendee_blocked', hint: 'email' },
  },
  {
    text: /Invalid verification code|There was an error validating the verification code/,
    means: { kind: 'attendee_blocked', hint: 'email' },
  },
];

const time: Refusal[] = [
  { text: /already has booking at this time/i, means: taken },
  // The codes behind that text; a former system or another release may show them instead.
  { text: /no_available_users_found_error|hosts?_unavailable_for_booking/, means: taken },
  { text: /booking_conflict_error/, means: taken },
  { text: /No more seats left|booking_seats_full_error|not_enough_available_seats_error/, means: seatsTaken },
  {
    text: /already_signed_up_for_this_booking_error/,
    means: { kind: 'duplicate', hint: 'seats', lookUp: true },
  },
  {
    text: /The event type can't be booked at the .{0,2}start.{0,2} time provided/,
    means: { is: 'not_open_at_start' },
  },
  { text: /Attempting to book a meeting in the past/, means: { is: 'past' } },
  { text: /Cannot cancel a booking that has already ended/, means: { is: 'past' } },
  // Measured at the old start, so that no window opens by waiting.
  {
    text: /Rescheduling is not allowed within the minimum notice period/,
    means: { kind: 'host_conflict', hint: 'notice' },
  },
  { text: /no other host is available at that time/, means: { kind: 'host_conflict', hint: 'slot' } },
  // The message is the calendar provider's own, so that only the code tells.
  {
    status: 400,
    where: 'code',
    text: /CalendarApp\w*Error/,
    means: { kind: 'host_conflict', hint: 'host_calendar', lookUp: true },
  },
  {
    text: /the maximum number of active bookings has been reached/,
    means: { kind: 'booking_limit', hint: 'email', lookUp: true },
  },
  { text: /booking_limit_reached|duration_limit_reached/, means: { kind: 'booking_limit', hint: 'slot' } },
];

const booking: Refusal[] = [
  { text: MOVED_TO, means: { is: 'moved_to' } },
  { text: /Can't reschedule booking with uid=\S+ because it has been cancelled/, means: { is: 'gone' } },
  { text: /cancelled_bookings_cannot_be_rescheduled|Could not find original booking/, means: { is: 'gone' } },
  {
    text: /Can't cancel booking with uid=\S+ because it has been cancelled already/,
    means: { is: 'already_cancelled' },
  },
  { text: /This booking has already been cancelled/, means: { is: 'already_cancelled' } },
  { text: /Booking with uid=\S+ (was not found|not found|is missing event type)/, means: { is: 'gone' } },
  { text: /for booking with uid=\S+ (and seatUid=\S+ )?not found/, means: { is: 'gone' } },
];

const eventType: Refusal[] = [
  { text: /Event type with (id|slug) .*not found/, means: eventTypeMissing },
  { text: /(User with username|Team with slug) .*not found/, means: eventTypeMissing },
  { status: 404, text: /^Event Type not found/, means: eventTypeMissing },
  { text: /is the parent managed event type/, means: eventTypeMissing },
  { text: /eventTypeUser\.notFound|Can't book this team event type because it has no hosts/, means: noHost },
  { text: /User with id=\S+ (is not a valid Round Robin host|was not found in the database)/, means: noHost },
  { status: 400, text: /^User not found$/, means: noHost },
  { text: /checkBookingRequiresAuthentication - /, means: notPermitted },
  { text: /You do not have permission to reassign this booking/, means: notPermitted },
  { text: /User not a host of this event or an admin of the booking user/, means: notPermitted },
  { text: /eventTypeId or eventTypeSlug \+ username property is wrong/, means: eventTypeRejected },
  // The bot answers no custom fields, so a demand for one is the event type's.
  { text: /Missing required booking field response: /, means: eventTypeRejected },
  {
    text: /Invalid (type|option .*) for booking field|invalid options for booking field/,
    means: eventTypeRejected,
  },
  {
    text: /Can't specify 'lengthInMinutes'|Provided 'lengthInMinutes' is not one of/,
    means: eventTypeRejected,
  },
  { text: /Booking location with .* not valid for event type/, means: eventTypeRejected },
  { text: /Invalid event length/, means: eventTypeRejected },
  { text: /email_verification_required|invalid_verification_code/, means: eventTypeRejected },
  { text: /This event type does not allow cancellations/, means: eventTypeRejected },
  { text: /recurring_event_seats_error|do not allow dynamic booking/, means: eventTypeRejected },
  { text: /missing_payment_(credential|app_id)_error/, means: eventTypeRejected },
  {
    status: 400,
    text: /^(Failed to build |Booking failed)/,
    means: { kind: 'event_type_rejected', lookUp: true },
  },
];

const request: Refusal[] = [
  { text: /responses - \{/, means: badField },
  { text: /attendee property is wrong/, means: badField },
  { text: /property is wrong,|property \S+ should not exist/, means: rejected },
  { text: /^Body (is required|should be an object)/, means: rejected },
  { text: /(start|end|metadata\.\S+) - Expected /, means: rejected },
  { text: /timeZone - Invalid timezone/, means: badField },
  { text: /is a seated booking which means you have to provide seatUid|Invalid seatUid: /, means: rejected },
  { text: /Cancellation reason is required when you are the host/, means: rejected },
  { text: /Cannot cancel subsequent bookings for recurring event/, means: rejected },
  { text: /Invalid time range given/, means: rejected },
  { status: 404, text: /^Cannot (GET|POST) \/v2\//, means: rejected },
  { status: 400, text: /^Bad Request Exception$/, means: rejected },
  // The words that Cal.com puts in place of its internal procedures' own.
  { status: 400, text: /^Bad request: Please check your request data/, means: rejected },
  { status: 400, text: /^Validation failed \(/, means: rejected },
];

// The client tells most of these by their status; a former system stored the same texts without one.
const anyCall: Refusal[] = [
  { text: /Trying to create a record that already exists/, means: { kind: 'unclear', lookUp: true } },
  { text: KEY_REFUSED, means: { kind: 'unauthorized' } },
  { text: /Too many requests/, means: { kind: 'rate_limited' } },
  {
    text: /Internal server error|There was an error, please try again later/,
    means: { kind: 'unclear', lookUp: true },
  },
];

/**
 * Every text by which Cal.com refuses, and what it means for an appointment (Cal.com API v2, bookings
 * 2024-08-13, slots, event types). The first that matches counts: the particular stands before the general.
 */
export const refusals: readonly Refusal[] = [
  ...contact,
  ...time,
  ...booking,
  ...eventType,
  ...request,
  ...anyCall,
];
