// Worlds full of host conflicts whose causes are known, each made from a number.
import type { CalcomWorld, WorldBooking } from '../../sandbox/calcom/world.ts';
import type { Finding } from '../../src/appointments/evidence.ts';
import { addMs, DAY, MINUTE } from '../../src/instant.ts';
import { createRandom, type Random } from './mixes.ts';
import { emailOf, type NewAppointment, NOON } from './salon.ts';

/** How the bot signs its bookings in these worlds. */
export const INSTALLATION = 'installation-of-the-test';
const DAYS = [1, 2, 3, 4];
const PEOPLE = 32;
const QUARTER = 15 * MINUTE;
/** The ids of the second staff record and calendar of the same human. */
const OTHER = 500;
/** By Cal.com's event type id: these thousands and the host. */
export const services = [
  { id: 1, name: 'Haarschnitt', minutes: 30 },
  { id: 2, name: 'Farbe', minutes: 90 },
  { id: 3, name: 'Mit Vorlauf', minutes: 30, minimumNoticeMinutes: 6 * 24 * 60 },
  { id: 4, name: 'Nur heute', minutes: 30, windowDays: 0 },
];
const eventTypeId = (serviceId: number, host: number) => serviceId * 10_000 + host;
export const staffId = (host: number) => `00000000-0000-4000-8000-${String(host).padStart(12, '0')}`;

const causes = [
  ...['own', 'stranger', 'their_booking', 'cancelled_one', 'gone_one', 'former_booking', 'booked_rival'],
  ...['marked_rival', 'waiting_rival', 'same_human', 'entry', 'closing_time', 'notice', 'window'],
  ...['full_day', 'stranger_and_entry', 'orphan_and_entry', 'same_human_and_entry'],
] as const;
type Cause = (typeof causes)[number];

/** A finding as far as it is compared: `from` and `to` are instants. */
export type Expected = Pick<Finding, 'cause' | 'appointmentId' | 'bookingUid'> & { from?: Date; to?: Date };

export interface Truth {
  appointmentId: number;
  cause: Cause | 'broken_calendar';
  /** The booking that has to be adopted; null where nothing may be. */
  adopted: string | null;
  expected: Expected[];
}

export interface Booked {
  appointmentId: number;
  uid: string;
  serviceId: number;
  staffId: string;
  eventTypeId: number;
}

export interface MixedConflicts {
  world: CalcomWorld;
  staff: { id: string; name: string }[];
  eventMap: { service_id: number; staff_id: string; event_type_id: number }[];
  appointments: NewAppointment[];
  /** Appointments that the bot has booked already. */
  booked: Booked[];
  truths: Truth[];
}

/** A conflict for each of 32 people on each of four days, so that no two touch each other. */
export function makeMixedConflicts(seed: number): MixedConflicts {
  const random = createRandom(seed);
  const mixed: MixedConflicts = {
    world: { hosts: [], eventTypes: [], bookings: [], external: [] },
    ...{ staff: [], eventMap: [], appointments: [], booked: [], truths: [] },
  };
  const shuffled = createCauses(random);
  for (let host = 1; host <= PEOPLE; host++) {
    const isBroken = random.chance(0.04);
    addPerson(mixed, host, { name: `Person ${host}`, isBroken });
    addPerson(mixed, OTHER + host, { name: ` person ${host}`, isBroken: false });
    for (const day of DAYS) {
      const appointmentId = 1_000 + 10 * (host * DAYS.length + day);
      const place = { random, mixed, host, day: addMs(NOON, day * DAY), appointmentId };
      addConflict(place, isBroken ? 'broken_calendar' : shuffled());
    }
  }
  return mixed;
}

/** Each cause as often as the others, in no order. */
function createCauses(random: Random): () => Cause {
  let left: Cause[] = [];
  return () => {
    if (left.length === 0) left = [...causes];
    const [cause] = left.splice(random.integer(0, left.length - 1), 1);
    return cause as Cause;
  };
}

