// Whom Cal.com lets book: what it holds against single addresses, and an event type against others.

import { refusedBare } from './answers.ts';
import type { CalcomState, EventType } from './world.ts';

/** The code that every mail of the sandbox's Cal.com would carry. */
export const MAILED_CODE = '123456';

/** Throws the Refusal of an address that may not book, or not without its owner. */
export function checkAttendee(state: CalcomState, { email, code }: { email: string; code: unknown }): void {
  const rule = state.attendeeRules.find((each) => each.email.toLowerCase() === email.toLowerCase())?.rule;
  if (rule === 'denied') throw refusedBare(403, 'Cannot use this email to create the booking.');
  // Cal.com answers with a booking that it did not store, and then fails to read it.
  if (rule === 'watch_listed') throw refusedBare(500, 'Internal server error');
  if (rule !== 'login_required' || code === MAILED_CODE) return;
  if (code) throw refusedBare(403, 'Invalid verification code');
  throw refusedBare(
    403,
    `Attendee email has been blocked. Make sure to login as ${email} to use this email for creating a booking.`,
  );
}

/** Throws the Refusal of an event type that wants the address proven by a code. */
export function checkVerified({ requiresEmailVerification }: EventType, code: unknown): void {
  if (!requiresEmailVerification || code === MAILED_CODE) return;
  throw refusedBare(400, code ? 'invalid_verification_code' : 'email_verification_required');
}

/** What the event type's lists say against the address, as its form prints it. */
export function listIssues(email: string, { allowedEmails, deniedEmails = [] }: EventType): string[] {
  if (deniedEmails.some((entry) => isMeant(entry, email)))
    return ['{email}exclude_emails_match_found_error_message'];
  if (allowedEmails && !allowedEmails.some((entry) => isMeant(entry, email)))
    return ['{email}require_emails_no_match_found_error_message'];
  return [];
}

/** An entry is an address or a domain. */
function isMeant(entry: string, email: string): boolean {
  const [wanted, given] = [entry.toLowerCase(), email.toLowerCase()];
  return wanted.includes('@') && !wanted.startsWith('@')
    ? given === wanted
    : given.endsWith(`@${wanted.replace(/^@/, '')}`);
}
