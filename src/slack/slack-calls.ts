import type { Later } from '../alerts/poster.ts';
import type { Clock } from '../clock.ts';
import { addMs } from '../instant.ts';
import type { Log } from '../log.ts';
import { noteTrouble, type SlackHealth } from './slack-health.ts';
import { type Call, createSlackPauses, type Pause } from './slack-pauses.ts';
import { type SlackTrouble, slackTrouble } from './slack-trouble.ts';

type Unanswered = { is: 'paused'; pause: Pause } | { is: 'trouble'; trouble: SlackTrouble };
export type Tried<T> = { is: 'done'; value: T } | Unanswered;

/** The one gate to Slack's Web API: paces calls, keeps its pauses, and turns errors into values. */
export interface SlackCalls {
  /** Runs the call once, `everyMs` after the last of this method and channel, unless it is paused. Never throws. */
  attempt<T>(call: Call & { everyMs: number }, run: () => Promise<T>): Promise<Tried<T>>;
  /** For every trouble that means: not done, and to be tried again later. */
  later(call: Call, tried: Unanswered): Later;
}

export function createSlackCalls({
  clock,
  log,
  health,
}: {
  clock: Clock;
  log: Log;
  health: SlackHealth;
}): SlackCalls {
  const pauses = createSlackPauses({ clock, log });
  const pace = createPace(clock);
  return {
    async attempt(call, run) {
      const pause = pauses.pauseOf(call);
      if (pause) return { is: 'paused', pause };
      await pace(`${call.method} ${call.channel}`, call.everyMs);
      try {
        const value = await run();
        pauses.end(call);
        health.works('workspace', `channel:${call.channel}`, `method:${call.method}`);
        return { is: 'done', value };
      } catch (error) {
        const trouble = slackTrouble(error);
        noteTrouble(health, trouble, call);
        return { is: 'trouble', trouble };
      }
    },
    later(call, tried) {
      const pause = tried.is === 'paused' ? tried.pause : pauses.pause(call, tried.trouble);
      return { is: 'later', retryAt: pause.until, because: pause.because };
    },
  };
}

/** Waits until the last call of this name is `everyMs` ago. */
function createPace(clock: Clock): (name: string, everyMs: number) => Promise<void> {
  const freeAt = new Map<string, Date>();
  return async (name, everyMs) => {
    const now = clock.now();
    const free = freeAt.get(name);
    const startsAt = free && free > now ? free : now;
    freeAt.set(name, addMs(startsAt, everyMs));
    const waitMs = startsAt.getTime() - now.getTime();
    if (waitMs > 0) await clock.sleep(waitMs);
  };
}
