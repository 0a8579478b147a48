import type { Clock } from '../clock.ts';
import { addMs, MINUTE, SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import { remedyFor } from './slack-remedies.ts';
import type { SlackTrouble } from './slack-trouble.ts';

export interface Call {
  method: string;
  channel: string;
}

export interface Pause {
  until: Date;
  because: 'busy' | 'channel' | 'settings';
}

/** When Slack may be called again, after it was unreachable, busy, or closed to us. Lives as long as the process. */
export interface SlackPauses {
  pauseOf(call: Call): Pause | null;
  /** Pauses what the trouble concerns, and says once in the log what a person has to do. */
  pause(call: Call, trouble: SlackTrouble): Pause;
  /** The call was answered as it should be. */
  end(call: Call): void;
}

// Slack limits these in each channel, all others in the workspace.
const CHANNELS_OWN = new Set(['chat.postMessage']);
const CLOSED_MS = MINUTE;
const FIRST_PAUSE_MS = 2 * SECOND;
const PAUSE_MS_MAX = MINUTE;

export function createSlackPauses({ clock, log }: { clock: Clock; log: Log }): SlackPauses {
  const pauses = new Map<string, Pause>();
  const complaints = new Map<string, string>();
  let failuresInARow = 0;

  function complain(key: string, call: Call, code: string) {
    if (complaints.get(key) === code) return;
    complaints.set(key, code);
    log.error({ method: call.method, channel: call.channel, code, remedy: remedyFor(code) }, 'slack.closed');
  }

  const tellPaused = ({ method, channel }: Call, waitSeconds: number) =>
    log.warn({ method, channel, waitSeconds }, 'slack.paused');

  return {
    pauseOf(call) {
      const now = clock.now();
      const standing = keysOf(call).flatMap((key) => pauses.get(key) ?? []);
      const latest = standing.toSorted((one, other) => other.until.getTime() - one.until.getTime())[0];
      return latest && latest.until > now ? latest : null;
    },
    pause(call, trouble) {
      const [workspaceKey, channelKey, methodKey, ownKey] = keysOf(call);
      const until = (ms: number) => addMs(clock.now(), ms);
      if (trouble.is === 'closed') {
        const key = { workspace: workspaceKey, channel: channelKey, method: methodKey }[trouble.where];
        complain(key, call, trouble.code);
        const because = trouble.where === 'channel' ? 'channel' : 'settings';
        return set(pauses, key, { until: until(CLOSED_MS), because });
      }
      if (trouble.is === 'limited') {
        tellPaused(call, trouble.retryAfterSeconds);
        const key = CHANNELS_OWN.has(call.method) ? ownKey : methodKey;
        return set(pauses, key, { until: until(trouble.retryAfterSeconds * SECOND), because: 'busy' });
      }
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failuresInARow, PAUSE_MS_MAX);
      failuresInARow++;
      tellPaused(call, pauseMs / SECOND);
      return set(pauses, workspaceKey, { until: until(pauseMs), because: 'busy' });
    },
    end(call) {
      failuresInARow = 0;
      for (const key of keysOf(call)) {
        pauses.delete(key);
        if (complaints.delete(key))
          log.info({ method: call.method, channel: call.channel }, 'slack.reopened');
      }
    },
  };
}

function keysOf({ method, channel }: Call): [string, string, string, string] {
  return ['workspace', `channel:${channel}`, `method:${method}`, `${method} ${channel}`];
}

function set(pauses: Map<string, Pause>, key: string, pause: Pause): Pause {
  pauses.set(key, pause);
  return pause;
}
