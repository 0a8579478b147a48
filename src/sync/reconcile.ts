import { isAnythingDue } from '../appointments/claim.ts';
import { readInstallation } from '../appointments/installation.ts';
import { type KnownBooking, readKnownBookings } from '../appointments/known-bookings.ts';
import { lookLater } from '../appointments/look-later.ts';
import { type Found, readStandingBookings } from '../appointments/reconciliations.ts';
import type { Booking } from '../calcom/client.ts';
import type { Clock } from '../clock.ts';
import { type Db, transaction } from '../database.ts';
import { addMs, DAY, MINUTE } from '../instant.ts';
import { CallNotMade, type Calls } from './calls.ts';
import { isAsKnown } from './hear-webhook.ts';
import { idNamedBy, isLive } from './look-up.ts';
import { isForgotten, isOrphan } from './plan/orphans.ts';

export interface ReconcileDeps {
  db: Db;
  calls: Calls;
  clock: Clock;
  signal: AbortSignal;
}

const PAGE = 100;
/** Of a comparison, at most so many calls; beyond the last page nothing counts as missing. */
const PAGES_MAX = 200;
/** At most so many are read one by one in one night: a key that sees less than before would make all missing. */
const MISSING_MAX = 100;
const YIELD_MS = MINUTE;
/** Of two replicas of Cal.com's database one may be behind, and pages shift while they are read. */
export const OVERLAP_MS = 10 * MINUTE;

const nothing = (): Found => ({ read: 0, changed: 0, missing: 0, doubled: [], orphaned: [] });

/**
 * Reads what was changed in Cal.com since then, and has the engine look at what the record does not say. Throws
 * CallNotMade when bookings need the calls.
 */
export async function compareChanges(deps: ReconcileDeps, since: Date): Promise<Found> {
  const found = nothing();
  const filter = { updatedFrom: addMs(since, -OVERLAP_MS) };
  for await (const page of pages(deps, filter)) {
    found.read += page.length;
    found.changed += await lookAtChanged(deps, page);
  }
  return found;
}

/** Reads all that is to come, and finds besides what is missing, booked twice, or without an appointment. */
export async function compareEverything(deps: ReconcileDeps): Promise<Found> {
  const { db, calls, clock } = deps;
  const found = nothing();
  const startedAt = clock.now();
  const standing = new Set<string>();
  const own: Named[] = [];
  let readTo = startedAt;
  let isWhole = true;
  for await (const page of pages(deps, { status: 'upcoming' })) {
    found.read += page.length;
    found.changed += await lookAtChanged(deps, page);
    for (const booking of page) {
      if (isLive(booking)) standing.add(booking.uid);
      if (booking.start > readTo) readTo = booking.start;
    }
    own.push(...(await namedIn(db, page)));
    isWhole = found.read < PAGES_MAX * PAGE;
  }
  for (const each of own) {
    const kind = await surplusKind(db, each, standing);
    if (kind === null || found[kind].includes(each.appointmentId)) continue;
    // What was listed may have begun, have been cancelled since, or be what became of the record's own booking.
    const booking = await calls.read(false, (calcom) => calcom.getBooking(each.uid));
    if (!isLive(booking) || booking.start <= clock.now()) continue;
    if (await isForgotten(db, calls, each.uid, each.appointmentId)) found[kind].push(each.appointmentId);
  }
  // Where the list came to its end, nothing later stands in Cal.com.
  const until = isWhole ? addMs(startedAt, 3_650 * DAY) : readTo;
  const wanted = await readStandingBookings(db, { after: startedAt, until });
  const missing = wanted.filter(({ uid }) => !standing.has(uid));
  for (const { appointmentId, uid } of missing.slice(0, MISSING_MAX)) {
    await look(deps, [appointmentId], uid);
  }
  found.missing = missing.length;
  return found;
}

/** Page after page, each when no booking waits for the calls. */
async function* pages(
  { db, calls, clock, signal }: ReconcileDeps,
  filter: { updatedFrom?: Date; status?: 'upcoming' },
): AsyncGenerator<Booking[]> {
  for (let page = 0; page < PAGES_MAX && !signal.aborted; page++) {
    if (await isAnythingDue(db, clock.now())) throw new CallNotMade(YIELD_MS);
    const skip = page * PAGE;
    const { bookings, hasNextPage } = await calls.read(false, (calcom) =>
      calcom.listBookings(filter, { take: PAGE, skip }),
    );
    yield bookings;
    if (!hasNextPage) return;
  }
}

/** Has the engine read every booking that is not as the record says. Returns how many. */
async function lookAtChanged(deps: ReconcileDeps, bookings: Booking[]): Promise<number> {
  const { db } = deps;
  const { installationId } = await readInstallation(db);
  const known = await knownOf(db, bookings, installationId);
  const changed = new Set<number>();
  for (const booking of bookings) {
    const named = idNamedBy(booking.metadata, installationId);
    const about = known.filter((each) => isAbout(each, booking, named) && !saysSo(each, booking));
    for (const { appointmentId } of about) {
      if (changed.has(appointmentId)) continue;
      changed.add(appointmentId);
      await look(deps, [appointmentId], booking.uid);
    }
  }
  return changed.size;
}

function knownOf(db: Db, bookings: Booking[], installationId: string): Promise<KnownBooking[]> {
  const uids = bookings.flatMap(({ uid, rescheduledFromUid }) => [uid, rescheduledFromUid ?? uid]);
  const appointmentIds = bookings.flatMap(({ metadata }) => idNamedBy(metadata, installationId) ?? []);
  return readKnownBookings(db, { uids, appointmentIds });
}

function isAbout({ uid, appointmentId }: KnownBooking, booking: Booking, named: number | null): boolean {
  // What ended before the booking that stands is history.
  if (!isLive(booking)) return uid === booking.uid;
  return uid === booking.uid || uid === booking.rescheduledFromUid || appointmentId === named;
}

function saysSo(known: KnownBooking, booking: Booking): boolean {
  const { uid, rescheduledFromUid: formerUid, start: startsAt, hosts } = booking;
  return isAsKnown(known, {
    uid,
    formerUid,
    startsAt,
    hostId: hosts[0]?.id ?? null,
    isLive: isLive(booking),
  });
}

interface Named {
  uid: string;
  appointmentId: number;
  known: KnownBooking | undefined;
}

/** The live bookings that name an appointment of ours and are not the one of its record. */
async function namedIn(db: Db, bookings: Booking[]): Promise<Named[]> {
  const { installationId } = await readInstallation(db);
  const known = await knownOf(db, bookings, installationId);
  return bookings.flatMap((booking) => {
    const appointmentId = isLive(booking) ? idNamedBy(booking.metadata, installationId) : null;
    if (appointmentId === null) return [];
    const own = known.find((each) => each.appointmentId === appointmentId);
    return own?.uid === booking.uid ? [] : [{ uid: booking.uid, appointmentId, known: own }];
  });
}

async function surplusKind(
  db: Db,
  { uid, appointmentId, known }: Named,
  standing: Set<string>,
): Promise<'doubled' | 'orphaned' | null> {
  const isSecond = known?.state === 'synced' && known.uid !== null && standing.has(known.uid);
  if (isSecond && known.attempt === null && known.replacesUid !== uid) return 'doubled';
  return (await isOrphan(db, uid, appointmentId)) ? 'orphaned' : null;
}

function look({ db, clock }: ReconcileDeps, appointmentIds: number[], uid: string): Promise<number> {
  const now = clock.now();
  return transaction(db, (tx) => lookLater(tx, appointmentIds, { uid, at: now, now }));
}
