// What a person does in Cal.com's own pages, by the same rules as the API, and without its request record.

import { Refusal } from './answers.ts';
import type { Backend, Call } from './call.ts';
import { cancelBooking, rescheduleBooking } from './change-booking.ts';
import type { ExternalEntry } from './world.ts';
import { findBooking, findHost } from './world-lookup.ts';

export interface OwnHands {
  /** Throws with Cal.com's words when the host is not free then, or the booking cannot be moved. */
  move(uid: string, start: Date): void;
  /** Throws with Cal.com's words when it cannot be cancelled. */
  cancel(uid: string, reason: string): void;
  /** Throws when there is no such host, or the end is not after the start. */
  addExternal(entry: ExternalEntry): void;
  /** Throws when the host has no such entry. */
  removeExternal(entry: ExternalEntry): void;
}

const API_VERSION = '2024-08-13';

/** `looked` is called after each change. */
export function createOwnHands(backend: Backend, looked: () => void): OwnHands {
  const { state } = backend;

  function act(operation: typeof cancelBooking, uid: string, body: object): void {
    const call: Call = {
      params: [uid],
      query: new URLSearchParams(),
      body,
      isAuthenticated: false,
      version: API_VERSION,
    };
    try {
      operation(backend, call);
    } catch (error) {
      throw error instanceof Refusal ? new Error(error.message) : error;
    }
    looked();
  }

  return {
    move(uid, start) {
      const host = findHost(state, findBooking(state, uid)?.hostId);
      act(rescheduleBooking, uid, { start: start.toISOString(), rescheduledBy: host?.email });
    },
    cancel: (uid, reason) => act(cancelBooking, uid, { cancellationReason: reason }),
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
