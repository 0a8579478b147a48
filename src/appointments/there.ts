import { toSqlInstant } from '../instant.ts';

/**
 * A visit as Cal.com has it: what stands there while both sides differ, or what stood there until it was cancelled.
 * `staffId` is null when nobody of ours stands for the host.
 */
export interface There {
  uid: string;
  serviceId: number;
  staffId: string | null;
  hostId: number | null;
  hostName: string | null;
  startsAtText: string;
  eventTypeId: number;
  isCancelled: boolean;
  /** Of what was cancelled: what the row said when that was found, if it was not the same. */
  rowThen?: { serviceId: number; staffId: string | null; startsAtText: string };
}

export function thereText(there: There): string {
  return JSON.stringify(there);
}

export function readThere(text: string | null): There | null {
  return text === null ? null : JSON.parse(text);
}

/** What an appointment is, as far as Cal.com shows it. */
export interface Place {
  serviceId: number;
  staffId: string | null;
  startsAt: Date;
}

export function isSamePlace(one: Place, other: Place): boolean {
  return (
    one.serviceId === other.serviceId &&
    one.staffId === other.staffId &&
    toSqlInstant(one.startsAt) === toSqlInstant(other.startsAt)
  );
}
