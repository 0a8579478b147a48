// The Cal.com look-alike's data: what a scenario file describes, and what the running look-alike holds.

import type { RefusalName } from './named-refusals.ts';

/** The sandbox's time; the look-alike reads no other. */
export interface Clock {
  now(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface WorkingHours {
  /** 1 = Monday … 7 = Sunday. */
  days: number[];
  /** `HH:MM` in the host's time zone. */
  from: string;
  to: string;
}

/** One Cal.com user with a calendar. Two calendars of one human are two hosts. */
export interface Host {
  id: number;
  name: string;
  email: string;
  /** Default Europe/Berlin. */
  timeZone?: string | undefined;
  /** Default Monday to Saturday, 08:00 to 20:00. */
  workingHours?: WorkingHours[] | undefined;
  /** The host's own key; it sees and may do what this host may. */
  apiKey?: string | undefined;
  apiKeyExpired?: boolean | undefined;
  /** The external calendar cannot be read: the host looks busy all the time. */
  calendarBroken?: boolean | undefined;
  /** What the provider of the calendar app says when a booking is to be written there. */
  calendarAppError?: string | undefined;
  /** The user's account is gone; event types and bookings still name it. */
  deleted?: boolean | undefined;
}

/** One field of the booking form that Cal.com does not have by itself. */
export interface BookingField {
  slug: string;
  type: 'text' | 'textarea' | 'number' | 'boolean' | 'select' | 'radio' | 'multiselect' | 'checkbox';
  required?: boolean | undefined;
  /** What can be chosen; default anything. */
  options?: string[] | undefined;
}

/** Where a booking may take place; `integration` with the type of that name. */
export interface EventLocation {
  type: string;
  integration?: string | undefined;
}

export type SchedulingType = 'individual' | 'roundRobin' | 'collective' | 'managed';

export interface EventType {
  id: number;
  title: string;
  lengthInMinutes: number;
  hostIds: number[];
  /** Default 15. */
  slotIntervalMinutes?: number | undefined;
  /** Default 0. */
  minimumNoticeMinutes?: number | undefined;
  /** Calendar days from today that can be booked; default no limit. */
  windowDays?: number | undefined;
  /** Default individual. */
  schedulingType?: SchedulingType | undefined;
  requiresConfirmation?: boolean | undefined;
  /** A pending booking takes the slot; default false. */
  confirmationBlocksSlot?: boolean | undefined;
  bufferBeforeMinutes?: number | undefined;
  bufferAfterMinutes?: number | undefined;
  /** The attendee's phone is shown, and therefore checked; default hidden. */
  phoneFieldVisible?: boolean | undefined;
  /** Implies that it is visible. */
  phoneFieldRequired?: boolean | undefined;
  /** The number for text reminders: shown, and therefore checked, or demanded; default absent. */
  smsField?: 'optional' | 'required' | undefined;
  /** Default required. Without an address Cal.com makes one of the phone number. */
  emailField?: 'required' | 'optional' | 'hidden' | undefined;
  /** Addresses or domains that alone may book; default all. */
  allowedEmails?: string[] | undefined;
  /** Addresses or domains that may not book. */
  deniedEmails?: string[] | undefined;
  /** Fields of its own. */
  fields?: BookingField[] | undefined;
  /** What `lengthInMinutes` of a booking may be; default only the event type's. */
  lengthOptions?: number[] | undefined;
  /** Default none to choose. */
  locations?: EventLocation[] | undefined;
  /** Only its hosts and admins may book it. */
  requiresAuthentication?: boolean | undefined;
  /** How many attendees share one booking; default one, without seats. */
  seats?: number | undefined;
  /** Bookings come in series; contradicts `seats`. */
  recurring?: boolean | undefined;
  /** What is missing of the payment that it demands. */
  paymentLacks?: 'credential' | 'app_id' | undefined;
  /** Of a round robin: hosts whom nobody replaces. */
  fixedHostIds?: number[] | undefined;
  /** Of a round robin; default 1. */
  roundRobinGroups?: number | undefined;
  /** The booker has to prove the e-mail address by a code. */
  requiresEmailVerification?: boolean | undefined;
  bookingLimitPerDay?: number | undefined;
  /** Minutes of accepted bookings that a day takes. */
  durationLimitPerDay?: number | undefined;
  disableCancelling?: boolean | undefined;
  /** How long before its start a booking can still be moved by others than its host; default 0. */
  minimumRescheduleNoticeMinutes?: number | undefined;
  /** How many accepted bookings to come one address may have. */
  bookerActiveLimit?: number | undefined;
  /** The refusal over that limit names the booking that can be moved instead. */
  bookerLimitOffersMove?: boolean | undefined;
  hidden?: boolean | undefined;
}

export type BookingStatus = 'accepted' | 'pending' | 'cancelled' | 'rejected';

export interface WorldBooking {
  uid: string;
  eventTypeId: number;
  /** Default the event type's first host. */
  hostId?: number | undefined;
  /** ISO 8601 with offset. */
  start: string;
  /** Default start + the event type's length. */
  end?: string | undefined;
  status?: BookingStatus | undefined;
  attendee: {
    name: string;
    email: string;
    phoneNumber?: string | undefined;
    timeZone?: string | undefined;
  };
  metadata?: Record<string, string> | undefined;
  rescheduledToUid?: string | undefined;
  /** The uid that all bookings of one series share. */
  seriesUid?: string | undefined;
}

/** What Cal.com holds against an address, whatever the event type. */
export interface AttendeeRule {
  email: string;
  /**
   * `denied`: nobody may use it; `login_required`: only its owner, or who has the code that was mailed;
   * `watch_listed`: taken for spam, which Cal.com does not say.
   */
  rule: 'denied' | 'login_required' | 'watch_listed';
}

/** A refusal that no data leads to, for the requests it meets. */
export interface PlannedRefusal {
  name: RefusalName;
  /** Default every method. */
  method?: string | undefined;
  /** A part of the path; default every path. */
  path?: string | undefined;
  /** How many requests; default all. */
  times?: number | undefined;
}

/** An entry in the host's own calendar that Cal.com knows only as busy time. */
export interface ExternalEntry {
  hostId: number;
  /** ISO 8601 with offset. */
  start: string;
  end: string;
  title?: string | undefined;
}

/** The scenario file's key `calcom`. */
export interface CalcomWorld {
  hosts: Host[];
  eventTypes: EventType[];
  bookings: WorldBooking[];
  external: ExternalEntry[];
  attendeeRules?: AttendeeRule[] | undefined;
  refusals?: PlannedRefusal[] | undefined;
}

export interface Attendee {
  name: string;
  email: string;
  timeZone: string;
  language: string;
  phoneNumber: string | null;
}

/** One attendee's place in a booking that several share. */
export interface Seat {
  uid: string;
  attendee: Attendee;
}

export interface StoredBooking {
  id: number;
  uid: string;
  eventTypeId: number;
  /** The organizer. */
  hostId: number;
  /** The other hosts of a collective booking; their time is taken too. */
  coHostIds: number[];
  title: string;
  status: BookingStatus;
  start: Date;
  end: Date;
  /** Of a booking with seats the first one's. */
  attendee: Attendee;
  /** Empty unless the event type has seats. */
  seats: Seat[];
  seriesUid: string | null;
  guests: string[];
  metadata: Record<string, string>;
  cancellationReason: string | null;
  cancelledByEmail: string | null;
  reschedulingReason: string | null;
  rescheduledByEmail: string | null;
  rescheduledFromUid: string | null;
  rescheduledToUid: string | null;
  createdAt: Date;
  updatedAt: Date | null;
}

/** Who wants to be told of bookings, and where. */
export interface Webhook {
  id: string;
  /** The owner of the key that registered it. */
  ownerId: number;
  /** Null when it stands at the owner and not at an event type. */
  eventTypeId: number | null;
  subscriberUrl: string;
  triggers: string[];
  active: boolean;
  secret: string | null;
}

/** What the look-alike holds now. Tests may read and edit it in process; the next request sees the edit. */
export interface CalcomState {
  hosts: Host[];
  eventTypes: EventType[];
  bookings: StoredBooking[];
  external: ExternalEntry[];
  webhooks: Webhook[];
  attendeeRules: AttendeeRule[];
}
