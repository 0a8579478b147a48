// Scenarios of other mixes than the seed's, each made from a number.
import { DateTime } from 'luxon';
import type { WorldBooking } from '../../sandbox/calcom/world.ts';
import type { AppointmentRow, CustomerRow, Scenario } from '../../sandbox/scenario.ts';
import { expectedOutcome } from './expected-outcome.ts';

const ZONE = 'Europe/Berlin';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** No instant of a mix is nearer than this to a limit of a definition. */
const MARGIN = 7 * MINUTE;
const OPEN_STATUSES = ['booked', 'scheduled', 'confirmed'];
const DAYS_NEAR_CLOCK_CHANGES = '2025-10-25 2025-10-26 2026-03-28 2026-03-29 2027-10-30 2028-03-27'.split(
  ' ',
);
const PEOPLE = ['Änne Köhler', 'Björn Öztürk', 'Carla Funke', 'Dominik Ebel', 'Esra Aksoy', 'Finn Übach'];
const CONFLICT = 'User either already has booking at this time or is not available';
const CONTACT = 'attendee property is wrong, attendee email or phone property is wrong,Attendee must h';

export type Random = ReturnType<typeof createRandom>;
type Shop = ReturnType<typeof openShop>;
type Row = Omit<AppointmentRow, 'id' | 'ends_at'>;
type Contact = 'mail' | 'any' | 'unreachable' | 'refused';

interface Mix {
  random: Random;
  beforeMs: number;
  afterMs: number;
  shop: Shop;
  appointments: AppointmentRow[];
  customers: CustomerRow[];
  bookings: WorldBooking[];
  external: Scenario['calcom']['external'];
  /** Parts of days that are given away, so that nothing overlaps by accident. */
  taken: Set<string>;
  lastAppointmentId: number;
  lastCustomerId: number;
}

/** A scenario that only depends on `seed` (an integer), with its own rows and dates and what must come out. */
export function makeMix(seed: number): Scenario {
  for (let attempt = 0; ; attempt += 1) {
    const scenario = draftScenario(createRandom(seed * 1_009 + attempt));
    const expect = expectedOutcome(scenario);
    // Whether a row that the import found has been pending since it was created or since the import must not matter.
    const { health, successRate24h } = expect.before;
    if (health !== 'amber' || (successRate24h ?? 100) < 95) return { ...scenario, expect };
  }
}

