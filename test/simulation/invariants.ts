import { isHostFree } from '../../sandbox/calcom/availability.ts';
import type { CalcomState, StoredBooking } from '../../sandbox/calcom/world.ts';
import type { There } from '../../src/appointments/there.ts';
import { fromSqlInstant, MINUTE } from '../../src/instant.ts';
import { ANNA } from '../support/salon.ts';
import type { Deeds } from './deeds.ts';
import { ANNA_TOO, ANYBODY, eventTypeOf, HOST_OF, MINUTES } from './salon-image.ts';
import type { Sqlite } from './sqlite.ts';

/** One row of everything that an appointment is, beside its record. */
export interface Row {
  id: number;
  customer_id: number;
  service_id: number;
  staff_id: string | null;
  starts_at: string;
  ends_at: string;
  status: string;
  email: string | null;
  state: string | null;
  failure_kind: string | null;
  booking_uid: string | null;
  claim_token: string | null;
  open_attempt_id: number | null;
  due_at: string | null;
  there: string | null;
}

export interface Ended {
  raw: Sqlite;
  calcom: CalcomState;
  deeds: Deeds;
  nowMs: number;
}

const personOf = (staffId: string | null) => (staffId === ANNA_TOO ? ANNA : staffId);

export function readRows(raw: Sqlite): Row[] {
  return raw
    .prepare(
      `SELECT a.*, c.email, s.state, s.failure_kind, s.booking_uid, s.claim_token, s.open_attempt_id,
              s.due_at, s.there
       FROM appointments a JOIN customers c ON c.id = a.customer_id
       LEFT JOIN appointment_syncs s ON s.appointment_id = a.id`,
    )
    .all() as Row[];
}

/** What is wrong with appointments, bookings, alerts and the history once everything has been quiet; empty when sound. */
export function brokenPromises(ended: Ended): string[] {
  const rows = readRows(ended.raw);
  const open = rows.filter(({ status }) => status === 'booked');
  const future = open.filter((row) => fromSqlInstant(row.starts_at).getTime() > ended.nowMs);
  // Somebody was asked, and it began meanwhile.
  const undecided = open.filter(({ failure_kind: kind }) => kind === 'two_truths');
  return [
    // One that has begun keeps its person busy until its end.
    ...future.flatMap((row) => checkOpen(ended, row, open)),
    ...checkBookings(ended, future, undecided),
    ...checkPersons(ended, future),
    ...checkWithdrawn(ended),
    ...checkAlerts(ended, rows, future),
    ...checkRest(ended),
    ...checkHistory(ended),
  ];
}

function thereOf({ there }: Row): There | null {
  return there === null ? null : JSON.parse(there);
}

function liveBookings({ calcom, nowMs }: Ended): StoredBooking[] {
  return calcom.bookings.filter(
    ({ status, start }) => (status === 'accepted' || status === 'pending') && start.getTime() > nowMs,
  );
}

/** So long before a booking lands was its reason known. */
const WORK_MS_MAX = 4 * MINUTE;

const appointmentOf = (booking: StoredBooking) => Number(booking.metadata.appointmentId);

function checkOpen(ended: Ended, row: Row, others: Row[]): string[] {
  const live = liveBookings(ended).filter((booking) => appointmentOf(booking) === row.id);
  if (live.length > 1) return [`appointment ${row.id} has ${live.length} live bookings`];
  const [booking] = live;
  if (booking && booking.uid !== row.booking_uid && booking.uid !== thereOf(row)?.uid)
    return [`appointment ${row.id}: its record does not know its booking`];
  if (row.state === 'synced')
    return booking
      ? checkEqual(ended, row, booking)
      : [`appointment ${row.id} is lost: synced without a booking`];
  if (row.state !== 'failed')
    return [`appointment ${row.id} is ${row.state} (${row.failure_kind}) and stays so`];
  return checkReason(ended, row, others);
}

function checkEqual({ deeds }: Ended, row: Row, booking: StoredBooking): string[] {
  const chosenFirst = deeds.handedOver.get(booking.uid);
  const isHandedOver = chosenFirst !== undefined && chosenFirst !== booking.hostId;
  if (isHandedOver && HOST_OF[row.staff_id ?? ''] !== booking.hostId)
    return [`appointment ${row.id} does not follow to host ${booking.hostId}`];
  const isEqual =
    booking.start.getTime() === fromSqlInstant(row.starts_at).getTime() &&
    booking.eventTypeId === eventTypeOf(row.service_id, HOST_OF[row.staff_id ?? ''] ?? 0);
  return isEqual
    ? []
    : [`appointment ${row.id} is booked otherwise: ${booking.eventTypeId} ${booking.start.toISOString()}`];
}

