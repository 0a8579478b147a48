// What the definitions say must come out of a scenario, read off its rows alone and not by running anything.
import { isValidPhoneNumber } from 'libphonenumber-js/max';
import type { AppointmentRow, Ended, Figures, Scenario } from '../../sandbox/scenario.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OPEN_STATUSES = ['booked', 'scheduled', 'confirmed'];
/** Cal.com's e-mail rule knows no letters beyond ASCII. */
const CALCOM_EMAIL = /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/;

/** What is to become of a row that counts: first what the import finds, then what plan and bot make of it. */
export type Fate =
  | keyof Ended['closed']
  | 'placeholder'
  | 'adopt'
  | 'contact_invalid'
  | 'host_conflict'
  | 'synced'
  | 'pending'
  | 'ignored';

type State = 'synced' | 'failed' | 'pending' | 'closed unbooked';
type Counted = { row: AppointmentRow; state: State };

const CLOSING: Fate[] = ['past', 'no_staff', 'duplicate', 'no_event_type'];
const FAILING: Fate[] = ['contact_invalid', 'host_conflict'];

/**
 * The figures before, the figures after and the end of a scenario that is played as the seed is: every group of the
 * plan, start, the clock moved, new rows.
 */
export function expectedOutcome(scenario: Scenario): { before: Figures; after: Figures; ended: Ended } {
  const fates = scenario.appointments.map((row) => ({ row, fate: fateOf(scenario, row) }));
  const counted = fates.filter(({ fate }) => fate !== 'ignored');
  const before = counted.map(({ row, fate }) => ({ row, state: stateBefore(fate) }));
  const after = counted.map(({ row, fate }) => ({ row, state: stateAfter(fate) }));
  const moved = scenario.steps.findLast((step) => step.do === 'clock');
  for (const step of scenario.steps) {
    if (step.do === 'insert')
      after.push(...step.appointments.map((row) => ({ row, state: 'pending' as const })));
  }
  return {
    before: figuresAt(scenario.clock, before),
    after: figuresAt(moved?.to ?? scenario.clock, after),
    ended: endOf(fates.map(({ fate }) => fate)),
  };
}

/** Throws when the scenario leaves it open what becomes of the row. */
export function fateOf(scenario: Scenario, row: AppointmentRow): Fate {
  const isFailed = row.calcom_sync_status === 'failed';
  if (!OPEN_STATUSES.includes(row.status)) return 'ignored';
  if (row.starts_at < scenario.clock) return isFailed ? 'past' : 'ignored';
  if (!isFailed) return hasBooking(scenario, row) ? 'synced' : 'pending';
  if (row.staff_id === null) return 'no_staff';
  if (scenario.appointments.some((other) => isElder(other, row))) return 'duplicate';
  if (eventTypeOf(scenario, row) === undefined) return 'no_event_type';
  const customer = customerOf(scenario, row);
  if (!customer.email && !isValidPhoneNumber(customer.phone ?? '')) return 'placeholder';
  if (hasBooking(scenario, row)) return 'adopt';
  if (customer.email && !CALCOM_EMAIL.test(customer.email)) return 'contact_invalid';
  if (isBlocked(scenario, row)) return 'host_conflict';
  throw new Error(`appointment ${row.id} failed for no reason that is still there`);
}

function isElder(other: AppointmentRow, row: AppointmentRow): boolean {
  return (
    other.customer_id === row.customer_id &&
    other.service_id === row.service_id &&
    other.starts_at.getTime() === row.starts_at.getTime() &&
    OPEN_STATUSES.includes(other.status) &&
    (other.created_at ?? 0) < (row.created_at ?? 0)
  );
}

/** A booking that the row names, or one with its event type, start and e-mail that no row names. */
function hasBooking(scenario: Scenario, row: AppointmentRow): boolean {
  const named = new Set(scenario.appointments.map((other) => other.calcom_v2_booking_uid));
  const { email } = customerOf(scenario, row);
  return scenario.calcom.bookings.some((booking) => {
    if (booking.status === 'cancelled' || booking.status === 'rejected') return false;
    if (booking.uid === row.calcom_v2_booking_uid) return true;
    return (
      !named.has(booking.uid) &&
      booking.eventTypeId === eventTypeOf(scenario, row) &&
      new Date(booking.start).getTime() === row.starts_at.getTime() &&
      booking.attendee.email === email
    );
  });
}