export function createRandom(seed: number) {
  let state = seed >>> 0;
  /** Mulberry32: from 0 up to but without 1. */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const integer = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const hex = (length: number) => Array.from({ length }, () => integer(0, 15).toString(16)).join('');
  return {
    integer,
    hex,
    chance: (probability: number) => next() < probability,
    pick: <Item>(items: readonly Item[]) => items[integer(0, items.length - 1)] as Item,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
}

function draftScenario(random: Random): Scenario {
  const mix = openMix(random);
  const mood = random.pick(['calm', 'mild', 'bad', 'bad', 'bad', 'bad', 'bad', 'bad']);
  const count = () => (random.chance(0.3) ? 0 : random.integer(1, random.chance(0.2) ? 15 : 4));
  const times = (number: number, add: () => void) => {
    for (let i = 0; i < number; i += 1) add();
  };
  times(random.integer(1, 9), () => addSynced(mix));
  times(random.integer(0, 3), () => addSynced(mix, { uid: 'unknown to the row' }));
  times(count() + count(), () => addPending(mix, mood === 'calm'));
  times(random.integer(0, 6), () => addDecoy(mix));
  if (mood === 'bad') {
    times(count(), () => addPast(mix));
    times(count(), () => add(mix, { ...failedRow(mix), staff_id: null }));
    times(count(), () => addDuplicate(mix));
    times(count(), () => add(mix, { ...failedRow(mix), service_id: mix.shop.unmappedServiceId }));
    times(count(), () => add(mix, failedRow(mix, { contact: 'unreachable', text: CONTACT })));
    times(count(), () => addBooking(mix, add(mix, failedRow(mix))));
  }
  if (mood !== 'calm') {
    times(count(), () => addBlocked(mix));
    times(count(), () => add(mix, failedRow(mix, { contact: 'refused', text: CONTACT, lately: true })));
    times(random.integer(0, 3), () => addPair(mix));
  }
  return asScenario(mix, random.integer(0, 4));
}

function openMix(random: Random): Mix {
  const day = random.chance(0.4)
    ? random.pick(DAYS_NEAR_CLOCK_CHANGES)
    : `${random.integer(2024, 2031)}-${random.pick(['02', '05', '09', '12'])}-${random.integer(10, 28)}`;
  // Seven minutes past a quarter, so that no start, which is on a quarter, is near a limit.
  const minute = random.pick([7, 22, 37, 52]);
  const before = DateTime.fromISO(day, { zone: ZONE }).set({ hour: random.integer(12, 18), minute });
  return {
    random,
    beforeMs: before.toMillis(),
    afterMs: before.toMillis() + 15 * random.integer(3, 12) * MINUTE,
    shop: openShop(random),
    appointments: [],
    customers: [],
    bookings: [],
    external: [],
    taken: new Set(),
    lastAppointmentId: random.pick([1, 900, 4_300_000_000]),
    lastCustomerId: random.integer(1, 5_000),
  };
}

/** People (some with two staff records), services, event types. One service has no event type. */
function openShop(random: Random) {
  const people = PEOPLE.slice(0, random.integer(4, PEOPLE.length));
  const twins = random.integer(1, 2);
  const records = people.flatMap((name, person) =>
    person < twins
      ? [
          { name, person },
          { name: ` ${name.toUpperCase()} `, person },
        ]
      : [{ name, person }],
  );
  const firstHostId = random.integer(1, 900);
  const members = records.map((record, at) => ({
    ...record,
    id: random.uuid(),
    hostId: firstHostId + at * 3,
  }));
  const services = [30, 45, 60, 75, 90, 120, 135].map((duration_minutes, at) => ({
    id: random.integer(1, 9) + at * 10,
    name: `Leistung ${at}`,
    duration_minutes,
  }));
  const [unmapped, ...mapped] = services;
  if (!unmapped) throw new Error('a shop has services');
  const skills = members.flatMap((member) => {
    const learned = mapped.filter((_, at) => at < 2 || random.chance(0.7));
    return learned.map((service) => ({ member, service, eventTypeId: random.integer(1_000, 9_999_999) }));
  });
  const retired = { id: random.uuid(), name: people[0] ?? '', is_active: false };
  return {
    skills,
    services,
    unmappedServiceId: unmapped.id,
    staff: [...members.map(({ id, name }) => ({ id, name, is_active: true })), retired],
    hosts: members.map(({ hostId, name }) => ({ id: hostId, name, email: `host.${hostId}@example.com` })),
  };
}

function addCustomer(mix: Mix, contact: Contact): number {
  const { random } = mix;
  mix.lastCustomerId += random.integer(1, 9);
  const id = mix.lastCustomerId;
  const email = `gast.${id}@example.com`;
  const phone = `+493023125${random.integer(100, 999)}`;
  const noPhone = random.pick([null, '', 'unbekannt', '+49 30 12', `anonymous_17${id}_${random.hex(8)}`]);
  const ways = {
    mail: { email, phone: random.pick([phone, noPhone]) },
    any: random.pick([
      { email, phone },
      { email, phone: noPhone },
      { email: null, phone },
    ]),
    unreachable: { email: null, phone: noPhone },
    refused: { email: `gäst.${id}@example.com`, phone: noPhone },
  };
  mix.customers.push({ id, name: `Gast ${id}`, ...ways[contact] });
  return id;
}

function add(mix: Mix, row: Row): AppointmentRow {
  mix.lastAppointmentId += mix.random.integer(1, 9);
  const minutes = mix.shop.services.find(({ id }) => id === row.service_id)?.duration_minutes ?? 0;
  const ends_at = new Date(row.starts_at.getTime() + minutes * MINUTE);
  const added = { ...row, id: mix.lastAppointmentId, ends_at };
  mix.appointments.push(added);
  return added;
}

function addBooking(mix: Mix, row: AppointmentRow, status: WorldBooking['status'] = 'accepted'): void {
  const skill = mix.shop.skills.find(
    ({ member, service }) => member.id === row.staff_id && service.id === row.service_id,
  );
  const customer = mix.customers.find(({ id }) => id === row.customer_id);
  if (!skill || !customer?.email) throw new Error('such a row cannot have a booking');
  mix.bookings.push({
    uid: row.calcom_v2_booking_uid ?? mix.random.hex(20),
    eventTypeId: skill.eventTypeId,
    hostId: skill.member.hostId,
    start: row.starts_at.toISOString(),
    status,
    attendee: { name: customer.name, email: customer.email },
  });
}

/** A start in working hours, in a part of a day that this person has free, at or after `fromMs`. */
function freeStart(mix: Mix, person: number, fromMs: number): Date {
  for (;;) {
    const dayOffset = mix.random.integer(0, mix.random.chance(0.3) ? 3 : 24);
    const day = DateTime.fromMillis(mix.beforeMs, { zone: ZONE }).startOf('day').plus({ days: dayOffset });
    const part = mix.random.integer(0, 3);
    const start = day.set({ hour: 8 + part * 3, minute: 15 * mix.random.integer(0, 2) });
    const key = `${person} ${dayOffset} ${part}`;
    if (day.weekday === 7 || start.toMillis() < fromMs || mix.taken.has(key)) continue;
    mix.taken.add(key);
    return start.toJSDate();
  }
}

function instantBetween(mix: Mix, fromMs: number, toMs: number): Date {
  const limits = [mix.beforeMs - DAY, mix.afterMs - DAY, mix.beforeMs - HOUR, mix.beforeMs - 15 * MINUTE];
  for (;;) {
    const instantMs = mix.random.integer(fromMs, toMs);
    if (limits.every((limit) => Math.abs(instantMs - limit) > MARGIN)) return new Date(instantMs);
  }
}

/** A bookable row that the former system never looked at. */
function plainRow(mix: Mix, wish: { person?: number; fromMs?: number; contact?: Contact } = {}): Row {
  const { person, fromMs = mix.afterMs + MARGIN, contact = 'mail' } = wish;
  const able = mix.shop.skills.filter(({ member }) => person === undefined || member.person === person);
  const { member, service } = mix.random.pick(able);
  const created = instantBetween(mix, mix.beforeMs - 11 * DAY, mix.beforeMs - 22 * MINUTE);
  return {
    customer_id: addCustomer(mix, contact),
    service_id: service.id,
    staff_id: member.id,
    starts_at: freeStart(mix, member.person, fromMs),
    status: mix.random.pick(OPEN_STATUSES),
    source: mix.random.pick([null, 'website', 'voice_agent']),
    created_at: created,
    updated_at: created,
    calcom_v2_booking_uid: null,
    calcom_sync_status: null,
    sync_error_message: null,
    last_sync_attempt_at: null,
  };
}

/** A row that the former system failed to book; `lately` keeps it from becoming ancient while the mix is played. */
function failedRow(mix: Mix, wish: { contact?: Contact; text?: string; lately?: boolean } = {}): Row {
  const earliest = wish.lately ? mix.afterMs - DAY : mix.beforeMs - 7 * DAY;
  const failed = instantBetween(mix, earliest, mix.beforeMs - 22 * MINUTE);
  const ageMs = mix.random.pick([3 * HOUR, 4 * DAY]);
  return {
    ...plainRow(mix, { contact: wish.contact ?? 'mail' }),
    created_at: instantBetween(mix, failed.getTime() - ageMs, failed.getTime() - MINUTE),
    updated_at: failed,
    calcom_sync_status: 'failed',
    sync_error_message: wish.text ?? mix.random.pick([CONFLICT, 'Internal server error']),
    last_sync_attempt_at: failed,
  };
}

function addSynced(mix: Mix, wish: { uid?: 'unknown to the row'; created?: Date } = {}): AppointmentRow {
  const row = plainRow(mix);
  const created = wish.created ?? row.created_at;
  const former = { calcom_v2_booking_uid: mix.random.hex(20), calcom_sync_status: 'synced' };
  const added = add(mix, { ...row, created_at: created, updated_at: created, ...(wish.uid ? {} : former) });
  addBooking(mix, added);
  return added;
}

/** A row that only has to be booked. It may start within a day when it is too young to be critical. */
function addPending(mix: Mix, isCalm: boolean): void {
  const isNew = mix.random.chance(0.2);
  const fromMs = isNew ? mix.afterMs + MARGIN : mix.beforeMs + DAY + MARGIN;
  const row = plainRow(mix, { fromMs, contact: mix.random.pick(['mail', 'any', 'unreachable']) });
  if (isNew) row.created_at = instantBetween(mix, mix.beforeMs - 8 * MINUTE, mix.beforeMs - MINUTE);
  else if (isCalm)
    row.created_at = instantBetween(mix, mix.beforeMs - 50 * MINUTE, mix.beforeMs - 22 * MINUTE);
  const status = mix.random.pick([null, 'pending', 'queued']);
  const added = add(mix, { ...row, updated_at: row.created_at, calcom_sync_status: status });
  const { email } = mix.customers.at(-1) ?? {};
  if (email && mix.random.chance(0.2)) addBooking(mix, added, 'cancelled');
}

/** What no figure counts: closed rows, rows of an unknown status, bookings made in Cal.com by others. */
function addDecoy(mix: Mix): void {
  const status = mix.random.pick(['cancelled', 'completed', 'no_show', 'requested', 'walk-in']);
  if (status !== 'walk-in') {
    add(mix, { ...failedRow(mix), status });
    return;
  }
  const { appointments } = mix;
  addBooking(mix, add(mix, plainRow(mix)));
  appointments.pop();
}

function addPast(mix: Mix): void {
  const row = failedRow(mix, { contact: 'any', text: mix.random.pick([CONFLICT, CONTACT]) });
  const day = DateTime.fromMillis(mix.beforeMs, { zone: ZONE }).startOf('day');
  const start = day.minus({ days: mix.random.integer(1, 20) }).set({ hour: mix.random.integer(8, 17) });
  add(mix, { ...row, starts_at: start.toJSDate() });
}

/** The elder one is synced; the younger one may name another member of staff. */
function addDuplicate(mix: Mix): void {
  const elder = addSynced(mix, {
    created: instantBetween(mix, mix.beforeMs - 30 * DAY, mix.beforeMs - 12 * DAY),
  });
  const { customer_id, service_id, starts_at } = elder;
  const others = mix.shop.skills.filter(({ service }) => service.id === service_id);
  const staff_id = mix.random.chance(0.7) ? elder.staff_id : mix.random.pick(others).member.id;
  add(mix, { ...failedRow(mix), customer_id, service_id, starts_at, staff_id });
}

function block(mix: Mix, row: AppointmentRow): void {
  const member = mix.shop.skills.find((skill) => skill.member.id === row.staff_id)?.member;
  if (!member) throw new Error('only a row with staff can be blocked');
  const end = new Date(row.starts_at.getTime() + mix.random.pick([15, 30]) * MINUTE);
  mix.external.push({ hostId: member.hostId, start: row.starts_at.toISOString(), end: end.toISOString() });
}

function addBlocked(mix: Mix): void {
  block(mix, add(mix, failedRow(mix, { lately: true, text: CONFLICT })));
}

/** Two customers with one human at one time, through two staff records: both blocked, or the first one booked. */
function addPair(mix: Mix): void {
  const isBooked = mix.random.chance(0.5);
  const first = plainRow(mix, { person: 0 });
  const other = mix.random.pick(
    mix.shop.skills.filter(({ member }) => member.person === 0 && member.id !== first.staff_id),
  );
  const starts_at = new Date(first.starts_at.getTime() + mix.random.pick([0, 15]) * MINUTE);
  const second = failedRow(mix, { lately: true, text: CONFLICT });
  const slot = { service_id: other.service.id, staff_id: other.member.id, starts_at };
  const created_at = instantBetween(mix, mix.beforeMs - 30 * DAY, mix.beforeMs - 12 * DAY);
  if (isBooked) {
    const uid = { calcom_v2_booking_uid: mix.random.hex(20), calcom_sync_status: 'synced' };
    addBooking(mix, add(mix, { ...first, ...uid, created_at, updated_at: created_at }));
    add(mix, { ...second, ...slot });
    return;
  }
  const { service_id, staff_id } = first;
  const text = { lately: true, text: CONFLICT };
  block(mix, add(mix, { ...failedRow(mix, text), service_id, staff_id, starts_at: first.starts_at }));
  block(mix, add(mix, { ...second, ...slot }));
}

function asScenario(mix: Mix, newRows: number): Scenario {
  const customers = [...mix.customers];
  const appointments = [...mix.appointments];
  const after = new Date(mix.afterMs);
  for (let i = 0; i < newRows; i += 1) {
    add(mix, { ...plainRow(mix, { contact: 'any' }), created_at: after, updated_at: after });
  }
  const { skills, services, staff, hosts } = mix.shop;
  const eventTypes = skills.map(({ member, service, eventTypeId }) => ({
    id: eventTypeId,
    title: service.name,
    lengthInMinutes: service.duration_minutes,
    hostIds: [member.hostId],
  }));
  const eventMap = skills.map(({ member, service, eventTypeId }) => ({
    service_id: service.id,
    staff_id: member.id,
    event_type_id: eventTypeId,
  }));
  return {
    clock: new Date(mix.beforeMs),
    customers,
    staff,
    services,
    eventMap,
    appointments,
    calcom: { hosts, eventTypes, bookings: mix.bookings, external: mix.external },
    steps: [
      { do: 'figures', as: 'before' },
      { do: 'plan', groups: 'all' },
      { do: 'start' },
      { do: 'settle' },
      { do: 'clock', to: after },
      {
        do: 'insert',
        customers: mix.customers.slice(customers.length),
        appointments: mix.appointments.slice(appointments.length),
      },
      { do: 'figures', as: 'after' },
    ],
    expect: {},
  };
}
