import type { webApi } from '@slack/bolt';
import type { Content } from '../alerts/content.ts';
import type { Found, Mark, Place, Posted, Poster, Refused, Updated } from '../alerts/poster.ts';
import type { Clock } from '../clock.ts';
import { SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import { contentMessage } from './content-message.ts';
import { createSlackCalls } from './slack-calls.ts';
import type { SlackHealth } from './slack-health.ts';
import type { SlackTrouble } from './slack-trouble.ts';

// Slack's rate limits: a message a second in a channel; 50 changes a minute in a workspace (tier 3).
const POST_EVERY_MS = SECOND;
const UPDATE_EVERY_MS = 1_200;

const EVENT_TYPE = 'sync_alert';
const HISTORY_PAGE = 200;
const HISTORY_PAGES_MAX = 5;

interface PosterDeps {
  client: webApi.WebClient;
  clock: Clock;
  log: Log;
  health: SlackHealth;
}

/** Posts as the bot; `client` makes one try a call and has a time-out. */
export function createPoster({ client, clock, log, health }: PosterDeps): Poster {
  const calls = createSlackCalls({ clock, log, health });
  async function send(place: Destination, content: Content, mark: Mark): Promise<Posted | { is: 'gone' }> {
    const { channel } = place;
    const call = { method: 'chat.postMessage', channel, everyMs: POST_EVERY_MS };
    const tried = await calls.attempt(call, () => postMarked(client, { ...place, content, mark }));
    if (tried.is === 'done') {
      const { ts, message } = tried.value;
      if (!ts) return { is: 'unclear' };
      if (place.threadTs === undefined || message?.thread_ts) return { is: 'shown', ts };
      // Slack does not refuse a reply to a message that is gone: it posts it to the channel, where it means nothing.
      const undo = { method: 'chat.delete', channel, everyMs: 0 };
      await calls.attempt(undo, () => client.chat.delete({ channel, ts }));
      return { is: 'gone' };
    }
    // Not paused: whether the message stands in the channel is asked at once.
    if (tried.is === 'trouble' && tried.trouble.is === 'lost') return { is: 'unclear' };
    if (tried.is === 'trouble' && tried.trouble.is === 'refused')
      return refuse(log, { ...call, ...content }, tried.trouble);
    return calls.later(call, tried);
  }

  async function change({ channel, ts }: Place, content: Content): Promise<Updated> {
    const call = { method: 'chat.update', channel, everyMs: UPDATE_EVERY_MS };
    const message = contentMessage(content);
    const tried = await calls.attempt(call, () => client.chat.update({ channel, ts, ...message }));
    if (tried.is === 'done') return { is: 'shown' };
    if (tried.is === 'trouble' && tried.trouble.is === 'gone') return { is: 'gone' };
    if (tried.is === 'trouble' && tried.trouble.is === 'refused')
      return refuse(log, { ...call, ...content }, tried.trouble);
    return calls.later(call, tried);
  }

  async function look(method: string, place: Destination, sought: Sought): Promise<Found> {
    const call = { method, channel: place.channel, everyMs: 0 };
    const tried = await calls.attempt(call, () => findMarked(client, place, sought));
    if (tried.is === 'trouble' && tried.trouble.is === 'refused' && tried.trouble.code === 'thread_not_found')
      return { is: 'absent' };
    if (tried.is !== 'done') return calls.later(call, tried);
    return tried.value === null ? { is: 'absent' } : { is: 'found', ts: tried.value };
  }

  return {
    async post(channel, content, mark): Promise<Posted> {
      const posted = await orBare(content, (shown) => send({ channel }, shown, mark));
      return posted.is === 'gone' ? { is: 'unclear' } : posted;
    },
    reply: ({ channel, ts }, content, mark) => send({ channel, threadTs: ts }, content, mark),
    update: (place, content) => orBare(content, (shown) => change(place, shown)),
    find: (channel, mark, oldest) => look('conversations.history', { channel }, { mark, oldest }),
    findReply: ({ channel, ts }, mark, oldest) =>
      look('conversations.replies', { channel, threadTs: ts }, { mark, oldest }),
  };
}

function refuse(
  log: Log,
  { method, picture }: { method: string; picture: Content['picture'] },
  { code, details }: SlackTrouble & { is: 'refused' },
): Refused {
  if (picture) log.warn({ method, code, details }, 'picture.refused');
  else log.error({ method, code, details }, 'message.refused');
  return { is: 'refused' };
}

/** A picture that is not shown, or not yet, must not keep the words back. */
async function orBare<T extends { is: string }>(
  content: Content,
  show: (content: Content) => Promise<T>,
): Promise<T> {
  const shown = await show(content);
  if (shown.is !== 'refused' || content.picture === null) return shown;
  const bare = await show({ ...content, picture: null });
  return bare.is === 'shown' ? { ...bare, isBare: true } : bare;
}

/** A channel, or a thread in it. */
interface Destination {
  channel: string;
  threadTs?: string;
}

interface Sought {
  mark: Mark;
  oldest: Date;
}

function postMarked(
  client: webApi.WebClient,
  { channel, threadTs, content, mark }: Destination & { content: Content; mark: Mark },
) {
  return client.chat.postMessage({
    channel,
    ...threadOf(threadTs, content),
    ...contentMessage(content),
    metadata: metadataOf(mark),
    unfurl_links: false,
    unfurl_media: false,
  });
}

function threadOf(threadTs: string | undefined, { isForChannel }: Content) {
  if (threadTs === undefined) return {};
  return isForChannel ? { thread_ts: threadTs, reply_broadcast: true as const } : { thread_ts: threadTs };
}

async function findMarked(
  client: webApi.WebClient,
  { channel, threadTs }: Destination,
  { mark, oldest }: Sought,
): Promise<string | null> {
  let cursor: string | undefined;
  for (let page = 0; page < HISTORY_PAGES_MAX; page++) {
    const wanted = {
      channel,
      oldest: (oldest.getTime() / SECOND).toFixed(6),
      include_all_metadata: true as const,
      limit: HISTORY_PAGE,
      ...(cursor && { cursor }),
    };
    const { messages = [], response_metadata } =
      threadTs === undefined
        ? await client.conversations.history(wanted)
        : await client.conversations.replies({ ...wanted, ts: threadTs });
    const ts = messages.find(({ metadata }) => isMarked(metadata, mark))?.ts;
    if (ts !== undefined) return ts;
    cursor = response_metadata?.next_cursor;
    if (!cursor) return null;
  }
  return null;
}

function metadataOf({ installationId, alertId }: Mark) {
  return { event_type: EVENT_TYPE, event_payload: { installation: installationId, alert: alertId } };
}

function isMarked(
  metadata: { event_type?: string; event_payload?: object } | undefined,
  { installationId, alertId }: Mark,
): boolean {
  if (metadata?.event_type !== EVENT_TYPE) return false;
  const { installation, alert } = { ...metadata.event_payload } as {
    installation?: unknown;
    alert?: unknown;
  };
  return installation === installationId && Number(alert) === alertId;
}
