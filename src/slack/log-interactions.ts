import { createHash, randomUUID } from 'node:crypto';
import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import type { Log } from '../log.ts';
import { logWith } from '../log-context.ts';

const NAME_LENGTH_MAX = 80;

/** Has every line that is written for a command, click, dialog or event carry its id, and tells how it ended. */
export function logInteractions(log: Log): Middleware<AnyMiddlewareArgs> {
  return ({ body, next }) =>
    logWith({ requestId: requestIdOf(body) }, async () => {
      const startedMs = performance.now();
      let outcome = 'done';
      try {
        await next();
      } catch (error) {
        // Not left to the app's error handler, which does not know for what it was.
        log.error({ err: error }, 'listener.failed');
        outcome = 'failed';
      }
      const tookMs = Math.round(performance.now() - startedMs);
      log.debug({ ...whoAsked(body), outcome, tookMs }, 'interaction.answered');
    });
}

/** An event has an id; of everything else the trigger id is one, but opens dialogs in a person's name. */
function requestIdOf(body: object): string {
  const { event_id: id, trigger_id: trigger } = body as { event_id?: unknown; trigger_id?: unknown };
  if (typeof id === 'string') return id.slice(0, NAME_LENGTH_MAX);
  if (typeof trigger !== 'string') return randomUUID();
  return createHash('sha256').update(trigger).digest('hex').slice(0, 16);
}

interface Names {
  user?: { id?: unknown };
  user_id?: unknown;
  event?: { user?: unknown; type?: unknown };
  command?: unknown;
  actions?: { action_id?: unknown }[];
  view?: { callback_id?: unknown };
}

function whoAsked(body: object): { actor: string; action: string } {
  const { user, user_id, event, command, actions, view } = body as Names;
  return {
    actor: nameIn([user?.id, user_id, event?.user]),
    action: nameIn([command, actions?.[0]?.action_id, view?.callback_id, event?.type]),
  };
}

function nameIn(places: unknown[]): string {
  const name = places.find((place) => typeof place === 'string');
  return typeof name === 'string' ? name.slice(0, NAME_LENGTH_MAX) : 'unknown';
}
