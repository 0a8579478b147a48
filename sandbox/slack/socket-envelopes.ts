import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { ACKNOWLEDGE_WITHIN_MS, type DeliveryKind, type DeliveryResult } from './delivery.ts';
import { afterMs } from './real-time.ts';
import type { Json } from './slack-look-alike.ts';

const EVENT_RETRIES_MAX = 3;
/** An envelope that nobody acknowledged is offered to another connection for so long. */
const REDELIVER_WITHIN_MS = 30_000;

export interface SocketEnvelopes {
  /** `copies` 2 sends it twice at once, as Slack happens to. */
  send(kind: DeliveryKind, payload: Json, copies: number): Promise<DeliveryResult>;
  acknowledge(message: Json): void;
  /** Its envelopes go to another connection, or wait for one. */
  lost(carrier: WebSocket): void;
  /** A connection is there for what waits. */
  found(): void;
  close(): void;
}

interface Envelope {
  id: string;
  kind: DeliveryKind;
  payload: Json;
  retries: number;
  carrier: WebSocket | undefined;
  settle(result: DeliveryResult): void;
  cancelTimers(): void;
}

type NextCarrier = (except?: WebSocket) => WebSocket | undefined;

export function createSocketEnvelopes(nextCarrier: NextCarrier): SocketEnvelopes {
  const waiting = new Map<string, Envelope>();
  const carry = (envelope: Envelope) => {
    envelope.carrier = nextCarrier(envelope.carrier);
    envelope.carrier?.send(JSON.stringify(toWireEnvelope(envelope)));
  };
  const carryAgain = (envelope: Envelope) => {
    envelope.retries += 1;
    carry(envelope);
  };
  return {
    send: (kind, payload, copies) =>
      new Promise((settle) => {
        const envelope: Envelope = {
          id: randomBytes(16).toString('hex'),
          kind,
          payload,
          retries: 0,
          carrier: undefined,
          settle,
          cancelTimers: () => {},
        };
        waiting.set(envelope.id, envelope);
        envelope.cancelTimers = startTimers(envelope, {
          carryAgain,
          forget: () => waiting.delete(envelope.id),
        });
        carry(envelope);
        for (let copy = 2; copy <= copies; copy += 1) carryAgain(envelope);
      }),
    acknowledge(message) {
      const envelope = waiting.get(String(message.envelope_id));
      if (!envelope) return;
      waiting.delete(envelope.id);
      envelope.cancelTimers();
      envelope.settle({ acknowledged: true, body: message.payload });
    },
    lost(carrier) {
      for (const envelope of waiting.values()) if (envelope.carrier === carrier) carryAgain(envelope);
    },
    found() {
      for (const envelope of waiting.values()) if (!envelope.carrier) carryAgain(envelope);
    },
    close() {
      for (const envelope of waiting.values()) {
        envelope.cancelTimers();
        envelope.settle({ acknowledged: false, reason: 'unreachable' });
      }
      waiting.clear();
    },
  };
}

/**
 * After 3 seconds the person is told that nobody answered. An event is sent again then, up to three times;
 * anything else only when its connection breaks. Returns what stops the timers.
 */
function startTimers(
  envelope: Envelope,
  { carryAgain, forget }: { carryAgain: (envelope: Envelope) => void; forget: () => void },
): () => void {
  const late = () => {
    envelope.settle({ acknowledged: false, reason: 'timeout' });
    if (envelope.kind !== 'events_api' || envelope.retries >= EVENT_RETRIES_MAX) return;
    if (envelope.carrier) carryAgain(envelope);
    cancelLate = afterMs(ACKNOWLEDGE_WITHIN_MS, late);
  };
  let cancelLate = afterMs(ACKNOWLEDGE_WITHIN_MS, late);
  const cancelForget = afterMs(REDELIVER_WITHIN_MS, () => {
    cancelLate();
    forget();
  });
  return () => {
    cancelLate();
    cancelForget();
  };
}

function toWireEnvelope({ id, kind, payload, retries }: Envelope): Json {
  return {
    envelope_id: id,
    type: kind,
    payload,
    accepts_response_payload: kind !== 'events_api',
    ...((kind === 'events_api' || retries > 0) && {
      retry_attempt: retries,
      retry_reason: retries > 0 ? 'timeout' : '',
    }),
  };
}