function customerOf(scenario: Scenario, row: AppointmentRow) {
  const customer = scenario.customers.find(({ id }) => id === row.customer_id);
  if (!customer) throw new Error(`appointment ${row.id} has no customer`);
  return customer;
}

export function eventTypeOf(scenario: Scenario, row: AppointmentRow): number | undefined {
  return scenario.eventMap.find(
    ({ service_id, staff_id }) => service_id === row.service_id && staff_id === row.staff_id,
  )?.event_type_id;
}

/** Another entry in the host's calendar, or another open appointment of the same human, stands in the way. */
function isBlocked(scenario: Scenario, row: AppointmentRow): boolean {
  const eventType = scenario.calcom.eventTypes.find(({ id }) => id === eventTypeOf(scenario, row));
  const human = humanOf(scenario, row);
  return (
    scenario.calcom.external.some(
      ({ hostId, start, end }) =>
        eventType?.hostIds.includes(hostId) && new Date(start) < row.ends_at && new Date(end) > row.starts_at,
    ) ||
    scenario.appointments.some(
      (other) => other.id !== row.id && humanOf(scenario, other) === human && overlaps(other, row),
    )
  );
}

export function overlaps(one: AppointmentRow, other: AppointmentRow): boolean {
  return one.starts_at < other.ends_at && other.starts_at < one.ends_at;
}

/** Staff records of one name are one human. */
export function humanOf(scenario: Scenario, row: AppointmentRow): string | undefined {
  return scenario.staff
    .find(({ id }) => id === row.staff_id)
    ?.name.trim()
    .toLowerCase();
}

function stateBefore(fate: Fate): State {
  return fate === 'synced' || fate === 'pending' ? fate : 'failed';
}

function stateAfter(fate: Fate): State {
  if (CLOSING.includes(fate)) return 'closed unbooked';
  return FAILING.includes(fate) ? 'failed' : 'synced';
}

function figuresAt(now: Date, counted: Counted[]): Figures {
  const failed = counted.filter(({ state }) => state === 'failed');
  const pending = counted.filter(({ state }) => state === 'pending');
  const ageMs = (instant: Date | null) => now.getTime() - (instant?.getTime() ?? 0);
  const isSoon = ({ row }: Counted) => row.starts_at >= now && row.starts_at.getTime() <= now.getTime() + DAY;
  const late = pending.filter(({ row }) => ageMs(row.created_at) > HOUR / 4);
  const critical = [...failed, ...late].filter(isSoon).length;
  const ancient = failed.filter(({ row }) => ageMs(row.last_sync_attempt_at) > DAY).length;
  const decided = counted.filter(({ row, state }) => state !== 'pending' && ageMs(row.created_at) < DAY);
  const synced = decided.filter(({ state }) => state === 'synced').length;
  const successRate24h = decided.length === 0 ? null : Math.round((10_000 * synced) / decided.length) / 100;
  const isSlow = (successRate24h ?? 100) < 95 || pending.some(({ row }) => ageMs(row.created_at) > HOUR);
  return {
    failed: failed.length,
    critical,
    manualReview: failed.length,
    ancient,
    successRate24h,
    pending: pending.length,
    health: critical + ancient > 0 ? 'red' : isSlow ? 'amber' : 'green',
  };
}

function endOf(fates: Fate[]): Ended {
  const count = (wanted: Fate) => fates.filter((fate) => fate === wanted).length;
  const open = FAILING.map((kind) => [kind, count(kind)] as const).filter(([, number]) => number > 0);
  return {
    closed: {
      past: count('past'),
      no_staff: count('no_staff'),
      duplicate: count('duplicate'),
      no_event_type: count('no_event_type'),
    },
    repaired: count('placeholder'),
    adopted: count('adopt'),
    booked: count('pending'),
    open: Object.fromEntries(open),
  };
}
