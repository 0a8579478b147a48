// A stateful Cal.com API v2 on loopback: the server, its records, and the faults before its clients.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { answerRequest, type CalcomCall, type Desk } from './exchange.ts';
import { createFaultPlan, type FaultHandle, type FaultRule, refusalRule } from './faults.ts';
import { createLedger, loadWorld } from './ledger.ts';
import { createOwnHands, type OwnHands } from './own-hands.ts';
import { createThrottle, NO_THROTTLE, type RateLimit, STANDARD_RATE_LIMIT } from './throttle.ts';
import { createWaitList } from './wait-list.ts';
import type { CalcomState, CalcomWorld, Clock, StoredBooking } from './world.ts';

const HOST = '127.0.0.1';
const WAIT_MS = 10_000;
const RECEIVER_MS = 5_000;

export interface CalcomLookAlike {
  /** `http://127.0.0.1:PORT`, without `/v2`. */
  url: string;
  state: CalcomState;
  faults: { add(rule: FaultRule): FaultHandle; clear(): void };
  /** Every request received, in order. */
  calls: CalcomCall[];
  /** Accepted or pending ones, of one appointment if asked. */
  liveBookings(filter?: { appointmentId?: string }): StoredBooking[];
  /** Looks again after each request and late commit; rejects after `timeoutMs` (10 s) of real time. */
  waitFor(predicate: () => boolean, timeoutMs?: number): Promise<void>;
  /** Calls `listener` at each of those looks, and when a person changed something. Returns what ends it. */
  onChange(listener: () => void): () => void;
  hands: OwnHands;
  /** What was told to webhooks, and what may go wrong on the way to them. */
  deliveries: Omit<Deliveries, 'tell'>;
  /** Refuses connections until `resume`, which listens on the same port again. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export interface CalcomOptions {
  clock: Clock;
  world: CalcomWorld;
  apiKey: string;
  /** Default any free one. */
  port?: number;
  /** Default 120 requests in 60 s, then a block of 60 s; null for none. */
  rateLimit?: RateLimit | null;
  /** How long a webhook's receiver may take, in real milliseconds; default 5,000. */
  receiverMs?: number;
}

/** Starts it on loopback. Throws when the world contradicts itself or the port is taken. */
export async function startCalcom(options: CalcomOptions): Promise<CalcomLookAlike> {
  const { clock, world, apiKey, rateLimit = STANDARD_RATE_LIMIT, receiverMs = RECEIVER_MS } = options;
  const state = loadWorld(world, clock.now());
  const stopping = new AbortController();
  const deliveries = createDeliveries(state, { clock, patienceMs: receiverMs, stopped: stopping.signal });
  const desk: Desk = {
    backend: { state, ledger: createLedger(state, clock), deliveries, clock },
    apiKey,
    throttle: rateLimit ? createThrottle(rateLimit, clock) : NO_THROTTLE,
    faults: createFaultPlan(),
    calls: [],
    waits: createWaitList(),
    stopped: stopping.signal,
  };
  for (const planned of world.refusals ?? []) desk.faults.add(refusalRule(planned));
  const server = createServer((request, response) => answerRequest(desk, request, response));
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${HOST}:${port}`,
    state,
    faults: desk.faults,
    calls: desk.calls,
    liveBookings: (filter = {}) => liveBookings(state, filter.appointmentId),
    waitFor: (predicate, timeoutMs = WAIT_MS) =>
      desk.waits.waitFor(predicate, timeoutMs, () => `${desk.calls.length} requests so far`),
    onChange: desk.waits.onLook,
    hands: createOwnHands(desk.backend, desk.waits.look),
    deliveries,
    pause: () => close(server),
    resume: () => listen(server, port),
    async stop() {
      stopping.abort();
      await close(server);
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

function liveBookings(state: CalcomState, appointmentId: string | undefined): StoredBooking[] {
  return state.bookings.filter(
    ({ status, metadata }) =>
      (status === 'accepted' || status === 'pending') &&
      (appointmentId === undefined || metadata.appointmentId === appointmentId),
  );
}
