import type { Json, StoredMessage } from './slack-look-alike.ts';
import type { Workspace } from './workspace.ts';

/** A message as the Web API and interaction payloads show it. Metadata only when asked for. */
export function toWireMessage(
  message: StoredMessage,
  workspace: Workspace,
  options: { withMetadata?: boolean; replies?: StoredMessage[] } = {},
): Json {
  const { team, bot } = workspace;
  if (message.deleted) return tombstone(message);
  const isOurs = message.user === bot.userId;
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: team.id,
    ...(isOurs && { bot_id: bot.botId, app_id: bot.appId, bot_profile: botProfile(workspace) }),
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    ...(message.isBroadcast && { subtype: 'thread_broadcast' }),
    ...(message.edits > 0 &&
      message.blocks.length === 0 && { edited: { user: message.user, ts: message.ts } }),
    ...(message.reactions.length > 0 && {
      reactions: message.reactions.map((each) => ({ ...each, count: each.users.length })),
    }),
    ...(options.withMetadata && message.metadata && { metadata: message.metadata }),
    ...threadSummary(message, options.replies ?? []),
  };
}

function threadSummary(message: StoredMessage, replies: StoredMessage[]): Json {
  if (replies.length === 0) return {};
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users: [...new Set(replies.map((reply) => reply.user))],
    latest_reply: replies.at(-1)?.ts,
  };
}

function botProfile({ team, bot }: Workspace): Json {
  return {
    id: bot.botId,
    app_id: bot.appId,
    user_id: bot.userId,
    name: bot.name,
    deleted: false,
    team_id: team.id,
  };
}

function tombstone(message: StoredMessage): Json {
  return {
    type: 'message',
    subtype: 'tombstone',
    user: 'USLACKBOT',
    hidden: true,
    text: 'This message was deleted.',
    ts: message.ts,
    thread_ts: message.ts,
  };
}
