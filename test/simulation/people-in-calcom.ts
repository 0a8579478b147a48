import type { Call } from '../../sandbox/calcom/call.ts';
import { reassignBookingTo } from '../../sandbox/calcom/change-booking.ts';
import { createOwnHands } from '../../sandbox/calcom/own-hands.ts';
import type { StoredBooking } from '../../sandbox/calcom/world.ts';
import { KEY_OWNER } from '../../sandbox/calcom/world-lookup.ts';
import type { Deeds } from './deeds.ts';
import { wantedStart } from './other-writers.ts';
import type { SimulatedCalcom } from './simulated-calcom.ts';
import type { SimulatedDatabase, Stage } from './simulated-database.ts';

interface Changing {
  stage: Stage;
  database: SimulatedDatabase;
  calcom: SimulatedCalcom;
  deeds: Deeds;
}

/** Somebody moves, cancels or hands over some booking in Cal.com's own pages, often one that a call of ours is about. */
export function changeInCalcom(changing: Changing): void {
  const { stage, calcom } = changing;
  const { scheduler, random } = stage;
  const booking = pickBooking(changing);
  if (!booking) return;
  const isShared = calcom.state.eventTypes.some(
    ({ id, hostIds }) => id === booking.eventTypeId && hostIds.length > 1,
  );
  const deed = random.pick(isShared ? [...DEEDS, handOver, handOver] : DEEDS);
  scheduler.note(`in Cal.com: ${deed.name} ${booking.uid} of ${booking.metadata.appointmentId}`);
  deed(changing, booking).catch((error) => scheduler.note(`Cal.com refuses: ${error.message}`));
}

function pickBooking({ stage, database, calcom }: Changing): StoredBooking | null {
  const { scheduler, random } = stage;
  const live = calcom.state.bookings.filter(
    ({ status, start }) => status === 'accepted' && start.getTime() > scheduler.nowMs(),
  );
  const underWay = database
    .prepare('SELECT appointment_id FROM appointment_syncs WHERE open_attempt_id IS NOT NULL')
    .pluck()
    .all();
  const busy = live.filter(({ metadata }) => underWay.includes(Number(metadata.appointmentId)));
  const among = busy.length > 0 && random.chance(0.6) ? busy : live;
  return among.length > 0 ? random.pick(among) : null;
}

type Deed = (changing: Changing, booking: StoredBooking) => Promise<void>;

const move: Deed = async ({ stage, calcom, deeds }, { uid }) => {
  await createOwnHands(calcom.backend, () => {}).move(uid, wantedStart(stage.random));
  const moved = calcom.state.bookings.find(({ rescheduledFromUid }) => rescheduledFromUid === uid);
  if (moved) deeds.moved.add(moved.uid);
};

const cancel: Deed = async ({ stage, calcom, deeds }, { uid }) => {
  const hands = createOwnHands(calcom.backend, () => {});
  if (stage.random.chance(0.5)) await hands.cancel(uid, 'krank');
  else await hands.requestReschedule(uid, 'krank');
  deeds.cancelled.set(uid, stage.scheduler.nowMs());
};

const handOver: Deed = async ({ calcom, database, deeds }, { uid, eventTypeId, hostId }) => {
  const eventType = calcom.state.eventTypes.find(({ id }) => id === eventTypeId);
  const colleague = eventType?.hostIds.find((id) => id !== hostId);
  const call: Call = {
    params: [uid, String(colleague)],
    query: new URLSearchParams(),
    body: {},
    caller: KEY_OWNER,
    version: '2024-08-13',
  };
  reassignBookingTo(calcom.backend, call);
  // Before the bot has learnt of the booking, whoever hosts it is the one whom Cal.com chose.
  const known = database
    .prepare('SELECT pushed_host_id AS host FROM appointment_syncs WHERE booking_uid = ?')
    .get(uid) as { host: number | null } | undefined;
  if (known && !deeds.handedOver.has(uid)) deeds.handedOver.set(uid, known.host ?? hostId);
};

const DEEDS: Deed[] = [move, move, move, cancel];
