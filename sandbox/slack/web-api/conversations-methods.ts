import { toWireMessage } from '../message-wire.ts';
import type { SlackCore } from '../slack-core.ts';
import type { Json, StoredMessage } from '../slack-look-alike.ts';
import { SlackRefusal } from '../slack-refusal.ts';
import type { Channel } from '../workspace.ts';
import { flag, type Method, type Methods, optionalText, page, requiredText } from './method.ts';

export const conversationsMethods: Methods = {
  'conversations.info': onChannel('read', (channel, _args, core) => ({
    channel: toWireChannel(channel, core),
  })),
  'conversations.members': onChannel('read', (channel, args, core) => {
    const ours = channel.botIsMember ? [core.workspace.bot.userId] : [];
    const { items, rest } = page([...new Set([...channel.members, ...ours])], args, 100);
    return { members: items, ...rest };
  }),
  'conversations.history': onChannel('history', history),
  'conversations.replies': onChannel('history', replies),
  'conversations.list': { scope: 'channels:read', run: list },
  'conversations.join': { scope: 'channels:join', run: join },
  'conversations.open': { scope: 'im:write', run: open },
};

type OnChannel = (channel: Channel, args: Json, core: SlackCore) => Json;

const SCOPE_FAMILY = { public: 'channels', private: 'groups', direct: 'im' } as const;

function onChannel(right: 'read' | 'history', run: OnChannel): Method {
  return {
    scope(args, core) {
      const channel = core.workspace.channels.get(String(args.channel));
      return `${SCOPE_FAMILY[channel?.kind ?? 'public']}:${right}`;
    },
    run(args, core) {
      const id = requiredText(args, 'channel', 'channel_not_found');
      if (!core.workspace.channels.has(id)) throw new SlackRefusal('channel_not_found');
      return run(core.workspace.visibleChannel(id), args, core);
    },
  };
}

function history(channel: Channel, args: Json, core: SlackCore): Json {
  if (!channel.botIsMember) throw new SlackRefusal('not_in_channel');
  const shown = standing(channel, core).filter(
    (message) => message.threadTs === undefined || message.isBroadcast,
  );
  const newestFirst = shown.filter(within(args)).reverse();
  return messagePage(newestFirst, args, core);
}

function replies(channel: Channel, args: Json, core: SlackCore): Json {
  if (!channel.botIsMember) throw new SlackRefusal('not_in_channel');
  const ts = requiredText(args, 'ts', 'thread_not_found');
  const all = standing(channel, core);
  const named = all.find((message) => message.ts === ts);
  if (!named) throw new SlackRefusal('thread_not_found');
  const parentTs = named.threadTs ?? named.ts;
  const thread = all.filter((message) => message.ts === parentTs || message.threadTs === parentTs);
  return messagePage(
    thread.filter((message) => message.ts === parentTs || within(args)(message)),
    args,
    core,
  );
}

/** What the channel shows: deleted messages are gone, except as the tombstone above a thread. */
function standing(channel: Channel, core: SlackCore): StoredMessage[] {
  const everybodys = core.messages.all(channel.id).filter((message) => message.ephemeralTo === undefined);
  const alive = everybodys.filter((message) => !message.deleted);
  const parents = new Set(alive.map((message) => message.threadTs));
  return everybodys.filter((message) => !message.deleted || parents.has(message.ts));
}

function within(args: Json): (message: StoredMessage) => boolean {
  const oldest = Number(optionalText(args, 'oldest') ?? 0);
  const latest = Number(optionalText(args, 'latest') ?? Number.POSITIVE_INFINITY);
  if (Number.isNaN(oldest)) throw new SlackRefusal('invalid_ts_oldest', { kind: 'form' });
  if (Number.isNaN(latest)) throw new SlackRefusal('invalid_ts_latest', { kind: 'form' });
  const isInclusive = flag(args, 'inclusive');
  return ({ ts }) => {
    const at = Number(ts);
    return isInclusive ? oldest <= at && at <= latest : oldest < at && at < latest;
  };
}

function messagePage(messages: StoredMessage[], args: Json, core: SlackCore): Json {
  const { items, rest } = page(messages, args, 100);
  const withMetadata = flag(args, 'include_all_metadata');
  const hasMore = items.length > 0 && items.at(-1) !== messages.at(-1);
  return {
    messages: items.map((message) =>
      toWireMessage(message, core.workspace, { withMetadata, replies: repliesTo(message, core) }),
    ),
    has_more: hasMore,
    ...(hasMore && rest),
  };
}

function repliesTo(message: StoredMessage, core: SlackCore): StoredMessage[] {
  return core.messages
    .all(message.channel)
    .filter((reply) => reply.threadTs === message.ts && !reply.deleted && reply.ephemeralTo === undefined);
}

function list(args: Json, core: SlackCore): Json {
  const types = (optionalText(args, 'types') ?? 'public_channel').split(',').map((type) => type.trim());
  const kinds = { public: 'public_channel', private: 'private_channel', direct: 'im' } as const;
  const shown = [...core.workspace.channels.values()]
    .filter((channel) => types.includes(kinds[channel.kind]))
    .filter((channel) => channel.kind === 'public' || channel.botIsMember)
    .filter((channel) => !(flag(args, 'exclude_archived') && channel.isArchived));
  const { items, rest } = page(shown, args, 100);
  return { channels: items.map((channel) => toWireChannel(channel, core)), ...rest };
}

function join(args: Json, core: SlackCore): Json {
  const channel = core.workspace.visibleChannel(requiredText(args, 'channel', 'channel_not_found'));
  if (channel.kind !== 'public') throw new SlackRefusal('method_not_supported_for_channel_type');
  if (channel.isArchived) throw new SlackRefusal('is_archived');
  channel.botIsMember = true;
  return { channel: toWireChannel(channel, core) };
}

function open(args: Json, core: SlackCore): Json {
  const users = requiredText(args, 'users', 'users_list_not_supplied').split(',');
  const [user] = users;
  if (users.length !== 1 || user === undefined) throw new SlackRefusal('not_supported_by_look_alike');
  if (!core.workspace.users.has(user)) throw new SlackRefusal('user_not_found');
  return { channel: { id: core.workspace.openDirect(user).id } };
}

function toWireChannel(channel: Channel, core: SlackCore): Json {
  return {
    id: channel.id,
    name: channel.name,
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: channel.kind === 'direct',
    is_private: channel.kind !== 'public',
    is_archived: channel.isArchived,
    is_member: channel.botIsMember,
    num_members: channel.members.size,
    context_team_id: core.workspace.team.id,
  };
}