function addPerson(
  { world, staff, eventMap }: MixedConflicts,
  host: number,
  { name, isBroken }: { name: string; isBroken: boolean },
): void {
  staff.push({ id: staffId(host), name });
  world.hosts.push({ id: host, name, email: `${host}@salon.example`, calendarBroken: isBroken });
  for (const { id, name: title, minutes, minimumNoticeMinutes, windowDays } of services) {
    const bounds = { minimumNoticeMinutes, windowDays };
    world.eventTypes.push({
      ...{ id: eventTypeId(id, host), title, lengthInMinutes: minutes, hostIds: [host] },
      ...bounds,
    });
    eventMap.push({ service_id: id, staff_id: staffId(host), event_type_id: eventTypeId(id, host) });
  }
}

interface Place {
  random: Random;
  mixed: MixedConflicts;
  host: number;
  /** At noon. */
  day: Date;
  appointmentId: number;
}

interface Visit {
  from: Date;
  to: Date;
}

function addConflict(place: Place, cause: Truth['cause']): void {
  const { random, mixed, host, appointmentId } = place;
  const isLong = cause.includes('_and_') || (!/own|notice|window|former/.test(cause) && random.chance(0.4));
  const serviceId = { notice: 3, window: 4 }[cause as string] ?? (isLong ? 2 : 1);
  const minutes = services.find(({ id }) => id === serviceId)?.minutes ?? 0;
  const quarters = cause === 'closing_time' ? random.integer(33, 40) : random.integer(-6, 16);
  const from = addMs(place.day, quarters * QUARTER);
  const visit = { from, to: addMs(from, minutes * MINUTE) };
  mixed.appointments.push({
    ...{ id: appointmentId, startsAt: from, endsAt: visit.to, serviceId, staffId: staffId(host) },
    createdAt: NOON,
  });
  mixed.truths.push({ appointmentId, cause, adopted: null, expected: [], ...truthOf(place, visit, cause) });
}

/** Puts what stands in the way into the world, and tells what has to be found. */
function truthOf(place: Place, visit: Visit, cause: Truth['cause']): Partial<Truth> {
  const { appointmentId } = place;
  const ours = (id: number) => ({ installation: INSTALLATION, appointmentId: String(id), revision: '1' });
  const orphanId = appointmentId + 1;
  switch (cause) {
    case 'own': {
      const { uid } = book(place, visit, { metadata: ours(appointmentId), isSame: true });
      return { adopted: uid };
    }
    case 'stranger':
      return { expected: [found('other_booking', book(place, visit))] };
    case 'their_booking': {
      const metadata = { ...ours(appointmentId), installation: 'installation-of-others' };
      return { expected: [found('other_installation', book(place, visit, { metadata }))] };
    }
    case 'cancelled_one':
      addAppointment(place, { id: orphanId, ...visit, status: 'cancelled' });
      return { expected: [orphan(place, visit, orphanId)] };
    case 'gone_one':
      return { expected: [orphan(place, visit, orphanId)] };
    case 'former_booking': {
      const later = { from: addMs(visit.from, QUARTER), to: addMs(visit.to, QUARTER) };
      const booking = book(place, later, { metadata: ours(appointmentId), isSame: true });
      return { expected: [{ ...found('own_booking', booking), appointmentId, bookingUid: booking.uid }] };
    }
    case 'booked_rival':
    case 'marked_rival':
      return { expected: [addBookedRival(place, visit, cause === 'marked_rival' ? ours(orphanId) : {})] };
    case 'waiting_rival': {
      const rival = addAppointment(place, { id: orphanId, ...shifted(place, visit) });
      return { expected: [{ ...found('another_appointment', rival), appointmentId: orphanId }] };
    }
    case 'same_human':
      return { expected: [addSameHuman(place, visit)] };
    default:
      return { expected: entriesOf(place, visit, cause) };
  }
}

