import type { Situation } from './situation.ts';

/**
 * What one task mends for several failed appointments: an event type in Cal.com, a service that is not mapped to one,
 * the calendar of a staff member that cannot be read, the contact of a customer, the key for Cal.com.
 */
export type ClusterTask = 'event_type' | 'unmapped_service' | 'host_calendar' | 'contact' | 'key';

/** Failures that share a cause. */
export interface Cluster {
  task: ClusterTask;
  /** Of the event type, the service or the staff member; null for a contact, whose name stays here, and for the key. */
  name: string | null;
  count: number;
  /** The first of them, in the order given. */
  appointmentIds: number[];
}

export type ClusteredFailure = Pick<
  Situation,
  'record' | 'appointment' | 'eventTypeId' | 'serviceName' | 'staffName'
>;

const SHOWN_IDS_MAX = 3;

/** The failures that one task mends, two at least each, the task that mends most first. */
export function clustersOf(failures: ClusteredFailure[]): Cluster[] {
  const found = new Map<string, Cluster>();
  for (const failure of failures) {
    const shared = sharedCause(failure);
    if (shared === null) continue;
    const { task, key, name } = shared;
    const cluster = found.get(`${task} ${key}`) ?? { task, name, count: 0, appointmentIds: [] };
    found.set(`${task} ${key}`, cluster);
    cluster.count += 1;
    if (cluster.count <= SHOWN_IDS_MAX) cluster.appointmentIds.push(failure.record.appointmentId);
  }
  return [...found.values()]
    .filter(({ count }) => count > 1)
    .toSorted((one, other) => other.count - one.count);
}

interface SharedCause {
  task: ClusterTask;
  key: number | string;
  name: string | null;
}

/** The cause that others may have, too; null for one that is the appointment's own. */
function sharedCause({
  record,
  appointment,
  eventTypeId,
  serviceName,
  staffName,
}: ClusteredFailure): SharedCause | null {
  if (appointment === null) return null;
  const { customerId, serviceId, staffId } = appointment;
  switch (record.failureKind) {
    case 'event_type_missing':
    case 'event_type_rejected':
    case 'unsupported':
      return eventTypeId === null
        ? { task: 'unmapped_service', key: serviceId, name: serviceName ?? `#${serviceId}` }
        : { task: 'event_type', key: eventTypeId, name: String(eventTypeId) };
    case 'contact_invalid':
    case 'attendee_blocked':
      return { task: 'contact', key: customerId, name: null };
    case 'unauthorized':
      return { task: 'key', key: '', name: null };
    case 'host_conflict': {
      const isUnreadable = record.failureEvidence?.[0]?.cause === 'host_calendar';
      return isUnreadable && staffId !== null
        ? { task: 'host_calendar', key: staffId, name: staffName ?? staffId }
        : null;
    }
    default:
      return null;
  }
}
