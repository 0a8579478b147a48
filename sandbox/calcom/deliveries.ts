// How Cal.com tells subscribers: signed, one attempt each, while the caller waits; and what may happen on the way.

import { createHmac } from 'node:crypto';
import type { FaultHandle } from './faults.ts';
import { type BookingEvent, type BookingTrigger, writePayload } from './webhook-payload.ts';
import type { CalcomState, Clock, Webhook } from './world.ts';
import { KEY_OWNER } from './world-lookup.ts';

const WEBHOOK_VERSION = '2021-10-20';
const NO_SECRET = 'no-secret-provided';

export interface Delivery {
  url: string;
  trigger: BookingTrigger;
  /** The booking's. */
  uid: string;
  /** As sent, so that signatures can be computed again. */
  body: string;
  headers: Record<string, string>;
  /** The receiver's status; `failed` when there was no answer in time. */
  outcome: number | 'under way' | 'failed' | 'held' | 'dropped';
}

export interface DeliveryRule {
  trigger?: BookingTrigger;
  /** How many deliveries it meets; default all. */
  times?: number;
  /** Kept until `release`, lost, or sent twice with the same body. */
  do: 'hold' | 'drop' | 'double';
}

export interface Deliveries {
  /** Sends the event to everybody subscribed to it. Resolves when they have answered or failed to. */
  tell(event: BookingEvent): Promise<void>;
  /** All so far, oldest first. */
  sent: Delivery[];
  meet(rule: DeliveryRule): FaultHandle;
  /** Sends what is held, one after the other; newest first tells the story backwards. */
  release(order?: 'oldest first' | 'newest first'): Promise<void>;
}

interface Sender {
  clock: Clock;
  /** Real milliseconds that a receiver may take. */
  patienceMs: number;
  stopped: AbortSignal;
}

export function createDeliveries(state: CalcomState, sender: Sender): Deliveries {
  const sent: Delivery[] = [];
  let rules: { rule: DeliveryRule; left: number }[] = [];

  function takeRule(trigger: BookingTrigger): DeliveryRule['do'] | 'send' {
    const met = rules.find(
      ({ rule, left }) => left > 0 && (rule.trigger === undefined || rule.trigger === trigger),
    );
    if (!met) return 'send';
    met.left -= 1;
    return met.rule.do;
  }

  async function deliver(delivery: Delivery): Promise<void> {
    sent.push(delivery);
    const way = takeRule(delivery.trigger);
    if (way === 'hold') delivery.outcome = 'held';
    else if (way === 'drop') delivery.outcome = 'dropped';
    else await post(delivery, sender);
    if (way !== 'double') return;
    const again: Delivery = { ...delivery, outcome: 'under way' };
    sent.push(again);
    await post(again, sender);
  }

  return {
    sent,

    async tell(event) {
      const hearers = state.webhooks.filter((webhook) => hears(webhook, event));
      const body = JSON.stringify(writePayload(state, event, sender.clock.now()));
      await Promise.all(hearers.map((webhook) => deliver(addressed(webhook, event, body))));
    },

    meet(rule) {
      const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.push(entry);
      return {
        remove() {
          rules = rules.filter((candidate) => candidate !== entry);
        },
      };
    },

    async release(order = 'oldest first') {
      const held = sent.filter(({ outcome }) => outcome === 'held');
      for (const delivery of order === 'oldest first' ? held : held.reverse()) await post(delivery, sender);
    },
  };
}

/** A member's webhook hears of the member's own bookings, an event type's of that type, an admin's of all. */
function hears(webhook: Webhook, { trigger, booking }: BookingEvent): boolean {
  if (!webhook.active || !webhook.triggers.includes(trigger)) return false;
  if (webhook.eventTypeId !== null) return webhook.eventTypeId === booking.eventTypeId;
  return webhook.ownerId === KEY_OWNER.id || webhook.ownerId === booking.hostId;
}

function addressed(webhook: Webhook, { trigger, booking }: BookingEvent, body: string): Delivery {
  const { secret, subscriberUrl } = webhook;
  const signature = secret ? createHmac('sha256', secret).update(body).digest('hex') : NO_SECRET;
  return {
    url: subscriberUrl,
    trigger,
    uid: booking.uid,
    body,
    headers: {
      'Content-Type': 'application/json',
      'X-Cal-Signature-256': signature,
      'X-Cal-Webhook-Version': WEBHOOK_VERSION,
    },
    outcome: 'under way',
  };
}

/** Whatever comes of it, nobody tries again; a redirect is an answer like any other. */
async function post(delivery: Delivery, { patienceMs, stopped }: Sender): Promise<void> {
  const { url, headers, body } = delivery;
  delivery.outcome = 'under way';
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(patienceMs)]),
    });
    await response.body?.cancel();
    delivery.outcome = response.status;
  } catch {
    delivery.outcome = 'failed';
  }
}
