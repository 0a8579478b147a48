import type { Seen } from './seen.ts';

/** The groups in the order in which they run. */
export const planGroups = [
  'past',
  'no_staff',
  'duplicates',
  'no_event_type',
  'placeholder',
  'adopt',
  'changed',
  'wake',
  'ambiguous',
  'orphans',
] as const;
export type PlanGroupName = (typeof planGroups)[number];

/** One thing that a plan does, with the values that it was made from. */
export interface PlanItem {
  /** Of an orphan: the appointment that the booking names, which may be gone. */
  appointmentId: number;
  /** Null for an orphan. */
  seen: Seen | null;
  /** A booking in Cal.com: what the import found, or the orphan. */
  bookingUid: string | null;
  startsAt: Date;
  /** Ticked unless somebody names groups: nobody can come because of it. */
  isDefault: boolean;
}

export interface PlanGroup {
  name: PlanGroupName;
  items: PlanItem[];
  /** Cal.com could not be asked, so nobody knows what belongs here. */
  isUnknown?: boolean;
}
