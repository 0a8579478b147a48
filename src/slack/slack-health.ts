import type { webApi } from '@slack/bolt';
import type { Clock } from '../clock.ts';
import { MINUTE, SECOND } from '../instant.ts';
import { remedyFor } from './slack-remedies.ts';
import { type SlackTrouble, slackTrouble } from './slack-trouble.ts';

/** Whether Slack serves us, and if not what it is and what a person can do. */
export interface SlackCheck {
  ok: boolean;
  reason: string | null;
}

/** A part of Slack that works or not: all of it, a channel, a method, or our socket. */
export type SlackPart = 'workspace' | `channel:${string}` | `method:${string}` | 'socket';

export interface SlackHealth {
  /** What was just seen to work. */
  works(...parts: SlackPart[]): void;
  fails(part: SlackPart, reason: string): void;
  /** What the last calls showed; asks Slack itself when they are too long ago to tell. */
  check(): Promise<SlackCheck>;
}

const ASKED_EVERY_MS = MINUTE;
const ASKED_AGAIN_MS = 10 * SECOND;

/** `client` has a short time-out; `channel` is the alert channel, and troubles of other channels do not count. */
export function createSlackHealth({
  client,
  clock,
  channel,
}: {
  client: webApi.WebClient;
  clock: Clock;
  channel: string;
}): SlackHealth {
  const troubles = new Map<SlackPart, string>();
  let heardAt: Date | null = null;
  let asking: Promise<void> | null = null;

  /** The socket tells nothing about the token and the channel. */
  function hear(parts: SlackPart[]): void {
    if (parts.some((part) => part !== 'socket')) heardAt = clock.now();
  }

  const health: SlackHealth = {
    works(...parts) {
      for (const part of parts) troubles.delete(part);
      hear(parts);
    },
    fails(part, reason) {
      if (part.startsWith('channel:') && part !== `channel:${channel}`) return;
      troubles.set(part, reason);
      hear([part]);
    },
    async check() {
      const askEveryMs = troubles.size === 0 ? ASKED_EVERY_MS : ASKED_AGAIN_MS;
      if (heardAt === null || clock.now().getTime() - heardAt.getTime() >= askEveryMs) {
        asking ??= ask().finally(() => {
          asking = null;
          heardAt = clock.now();
        });
        await asking;
      }
      const [reason] = troubles.values();
      return { ok: reason === undefined, reason: reason ?? null };
    },
  };

  async function ask(): Promise<void> {
    try {
      const { channel: shown } = await client.conversations.info({ channel });
      health.works('workspace', 'method:conversations.info');
      if (shown?.is_archived) health.fails(`channel:${channel}`, closedReason('is_archived'));
      else if (shown?.is_member === false) health.fails(`channel:${channel}`, closedReason('not_in_channel'));
      else health.works(`channel:${channel}`);
    } catch (error) {
      const trouble = slackTrouble(error);
      noteTrouble(health, trouble, { channel, method: 'conversations.info' });
    }
  }

  return health;
}

/** Writes down what a failed call says of Slack; a call that was limited or refused says that Slack works. */
export function noteTrouble(
  health: SlackHealth,
  trouble: SlackTrouble,
  { channel, method }: { channel: string; method: string },
): void {
  if (trouble.is === 'closed') {
    const part = {
      workspace: 'workspace',
      channel: `channel:${channel}`,
      method: `method:${method}`,
    } as const;
    health.fails(part[trouble.where], closedReason(trouble.code));
  } else if (trouble.is === 'unreached' || trouble.is === 'lost') {
    health.fails('workspace', 'Slack cannot be reached or does not answer; the bot keeps trying');
  }
}

function closedReason(code: string): string {
  return `Slack says ${code}: ${remedyFor(code)}`;
}
