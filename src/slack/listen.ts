import type { App, BlockAction, RespondFn } from '@slack/bolt';
import { type Access, type Command, type Deed, deedOf } from '../alerts/access.ts';
import { readButtonValue } from '../alerts/alert-buttons.ts';
import { type Ask, brokenAnswer } from '../alerts/ask.ts';
import type { ButtonAction, Content } from '../alerts/content.ts';
import type { Voice } from '../alerts/voice.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { logWith } from '../log-context.ts';
import { contentsMessage } from './content-message.ts';
import { contentView } from './dialog-view.ts';
import { type Clicker, clickerOf, openWaiting, updateView } from './open-view.ts';

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
    asked: {
      userId: string;
      deed: Deed | null;
      text: string;
      appointmentId?: number;
      startReply: StartReply;
    },
    answer: Answer,
  ): Promise<void> {
    const { userId, deed, text, appointmentId = null, startReply } = asked;
    const voice = await voiceOf(userId);
    const reply = await startReply(voice);
    const ask = { db, actor: userId, voice, now: clock.now(), text };
    const allowed: Answer = async () =>
      (await access.refusalOf({ ...ask, deed, appointmentId })) ?? answer(ask);
    const answered = await logWith({ appointmentId }, () => answerOrError(allowed, ask));
    nudge();
    await reply(answered.contents);
    if (answered.error) throw answered.error;
  }

  return {
    command(name, answer) {
      app.command(name, async ({ ack, command, respond }) => {
        await ack();
        const { user_id: userId, text = '' } = command;
        const startReply = async () => (contents: Content[]) => respondPrivately(respond, contents);
        await answerPerson({ userId, deed: deedOf(name, text), text, startReply }, answer);
      });
    },
    button(action, answer) {
      app.action<BlockAction>({ type: 'block_actions', action_id: action }, async (clicked) => {
        await clicked.ack();
        const text = valueOfButton(clicked.action);
        const about = readButtonValue(text);
        const by = clickerOf(clicked);
        const startReply = (voice: Voice) => replyToClick(by, voice);
        await answerPerson({ userId: by.userId, deed: action, text, startReply, ...about }, answer);
      });
    },
  };
}

/** Gets ready to answer while Slack still lets us: what a click opens has to be opened within three seconds. */
type StartReply = (voice: Voice) => Promise<Reply>;
type Reply = (contents: Content[]) => Promise<void>;

/** Privately under the message; in a view of its own where the click came from one. */
async function replyToClick(by: Clicker, voice: Voice): Promise<Reply> {
  const { respond, client } = by;
  if (respond !== null) return (contents) => respondPrivately(respond, contents);
  const { home, dialogs } = voice.texts;
  const opened = await openWaiting(by, { text: dialogs.working, title: home.title }, voice);
  return async (contents) => {
    if (opened !== null) await updateView(client, opened, contentView(contents, home.title, voice));
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
