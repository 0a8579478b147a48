import { DateTime } from 'luxon';
import type { Evidence, Finding } from '../appointments/evidence.ts';
import type { Period } from '../appointments/open-visits.ts';
import type { EventType } from '../calcom/client.ts';
import { MINUTE } from '../instant.ts';
import { type BookingBounds, boundsOf, daysAheadOf, wholeDaysWithin } from './booking-bounds.ts';
import { earlier, freePeriods, gridMs, later, lengthMs, meets, type Offered, without } from './free-time.ts';
import type { FailureHint } from './refusals.ts';
import { usualHours } from './usual-hours.ts';

/** A booking or an open appointment in a calendar of the person. */
export interface TakenTime extends Period {
  /** Null: not ours. */
  appointmentId: number | null;
  /** In the calendar of another staff record of the same human. */
  isOtherCalendar: boolean;
  /** A booking that nothing of ours wants: of this very appointment, or of one that is closed or gone. */
  leftover?: { uid: string; of: 'own_booking' | 'orphan' };
  isOtherInstallation?: boolean;
  /** It waits for the host's yes, and mostly takes no time until then. */
  isTentative?: boolean;
}

/** What can be seen around a visit that is refused; null where nobody answered. */
export interface Sight {
  visit: Period;
  now: Date;
  timeZone: string;
  eventType: EventType | null;
  /** What its event type offers in the weeks around it. */
  offered: (Offered & { period: Period }) | null;
  /** What the person's event type for the shortest visits offers, since that shows the edges best. */
  finer: Offered | null;
  /** The bookings of the day. */
  bookings: TakenTime[] | null;
  /** Our own open appointments at that time, booked or not. */
  rivals: (TakenTime & { isBooked: boolean })[];
  /** The one of them that goes first. */
  blockerId: number | null;
  hint: FailureHint | null;
}

const FINDINGS_MAX = 6;
/** Nobody is booked out for so many days without a gap: rather can the calendar not be read. */
const SILENT_DAYS_MIN = 5;

/** The causes that can be shown, what weighs most first; nothing is said that the sight leaves open. */
export function findEvidence(sight: Sight): Evidence {
  const { rivals, blockerId, visit } = sight;
  const blockers = rivals.filter(({ appointmentId }) => appointmentId === blockerId);
  const waiting = rivals.filter(({ appointmentId }) => appointmentId !== blockerId);
  const bookings = (sight.bookings ?? []).filter((booking) => !booking.isTentative && meets(booking, visit));
  return unrepeated([
    ...blockers.map((rival) => takenFinding(rival, sight)),
    ...bookings.map((booking) => takenFinding(booking, sight)),
    ...offerFindings(sight),
    ...waiting.map((rival) => takenFinding(rival, sight)),
  ]).slice(0, FINDINGS_MAX);
}

function takenFinding(taken: TakenTime, { timeZone }: Sight): Finding {
  const { appointmentId, leftover, from, to } = taken;
  return {
    cause: takenCause(taken),
    appointmentId: appointmentId ?? undefined,
    ...(leftover && { bookingUid: leftover.uid }),
    from: textOf(from, timeZone),
    to: textOf(to, timeZone),
  };
}

function takenCause({ appointmentId, leftover, ...taken }: TakenTime): Finding['cause'] {
  if (leftover) return leftover.of;
  if (taken.isOtherCalendar) return 'same_person';
  if (appointmentId !== null) return 'another_appointment';
  return taken.isOtherInstallation ? 'other_installation' : 'other_booking';
}

function unrepeated(findings: Finding[]): Finding[] {
  return findings.filter(
    ({ appointmentId, bookingUid }, index) =>
      appointmentId === undefined ||
      findings.findIndex(
        (other) => other.appointmentId === appointmentId && other.bookingUid === bookingUid,
      ) === index,
  );
}

function textOf(instant: Date, zone: string): string {
  return (
    DateTime.fromJSDate(instant, { zone }).toISO({ suppressMilliseconds: true }) ?? instant.toISOString()
  );
}

/** What the offered times tell. */
function offerFindings(sight: Sight): Finding[] {
  const { visit, now, timeZone, eventType, offered, hint } = sight;
  if (hint === 'host_calendar') return [{ cause: 'host_calendar' }];
  const bounds = eventType ? boundsOf(eventType, { now, timeZone }) : { earliest: now, latest: null };
  const isTooSoon = visit.from < bounds.earliest;
  if (isTooSoon || hint === 'notice') {
    const minutes = eventType?.minimumBookingNotice || undefined;
    return [{ cause: 'notice', minutes, ...(isTooSoon && { from: textOf(bounds.earliest, timeZone) }) }];
  }
  if (bounds.latest && visit.from > bounds.latest) {
    const days = daysAheadOf(eventType) ?? undefined;
    return [{ cause: 'window', days, to: textOf(bounds.latest, timeZone) }];
  }
  return offered === null ? [] : dayFindings(sight, offered, bounds);
}

