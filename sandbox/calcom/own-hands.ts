// What a person does in Cal.com's own pages, by the same rules as the API, and without its request record.

import { Refusal } from './answers.ts';
import type { Backend, Call, Operation } from './call.ts';
import { cancelAfterTelling, cancelBooking, rescheduleBooking } from './change-booking.ts';
import type { BookingStatus, CalcomState, ExternalEntry, StoredBooking } from './world.ts';
import { findBooking, findHost } from './world-lookup.ts';

export interface OwnHands {
  /** Throws with Cal.com's words when the host is not free then, or the booking cannot be moved. */
  move(uid: string, start: Date): Promise<void>;
  /** Throws with Cal.com's words when it cannot be cancelled. */
  cancel(uid: string, reason: string): Promise<void>;
  /** Cancels and asks the attendee for another time. Throws when there is no such live booking. */
  requestReschedule(uid: string, reason: string): Promise<void>;
  /** Answers what waits for the host; each throws when the booking does not wait. */
  confirm(uid: string): Promise<void>;
  reject(uid: string, reason: string): Promise<void>;
  /** Throws when there is no such host, or the end is not after the start. */
  addExternal(entry: ExternalEntry): void;
  /** Throws when the host has no such entry. */
  removeExternal(entry: ExternalEntry): void;
}

const API_VERSION = '2024-08-13';

/** `looked` is called after each change. */
export function createOwnHands(backend: Backend, looked: () => void): OwnHands {
  const { state, ledger, deliveries } = backend;

  async function act(operation: Operation, uid: string, body: object): Promise<void> {
    const call: Call = {
      params: [uid],
      query: new URLSearchParams(),
      body,
      caller: undefined,
      version: API_VERSION,
    };
    try {
      await operation(backend, call);
    } catch (error) {
      throw error instanceof Refusal ? new Error(error.message) : error;
    }
    looked();
  }

  function withStatus(uid: string, wanted: BookingStatus): StoredBooking {
    const booking = findBooking(state, uid);
    if (booking?.status !== wanted) throw new Error(`there is no ${wanted} booking ${uid}`);
    return booking;
  }

  return {
    async move(uid, start) {
      const host = findHost(state, findBooking(state, uid)?.hostId);
      await act(rescheduleBooking, uid, { start: start.toISOString(), rescheduledBy: host?.email });
    },
    cancel: (uid, reason) => act(cancelBooking, uid, { cancellationReason: reason }),
    async requestReschedule(uid, reason) {
      const booking = withStatus(uid, 'accepted');
      const email = findHost(state, booking.hostId)?.email ?? null;
      await cancelAfterTelling(backend, booking, { reason, email, requestReschedule: true });
      looked();
    },
    async confirm(uid) {
      const booking = withStatus(uid, 'pending');
      ledger.confirm(booking);
      await deliveries.tell({ trigger: 'BOOKING_CREATED', booking });
      looked();
    },
    async reject(uid, reason) {
      const booking = withStatus(uid, 'pending');
      ledger.reject(booking);
      await deliveries.tell({ trigger: 'BOOKING_REJECTED', booking, reason });
      looked();
    },
    ...createCalendarHands(state, looked),
  };
}

function createCalendarHands(
  state: CalcomState,
  looked: () => void,
): Pick<OwnHands, 'addExternal' | 'removeExternal'> {
  return {
    addExternal(entry) {
      if (!findHost(state, entry.hostId)) throw new Error(`there is no host ${entry.hostId}`);
      if (!(Date.parse(entry.end) > Date.parse(entry.start)))
        throw new Error('an entry ends after it starts');
      state.external.push(entry);
      looked();
    },
    removeExternal({ hostId, start, end }) {
      const at = state.external.findIndex(
        (each) => each.hostId === hostId && each.start === start && each.end === end,
      );
      if (at < 0) throw new Error('the calendar has no such entry');
      state.external.splice(at, 1);
      looked();
    },
  };
}
