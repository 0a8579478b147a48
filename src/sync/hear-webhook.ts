import { readInstallation } from '../appointments/installation.ts';
import { type KnownBooking, readKnownBookings, readStaffBehind } from '../appointments/known-bookings.ts';
import { lookLater, recheckConflictsOf } from '../appointments/look-later.ts';
import { type Heard, receiveWebhook } from '../appointments/received-webhooks.ts';
import type { WebhookEvent } from '../calcom/webhook.ts';
import type { Db, Tx } from '../database.ts';
import { addMs, fromSqlInstant, SECOND } from '../instant.ts';
import { idNamedBy } from './look-up.ts';

/** Cal.com tells of a cancellation before a reader sees it (Cal.com, Webhooks). */
const CANCELLED_AFTER_MS = 10 * SECOND;

/** A booking as somebody says that it is now. */
export interface Sighting {
  uid: string;
  isLive: boolean;
  formerUid: string | null;
  startsAt: Date | null;
  hostId: number | null;
}

/**
 * Hears an event of Cal.com's: what the record says already, or what an attempt of ours under way will say, costs
 * nothing; else the booking is read soon. Whatever frees a host's time has the host's conflicts looked at again.
 */
export async function hearWebhook(
  db: Db,
  told: WebhookEvent,
  { bodyHash, now }: { bodyHash: string; now: Date },
): Promise<Heard | 'repeated'> {
  const { installationId } = await readInstallation(db);
  const { event, uid } = told;
  return receiveWebhook(db, { bodyHash, event, uid, now }, (tx) => act(tx, told, { installationId, now }));
}

async function act(
  tx: Tx,
  told: WebhookEvent,
  { installationId, now }: { installationId: string; now: Date },
): Promise<Heard> {
  const { says, uid, formerUid, startsAt, host } = told;
  if (says === 'unchanged' || uid === null) return { outcome: 'noted', appointmentId: null };
  const at = says === 'is_over' ? addMs(now, CANCELLED_AFTER_MS) : now;
  if (says === 'is_over' || formerUid !== null) {
    const { eventTypeId } = told;
    const staffIds = await readStaffBehind(tx, { hostName: host.name, eventTypeId });
    await recheckConflictsOf(tx, staffIds, { at, now });
  }
  const named = idNamedBy(told.metadata, installationId);
  const uids = [uid, ...(formerUid === null ? [] : [formerUid])];
  const known = await readKnownBookings(tx, { uids, appointmentIds: named === null ? [] : [named] });
  const [first] = known;
  if (first === undefined) return { outcome: 'unknown', appointmentId: named };
  const sighting = { uid, formerUid, startsAt, hostId: host.id, isLive: says === 'stands' };
  const differing = known.filter((each) => !isAsKnown(each, sighting)).map((each) => each.appointmentId);
  if (differing.length === 0) return { outcome: 'known', appointmentId: first.appointmentId };
  await lookLater(tx, differing, { uid, at, now });
  return { outcome: 'woken', appointmentId: differing[0] ?? null };
}

/** Whether the record says the same, or the answer to a write of ours will. What is missing differs from nothing. */
export function isAsKnown(known: KnownBooking, seen: Sighting): boolean {
  if (known.state === 'closed' || isOurDoing(known, seen)) return true;
  if (!seen.isLive) return false;
  // Before a booking is made, what stands is looked for anyway.
  if (known.uid === null) return !known.isCancelledThere;
  const isSameStart =
    seen.startsAt === null || known.startsAt === null || seen.startsAt.getTime() === known.startsAt.getTime();
  const isSameHost = seen.hostId === null || known.hostId === null || seen.hostId === known.hostId;
  return seen.uid === known.uid && isSameStart && isSameHost;
}

function isOurDoing({ attempt }: KnownBooking, { uid, formerUid, isLive, startsAt }: Sighting): boolean {
  if (attempt === null) return false;
  const { operation, request } = attempt;
  if (operation === 'cancel') return !isLive && request.uid === uid;
  if (operation === 'reassign' || !isLive || request.startsAtText === undefined) return false;
  const isWanted = startsAt?.getTime() === fromSqlInstant(request.startsAtText).getTime();
  return isWanted && formerUid === (operation === 'move' ? (request.uid ?? null) : null);
}
