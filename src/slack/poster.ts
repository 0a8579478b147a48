import type { webApi } from '@slack/bolt';
import type { Content } from '../alerts/content.ts';
import type { Found, Mark, Posted, Poster, Refused, Updated } from '../alerts/poster.ts';
import type { Clock } from '../clock.ts';
import { SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import { contentMessage } from './content-message.ts';
import { createSlackCalls } from './slack-calls.ts';
import type { SlackTrouble } from './slack-trouble.ts';

// Slack's rate limits: a message a second in a channel; 50 changes a minute in a workspace (tier 3).
const POST_EVERY_MS = SECOND;
const UPDATE_EVERY_MS = 1_200;

const EVENT_TYPE = 'sync_alert';
const HISTORY_PAGE = 200;
const HISTORY_PAGES_MAX = 5;

/** Posts as the bot; `client` makes one try a call and has a time-out. */
export function createPoster({
  client,
  clock,
  log,
}: {
  client: webApi.WebClient;
  clock: Clock;
  log: Log;
}): Poster {
  const calls = createSlackCalls({ clock, log });
  const refuse = (method: string, { code, details }: SlackTrouble & { is: 'refused' }): Refused => {
    log.error({ method, code, details }, 'Slack refused a message of the bot');
    return { is: 'refused' };
  };

  return {
    async post(channel, content, mark): Promise<Posted> {
      const call = { method: 'chat.postMessage', channel, everyMs: POST_EVERY_MS };
      const tried = await calls.attempt(call, () => postMarked(client, { channel, content, mark }));
      if (tried.is === 'done')
        return tried.value.ts ? { is: 'shown', ts: tried.value.ts } : { is: 'unclear' };
      // Not paused: whether the message stands in the channel is asked at once.
      if (tried.is === 'trouble' && tried.trouble.is === 'lost') return { is: 'unclear' };
      if (tried.is === 'trouble' && tried.trouble.is === 'refused') return refuse(call.method, tried.trouble);
      return calls.later(call, tried);
    },

    async update({ channel, ts }, content): Promise<Updated> {
      const call = { method: 'chat.update', channel, everyMs: UPDATE_EVERY_MS };
      const message = contentMessage(content);
      const tried = await calls.attempt(call, () => client.chat.update({ channel, ts, ...message }));
      if (tried.is === 'done') return { is: 'shown' };
      if (tried.is === 'trouble' && tried.trouble.is === 'gone') return { is: 'gone' };
      if (tried.is === 'trouble' && tried.trouble.is === 'refused') return refuse(call.method, tried.trouble);
      return calls.later(call, tried);
    },

    async find(channel, mark, oldest): Promise<Found> {
      const call = { method: 'conversations.history', channel, everyMs: 0 };
      const tried = await calls.attempt(call, () => findMarked(client, { channel, mark, oldest }));
      if (tried.is !== 'done') return calls.later(call, tried);
      return tried.value === null ? { is: 'absent' } : { is: 'found', ts: tried.value };
    },
  };
}

function postMarked(
  client: webApi.WebClient,
  { channel, content, mark }: { channel: string; content: Content; mark: Mark },
) {
  return client.chat.postMessage({
    channel,
    ...contentMessage(content),
    metadata: metadataOf(mark),
    unfurl_links: false,
    unfurl_media: false,
  });
}

async function findMarked(
  client: webApi.WebClient,
  { channel, mark, oldest }: { channel: string; mark: Mark; oldest: Date },
): Promise<string | null> {
  let cursor: string | undefined;
  for (let page = 0; page < HISTORY_PAGES_MAX; page++) {
    const { messages = [], response_metadata } = await client.conversations.history({
      channel,
      oldest: (oldest.getTime() / SECOND).toFixed(6),
      include_all_metadata: true,
      limit: HISTORY_PAGE,
      ...(cursor && { cursor }),
    });
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
