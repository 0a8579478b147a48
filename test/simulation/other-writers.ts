import type { ExternalEntry } from '../../sandbox/calcom/world.ts';
import { addMs, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { COLOUR, CUT, NOON } from '../support/salon.ts';
import type { Random } from './random.ts';
import { ANYBODY, MINUTES, STAFF } from './salon-image.ts';
import type { SimulatedCalcom } from './simulated-calcom.ts';
import type { Stage } from './simulated-database.ts';
import type { Sqlite } from './sqlite.ts';

// The booking system and the salon's own calendars: they ask nobody, and tell nobody.

const SERVICES = [CUT, COLOUR, ANYBODY];
const WEDNESDAY_MORNING = addMs(NOON, 45 * HOUR);

/** Close together, so that they get into each other's way. */
export function wantedStart(random: Random): Date {
  return addMs(WEDNESDAY_MORNING, random.whole(0, 11) * 30 * MINUTE);
}

/** Mostly in two days; some so soon that they begin while the bots are in trouble. */
function startFor(random: Random, nowMs: number): Date {
  if (random.chance(0.9)) return wantedStart(random);
  const minute = Math.ceil(nowMs / MINUTE + random.whole(5, 120)) * MINUTE;
  return new Date(minute);
}

interface Writing {
  stage: Stage;
  raw: Sqlite;
  calcom: SimulatedCalcom;
}

function asOther(raw: Sqlite, write: () => void): void {
  raw.exec("UPDATE sim_author SET name = 'other'");
  write();
  raw.exec("UPDATE sim_author SET name = 'bot'");
}

export function insertAppointment({ stage, raw }: Writing): void {
  const { random, scheduler } = stage;
  const serviceId = random.pick(SERVICES);
  const startsAt = startFor(random, scheduler.nowMs());
  const customers = raw.prepare('SELECT id FROM customers').pluck().all() as number[];
  const isKnown = customers.length > 0 && random.chance(0.15);
  const customerId = isKnown ? random.pick(customers) : customers.length + 1;
  if (!isKnown) {
    raw
      .prepare('INSERT INTO customers (id, name, email) VALUES (?, ?, ?)')
      .run(customerId, `Customer ${customerId}`, emailFor(random, customerId));
  }
  const staffId = random.chance(0.05) ? null : random.pick(STAFF);
  const made = raw
    .prepare(
      `INSERT INTO appointments (customer_id, service_id, staff_id, starts_at, ends_at, status, created_at)
       VALUES (?, ?, ?, ?, ?, 'booked', ?)`,
    )
    .run(
      customerId,
      serviceId,
      staffId,
      ...timesOf(startsAt, serviceId),
      toSqlInstant(new Date(scheduler.nowMs())),
    );
  scheduler.note(
    `other: new ${made.lastInsertRowid}, ${toSqlInstant(startsAt)}, service ${serviceId}, ${staffId}`,
  );
}

function emailFor(random: Random, customerId: number): string | null {
  if (random.chance(0.1)) return null;
  return random.chance(0.15) ? `bad ${customerId}@example` : `customer${customerId}@example.com`;
}

function timesOf(startsAt: Date, serviceId: number): [string, string] {
  return [toSqlInstant(startsAt), toSqlInstant(addMs(startsAt, (MINUTES[serviceId] as number) * MINUTE))];
}

/** One change to some appointment, its customer, or a calendar. */
export function changeSomething(writing: Writing): void {
  const { stage, raw, calcom } = writing;
  const { random, scheduler } = stage;
  const rows = raw.prepare('SELECT id, customer_id, service_id FROM appointments').all() as Row[];
  if (rows.length === 0 || random.chance(0.25)) {
    insertAppointment(writing);
    return;
  }
  if (random.chance(0.15)) {
    changeCalendar(stage, calcom);
    return;
  }
  const row = pickRow(rows, writing);
  const edit = random.pick(EDITS);
  scheduler.note(`other: ${edit.name} ${row.id}`);
  asOther(raw, () => edit(raw, row, random));
}

/** Often one that is under way just now. */
function pickRow(rows: Row[], { stage: { random }, raw }: Writing): Row {
  const underWay = raw
    .prepare('SELECT appointment_id FROM appointment_syncs WHERE open_attempt_id IS NOT NULL')
    .pluck()
    .all();
  const busy = rows.filter(({ id }) => underWay.includes(id));
  return random.pick(busy.length > 0 && random.chance(0.6) ? busy : rows);
}

interface Row {
  id: number;
  customer_id: number;
  service_id: number;
}
type Edit = (raw: Sqlite, row: Row, random: Random) => void;

const move: Edit = (raw, { id, service_id }, random) => {
  const times = timesOf(wantedStart(random), service_id);
  raw.prepare('UPDATE appointments SET starts_at = ?, ends_at = ? WHERE id = ?').run(...times, id);
};
const reassign: Edit = (raw, { id }, random) => {
  raw.prepare('UPDATE appointments SET staff_id = ? WHERE id = ?').run(random.pick(STAFF), id);
};
const changeService: Edit = (raw, { id }, random) => {
  const serviceId = random.pick(SERVICES);
  const { starts_at } = raw.prepare('SELECT starts_at FROM appointments WHERE id = ?').get(id) as {
    starts_at: string;
  };
  const [, endsAt] = timesOf(new Date(`${starts_at.replace(' ', 'T')}Z`), serviceId);
  raw.prepare('UPDATE appointments SET service_id = ?, ends_at = ? WHERE id = ?').run(serviceId, endsAt, id);
};
const cancel: Edit = (raw, { id }) => {
  raw.prepare("UPDATE appointments SET status = 'cancelled' WHERE id = ?").run(id);
};
const openAgain: Edit = (raw, { id }) => {
  raw.prepare("UPDATE appointments SET status = 'booked' WHERE id = ?").run(id);
};
const remove: Edit = (raw, { id }) => {
  raw.prepare('DELETE FROM appointments WHERE id = ?').run(id);
};
const changeContact: Edit = (raw, { customer_id }, random) => {
  raw.prepare('UPDATE customers SET email = ? WHERE id = ?').run(emailFor(random, customer_id), customer_id);
};

const EDITS: Edit[] = [
  move,
  move,
  move,
  reassign,
  reassign,
  changeService,
  cancel,
  openAgain,
  changeContact,
  changeContact,
  remove,
];

/** Something private of a host's comes or goes. */
function changeCalendar({ random, scheduler }: Stage, { state }: SimulatedCalcom): void {
  if (state.external.length > 0 && random.chance(0.5)) {
    const entry = random.pick(state.external);
    state.external.splice(state.external.indexOf(entry), 1);
    scheduler.note(`other: host ${entry.hostId} is free at ${entry.start}`);
    return;
  }
  const start = wantedStart(random);
  const entry: ExternalEntry = {
    hostId: random.whole(1, 3),
    start: start.toISOString(),
    end: addMs(start, HOUR).toISOString(),
  };
  state.external.push(entry);
  scheduler.note(`other: host ${entry.hostId} is busy at ${entry.start}`);
}