/** A failure's kind has to be true now. */
function checkReason(ended: Ended, row: Row, others: Row[]): string[] {
  const isTrue = {
    no_staff: () => row.staff_id === null,
    contact_invalid: () => row.email?.startsWith('bad ') === true,
    duplicate: () => others.some((other) => isDuplicate(other, row)) || isBookedTwice(ended, row),
    host_conflict: () => !isFree(ended, row) || others.some((other) => isInTheWay(other, row)),
    two_truths: () => areTwoTruths(ended, row, others),
    cancelled_there: () => isCancelledThere(ended, row),
  }[row.failure_kind ?? ''];
  if (!isTrue) return [`appointment ${row.id} failed for ${row.failure_kind}`];
  return isTrue() ? [] : [`appointment ${row.id} failed for ${row.failure_kind}, which is not so`];
}

function isDuplicate(other: Row, row: Row): boolean {
  return (
    other.id !== row.id &&
    other.customer_id === row.customer_id &&
    other.service_id === row.service_id &&
    other.starts_at.slice(0, 16) === row.starts_at.slice(0, 16)
  );
}

/** Round robin takes a second booking of the same customer at the same time for the first one. */
function isBookedTwice(ended: Ended, row: Row): boolean {
  const eventTypeId = eventTypeOf(row.service_id, HOST_OF[row.staff_id ?? ''] ?? 0);
  return liveBookings(ended).some(
    (booking) =>
      booking.eventTypeId === eventTypeId &&
      appointmentOf(booking) !== row.id &&
      booking.attendee.email === row.email &&
      booking.start.getTime() === fromSqlInstant(row.starts_at).getTime(),
  );
}

function isInTheWay(other: Row, row: Row): boolean {
  return (
    other.id !== row.id &&
    personOf(other.staff_id) === personOf(row.staff_id) &&
    other.starts_at < row.ends_at &&
    row.starts_at < other.ends_at
  );
}

const hostNameOf = ({ hosts }: CalcomState, hostId: number) => hosts.find(({ id }) => id === hostId)?.name;

/** What stands there is not what the row says, and somebody here or a duplicate is why the row does not follow. */
function areTwoTruths(ended: Ended, row: Row, others: Row[]): boolean {
  const there = thereOf(row);
  // It may have begun since.
  const booking = ended.calcom.bookings.find(
    ({ uid, status }) => uid === there?.uid && status === 'accepted',
  );
  if (!booking || there === null) return false;
  const isAsTold =
    there.uid === booking.uid &&
    fromSqlInstant(there.startsAtText).getTime() === booking.start.getTime() &&
    there.hostId === booking.hostId;
  const following = { ...row, starts_at: there.startsAtText, service_id: there.serviceId };
  const isChangedHere =
    ended.raw
      .prepare('SELECT 1 FROM sim_changes WHERE appointment_id = ? AND before <> after')
      .get(row.id) !== undefined;
  const differs = checkEqual(ended, row, booking).length > 0 || there.staffId !== row.staff_id;
  return isAsTold && differs && (isChangedHere || others.some((other) => isDuplicate(other, following)));
}

/** Nothing stands, somebody cancelled it, and nobody has given the appointment another place since. */
function isCancelledThere(ended: Ended, row: Row): boolean {
  const own = ended.calcom.bookings.filter((booking) => appointmentOf(booking) === row.id);
  const there = thereOf(row);
  const then = there?.rowThen ?? there;
  const isPlaceKept =
    then === null ||
    (then.serviceId === row.service_id &&
      then.staffId === row.staff_id &&
      fromSqlInstant(then.startsAtText).getTime() === fromSqlInstant(row.starts_at).getTime());
  const isWithdrawn = own.some(({ uid }) => ended.deeds.cancelled.has(uid));
  return isWithdrawn && isPlaceKept && !own.some(({ status }) => status === 'accepted');
}

