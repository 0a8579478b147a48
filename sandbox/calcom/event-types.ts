// GET /v2/event-types (2024-06-14) and GET /v2/me.

import { type Answer, refused, success } from './answers.ts';
import type { Backend, Call } from './call.ts';
import { numericParam } from './change-booking.ts';
import type { CalcomState, EventType, Host } from './world.ts';
import { findEventType, hostsOf, slugOf, TEAM_ID } from './world-lookup.ts';

/** All of them with a key; without one only what `username` offers. */
export function listEventTypes({ state }: Backend, { query, caller }: Call): Answer {
  const username = query.get('username');
  const slug = query.get('eventSlug');
  const shown = state.eventTypes.filter((eventType) => {
    const isHosted = hostsOf(state, eventType).some(({ name }) => slugOf(name) === username);
    const isAsked = username === null ? caller !== undefined : isHosted && !eventType.hidden;
    return isAsked && (slug === null || slugOf(eventType.title) === slug);
  });
  return success(
    200,
    shown.map((eventType) => showEventType(state, eventType)),
  );
}

export function getEventType({ state }: Backend, { params }: Call): Answer {
  const id = numericParam(params[0]);
  const eventType = findEventType(state, id);
  if (!eventType) throw refused(404, `Event type with id ${id} not found`);
  return success(200, showEventType(state, eventType));
}

function showEventType(state: CalcomState, eventType: EventType): object {
  const slug = slugOf(eventType.title);
  const {
    windowDays,
    bookingLimitPerDay,
    requiresConfirmation,
    confirmationBlocksSlot = false,
    disableCancelling = false,
  } = eventType;
  return {
    id: eventType.id,
    lengthInMinutes: eventType.lengthInMinutes,
    ...(eventType.lengthOptions && { lengthInMinutesOptions: eventType.lengthOptions }),
    title: eventType.title,
    slug,
    description: '',
    locations: eventType.locations ?? [],
    bookingFields: bookingFields(eventType),
    disableGuests: false,
    slotInterval: eventType.slotIntervalMinutes ?? 15,
    minimumBookingNotice: eventType.minimumNoticeMinutes ?? 0,
    beforeEventBuffer: eventType.bufferBeforeMinutes ?? 0,
    afterEventBuffer: eventType.bufferAfterMinutes ?? 0,
    recurrence: null,
    metadata: {},
    price: 0,
    currency: 'eur',
    lockTimeZoneToggleOnBookingPage: false,
    seatsPerTimeSlot: eventType.seats ?? null,
    forwardParamsSuccessRedirect: null,
    successRedirectUrl: null,
    isInstantEvent: false,
    scheduleId: null,
    bookingLimitsCount: bookingLimitPerDay === undefined ? { disabled: true } : { day: bookingLimitPerDay },
    bookingWindow:
      windowDays === undefined
        ? { disabled: true }
        : { type: 'calendarDays', value: windowDays, rolling: false },
    confirmationPolicy: requiresConfirmation
      ? { type: 'always', blockUnconfirmedBookingsInBooker: confirmationBlocksSlot }
      : { disabled: true },
    requiresBookerEmailVerification: eventType.requiresEmailVerification ?? false,
    hidden: eventType.hidden ?? false,
    bookingRequiresAuthentication: eventType.requiresAuthentication ?? false,
    disableCancelling: { disabled: disableCancelling },
    ...owners(state, eventType),
    bookingUrl: `https://cal.com/${slugOf(hostsOf(state, eventType)[0]?.name ?? 'team')}/${slug}`,
  };
}

/** A team's event type lists hosts and how they share it, an individual one its owner under `users`. */
function owners(state: CalcomState, eventType: EventType): object {
  const hosts = hostsOf(state, eventType);
  const { schedulingType = 'individual' } = eventType;
  if (schedulingType !== 'individual') {
    return {
      teamId: TEAM_ID,
      schedulingType,
      assignAllTeamMembers: false,
      hosts: hosts.map(({ id, name }) => ({ userId: id, name, username: slugOf(name), avatarUrl: null })),
    };
  }
  return { ownerId: hosts[0]?.id ?? null, users: hosts.map(showUser) };
}

function showUser({ id, name }: Host): object {
  return { id, name, username: slugOf(name), avatarUrl: null, metadata: {} };
}

function bookingFields(eventType: EventType): object[] {
  const { phoneFieldVisible, phoneFieldRequired, emailField = 'required', smsField, fields = [] } = eventType;
  const isPhoneRequired = phoneFieldRequired === true;
  const shown = (slug: string, type: string, label: string) => ({ type, slug, label, placeholder: '' });
  return [
    { isDefault: true, ...shown('name', 'name', 'your_name'), required: true },
    {
      isDefault: true,
      ...shown('email', 'email', 'email_address'),
      required: emailField === 'required',
      hidden: emailField === 'hidden',
    },
    {
      isDefault: false,
      ...shown('attendeePhoneNumber', 'phone', 'phone_number'),
      required: isPhoneRequired,
      hidden: !phoneFieldVisible && !isPhoneRequired,
    },
    ...(smsField
      ? [
          {
            isDefault: false,
            ...shown('smsReminderNumber', 'phone', 'number_text_notifications'),
            required: smsField === 'required',
            hidden: false,
          },
        ]
      : []),
    ...fields.map(({ slug, type, required = false, options }) => ({
      isDefault: false,
      ...shown(slug, type, slug),
      required,
      hidden: false,
      ...(options && { options }),
    })),
  ];
}

export function getMe(_backend: Backend, { caller }: Call): Answer {
  return success(200, {
    id: caller?.id,
    username: caller?.username,
    name: caller?.name,
    email: caller?.email,
    timeZone: caller?.timeZone,
    avatarUrl: null,
    bio: null,
    timeFormat: 24,
    defaultScheduleId: null,
    weekStart: 'Monday',
    organizationId: null,
  });
}
