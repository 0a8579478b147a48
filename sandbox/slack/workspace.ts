import type { SlackWorld } from './slack-look-alike.ts';
import { SlackRefusal } from './slack-refusal.ts';

export type Person = SlackWorld['users'][number];

export interface Channel {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'direct';
  members: Set<string>;
  botIsMember: boolean;
  isArchived: boolean;
}

export interface Workspace {
  team: { id: string; domain: string };
  bot: { userId: string; botId: string; appId: string; name: string };
  users: Map<string, Person>;
  channels: Map<string, Channel>;
  userGroups: Map<string, { id: string; handle: string; users: string[] }>;
  /**
   * The channel as the bot may see it: by id, or by name. Throws channel_not_found, for foreign private
   * ones too.
   */
  visibleChannel(idOrName: string): Channel;
  /** The direct conversation of the bot with a person, opened when there is none. */
  openDirect(userId: string): Channel;
  /**
   * A message ts: seconds and six digits from the clock, unique and ascending even when the clock stands
   * still.
   */
  nextTs(): string;
  /** A short id, unique in this workspace. */
  nextId(prefix: string): string;
}

export function createWorkspace(world: SlackWorld, clock: { now(): Date }): Workspace {
  const users = new Map(world.users.map((user) => [user.id, { ...user }]));
  const bot = createBot(users);
  const channels = new Map(world.channels.map((channel) => [channel.id, toChannel(channel)]));
  let lastMicroseconds = 0;
  let lastId = 0;

  const openDirect = (userId: string): Channel => {
    const id = `D${userId.slice(1)}`;
    const known = channels.get(id);
    if (known) return known;
    const members = new Set([userId, bot.userId]);
    const channel: Channel = { id, name: id, kind: 'direct', members, botIsMember: true, isArchived: false };
    channels.set(id, channel);
    return channel;
  };
  return {
    team: world.team ?? { id: 'T0SANDBOX', domain: 'sandbox' },
    bot,
    users,
    channels,
    userGroups: new Map((world.userGroups ?? []).map((group) => [group.id, group])),
    visibleChannel(idOrName) {
      const name = idOrName.replace(/^#/, '');
      const channel = channels.get(idOrName) ?? [...channels.values()].find((each) => each.name === name);
      if (!channel || (channel.kind === 'private' && !channel.botIsMember)) {
        throw new SlackRefusal('channel_not_found');
      }
      return channel;
    },
    openDirect,
    nextTs() {
      lastMicroseconds = Math.max(clock.now().getTime() * 1000, lastMicroseconds + 1);
      const digits = String(lastMicroseconds).padStart(7, '0');
      return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
    },
    nextId(prefix) {
      lastId += 1;
      return `${prefix}${lastId.toString(36).toUpperCase().padStart(6, '0')}`;
    },
  };
}

function createBot(users: Map<string, Person>): Workspace['bot'] {
  const given = [...users.values()].find((user) => user.isBot);
  const bot = given ?? { id: 'U0BOT', name: 'bot', isBot: true };
  users.set(bot.id, bot);
  return { userId: bot.id, botId: 'B0BOT', appId: 'A0APP', name: bot.name };
}

function toChannel(channel: SlackWorld['channels'][number]): Channel {
  return {
    id: channel.id,
    name: channel.name,
    kind: channel.id.startsWith('G') ? 'private' : 'public',
    members: new Set(channel.members),
    botIsMember: channel.botIsMember,
    isArchived: channel.archived ?? false,
  };
}
