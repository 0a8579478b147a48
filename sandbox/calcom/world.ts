// The Cal.com look-alike's data: what a scenario file describes, and what the running look-alike holds.

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
  /** Slugs of text fields of its own that the booker has to fill in. */
  requiredFields?: string[] | undefined;
  /** The booker has to prove the e-mail address by a code. */
  requiresEmailVerification?: boolean | undefined;
  bookingLimitPerDay?: number | undefined;
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
}

export interface Attendee {
  name: string;
  email: string;
  timeZone: string;
  language: string;
  phoneNumber: string | null;
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
  attendee: Attendee;
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
}
