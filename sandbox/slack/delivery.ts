import type { Json } from './slack-look-alike.ts';

/** How Slack names the three kinds of things it sends to an app. */
export type DeliveryKind = 'slash_commands' | 'interactive' | 'events_api';

export type DeliveryResult =
  | { acknowledged: true; body: unknown }
  | { acknowledged: false; reason: 'unreachable' | 'timeout' };

/** Carries something to the app and waits for its acknowledgement, at most Slack's 3 seconds. */
export interface Delivery {
  deliver(kind: DeliveryKind, payload: Json): Promise<DeliveryResult>;
  duplicateNext(): void;
  close(): Promise<void>;
}

export const ACKNOWLEDGE_WITHIN_MS = 3_000;
