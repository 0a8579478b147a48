// The second check of a booking: what the event type's form says about times, contact and metadata.

import { isValidPhoneNumber } from 'libphonenumber-js/max';
import { DateTime } from 'luxon';
import { refused, refusedBySchema } from './answers.ts';
import { checkVerified, listIssues } from './attendee-list.ts';
import type { Fields } from './body-rules.ts';
import { checkFields } from './field-rules.ts';
import type { Attendee, EventType } from './world.ts';

// Cal.com's e-mail rule allows ASCII only, in the local part and in the domain.
const LOCAL_PART = /^(?!\.)(?!.*\.\.)[A-Z0-9_+,\-.']*[A-Z0-9_+'-]$/i;
const DOMAIN = /^(?:[A-Z0-9][A-Z0-9-]*\.)+[A-Z]{2,}$/i;
const EMAIL_LENGTH_MAX = 254;

export interface CheckedRequest {
  start: Date;
  lengthInMinutes: number;
  attendee: Attendee;
  guests: string[];
  metadata: Record<string, string>;
}

/** Throws the Refusal of Cal.com's booking schema. `body` has passed `checkCreateBody`. */
export function checkBookingForm(body: Fields, eventType: EventType): CheckedRequest {
  const { name, phoneNumber, timeZone, language } = body.attendee as Fields;
  const isPhoneWanted = eventType.phoneFieldRequired || eventType.smsField === 'required';
  if (isPhoneWanted && (phoneNumber === undefined || phoneNumber === null)) {
    throw refused(
      400,
      'Missing attendee phone number - it is required by the event type. ' +
        'Pass it as "attendee.phoneNumber" string in the request.',
    );
  }
  checkFields(body, eventType);
  checkVerified(eventType, body.emailVerificationCode);
  const email = bookedEmail(body.attendee as Fields, eventType);
  const start = parseStart(body.start);
  const issues = [...startIssues(start), ...metadataIssues(body.metadata)];
  const guests = (body.guests as string[] | undefined) ?? [];
  issues.push(...responseIssues({ name, email, phoneNumber, guests }, eventType));
  if (issues.length > 0 || !start) throw refusedBySchema(issues);
  return {
    start,
    lengthInMinutes: (body.lengthInMinutes as number | null | undefined) ?? eventType.lengthInMinutes,
    attendee: {
      name: name as string,
      email: email as string,
      timeZone: timeZone as string,
      language: (language as string | undefined) ?? 'en',
      phoneNumber: (phoneNumber as string | undefined) ?? null,
    },
    guests,
    metadata: (body.metadata as Record<string, string> | undefined) ?? {},
  };
}

/** A form that hides the e-mail field, or can do without, makes an address of the phone number. */
function bookedEmail({ email, phoneNumber }: Fields, { emailField = 'required' }: EventType): unknown {
  const isMade = emailField === 'hidden' || (emailField === 'optional' && !email);
  return isMade && phoneNumber ? `${String(phoneNumber).replace(/\D/g, '')}@sms.cal.com` : email;
}

/** The wished start, in UTC when it has no offset; throws the schema's Refusal when it cannot be read. */
export function checkStart(text: unknown): Date {
  const start = parseStart(text);
  if (!start) throw refusedBySchema(startIssues(start));
  return start;
}

function parseStart(text: unknown): Date | undefined {
  const start = DateTime.fromISO(String(text), { zone: 'utc' });
  return start.isValid ? start.toJSDate() : undefined;
}

function startIssues(start: Date | undefined): string[] {
  return start ? [] : ['start', 'end'].map((field) => `${field} - Expected string, received null`);
}

function metadataIssues(metadata: unknown): string[] {
  return Object.entries((metadata as Fields | undefined) ?? {})
    .filter(([, value]) => typeof value !== 'string')
    .map(([key, value]) => `metadata.${key} - Expected string, received ${typeof value}`);
}

type Responses = { name: unknown; email: unknown; phoneNumber: unknown; guests: string[] };

function responseIssues({ name, email, phoneNumber, guests }: Responses, eventType: EventType): string[] {
  const issues: string[] = [];
  if (name === '') issues.push('{name}error_required_field');
  else if (String(name).trim() === '') issues.push('{name}Invalid string');
  if (!email) issues.push('{email}error_required_field');
  else if (!isCalcomEmail(email)) issues.push('{email}email_validation_error');
  else issues.push(...listIssues(email as string, eventType));
  if (phoneNumber && !isValidPhoneNumber(String(phoneNumber))) {
    if (eventType.phoneFieldVisible || eventType.phoneFieldRequired)
      issues.push('{attendeePhoneNumber}invalid_number');
    if (eventType.smsField) issues.push('{smsReminderNumber}invalid_number');
  }
  if (!guests.every(isCalcomEmail)) issues.push('{guests}email_validation_error');
  else if (new Set(guests).size < guests.length) issues.push('{guests}duplicate_email');
  return issues.map((issue) => `responses - ${issue}`);
}

function isCalcomEmail(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > EMAIL_LENGTH_MAX) return false;
  const at = value.lastIndexOf('@');
  return at > 0 && LOCAL_PART.test(value.slice(0, at)) && DOMAIN.test(value.slice(at + 1));
}
