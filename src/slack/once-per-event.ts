import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import type { Clock } from '../clock.ts';
import { addMs, MINUTE } from '../instant.ts';

// Slack repeats an event at once, after a minute and after five (Slack, Events API).
const REMEMBERED_MS = 15 * MINUTE;

/**
 * Lets every event pass once: Slack sends it again when our acknowledgement was late or lost. An event that never
 * arrived before passes with its repetition. Commands and clicks have no id and are not repeated by Slack.
 */
export function oncePerEvent(clock: Clock): Middleware<AnyMiddlewareArgs> {
  const forgetAt = new Map<string, Date>();
  return async ({ body, next }) => {
    const id = 'event_id' in body ? String(body.event_id) : undefined;
    if (id === undefined) return next();
    const now = clock.now();
    for (const [known, at] of forgetAt) {
      if (at > now) break;
      forgetAt.delete(known);
    }
    if (forgetAt.has(id)) return;
    forgetAt.set(id, addMs(now, REMEMBERED_MS));
    await next();
  };
}
