import type { BlockAction, RespondFn, types, webApi } from '@slack/bolt';
import { content } from '../alerts/content.ts';
import type { Voice } from '../alerts/voice.ts';
import { contentMessage } from './content-message.ts';
import { waitingView } from './dialog-view.ts';
import { slackTrouble } from './slack-trouble.ts';

/** Who pressed something that opens a view. */
export interface Clicker {
  userId: string;
  triggerId: string;
  client: webApi.WebClient;
  /** Null where Slack gives no way to answer: the click came from a view. */
  respond: RespondFn | null;
  /** The click came from a modal: the new one is put on top of it. */
  isInModal: boolean;
}

/** Who pressed a button of a message, a modal or the App Home. */
export function clickerOf(clicked: {
  body: BlockAction;
  client: webApi.WebClient;
  respond: RespondFn;
}): Clicker {
  const { body, client, respond } = clicked;
  return {
    userId: body.user.id,
    triggerId: body.trigger_id,
    client,
    respond: body.view === undefined ? respond : null,
    isInModal: body.view?.type === 'modal',
  };
}

/** The view that is open now; null when Slack did not open it, which the person hears. */
export async function openWaiting(
  by: Clicker,
  { text, title }: { text: string; title: string },
  voice: Voice,
): Promise<OpenView | null> {
  const { client, triggerId, respond, isInModal } = by;
  const { pressAgain, close } = voice.texts.dialogs;
  try {
    const waiting = { trigger_id: triggerId, view: waitingView(text, { title, close }) };
    const { view } = await (isInModal ? client.views.push(waiting) : client.views.open(waiting));
    return view?.id ? { id: view.id, hash: view.hash } : null;
  } catch (error) {
    const trouble = slackTrouble(error);
    const code = trouble.is === 'refused' ? trouble.code : null;
    // The same click came twice, and the other one has opened it.
    if (code === 'exchanged_trigger_id') return null;
    const answer = content({ tone: 'plain', headline: pressAgain });
    await respond?.({ ...contentMessage(answer), response_type: 'ephemeral', replace_original: false });
    if (code === 'expired_trigger_id' || code === 'invalid_trigger_id') return null;
    throw error;
  }
}

export interface OpenView {
  id: string;
  /** Without it the view is replaced whatever it shows. */
  hash?: string | undefined;
}

/** Nothing happens when the person has closed the view or gone on in it. */
export async function updateView(
  client: webApi.WebClient,
  { id, hash }: OpenView,
  view: types.ModalView,
): Promise<void> {
  try {
    await client.views.update({ view_id: id, ...(hash && { hash }), view });
  } catch (error) {
    const trouble = slackTrouble(error);
    const isGone =
      trouble.is === 'refused' && (trouble.code === 'not_found' || trouble.code === 'hash_conflict');
    if (!isGone) throw error;
  }
}
