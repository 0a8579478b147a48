import type { EventType } from '../../calcom/client.ts';
import type { Db } from '../../database.ts';
import { type Finding, failed, ok, type Trouble, warning } from '../../finding.ts';
import { listed } from './listed.ts';

export interface MapEntry {
  eventTypeId: number;
  serviceId: number;
  staffId: string;
  /** Null when there is no such person. */
  staffName: string | null;
  /** Null when there is no such service. */
  durationMinutes: number | null;
}

export async function readMap(db: Db): Promise<MapEntry[]> {
  const rows = await db('calcom_event_map as m')
    .leftJoin('services as se', 'se.id', 'm.service_id')
    .leftJoin('staff as st', 'st.id', 'm.staff_id')
    .orderBy(['m.event_type_id', 'm.service_id', 'm.staff_id'])
    .select('m.event_type_id', 'm.service_id', 'm.staff_id', 'se.duration_minutes', 'st.name');
  return rows.map((row) => ({
    eventTypeId: Number(row.event_type_id),
    serviceId: Number(row.service_id),
    staffId: String(row.staff_id),
    staffName: row.name,
    durationMinutes: row.duration_minutes === null ? null : Number(row.duration_minutes),
  }));
}

// Beside name and e-mail, which every booking has, and the reason that every move has.
const SENT = new Set(['name', 'email', 'rescheduleReason']);
const PHONE = 'attendeePhoneNumber';

/** Whether the bot can book each of these event types. */
export function checkEventTypes(eventTypes: EventType[], map: MapEntry[]): Finding[] {
  const those = (fits: (eventType: EventType) => boolean) => eventTypes.filter(fits);
  return [
    finding('calcom.managed', those(isManaged), 'No event type is the parent of managed ones.', (ids) => ({
      what: `Event types in the map are parents of managed ones: ${ids}.`,
      why: 'Cal.com books only the children that it makes of them, one for each member.',
      remedy: "Put each member's own (child) event type into calcom_event_map.",
    })),
    finding('calcom.hosts', those(hasNoHost), 'Every event type has a host.', (ids) => ({
      what: `Event types without a host: ${ids}.`,
      why: 'Cal.com books nobody for them.',
      remedy: 'Add a host to each in Cal.com, or correct event_type_id in calcom_event_map.',
    })),
    ...checkFields(eventTypes),
    finding('calcom.verification', those(wantsCode), 'No event type asks for a code.', (ids) => ({
      what: `Event types that make the customer prove the e-mail address by a code: ${ids}.`,
      why: 'Cal.com refuses every booking of the bot, which has no such code.',
      remedy: 'Turn off the e-mail verification of the booker in these event types.',
    })),
    checkLengths(eventTypes, map),
    checkShared(eventTypes, map),
  ];
}

const isManaged = ({ schedulingType }: EventType) => schedulingType?.toLowerCase() === 'managed';
const hasNoHost = (eventType: EventType) => !isManaged(eventType) && eventType.hosts.length === 0;
const wantsCode = ({ requiresBookerEmailVerification }: EventType) => requiresBookerEmailVerification;

function finding(check: string, odd: EventType[], well: string, trouble: (ids: string) => Trouble): Finding {
  return odd.length === 0 ? ok(check, well) : failed(check, trouble(listed(odd.map(({ id }) => id))));
}

function checkFields(eventTypes: EventType[]): Finding[] {
  const found = [...unsentFields(eventTypes), ...requiredPhones(eventTypes), ...hiddenEmails(eventTypes)];
  return found.length === 0 ? [ok('calcom.fields', 'Every field that must be filled in is sent.')] : found;
}

/** One for each field, whatever number of event types asks for it. */
function unsentFields(eventTypes: EventType[]): Finding[] {
  const askedBy = new Map<string, number[]>();
  for (const { id, bookingFields } of eventTypes)
    for (const { slug, required, hidden } of bookingFields)
      if (required && !hidden && slug !== PHONE && !SENT.has(slug))
        askedBy.set(slug, [...(askedBy.get(slug) ?? []), id]);
  return [...askedBy].map(([slug, ids]) =>
    failed('calcom.fields', {
      what: `Event types that require the booking field "${slug}": ${listed(ids)}.`,
      why: 'The bot does not know what to fill in, so Cal.com refuses every booking.',
      remedy: 'Make the field optional in these event types, or hide it.',
    }),
  );
}

function requiredPhones(eventTypes: EventType[]): Finding[] {
  const odd = eventTypes.filter(({ bookingFields }) =>
    bookingFields.some(({ slug, required, hidden }) => slug === PHONE && required && !hidden),
  );
  if (odd.length === 0) return [];
  return [
    warning('calcom.fields', {
      what: `Event types that require a phone number: ${listed(odd.map(({ id }) => id))}.`,
      why: 'Customers without a valid phone number cannot be booked, and end as alerts.',
      remedy: 'Make the field attendeePhoneNumber optional in these event types.',
    }),
  ];
}

function hiddenEmails(eventTypes: EventType[]): Finding[] {
  const odd = eventTypes.filter(({ bookingFields }) =>
    bookingFields.some(({ slug, hidden }) => slug === 'email' && hidden),
  );
  if (odd.length === 0) return [];
  return [
    failed('calcom.fields', {
      what: `Event types that hide the e-mail field: ${listed(odd.map(({ id }) => id))}.`,
      why: 'Cal.com replaces the e-mail that the bot sends, so the bot cannot find its booking again.',
      remedy: 'Show the e-mail field in these event types.',
    }),
  ];
}

function checkLengths(eventTypes: EventType[], map: MapEntry[]): Finding {
  const name = 'calcom.length';
  const odd = map.flatMap(({ eventTypeId, serviceId, durationMinutes }) => {
    const length = eventTypes.find(({ id }) => id === eventTypeId)?.lengthInMinutes;
    if (length === undefined || durationMinutes === null || length === durationMinutes) return [];
    return [`${eventTypeId} (${length} min, service ${serviceId} ${durationMinutes} min)`];
  });
  if (odd.length === 0) return ok(name, 'Event types last as long as their services.');
  return warning(name, {
    what: `Event types last longer or shorter than their services: ${listed([...new Set(odd)])}.`,
    why: 'Cal.com keeps too little or too much time free, and appointments may overlap.',
    remedy: 'Give event type and service the same length.',
  });
}

/** Two staff records of one name are one human, with one calendar or two. */
function checkShared(eventTypes: EventType[], map: MapEntry[]): Finding {
  const name = 'calcom.shared';
  const odd = eventTypes
    .filter(({ hosts }) => hosts.length === 1)
    .map(({ id }) => ({ id, names: namesOf(map.filter(({ eventTypeId }) => eventTypeId === id)) }))
    .filter(({ names }) => names.length > 1);
  if (odd.length === 0) return ok(name, 'No event type of one host stands for several people.');
  return warning(name, {
    what: `Event types with one host that stand for several people in the map: ${listed(
      odd.map(({ id, names }) => `${id} (${names.join(', ')})`),
    )}.`,
    why: 'Whoever of them a customer wants, Cal.com books that host, in that calendar.',
    remedy: 'Put an event type of each person into calcom_event_map.',
  });
}

function namesOf(entries: MapEntry[]): string[] {
  const names = entries.flatMap(({ staffName }) => (staffName === null ? [] : [staffName.trim()]));
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}
