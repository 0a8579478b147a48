/** What people did by their own hand, in Slack and in Cal.com's own pages, as far as it explains what is found in the end. */
export interface Deeds {
  /** Somebody asked in Slack that an appointment be tried or booked again. */
  asked: { appointmentId: number; atMs: number }[];
  /** The bookings that somebody made in Cal.com by moving one. */
  moved: Set<string>;
  /** The bookings that somebody handed over in Cal.com, by the host they had before the first time. */
  handedOver: Map<string, number>;
  /** The bookings that somebody cancelled in Cal.com, by when. */
  cancelled: Map<string, number>;
}

export function noDeeds(): Deeds {
  return { asked: [], moved: new Set(), handedOver: new Map(), cancelled: new Map() };
}