function dayFindings(sight: Sight, offered: NonNullable<Sight['offered']>, bounds: BookingBounds): Finding[] {
  const { visit, timeZone, finer } = sight;
  const day = DateTime.fromJSDate(visit.from, { zone: timeZone }).startOf('day');
  const whole = { from: day.toJSDate(), to: later(day.plus({ days: 1 }).toJSDate(), visit.to) };
  const ofDay = (offer: Offered) => ({
    ...offer,
    starts: offer.starts.filter((start) => start >= whole.from && start < whole.to),
  });
  const free = freePeriods([offered, ...(finer ? [finer] : [])].map(ofDay));
  const usual = usualHours(offered, day, bounds);
  if (free.length === 0 && usual?.is === 'closed') return [{ cause: 'outside_hours' }];
  const hours = usual?.is === 'open' ? widened(usual.hours, free) : null;
  const beyond: Finding[] =
    hours && (visit.from < hours.from || visit.to > hours.to)
      ? [{ cause: 'outside_hours', from: textOf(hours.from, timeZone), to: textOf(hours.to, timeZone) }]
      : [];
  if (free.length === 0) {
    const isSilent =
      offered.starts.length === 0 && wholeDaysWithin(offered.period, bounds, timeZone) >= SILENT_DAYS_MIN;
    const { from, to } = isSilent ? offered.period : whole;
    const cause = isSilent ? 'host_calendar' : 'no_slots';
    return [...beyond, { cause, from: textOf(from, timeZone), to: textOf(to, timeZone) }];
  }
  const gaps = without(whole, free).map((gap) => asKnown(gap, { whole, hours, earliest: bounds.earliest }));
  const toleranceMs = Math.max(gridMs(ofDay(offered)), TOLERANCE_MS_MIN);
  return [...beyond, ...gaps.flatMap((gap) => gapFindings(gap, sight, toleranceMs))];
}

/** What is free lies within the hours, whatever other weeks tell. */
function widened(hours: Period, free: Period[]): Period {
  const [first = hours, last = hours] = [free[0], free.at(-1)];
  return { from: earlier(hours.from, first.from), to: later(hours.to, last.to) };
}

/** Time in which nothing is offered. Where an end is not known, it may reach further or be closing time. */
interface Gap extends Period {
  isFromKnown: boolean;
  isToKnown: boolean;
  /** Within the usual hours, so that something must be going on. */
  isBusy: boolean;
}

/** A gap at the edge of a day, less what lies outside the usual hours and what nobody could book any more. */
function asKnown(
  gap: Period,
  { whole, hours, earliest }: { whole: Period; hours: Period | null; earliest: Date },
): Gap {
  const isHead = gap.from <= whole.from;
  const isTail = gap.to >= whole.to;
  const from = isHead && hours ? later(gap.from, hours.from) : gap.from;
  return {
    from,
    to: isTail && hours ? earlier(gap.to, hours.to) : gap.to,
    isFromKnown: (!isHead || hours !== null) && from >= earliest,
    isToKnown: !isTail || hours !== null,
    isBusy: hours !== null || (!isHead && !isTail),
  };
}

/** Buffers and the grid of starts keep so much around a booking from being offered. */
const TOLERANCE_MS_MIN = 30 * MINUTE;

function gapFindings(gap: Gap, sight: Sight, toleranceMs: number): Finding[] {
  const { visit, bookings, rivals, eventType, timeZone } = sight;
  if (!meets(gap, visit)) return [];
  const booked = [...(bookings ?? []), ...rivals.filter(({ isBooked }) => isBooked)].filter(
    (taken) => !taken.isOtherCalendar && !taken.isTentative && meets(taken, gap),
  );
  const open = without(gap, booked).filter(
    (piece) => meets(piece, visit) && (booked.length === 0 || lengthMs(piece) > toleranceMs),
  );
  if (open.length === 0) {
    const nearest = booked.toSorted((one, other) => distanceMs(one, visit) - distanceMs(other, visit))[0];
    return nearest && !meets(nearest, visit) ? [takenFinding(nearest, sight)] : [];
  }
  const isToldApart = gap.isBusy && bookings !== null && eventType?.hosts.length === 1;
  // What waits for a yes may take the time as well as an entry may.
  const isDoubtful = (piece: Period) =>
    bookings?.some((taken) => taken.isTentative && !taken.isOtherCalendar && meets(taken, piece));
  return open.map(({ from, to }) => ({
    cause: isToldApart && !isDoubtful({ from, to }) ? 'external' : 'busy',
    ...((from > gap.from || gap.isFromKnown) && { from: textOf(from, timeZone) }),
    ...((to < gap.to || gap.isToKnown) && { to: textOf(to, timeZone) }),
  }));
}

function distanceMs(one: Period, other: Period): number {
  return Math.max(one.from.getTime() - other.to.getTime(), other.from.getTime() - one.to.getTime(), 0);
}
