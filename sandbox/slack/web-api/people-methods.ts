import type { SlackCore } from '../slack-core.ts';
import type { Json } from '../slack-look-alike.ts';
import { SlackRefusal } from '../slack-refusal.ts';
import type { Person } from '../workspace.ts';
import { flag, type Methods, page, requiredText } from './method.ts';

/** users.*, usergroups.* and reactions.*. */
export const peopleMethods: Methods = {
  'users.info': {
    scope: 'users:read',
    run(args, core) {
      const user = core.workspace.users.get(requiredText(args, 'user', 'user_not_found'));
      if (!user) throw new SlackRefusal('user_not_found');
      return { user: toWireUser(user, core, flag(args, 'include_locale')) };
    },
  },
  'users.list': {
    scope: 'users:read',
    run(args, core) {
      const { items, rest } = page([...core.workspace.users.values()], args, 1_000);
      return { members: items.map((user) => toWireUser(user, core, flag(args, 'include_locale'))), ...rest };
    },
  },
  'usergroups.list': {
    scope: 'usergroups:read',
    run: (args, core) => ({
      usergroups: [...core.workspace.userGroups.values()].map((group) => ({
        id: group.id,
        team_id: core.workspace.team.id,
        is_usergroup: true,
        name: group.handle,
        handle: group.handle,
        user_count: group.users.length,
        ...(flag(args, 'include_users') && { users: group.users }),
      })),
    }),
  },
  'usergroups.users.list': {
    scope: 'usergroups:read',
    run(args, core) {
      const group = core.workspace.userGroups.get(requiredText(args, 'usergroup', 'no_such_subteam'));
      if (!group) throw new SlackRefusal('no_such_subteam');
      return { users: group.users };
    },
  },
  'reactions.add': { scope: 'reactions:write', run: addReaction },
};

function addReaction(args: Json, core: SlackCore): Json {
  const name = requiredText(args, 'name', 'invalid_name');
  if (!/^[a-z0-9_+:-]+$/.test(name)) throw new SlackRefusal('invalid_name', { kind: 'form' });
  const channel = core.workspace.visibleChannel(requiredText(args, 'channel', 'channel_not_found'));
  if (channel.isArchived) throw new SlackRefusal('is_archived');
  const message = core.messages.find(channel.id, requiredText(args, 'timestamp', 'bad_timestamp'));
  if (!message) throw new SlackRefusal('message_not_found');
  const reaction = message.reactions.find((each) => each.name === name) ?? { name, users: [] };
  const { userId } = core.workspace.bot;
  if (reaction.users.includes(userId)) throw new SlackRefusal('already_reacted');
  reaction.users.push(userId);
  if (!message.reactions.includes(reaction)) message.reactions.push(reaction);
  return {};
}

function toWireUser(user: Person, core: SlackCore, withLocale: boolean): Json {
  const realName = user.realName ?? user.name;
  return {
    id: user.id,
    team_id: core.workspace.team.id,
    name: user.name,
    real_name: realName,
    deleted: false,
    tz: user.tz ?? 'Europe/Berlin',
    is_admin: user.isAdmin ?? false,
    is_owner: false,
    is_bot: user.isBot ?? false,
    profile: { real_name: realName, display_name: user.name },
    ...(withLocale && { locale: user.locale ?? 'en-US' }),
  };
}
