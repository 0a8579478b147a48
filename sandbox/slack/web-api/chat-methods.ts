import type { MessageContent } from '../message-store.ts';
import { toWireMessage } from '../message-wire.ts';
import { checkMessage } from '../rules/message-rules.ts';
import { isObject } from '../rules/shape.ts';
import type { SlackCore } from '../slack-core.ts';
import type { Json, StoredMessage } from '../slack-look-alike.ts';
import { refuseForm, SlackRefusal } from '../slack-refusal.ts';
import type { Channel } from '../workspace.ts';
import { flag, type Methods, optionalText, requiredText } from './method.ts';

const UPDATED_TEXT_MAX = 4_000;

export const chatMethods: Methods = {
  'chat.postMessage': { scope: 'chat:write', run: postMessage },
  'chat.postEphemeral': { scope: 'chat:write', run: postEphemeral },
  'chat.update': { scope: 'chat:write', run: updateMessage },
  'chat.delete': { scope: 'chat:write', run: deleteMessage },
  'chat.getPermalink': { run: getPermalink },
};

function postMessage(args: Json, core: SlackCore): Json {
  const channel = targetChannel(args, core);
  assertMayPost(channel, core);
  const content = showableMessage(args, core);
  const parent = threadParent(optionalText(args, 'thread_ts'), channel, core);
  const message = core.messages.post(content, {
    channel: channel.id,
    user: core.workspace.bot.userId,
    threadTs: parent?.threadTs ?? parent?.ts,
    isBroadcast: parent !== undefined && flag(args, 'reply_broadcast'),
  });
  const wire = toWireMessage(message, core.workspace, { withMetadata: true });
  return { channel: channel.id, ts: message.ts, message: wire };
}

/**
 * Slack does not refuse a reply to a message that is gone: it posts it to the channel, outside any thread.
 */
function threadParent(
  threadTs: string | undefined,
  channel: Channel,
  core: SlackCore,
): StoredMessage | undefined {
  if (threadTs === undefined) return undefined;
  const inThread = (message: StoredMessage) => message.threadTs === threadTs && !message.deleted;
  return core.messages
    .all(channel.id)
    .filter((message) => message.ephemeralTo === undefined)
    .find(
      (message) =>
        message.ts === threadTs && (!message.deleted || core.messages.all(channel.id).some(inThread)),
    );
}

function postEphemeral(args: Json, core: SlackCore): Json {
  const channel = targetChannel(args, core);
  const user = requiredText(args, 'user', 'user_not_in_channel');
  assertMayPost(channel, core);
  if (!channel.members.has(user)) throw new SlackRefusal('user_not_in_channel');
  const content = showableMessage(args, core);
  const message = core.messages.post(content, {
    channel: channel.id,
    user: core.workspace.bot.userId,
    threadTs: optionalText(args, 'thread_ts'),
    ephemeralTo: user,
  });
  return { message_ts: message.ts };
}

/** A message whose form is right and whose pictures are there: complete, and looked through by Slack. */
function showableMessage(args: Json, core: SlackCore): MessageContent {
  const content = checkMessage(args);
  const problems = fileIds(content.blocks, '/blocks')
    .filter(({ id }) => !core.files.isShowable(id))
    .map(({ path }) => ({ path, message: 'invalid slack file' }));
  if (problems.length > 0) throw new SlackRefusal('invalid_blocks', { problems });
  return content;
}

function fileIds(value: unknown, path: string): { id: string; path: string }[] {
  if (!Array.isArray(value) && !isObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    const here = `${path}/${name}`;
    const id = name === 'slack_file' && isObject(each) ? each.id : undefined;
    return typeof id === 'string' ? [{ id, path: here }] : fileIds(each, here);
  });
}

/** Text without blocks removes the blocks; attachments and metadata stay unless new ones are given. */
function updateMessage(args: Json, core: SlackCore): Json {
  const channel = channelById(args, core);
  const message = ownMessage(args, core, { channel, otherwise: 'cant_update_message' });
  if (channel.isArchived) throw new SlackRefusal('is_inactive');
  const { text, blocks, attachments, metadata } = showableMessage(args, core);
  if (text.length > UPDATED_TEXT_MAX) throw refuseForm('msg_too_long');
  const isReshown = args.text !== undefined || args.blocks !== undefined;
  core.messages.change(message, {
    ...(isReshown && { text, blocks }),
    ...(args.attachments !== undefined && { attachments }),
    ...(metadata && { metadata }),
  });
  const wire = toWireMessage(message, core.workspace, { withMetadata: true });
  return { channel: channel.id, ts: message.ts, text: message.text, message: wire };
}

function deleteMessage(args: Json, core: SlackCore): Json {
  const channel = channelById(args, core);
  const message = ownMessage(args, core, { channel, otherwise: 'cant_delete_message' });
  core.messages.remove(message);
  return { channel: channel.id, ts: message.ts };
}

function getPermalink(args: Json, core: SlackCore): Json {
  const channel = core.workspace.visibleChannel(requiredText(args, 'channel', 'channel_not_found'));
  const message = core.messages.find(channel.id, requiredText(args, 'message_ts', 'message_not_found'));
  if (!message) throw new SlackRefusal('message_not_found');
  const { domain } = core.workspace.team;
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  const path = `archives/${channel.id}/p${message.ts.replace('.', '')}`;
  return { channel: channel.id, permalink: `https://${domain}.slack.com/${path}${thread}` };
}

/** A person's id stands for the direct conversation with that person. */
function targetChannel(args: Json, core: SlackCore): Channel {
  const id = requiredText(args, 'channel', 'channel_not_found');
  return core.workspace.users.has(id) ? core.workspace.openDirect(id) : core.workspace.visibleChannel(id);
}

/** Changing a message takes the conversation's id (D… rather than U…, never a name). */
function channelById(args: Json, core: SlackCore): Channel {
  const id = requiredText(args, 'channel', 'channel_not_found');
  if (!core.workspace.channels.has(id)) throw new SlackRefusal('channel_not_found');
  return core.workspace.visibleChannel(id);
}

function assertMayPost(channel: Channel, core: SlackCore): void {
  if (channel.isArchived) throw new SlackRefusal('is_archived');
  const mayAnywhere = channel.kind === 'public' && core.grantedScopes.has('chat:write.public');
  if (!channel.botIsMember && !mayAnywhere) throw new SlackRefusal('not_in_channel');
}

function ownMessage(
  args: Json,
  core: SlackCore,
  { channel, otherwise }: { channel: Channel; otherwise: string },
): StoredMessage {
  const message = core.messages.find(channel.id, requiredText(args, 'ts', 'message_not_found'));
  if (!message) throw new SlackRefusal('message_not_found');
  if (message.user !== core.workspace.bot.userId) throw new SlackRefusal(otherwise);
  return message;
}
