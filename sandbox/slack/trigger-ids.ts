import { randomBytes } from 'node:crypto';
import { elapsedMs, unixSeconds } from './real-time.ts';
import { SlackRefusal } from './slack-refusal.ts';

const LIFETIME_MS = 3_000;

export interface Trigger {
  user: string;
  /** The modal in which the person acted, when it was one. */
  viewId?: string | undefined;
}

export interface TriggerIds {
  issue(trigger: Trigger): string;
  /** What the id stands for. Throws invalid_, expired_ or exchanged_trigger_id (Slack: 3 seconds, once). */
  inspect(id: string): Trigger;
  /** As `inspect`, and spends it. */
  exchange(id: string): Trigger;
}

export function createTriggerIds(): TriggerIds {
  const issued = new Map<string, { trigger: Trigger; issuedAtMs: number; isSpent: boolean }>();
  const valid = (id: string) => {
    const entry = issued.get(id);
    if (!entry) throw new SlackRefusal('invalid_trigger_id');
    if (entry.isSpent) throw new SlackRefusal('exchanged_trigger_id');
    if (elapsedMs() - entry.issuedAtMs > LIFETIME_MS) throw new SlackRefusal('expired_trigger_id');
    return entry;
  };
  return {
    issue(trigger) {
      const id = `${unixSeconds()}.${issued.size}.${randomBytes(16).toString('hex')}`;
      issued.set(id, { trigger, issuedAtMs: elapsedMs(), isSpent: false });
      return id;
    },
    inspect: (id) => valid(id).trigger,
    exchange(id) {
      const entry = valid(id);
      entry.isSpent = true;
      return entry.trigger;
    },
  };
}
