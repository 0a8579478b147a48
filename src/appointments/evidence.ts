import { z } from 'zod';

/**
 * What can stand in the way of an appointment at its time:
 * `another_appointment` another of ours with the same person; `same_person` the same, in the person's other calendar;
 * `other_booking` a booking that is not ours; `external` an entry in the person's own calendar; `busy` something,
 * nobody can tell what; `host_calendar` the calendar cannot be read; `outside_hours` and `notice` (not offered then,
 * or not at such short notice), `window` (too far ahead), `no_slots` (nothing is offered all day).
 */
export const conflictCauses = [
  'another_appointment',
  'same_person',
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
  from?: string | undefined;
  to?: string | undefined;
}

/** Everything that was found, what weighs most first. */
export type Evidence = Finding[];

const instant = z.iso.datetime({ offset: true }).optional();
const evidence = z
  .array(
    z.object({
      cause: z.enum(conflictCauses),
      appointmentId: z.int().optional(),
      from: instant,
      to: instant,
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
