import type { BlockAction } from '@slack/bolt';
import { brokenAnswer } from '../alerts/ask.ts';
import type { Content } from '../alerts/content.ts';
import type { DialogAsk } from '../alerts/dialog-case.ts';
import { readChoice } from '../alerts/home.ts';
import { readStoryAt, readStoryPlace, type StoryLinks, type StoryPlace } from '../alerts/story.ts';
import { askOf, type DialogDeps } from './dialog-deps.ts';
import { contentView } from './dialog-view.ts';
import type { Homes } from './homes.ts';
import { valueOfButton } from './listen.ts';
import { clickerOf, type OpenView, openWaiting, updateView } from './open-view.ts';
import { storyView } from './story-view.ts';

type Deps = DialogDeps & { homes: Homes; links: StoryLinks };

/** Registers the App Home with its filters and pages, and the story of an appointment with its own. */
export function listenForHome(deps: Deps): void {
  const { app, homes } = deps;
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab === 'home') await homes.open(event.user);
  });
  app.action<BlockAction>({ type: 'block_actions', action_id: /^home_/ }, async ({ ack, action, body }) => {
    await ack();
    const choice = readChoice(valueOfButton(action));
    if (choice === null) throw new Error('a button of the App Home has no value of ours');
    await homes.open(body.user.id, choice);
  });
  app.action<BlockAction>({ type: 'block_actions', action_id: 'story' }, async (clicked) => {
    await clicked.ack();
    const { body, action, client } = clicked;
    const place = placeOf(action);
    const ask = await askOf(deps, body.user.id);
    const { loading: text } = ask.voice.texts.home.story;
    const title = ask.voice.texts.dialogs.details.title(place.appointmentId);
    const opened = await openWaiting(clickerOf(clicked), { text, title }, ask.voice);
    if (opened !== null) await showStory(deps, ask, place, { client, opened });
  });
  app.action<BlockAction>(
    { type: 'block_actions', action_id: /^story_/ },
    async ({ ack, action, body, client }) => {
      await ack();
      if (body.view === undefined) throw new Error('a page of a story is turned outside of it');
      const ask = await askOf(deps, body.user.id);
      const opened = { id: body.view.id, hash: body.view.hash };
      await showStory(deps, ask, placeOf(action), { client, opened });
    },
  );
  // Slack opens the link; it only wants to hear that the click arrived.
  app.action(/^open_(record|booking)$/, async ({ ack }) => await ack());
}

function placeOf(pressed: BlockAction['actions'][number]): StoryPlace {
  const place = readStoryPlace(valueOfButton(pressed));
  if (place === null) throw new Error('a button of a story has no value of ours');
  return place;
}

/** Whether the person may is checked at every page. What goes wrong is told there, and thrown. */
async function showStory(
  { access, links }: Deps,
  ask: DialogAsk,
  place: StoryPlace,
  { client, opened }: { client: Parameters<typeof updateView>[0]; opened: OpenView },
): Promise<void> {
  const { actor, voice, now } = ask;
  const say = (content: Content) =>
    contentView(content, voice.texts.dialogs.details.title(place.appointmentId), voice);
  try {
    const asked = { deed: 'details', actor, appointmentId: place.appointmentId, voice, now } as const;
    const refusal = await access.refusalOf(asked);
    const view = refusal ? say(refusal) : storyView(await readStoryAt(ask, place, links));
    await updateView(client, opened, view);
  } catch (error) {
    await updateView(client, opened, say(brokenAnswer(voice)));
    throw error;
  }
}