function entriesOf(place: Place, visit: Visit, cause: Truth['cause']): Expected[] {
  const { day, random } = place;
  const half = addMs(visit.from, 30 * MINUTE);
  const hours = { from: addMs(day, -4 * 60 * MINUTE), to: addMs(day, 8 * 60 * MINUTE) };
  // What is shorter could as well be the booking's buffer.
  const afterwards = { from: half, to: addMs(half, random.integer(3, 6) * QUARTER) };
  switch (cause) {
    case 'entry':
      return [
        addEntry(place, { from: addMs(visit.from, -random.integer(0, 6) * QUARTER), to: afterwards.to }),
      ];
    case 'full_day':
      addEntry(place, { from: addMs(day, -12 * 60 * MINUTE), to: addMs(day, 12 * 60 * MINUTE) });
      return [{ cause: 'no_slots' }];
    case 'broken_calendar':
      return [{ cause: 'host_calendar' }];
    case 'closing_time':
      return [found('outside_hours', hours)];
    case 'stranger_and_entry':
      return [found('other_booking', book(place, visit, { at: visit.from })), addEntry(place, afterwards)];
    case 'orphan_and_entry':
      return [orphan(place, visit, place.appointmentId + 1, visit.from), addEntry(place, afterwards)];
    case 'same_human_and_entry':
      return [addSameHuman(place, visit), addEntry(place, { from: visit.from, to: afterwards.to })];
    case 'notice':
      return [{ cause: 'notice' }];
    default:
      return [];
  }
}

const found = (cause: Finding['cause'], { from, to }: Visit): Expected => ({ cause, from, to });

/** Not always at the same minute, but always in the way. */
function shifted({ random }: Place, { from }: Visit): Visit {
  const start = addMs(from, random.pick([-1, 0, 0, 1]) * QUARTER);
  return { from: start, to: addMs(start, 30 * MINUTE) };
}

function book(
  place: Place,
  visit: Visit,
  { metadata, isSame = false, at }: { metadata?: Record<string, string>; isSame?: boolean; at?: Date } = {},
): Visit & { uid: string } {
  const { mixed, host, appointmentId } = place;
  const taken = isSame ? visit : at ? { from: at, to: addMs(at, 30 * MINUTE) } : shifted(place, visit);
  const uid = `uid-${appointmentId}`;
  const serviceId = taken.to.getTime() - taken.from.getTime() === 30 * MINUTE ? 1 : 2;
  const booking: WorldBooking = {
    ...{ uid, eventTypeId: eventTypeId(serviceId, host), start: taken.from.toISOString() },
    // The very customer's own, as far as the address tells.
    attendee: { name: 'Somebody', email: emailOf(appointmentId) },
    ...(metadata && { metadata }),
  };
  mixed.world.bookings.push(booking);
  return { ...taken, uid };
}

function orphan(place: Place, visit: Visit, id: number, at?: Date): Expected {
  const metadata = { installation: INSTALLATION, appointmentId: String(id), revision: '1' };
  const booking = book(place, visit, { metadata, ...(at && { at }) });
  return { ...found('orphan', booking), appointmentId: id, bookingUid: booking.uid };
}

function addAppointment(
  { mixed, host }: Place,
  {
    id,
    from,
    to,
    status = 'booked',
    calendar = host,
  }: Visit & { id: number; status?: string; calendar?: number },
): Visit {
  mixed.appointments.push({
    ...{ id, startsAt: from, endsAt: to, serviceId: 1, staffId: staffId(calendar), status },
    createdAt: addMs(NOON, -DAY),
  });
  return { from, to };
}

/** Another of ours that stands in Cal.com; a booking of the former system bears no mark. */
function addBookedRival(place: Place, visit: Visit, metadata: Record<string, string>): Expected {
  const { mixed, host, appointmentId } = place;
  const id = appointmentId + 1;
  const { uid, ...at } = book(place, visit, { metadata });
  addAppointment(place, { id, ...at });
  mixed.booked.push({
    ...{ appointmentId: id, uid, serviceId: 1, staffId: staffId(host), eventTypeId: eventTypeId(1, host) },
  });
  return { ...found('another_appointment', at), appointmentId: id };
}

function addSameHuman(place: Place, visit: Visit): Expected {
  const id = place.appointmentId + 2;
  const other = addAppointment(place, { id, ...shifted(place, visit), calendar: OTHER + place.host });
  return { ...found('same_person', other), appointmentId: id };
}

function addEntry({ mixed, host }: Place, { from, to }: Visit): Expected {
  mixed.world.external.push({ hostId: host, start: from.toISOString(), end: to.toISOString() });
  return found('external', { from, to });
}
