import type { App } from '@slack/bolt';
import type { Access } from '../alerts/access.ts';
import type { DialogAsk } from '../alerts/dialog-case.ts';
import type { Voice } from '../alerts/voice.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import type { Calls } from '../sync/calls.ts';

export interface DialogDeps {
  app: App;
  db: Db;
  clock: Clock;
  calls: Calls;
  timeZone: string;
  access: Access;
  voiceOf: (userId: string) => Promise<Voice>;
  /** Called after a change, so that it reaches Cal.com at once. */
  nudge: () => void;
}

export async function askOf(deps: DialogDeps, userId: string): Promise<DialogAsk> {
  const { db, clock, calls, timeZone, voiceOf } = deps;
  const voice = await voiceOf(userId);
  return { db, clock, calls, timeZone, actor: userId, voice, now: clock.now(), text: '' };
}
