import { z } from 'zod';

/**
 * What can stand in the way of an appointment at its time:
 * `another_appointment` another of ours with the same person; `same_person` the same, in the person's other calendar;
 * `own_booking` a booking of this very appointment that its record does not know; `orphan` a booking of ours whose
 * appointment is cancelled or gone; `other_installation` a booking of another such bot; `other_booking` a booking that
 * is nobody's of ours; `external` an entry in the person's own calendar; `busy` something, nobody can tell what;
 * `host_calendar` the calendar cannot be read, or nothing is offered for many days; `outside_hours` and `notice` (not
 * offered then, or not at such short notice), `window` (too far ahead), `no_slots` (nothing is offered all day).
 */
export const conflictCauses = [
  'another_appointment',
  'same_person',
  'own_booking',
  'orphan',
  'other_installation',
  'other_booking',
  'external',
  'busy',
  'host_calendar',
  'outside_hours',
  'notice',
  'window',
  'no_slots',
] as const;
export type ConflictCause = (typeof conflictCauses)[number];

/**
 * One cause and what shows it: the appointment in the way, and from when to when it is so. Of an open range only one
 * end is known. ISO 8601 in the salon's zone, so that the wall time can be read from the text. Nobody's name.
 */
export interface Finding {
  cause: ConflictCause;
  appointmentId?: number | undefined;
  /** A booking that nothing of ours wants: it can be cancelled. */
  bookingUid?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** The event type's rule: its notice in minutes, its window in days. */
  minutes?: number | undefined;
  days?: number | undefined;
}

/** Everything that was found, what weighs most first. */
export type Evidence = Finding[];

const instant = z.iso.datetime({ offset: true }).optional();
const evidence = z
  .array(
    z.object({
      cause: z.enum(conflictCauses),
      appointmentId: z.int().optional(),
      bookingUid: z.string().optional(),
      from: instant,
      to: instant,
      minutes: z.number().optional(),
      days: z.number().optional(),
    }),
  )
  .min(1);

/** The evidence as the database holds it; null when there is none, or none that can be read. */
export function readEvidence(text: string | null): Evidence | null {
  if (text === null) return null;
  try {
    return evidence.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function evidenceText(found: Evidence): string | null {
  return found.length === 0 ? null : JSON.stringify(found);
}