/** What somebody cancelled in Cal.com is booked again only when a person asks, or the appointment is changed. */
function checkWithdrawn({ raw, calcom, deeds }: Ended): string[] {
  const changesOf = raw.prepare('SELECT at_ms FROM sim_changes WHERE appointment_id = ?').pluck();
  return calcom.bookings.flatMap((withdrawn) => {
    const atMs = deeds.cancelled.get(withdrawn.uid);
    if (atMs === undefined) return [];
    const id = appointmentOf(withdrawn);
    const asked = deeds.asked.filter(({ appointmentId }) => appointmentId === id).map((each) => each.atMs);
    const reasons = [...(changesOf.all(id) as number[]), ...asked];
    return calcom.bookings
      .filter(
        (again) =>
          appointmentOf(again) === id && again.createdAt.getTime() > atMs && !deeds.moved.has(again.uid),
      )
      .filter(({ createdAt }) => {
        const fromMs = withdrawn.createdAt.getTime() - WORK_MS_MAX;
        return !reasons.some((reasonMs) => reasonMs > fromMs && reasonMs < createdAt.getTime());
      })
      .map((again) => `appointment ${id} was cancelled in Cal.com and is booked again as ${again.uid}`);
  });
}

/** Of one human's calendars, each has to be free. */
function isFree(ended: Ended, row: Row): boolean {
  const { calcom } = ended;
  const ownHostId = HOST_OF[row.staff_id ?? ''] ?? 0;
  const eventTypeId = eventTypeOf(row.service_id, ownHostId);
  const hostIds = calcom.eventTypes.find(({ id }) => id === eventTypeId)?.hostIds ?? [];
  const [booking] = liveBookings(ended).filter((each) => appointmentOf(each) === row.id);
  // What stands there at this time already can only be handed over.
  const isHandover =
    booking?.eventTypeId === eventTypeId &&
    booking.start.getTime() === fromSqlInstant(row.starts_at).getTime();
  const among = isHandover ? [ownHostId] : hostIds;
  return !isBusyElsewhere(ended, row, ownHostId) && among.some((hostId) => isFreeAt(ended, row, hostId));
}

/** Of one human's calendars, another is taken: also by what round robin gave to somebody else for this person. */
function isBusyElsewhere({ calcom }: Ended, row: Row, ownHostId: number): boolean {
  const { start, end } = timeOf(row);
  const otherHostIds = Object.values(HOST_OF).filter(
    (id) => id !== ownHostId && hostNameOf(calcom, id) === hostNameOf(calcom, ownHostId),
  );
  return calcom.bookings.some(
    (booking) =>
      (booking.status === 'accepted' || booking.status === 'pending') &&
      appointmentOf(booking) !== row.id &&
      otherHostIds.some((id) => id === booking.hostId || eventTypeOf(ANYBODY, id) === booking.eventTypeId) &&
      booking.start < end &&
      start < booking.end,
  );
}

function isFreeAt({ calcom }: Ended, row: Row, hostId: number): boolean {
  const host = calcom.hosts.find(({ id }) => id === hostId);
  const eventType = calcom.eventTypes.find(({ id }) => id === eventTypeOf(row.service_id, hostId));
  if (!host || !eventType) return false;
  const wish = { eventType, ...timeOf(row), ...(row.booking_uid && { movingUid: row.booking_uid }) };
  return isHostFree(calcom, host, wish);
}

function timeOf(row: Row): { start: Date; end: Date } {
  const start = fromSqlInstant(row.starts_at);
  return { start, end: new Date(start.getTime() + (MINUTES[row.service_id] as number) * MINUTE) };
}

/** Whatever else stands there belongs to nobody. */
function checkBookings(ended: Ended, future: Row[], undecided: Row[]): string[] {
  const known = new Set([...future, ...undecided].map(({ id }) => id));
  return liveBookings(ended)
    .filter((booking) => !known.has(appointmentOf(booking)))
    .map((booking) => `booking ${booking.uid} stands for ${appointmentOf(booking)}, which is closed or gone`);
}

/** A human with two calendars is in one place, unless somebody in Cal.com put them into two. */
function checkPersons({ calcom, deeds }: Ended, future: Row[]): string[] {
  const humanOf = ({ booking_uid: uid }: Row) => {
    const hostId = calcom.bookings.find((booking) => booking.uid === uid)?.hostId;
    return hostId === undefined ? undefined : hostNameOf(calcom, hostId);
  };
  const isByHand = ({ booking_uid: uid }: Row) =>
    uid !== null && (deeds.moved.has(uid) || deeds.handedOver.has(uid));
  const synced = future.filter((row) => row.state === 'synced');
  return synced.flatMap((row) =>
    synced
      .filter((other) => other.id > row.id && isInTheWay(other, row) && !isByHand(row) && !isByHand(other))
      // Round robin gave them to different people, whomever the rows name.
      .filter((other) => humanOf(other) === humanOf(row))
      .map((other) => `appointments ${row.id} and ${other.id} of one person are both booked and overlap`),
  );
}

