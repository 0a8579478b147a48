// Which event type a create means, and whether this caller can book it this way at all.

import { refused, refusedBare } from './answers.ts';
import type { Fields } from './body-rules.ts';
import type { Caller } from './call.ts';
import type { CalcomState, EventType } from './world.ts';
import { findEventType, hostsOf, isTeamEvent, slugOf, TEAM_ID } from './world-lookup.ts';

/** Throws the Refusal of an event type that is unknown, or that cannot be booked so. */
export function bookableEventType(state: CalcomState, body: Fields, caller: Caller | undefined): EventType {
  const eventType = namedEventType(state, body);
  const { id, hostIds, paymentLacks } = eventType;
  if (eventType.schedulingType === 'managed') {
    throw refused(
      400,
      `Event type with id=${id} is the parent managed event type that can't be booked. You have ` +
        'to provide the child event type id aka id of event type that has been assigned to one of the users.',
    );
  }
  if (eventType.requiresAuthentication) checkAuthentication(eventType, caller);
  if (isTeamEvent(eventType) && hostIds.length === 0) {
    throw refused(
      422,
      "Can't book this team event type because it has no hosts. Please, add at least 1 host to event type " +
        `with id=${id} belonging to team with id=${TEAM_ID} and try again.`,
    );
  }
  checkLength(body.lengthInMinutes, eventType);
  checkLocation(body.location, eventType);
  if (hostsOf(state, eventType).length === 0) throw refusedBare(404, 'eventTypeUser.notFound');
  if (eventType.recurring && eventType.seats !== undefined)
    throw refusedBare(400, 'recurring_event_seats_error');
  if (paymentLacks) throw refusedBare(400, `missing_payment_${paymentLacks}_error`);
  return eventType;
}

function namedEventType(state: CalcomState, body: Fields): EventType {
  if (body.eventTypeId) {
    const eventType = findEventType(state, body.eventTypeId as number);
    if (!eventType) throw refused(404, `Event type with id ${body.eventTypeId} not found.`);
    return eventType;
  }
  if (!body.username) throw refused(404, `Team with slug ${body.teamSlug} not found`);
  const host = state.hosts.find(({ name }) => slugOf(name) === body.username);
  if (!host) throw refused(404, `User with username ${body.username} not found`);
  const eventType = state.eventTypes.find(
    (candidate) =>
      !isTeamEvent(candidate) &&
      candidate.hostIds[0] === host.id &&
      slugOf(candidate.title) === body.eventTypeSlug,
  );
  if (!eventType) {
    throw refused(
      404,
      `Event type with slug ${body.eventTypeSlug} belonging to user ${body.username} not found.`,
    );
  }
  return eventType;
}

function checkAuthentication({ hostIds }: EventType, caller: Caller | undefined): void {
  if (!caller) {
    throw refused(
      401,
      'checkBookingRequiresAuthentication - request must be authenticated by passing credentials belonging ' +
        'to event type owner, host or team or org admin or owner.',
    );
  }
  if (caller.isAdmin || hostIds.includes(caller.id)) return;
  throw refused(
    403,
    'checkBookingRequiresAuthentication - user is not authorized to access this event type. User has to be ' +
      'either event type owner, host, team admin or owner or org admin or owner.',
  );
}

function checkLength(length: unknown, { lengthOptions }: EventType): void {
  if (length === undefined || length === null) return;
  if (!lengthOptions) {
    throw refused(
      400,
      "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, " +
        "remove the 'lengthInMinutes' field from the request.",
    );
  }
  if (lengthOptions.includes(length as number)) return;
  throw refused(
    400,
    "Provided 'lengthInMinutes' is not one of the possible lengths for the event type. The possible lengths " +
      `are: ${lengthOptions.join(', ')}`,
  );
}

/** A location that is a text passes, as it does in Cal.com for the sake of older clients. */
function checkLocation(location: unknown, { id, locations = [] }: EventType): void {
  if (typeof location !== 'object' || location === null) return;
  const { type, integration } = location as { type?: unknown; integration?: unknown };
  const types = locations.map((each) => each.type);
  if (!types.includes(type as string)) {
    throw refused(
      400,
      `Booking location with type ${type} not valid for event type with id=${id}. The event type has ` +
        `following location types: ${types.join(', ')}, and only these types are allowed for booking location.`,
    );
  }
  const integrations = locations.flatMap((each) => each.integration ?? []);
  if (type !== 'integration' || integration === undefined || integrations.includes(integration as string))
    return;
  throw refused(
    400,
    `Booking location with integration ${integration} not valid for event type with id=${id}. The event type ` +
      `has following integrations: ${integrations.join(', ')}, and only these integrations are allowed for ` +
      'booking location.',
  );
}
