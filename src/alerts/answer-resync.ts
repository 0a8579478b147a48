import { readInstallation } from '../appointments/installation.ts';
import { type AskedAgain, askAgain } from '../sync/ask.ts';
import { holdSync, startSync } from '../sync/hold.ts';
import { type Ask, helpAnswer } from './ask.ts';
import { type Content, content } from './content.ts';
import { readResync } from './read-resync.ts';
import { listIds } from './read-words.ts';
import type { Voice } from './voice.ts';

const IDS_MAX = 100;

/** Answers `/resync`: tries appointments again, or holds and releases the bot. */
export async function answerResync(ask: Ask): Promise<Content> {
  const wish = readResync(ask.text);
  switch (wish.is) {
    case 'again':
      return tryAgain(ask, wish.which);
    case 'stop':
      return stop(ask);
    case 'start':
      return answerStart(ask);
    case 'help':
      return help(ask.voice, wish.others);
  }
}

/** Releases the bot, for `/resync start` and the button beside the message that it is held. */
export async function answerStart({ db, actor, voice, now }: Ask): Promise<Content> {
  const { started, alreadyRunning, notAdopted } = voice.texts.resync;
  const outcome = await startSync(db, { by: actor, now });
  return say({ started, already_running: alreadyRunning, not_adopted: notAdopted }[outcome]);
}

async function stop({ db, actor, voice, now }: Ask): Promise<Content> {
  const { stopped, alreadyHeld } = voice.texts.resync;
  return say((await holdSync(db, { by: actor, now })) ? stopped : alreadyHeld);
}

async function tryAgain(
  { db, actor, voice, now }: Ask,
  which: number[] | 'failed' | 'all',
): Promise<Content> {
  if (typeof which !== 'string' && which.length > IDS_MAX) return say(voice.texts.ask.tooMany(IDS_MAX));
  const { mode } = await readInstallation(db);
  // Before the import is complete, a record made here would hide what the former system left.
  if (mode === 'new') return say(voice.texts.status.fresh);
  const asked = await askAgain(db, { which, actor, now });
  const { resync } = voice.texts;
  const follow = mode === 'running' ? resync.follow : resync.whileHeld;
  return content({
    tone: 'notice',
    headline: resync.headline,
    paragraphs: [...sentences(asked, which, voice), ...(asked.woken.length > 0 ? [follow] : [])],
  });
}

function sentences(
  { woken, unknown, nothingToDo }: AskedAgain,
  which: number[] | 'failed' | 'all',
  { texts }: Voice,
): string[] {
  const { resync, status } = texts;
  const named = typeof which === 'string' ? '' : listIds(woken);
  return [
    ...(woken.length > 0 ? [resync.woken(woken.length, named)] : []),
    ...(nothingToDo.length > 0 ? [resync.nothingToDo(listIds(nothingToDo))] : []),
    ...(unknown.length > 0 ? [status.unknown(listIds(unknown))] : []),
    ...(woken.length + nothingToDo.length + unknown.length === 0 ? [resync.nothingAtAll] : []),
  ];
}

function help(voice: Voice, others: string[]): Content {
  return helpAnswer({ command: '/resync', lines: voice.texts.resync.help, others }, voice);
}

function say(headline: string): Content {
  return content({ tone: 'plain', headline });
}