/** What is over without having been booked stays on show until the nightly cleanup. */
function checkAlerts({ raw }: Ended, rows: Row[], future: Row[]): string[] {
  const open = raw
    .prepare('SELECT subject FROM alerts WHERE open_subject IS NOT NULL')
    .pluck()
    .all() as string[];
  const subjectsOf = (failing: Row[]) =>
    failing.filter(({ state }) => state === 'failed').map(({ id }) => `appointment:${id}`);
  const failed = subjectsOf(rows.filter(({ status }) => status === 'booked'));
  return [
    ...subjectsOf(future)
      .filter((subject) => !open.includes(subject))
      .map((subject) => `nobody is told of ${subject}`),
    ...open
      .filter((subject) => !failed.includes(subject))
      .map((subject) => `an alert is open without need: ${subject}`),
    ...open
      .filter((subject, at) => open.indexOf(subject) !== at)
      .map((subject) => `two alerts are open: ${subject}`),
  ];
}

function checkRest({ raw }: Ended): string[] {
  const claimed = raw
    .prepare(
      'SELECT appointment_id FROM appointment_syncs WHERE claim_token IS NOT NULL OR open_attempt_id IS NOT NULL',
    )
    .pluck()
    .all();
  const breaker = raw.prepare('SELECT state FROM breaker').pluck().get();
  return [
    ...claimed.map((id) => `appointment ${id} is claimed, or its attempt open, for ever`),
    ...(breaker === 'closed' ? [] : [`the breaker stays ${breaker}`]),
  ];
}

interface Told {
  appointment_id: number;
  actor: string;
  action: string;
  before: string | null;
  after: string | null;
}

const PERSONS_DEEDS = ['cancelled', 'rescheduled', 'reassigned', 'took_theirs'];

function checkHistory({ raw, calcom, deeds: byHand }: Ended): string[] {
  const told = raw
    .prepare('SELECT appointment_id, actor, action, before, after FROM history')
    .all() as Told[];
  const uids = new Set(told.flatMap(({ after }) => (after ? (JSON.parse(after).uid ?? []) : [])));
  const isTold = ({ uid, rescheduledToUid }: StoredBooking): boolean => {
    // Moved by hand before its answer came, and back: only what stands now is known.
    const next =
      byHand.moved.has(rescheduledToUid ?? '') &&
      calcom.bookings.find((each) => each.uid === rescheduledToUid);
    return uids.has(uid) || (next ? isTold(next) : false);
  };
  const untold = calcom.bookings
    .filter((booking) => !byHand.moved.has(booking.uid) && !isTold(booking))
    .map((booking) => `the history does not know booking ${booking.uid} of ${appointmentOf(booking)}`);
  const changes = raw
    .prepare("SELECT appointment_id, before, after FROM sim_changes WHERE author = 'bot' ORDER BY rowid")
    .all() as Told[];
  const deeds = told.filter(({ actor, action }) => /^U/.test(actor) && PERSONS_DEEDS.includes(action));
  // Also when both sides were changed to the same, and the row stayed.
  const followed = told.filter(({ actor }) => actor === 'calcom');
  const ids = new Set([...changes, ...deeds].map(({ appointment_id }) => appointment_id));
  const counted = [...ids].flatMap((id) => {
    const count = (list: Told[]) => list.filter(({ appointment_id }) => appointment_id === id).length;
    const [made, done, most] = [count(changes), count(deeds), count(deeds) + count(followed)];
    return made >= done && made <= most
      ? []
      : [`appointment ${id} was changed ${made} times, and the history tells of ${done} to ${most}`];
  });
  const contacts = raw.prepare("SELECT count(*) FROM sim_contacts WHERE author = 'bot'").pluck().get();
  // One change of a customer's is told of each failing appointment, and can be taken back once.
  const fixed = raw
    .prepare(
      "SELECT count(*) FROM history h JOIN undos u ON u.subject = 'change:' || h.id WHERE h.action = 'contact_fixed'",
    )
    .pluck()
    .get();
  return [
    ...untold,
    ...counted,
    ...(contacts === fixed ? [] : [`${contacts} contacts were changed, and the history tells of ${fixed}`]),
  ];
}
