import { identifyBlocks } from './identify-blocks.ts';
import type { Json, StoredMessage } from './slack-look-alike.ts';
import type { Workspace } from './workspace.ts';

/** What an app may say in a message, after the checks. */
export interface MessageContent {
  text: string;
  blocks: Json[];
  attachments: Json[];
  metadata?: NonNullable<StoredMessage['metadata']>;
}

export interface MessageStore {
  post(content: MessageContent, place: Place): StoredMessage;
  /** A message that stands in the channel: neither deleted nor ephemeral. */
  find(channel: string, ts: string): StoredMessage | undefined;
  /** Ephemeral ones too, as one person sees them. */
  findSeenBy(user: string, channel: string, ts: string): StoredMessage | undefined;
  change(message: StoredMessage, content: Partial<MessageContent>): void;
  remove(message: StoredMessage): void;
  all(channel: string): StoredMessage[];
  ephemeralsOf(user: string): StoredMessage[];
  /** What the message showed before its changes, the latest first. */
  earlierVersions(message: StoredMessage): StoredMessage[];
}

export interface Place {
  channel: string;
  user: string;
  threadTs?: string | undefined;
  isBroadcast?: boolean | undefined;
  ephemeralTo?: string | undefined;
}

export function createMessageStore(workspace: Workspace): MessageStore {
  const byChannel = new Map<string, StoredMessage[]>();
  const earlier = new Map<StoredMessage, StoredMessage[]>();
  const all = (channel: string): StoredMessage[] => byChannel.get(channel) ?? [];
  const stands = (message: StoredMessage) => !message.deleted;

  return {
    post(content, place) {
      const message: StoredMessage = {
        ts: workspace.nextTs(),
        channel: place.channel,
        user: place.user,
        ...content,
        blocks: identifyBlocks(content.blocks, workspace.nextId),
        edits: 0,
        reactions: [],
        ...(place.threadTs !== undefined && { threadTs: place.threadTs }),
        ...(place.isBroadcast && { isBroadcast: true }),
        ...(place.ephemeralTo !== undefined && { ephemeralTo: place.ephemeralTo }),
      };
      const channel = all(place.channel);
      channel.push(message);
      byChannel.set(place.channel, channel);
      return message;
    },
    find: (channel, ts) =>
      all(channel).find((each) => each.ts === ts && stands(each) && each.ephemeralTo === undefined),
    findSeenBy: (user, channel, ts) =>
      all(channel).find(
        (each) =>
          each.ts === ts && stands(each) && (each.ephemeralTo === undefined || each.ephemeralTo === user),
      ),
    change(message, content) {
      earlier.set(message, [structuredClone(message), ...(earlier.get(message) ?? [])]);
      Object.assign(message, content);
      if (content.blocks) message.blocks = identifyBlocks(content.blocks, workspace.nextId);
      message.edits += 1;
    },
    remove(message) {
      message.deleted = true;
    },
    all,
    ephemeralsOf: (user) =>
      [...byChannel.values()].flat().filter((message) => message.ephemeralTo === user && stands(message)),
    earlierVersions: (message) => earlier.get(message) ?? [],
  };
}
