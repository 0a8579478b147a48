import type { Db } from '../database.ts';
import { type Content, content } from './content.ts';
import type { Voice } from './voice.ts';

/** What a person asks of the bot, and what is needed to answer. */
export interface Ask {
  db: Db;
  /** Who asks, as the history names people. */
  actor: string;
  /** The language of who asks. */
  voice: Voice;
  now: Date;
  /** What was typed after the command, or the value of the button. */
  text: string;
}

const ECHO_LENGTH_MAX = 100;

/** How a command is used, and before it what was not understood, if anything. */
export function helpAnswer(
  { command, lines, others }: { command: string; lines: string[]; others: string[] },
  { texts }: Voice,
): Content {
  const echo = others.join(' ').slice(0, ECHO_LENGTH_MAX);
  return content({
    tone: 'notice',
    headline: texts.ask.help(command),
    paragraphs: echo === '' ? [] : [texts.ask.notUnderstood(echo)],
    items: lines,
  });
}

export function brokenAnswer({ texts }: Voice): Content {
  return content({ tone: 'plain', headline: texts.ask.broken });
}
