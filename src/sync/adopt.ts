import {
  type AdoptedRecord,
  countOpenFuture,
  type FormerRow,
  groupStaffIntoPersons,
  insertAdopted,
  readFormerRows,
} from '../appointments/adoption.ts';
import { byAge } from '../appointments/appointment.ts';
import { readInstallation, recordAdopted } from '../appointments/installation.ts';
import { readHolders } from '../appointments/relink.ts';
import { isDuplicate } from '../appointments/rivals.ts';
import { hashOf } from '../appointments/situation.ts';
import type { Booking } from '../calcom/client.ts';
import { CalcomRefused } from '../calcom/errors.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { addMs } from '../instant.ts';
import type { Calls } from './calls.ts';
import { catchUp } from './catch-up.ts';
import { classify, kindOfFormerText } from './classify.ts';
import { ownEmail, usablePhone } from './contact.ts';
import { type FailureKind, failureRules } from './failure-kinds.ts';
import { raiseStandingFailures } from './hold.ts';
import { headOfChain, idNamedBy, readUpcoming } from './look-up.ts';
import { type Match, matchBookings, matchOwnBookings } from './match-bookings.ts';
import { RECHECK_MS } from './retry-schedule.ts';
import { shortText } from './short-text.ts';

export interface AdoptDeps {
  db: Db;
  calls: Calls;
  clock: Clock;
  placeholderEmailDomain: string;
  startHeld: 'auto' | 'never';
}

/**
 * Step 0: takes over what a former system left, then holds or runs. Reads Cal.com's upcoming bookings to the end
 * first, and throws when that fails: nothing is booked before. Returns how the bot stands now.
 */
export async function adopt(deps: AdoptDeps): Promise<'held' | 'running'> {
  const { db, clock, startHeld } = deps;
  await groupStaffIntoPersons(db);
  const rows = await readFormerRows(db, clock.now());
  if (rows.length > 0) {
    const bookings = await readBookings(deps.calls, rows);
    const matches = await match(deps, rows, bookings);
    const now = clock.now();
    const records = rows.flatMap((row) => toRecord(row, { rows, matches: matches.all, now }) ?? []);
    await insertAdopted(db, records, now);
    await catchUp(db, rows, { own: matches.own, upcoming: bookings.upcoming, now });
  }
  const now = clock.now();
  const mode = startHeld === 'auto' && (await countOpenFuture(db, now)) > 0 ? 'held' : 'running';
  if (mode === 'running') await raiseStandingFailures(db, now);
  await recordAdopted(db, { mode, now });
  return mode;
}

async function match(
  { db, placeholderEmailDomain: placeholderDomain }: AdoptDeps,
  rows: FormerRow[],
  { upcoming, named }: Awaited<ReturnType<typeof readBookings>>,
) {
  const { installationId } = await readInstallation(db);
  const own = matchOwnBookings(rows, { upcoming, installationId });
  const strangers = upcoming.filter(({ metadata }) => idNamedBy(metadata, installationId) === null);
  const others = rows.filter(({ appointment }) => !own.has(appointment.id));
  const all = matchBookings(others, { upcoming: strangers, named, placeholderDomain });
  const holders = await readHolders(
    db,
    upcoming.map(({ uid }) => uid),
  );
  for (const [id, each] of all) {
    // A record that was moved since still names it: nobody else may.
    const isHeld = each.is === 'linked' && (holders.get(each.uid) ?? id) !== id;
    if (isHeld) all.set(id, { is: 'ambiguous', uid: each.uid });
  }
  return { own, all: new Map([...all, ...own]) };
}

async function readBookings(calls: Calls, rows: FormerRow[]) {
  const upcoming = await readUpcoming(calls);
  const byUid = new Map(upcoming.map((booking) => [booking.uid, booking]));
  const named = new Map<string, Booking | null>();
  for (const { former } of rows) {
    if (former.uid === null || named.has(former.uid)) continue;
    named.set(former.uid, byUid.get(former.uid) ?? (await readNamed(calls, former.uid)));
  }
  return { upcoming: [...byUid.values()], named };
}

/** Not among the upcoming ones: cancelled, moved, past or unknown over there. */
async function readNamed(calls: Calls, uid: string): Promise<Booking | null> {
  try {
    return await headOfChain(calls, false, uid);
  } catch (error) {
    const now = new Date(0);
    const isGone =
      error instanceof CalcomRefused &&
      classify(error, { operation: 'read', startsAt: now, now }).is === 'gone';
    if (isGone) return null;
    throw error;
  }
}

interface Import {
  rows: FormerRow[];
  matches: Map<number, Match>;
  now: Date;
}

function toRecord(row: FormerRow, { rows, matches, now }: Import): AdoptedRecord | null {
  const match = matches.get(row.appointment.id);
  if (match?.is === 'linked') return { row, state: 'synced', bookingUid: match.uid, dueAt: null };
  if (match?.is === 'ambiguous') {
    const found = { uid: match.uid, as: 'ambiguous' } as const;
    return { ...failedRecord(row, 'two_truths', now), found };
  }
  if (match?.is === 'cancelled_there') return failedRecord(row, 'cancelled_there', now);
  if (row.former.status === 'failed') {
    const record = failedRecord(row, formerKind(row, rows, matches), now);
    return match ? { ...record, found: { uid: match.uid, as: 'adoptable' }, dueAt: null } : record;
  }
  return row.hasFormerData ? { row, state: 'pending', dueAt: now } : null;
}

function failedRecord(row: FormerRow, kind: FailureKind, now: Date): AdoptedRecord {
  return {
    row,
    state: 'failed',
    failure: {
      kind,
      text: row.former.errorText && shortText(row.former.errorText),
      triedHash: hashOf(row, null),
    },
    dueAt: row.appointment.startsAt > now ? dueAfter(kind, now) : null,
  };
}

function dueAfter(kind: FailureKind, now: Date): Date | null {
  const { retry } = failureRules[kind];
  if (retry === 'backoff' || retry === 'when_window_opens') return now;
  return retry === 'recheck' ? addMs(now, RECHECK_MS) : null;
}

/** The kind of a former failure: what the data shows comes before what the text says. */
function formerKind(row: FormerRow, rows: FormerRow[], matches: Map<number, Match>): FailureKind {
  if (row.isComposite) return 'unsupported';
  if (row.appointment.staffId === null) return 'no_staff';
  if (rows.some((other) => isElderTwin(other, row, matches))) return 'duplicate';
  if (row.eventTypeId === null) return 'event_type_missing';
  const { customer } = row;
  if (!ownEmail(customer?.email ?? null) && !usablePhone(customer?.phone ?? null)) return 'contact_invalid';
  return kindOfFormerText(row.former.errorText ?? '');
}

function isElderTwin(other: FormerRow, row: FormerRow, matches: Map<number, Match>): boolean {
  if (other === row || !isDuplicate(other.appointment, row.appointment)) return false;
  const isLinked = (each: FormerRow) => matches.get(each.appointment.id)?.is === 'linked';
  if (isLinked(other) !== isLinked(row)) return isLinked(other);
  return byAge(other.appointment, row.appointment) < 0;
}
