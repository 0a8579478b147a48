import { readInstallation } from '../../appointments/installation.ts';
import { closedStatuses, openStatuses } from '../../appointments/statuses.ts';
import type { Db } from '../../database.ts';
import { type Finding, info, ok, warning } from '../../finding.ts';
import { addMs, MINUTE, readableInstant, SECOND, toSqlInstant } from '../../instant.ts';
import { listed } from './listed.ts';

const QUERY_MS_MAX = 10 * SECOND;
const NEWEST_ROWS = 100;
/** Clocks differ a little; zones differ by whole quarters of an hour. */
const AHEAD_MS_MAX = 10 * MINUTE;

interface Staff {
  id: string;
  name: string;
}

const named = (staff: Staff[]) => listed(staff.map(({ id, name }) => `${name} (${id})`));

export async function checkStaffMap(db: Db): Promise<Finding> {
  const name = 'map.staff';
  const unmapped: Staff[] = await db('staff')
    .where({ is_active: 1 })
    .whereNotIn('id', db('calcom_event_map').select('staff_id'))
    .orderBy('name')
    .select('id', 'name');
  if (unmapped.length === 0) return ok(name, 'All active staff have an event type.');
  return warning(name, {
    what: `Active staff without any event type: ${named(unmapped)}.`,
    why: 'No appointment with them can be booked.',
    remedy: 'Add their event types to calcom_event_map, or set is_active to 0 for who takes no appointments.',
  });
}

export async function checkServiceMap(db: Db): Promise<Finding> {
  const name = 'map.services';
  const unmapped = await db('services')
    .whereNotIn('id', db('calcom_event_map').select('service_id'))
    .orderBy('id')
    .select('id', 'name');
  if (unmapped.length === 0) return ok(name, 'All services have an event type.');
  return warning(name, {
    what: `Services without any event type: ${listed(unmapped.map((row) => `${row.name} (${row.id})`))}.`,
    why: 'No appointment for them can be booked.',
    remedy: 'Add their event types to calcom_event_map; ignore this for services that nobody books any more.',
  });
}

/** Entries of the map that stand for nothing. */
export async function checkMapEntries(db: Db): Promise<Finding> {
  const name = 'map.entries';
  const stray = await db('calcom_event_map as m')
    .leftJoin('staff as st', 'st.id', 'm.staff_id')
    .leftJoin('services as se', 'se.id', 'm.service_id')
    .where((gone) => gone.whereNull('st.id').orWhereNull('se.id'))
    .orderBy(['m.service_id', 'm.staff_id'])
    .select('m.service_id', 'm.staff_id', 'st.id as staff', 'se.id as service');
  if (stray.length === 0) return ok(name, 'All staff and services of calcom_event_map exist.');
  const entries = stray.map(({ service_id, staff_id, staff, service }) => {
    const gone = [service === null && 'service', staff === null && 'staff'].filter(Boolean);
    return `service ${service_id} with staff ${staff_id} (no such ${gone.join(', no such ')})`;
  });
  return warning(name, {
    what: `calcom_event_map has entries that stand for nothing: ${listed(entries)}.`,
    why: 'A mistyped id leaves the service or person it was meant for without an event type.',
    remedy: 'Correct these rows, or delete them.',
  });
}

export async function checkStatuses(db: Db, nowText: string): Promise<Finding> {
  const name = 'data.statuses';
  const toCome = db.raw('SUM(CASE WHEN starts_at > ? THEN 1 ELSE 0 END) as toCome', [nowText]);
  const rows: { status: string; count: number; toCome: number }[] = await db('appointments')
    // By bytes: a collation would put `Booked` and `booked` together.
    .groupByRaw('HEX(status)')
    .orderByRaw('MIN(status)')
    .select(db.raw('MIN(status) as status'), db.raw('COUNT(*) as count'), toCome)
    .timeout(QUERY_MS_MAX);
  const [open, closed] = [openStatuses(db), closedStatuses(db)];
  const known = [...open, ...closed];
  const unknown = rows.filter((row) => !known.includes(row.status));
  if (unknown.length === 0) return ok(name, 'All appointments have a status that the bot knows.');
  const counts = unknown.map((row) => `${JSON.stringify(row.status)}: ${row.count} (${row.toCome} to come)`);
  return warning(name, {
    what: `Appointments have a status that the bot does not know: ${listed(counts)}.`,
    why: 'They are never booked.',
    remedy: `Correct those to come to one of: ${open.join(', ')} (to be booked), ${closed.join(', ')}.`,
  });
}

/** Who is treated as one human, so that nobody is booked twice at a time. */
export async function checkPersons(db: Db): Promise<Finding> {
  const name = 'data.persons';
  const rows = await db('staff_persons as p')
    .leftJoin('staff as st', 'st.id', 'p.staff_id')
    .orderBy(['p.person_id', 'p.staff_id'])
    .select('p.person_id', 'p.staff_id as id', 'st.name');
  const groups = [...Map.groupBy(rows, (row) => row.person_id).values()].filter((group) => group.length > 1);
  if (groups.length === 0) return ok(name, 'No staff records count as one person.');
  const persons = groups.map((group) => `${group[0].name}: ${group.map(({ id }) => id).join(' = ')}`);
  return info(name, {
    what: `Staff records of the same name count as one person: ${listed(persons)}.`,
    why: 'The bot books only one of them at a time.',
    remedy: 'If two of them are two people, delete their rows from staff_persons.',
  });
}

export async function checkMode(db: Db): Promise<Finding> {
  const name = 'data.mode';
  const { mode, since } = await readInstallation(db);
  if (mode !== 'held') return ok(name, 'The bot is not held.');
  return info(name, {
    what: `The bot is held since ${since?.toISOString()}.`,
    why: 'It shows figures, but books nothing and posts no alert.',
    remedy: 'Look at the plan, then press Start in the alert channel, or write /resync start.',
  });
}

/** The newest rows tell whether the booking system writes UTC: what has just been written is never ahead of now. */
export async function checkWrittenTimes(db: Db, now: Date): Promise<Finding> {
  const name = 'data.times';
  const rows = await db('appointments').orderBy('id', 'desc').limit(NEWEST_ROWS).select('created_at');
  const latest = toSqlInstant(addMs(now, AHEAD_MS_MAX));
  const ahead = rows.filter(({ created_at }) => {
    const written = readableInstant(created_at);
    return written !== null && toSqlInstant(written) > latest;
  });
  if (ahead.length === 0) return ok(name, 'The newest appointments were not written in the future.');
  return warning(name, {
    what: `Of the newest ${rows.length} appointments ${ahead.length} were created in the future, if created_at is UTC.`,
    why: 'The bot takes all times for UTC. If the booking system writes local time, every booking is hours off.',
    remedy: "Compare one appointment's starts_at with its true time, and let the booking system write UTC.",
  });
}
