// The zod shape of a scenario's key `calcom`: the look-alike's world.
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { refusalNames } from './calcom/named-refusals.ts';
import type { CalcomWorld } from './calcom/world.ts';

export const instantText = z.iso.datetime({
  offset: true,
  error: 'must be a date and time with seconds and offset, like 2025-11-24T17:00:00+01:00',
});
export const id = z.int().positive();
export const minutes = z.int().positive();
export const count = z.int().nonnegative();
const text = z.string().min(1);

const endsAfterStart = ({ start, end }: { start: string; end?: string | undefined }) =>
  end === undefined || new Date(end) > new Date(start);
const endProblem = { path: ['end'], error: 'must be after start' };
const timeZone = z.string().refine(IANAZone.isValidZone, 'is no IANA time zone').optional();
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be HH:MM');
const weekday = z.int().min(1).max(7);

const host = z.strictObject({
  id,
  name: z.string(),
  email: z.string(),
  timeZone,
  workingHours: z
    .array(z.strictObject({ days: z.array(weekday), from: timeOfDay, to: timeOfDay }))
    .optional(),
  apiKey: z.string().min(1).optional(),
  apiKeyExpired: z.boolean().optional(),
  calendarBroken: z.boolean().optional(),
  calendarAppError: z.string().min(1).optional(),
  deleted: z.boolean().optional(),
});
const bookingField = z.strictObject({
  slug: text,
  type: z.enum(['text', 'textarea', 'number', 'boolean', 'select', 'radio', 'multiselect', 'checkbox']),
  required: z.boolean().optional(),
  options: z.array(text).optional(),
});
const eventType = z.strictObject({
  id,
  title: z.string(),
  lengthInMinutes: minutes,
  hostIds: z.array(id).min(1),
  slotIntervalMinutes: minutes.optional(),
  minimumNoticeMinutes: count.optional(),
  windowDays: count.optional(),
  schedulingType: z.enum(['individual', 'roundRobin', 'collective', 'managed']).optional(),
  requiresConfirmation: z.boolean().optional(),
  confirmationBlocksSlot: z.boolean().optional(),
  bufferBeforeMinutes: count.optional(),
  bufferAfterMinutes: count.optional(),
  phoneFieldVisible: z.boolean().optional(),
  phoneFieldRequired: z.boolean().optional(),
  smsField: z.enum(['optional', 'required']).optional(),
  emailField: z.enum(['required', 'optional', 'hidden']).optional(),
  allowedEmails: z.array(text).optional(),
  deniedEmails: z.array(text).optional(),
  fields: z.array(bookingField).optional(),
  lengthOptions: z.array(minutes).min(1).optional(),
  locations: z.array(z.strictObject({ type: text, integration: text.optional() })).optional(),
  requiresAuthentication: z.boolean().optional(),
  seats: minutes.optional(),
  recurring: z.boolean().optional(),
  paymentLacks: z.enum(['credential', 'app_id']).optional(),
  fixedHostIds: z.array(id).optional(),
  roundRobinGroups: minutes.optional(),
  requiresEmailVerification: z.boolean().optional(),
  bookingLimitPerDay: count.optional(),
  durationLimitPerDay: count.optional(),
  disableCancelling: z.boolean().optional(),
  minimumRescheduleNoticeMinutes: count.optional(),
  bookerActiveLimit: count.optional(),
  bookerLimitOffersMove: z.boolean().optional(),
  hidden: z.boolean().optional(),
});
const attendee = z.strictObject({
  name: z.string(),
  email: z.string(),
  phoneNumber: z.string().optional(),
  timeZone,
});
const booking = z
  .strictObject({
    uid: z.string().min(1),
    eventTypeId: id,
    hostId: id.optional(),
    start: instantText,
    end: instantText.optional(),
    status: z.enum(['accepted', 'pending', 'cancelled', 'rejected']).optional(),
    attendee,
    metadata: z.record(z.string(), z.string()).optional(),
    rescheduledToUid: z.string().optional(),
    seriesUid: text.optional(),
  })
  .refine(endsAfterStart, endProblem);
const externalEntry = z
  .strictObject({ hostId: id, start: instantText, end: instantText, title: z.string().optional() })
  .refine(endsAfterStart, endProblem);
/** `times` is how many requests it meets; all unless given. */
export const plannedRefusal = z.strictObject({
  name: z.enum(refusalNames),
  method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']).optional(),
  path: text.optional(),
  times: minutes.optional(),
});
/** The scenario file's key `calcom`. */
export const calcom: z.ZodType<CalcomWorld> = z.strictObject({
  hosts: z.array(host),
  eventTypes: z.array(eventType),
  bookings: z.array(booking),
  external: z.array(externalEntry),
  attendeeRules: z
    .array(z.strictObject({ email: text, rule: z.enum(['denied', 'login_required', 'watch_listed']) }))
    .optional(),
  refusals: z.array(plannedRefusal).optional(),
});
