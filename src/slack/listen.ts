import type { App, BlockAction, RespondFn } from '@slack/bolt';
import { type Access, type Command, type Deed, deedOf } from '../alerts/access.ts';
import { readButtonValue } from '../alerts/alert-buttons.ts';
import { type Ask, brokenAnswer } from '../alerts/ask.ts';
import type { ButtonAction, Content } from '../alerts/content.ts';
import type { Voice } from '../alerts/voice.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { contentsMessage } from './content-message.ts';

/** Answers what a person asked, in that person's language. */
export type Answer = (ask: Ask) => Promise<Content | Content[]>;

export interface Listen {
  command(name: Command, answer: Answer): void;
  button(action: ButtonAction, answer: Answer): void;
}

interface Deps {
  app: App;
  db: Db;
  clock: Clock;
  voiceOf: (userId: string) => Promise<Voice>;
  access: Access;
  /** Called after each answer: the person may have changed something. */
  nudge: () => void;
}

/**
 * Registers listeners that acknowledge first, then answer privately. What goes wrong is told to the person, and thrown
 * to the app's one error handler.
 */
export function createListen({ app, db, clock, voiceOf, access, nudge }: Deps): Listen {
  /** The one way from a person to an answer, past the check whether this person may ask this. */
  async function answerPerson(
    asked: { userId: string; deed: Deed | null; text: string; appointmentId?: number; respond: RespondFn },
    answer: Answer,
  ): Promise<void> {
    const { userId, deed, text, appointmentId = null, respond } = asked;
    const voice = await voiceOf(userId);
    const ask = { db, actor: userId, voice, now: clock.now(), text };
    const allowed: Answer = async () =>
      (await access.refusalOf({ ...ask, deed, appointmentId })) ?? answer(ask);
    const answered = await answerOrError(allowed, ask);
    nudge();
    await respondPrivately(respond, answered.contents);
    if (answered.error) throw answered.error;
  }

  return {
    command(name, answer) {
      app.command(name, async ({ ack, command, respond }) => {
        await ack();
        const { user_id: userId, text = '' } = command;
        await answerPerson({ userId, deed: deedOf(name, text), text, respond }, answer);
      });
    },
    button(action, answer) {
      app.action<BlockAction>({ type: 'block_actions', action_id: action }, async (clicked) => {
        await clicked.ack();
        const { body, respond } = clicked;
        const text = valueOfButton(clicked.action);
        const about = readButtonValue(text);
        await answerPerson({ userId: body.user.id, deed: action, text, respond, ...about }, answer);
      });
    },
  };
}

/** What the button was given to bring back. */
export function valueOfButton(pressed: BlockAction['actions'][number]): string {
  return 'value' in pressed ? (pressed.value ?? '') : '';
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
