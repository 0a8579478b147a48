import type { App, RespondFn } from '@slack/bolt';
import { type Ask, brokenAnswer } from '../alerts/ask.ts';
import type { ButtonAction, Content } from '../alerts/content.ts';
import type { Voice } from '../alerts/voice.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { contentsMessage } from './content-message.ts';

/** Answers what a person asked, in that person's language. */
export type Answer = (ask: Ask) => Promise<Content | Content[]>;

export interface Listen {
  command(name: `/${string}`, answer: Answer): void;
  button(action: ButtonAction, answer: Answer): void;
}

interface Deps {
  app: App;
  db: Db;
  clock: Clock;
  voiceOf: (userId: string) => Promise<Voice>;
  /** Called after each answer: the person may have changed something. */
  nudge: () => void;
}

/**
 * Registers listeners that acknowledge first, then answer privately. What goes wrong is told to the person, and thrown
 * to the app's one error handler.
 */
export function createListen({ app, db, clock, voiceOf, nudge }: Deps): Listen {
  /** The one way from a person to an answer: here belongs the check whether this person may ask this. */
  async function answerPerson(
    asked: { userId: string; text: string; respond: RespondFn },
    answer: Answer,
  ): Promise<void> {
    const { userId, text, respond } = asked;
    const voice = await voiceOf(userId);
    const answered = await answerOrError(answer, { db, actor: userId, voice, now: clock.now(), text });
    nudge();
    await respondPrivately(respond, answered.contents);
    if (answered.error) throw answered.error;
  }

  return {
    command(name, answer) {
      app.command(name, async ({ ack, command, respond }) => {
        await ack();
        await answerPerson({ userId: command.user_id, text: command.text ?? '', respond }, answer);
      });
    },
    button(action, answer) {
      app.action({ type: 'block_actions', action_id: action }, async ({ ack, body, respond }) => {
        await ack();
        await answerPerson({ userId: body.user.id, text: '', respond }, answer);
      });
    },
  };
}

async function answerOrError(answer: Answer, ask: Ask): Promise<{ contents: Content[]; error?: unknown }> {
  try {
    return { contents: [await answer(ask)].flat() };
  } catch (error) {
    return { contents: [brokenAnswer(ask.voice)], error };
  }
}

async function respondPrivately(respond: RespondFn, contents: Content[]): Promise<void> {
  const message = contentsMessage(contents);
  await respond({ ...message, response_type: 'ephemeral', replace_original: false });
}
