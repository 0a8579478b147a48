import type { SlackCore } from './slack-core.ts';
import type { SlackLookAlike } from './slack-look-alike.ts';
import type { Channel } from './workspace.ts';

/** What people see of the workspace and do in it without the app. */
export function createWorkplace(
  core: SlackCore,
): Pick<SlackLookAlike, 'neighbourhood' | 'say' | 'setArchived'> {
  const { workspace, messages, signal } = core;
  return {
    neighbourhood: () => ({
      bot: { userId: workspace.bot.userId, name: workspace.bot.name },
      users: [...workspace.users.values()],
      userGroups: [...workspace.userGroups.values()],
      channels: [...workspace.channels.values()].map(({ id, name, kind, members, isArchived }) => ({
        ...{ id, name, kind, isArchived },
        members: [...members],
      })),
    }),
    say({ user, channel: id, text, threadTs, onlyTo }) {
      const channel = existing(core, id);
      if (channel.isArchived) throw new Error(`#${channel.name} is archived`);
      if (!channel.members.has(user)) throw new Error(`${user} is not a member of #${channel.name}`);
      const said = { text: escaped(text), blocks: [], attachments: [] };
      const message = messages.post(said, { channel: id, user, threadTs, ephemeralTo: onlyTo });
      signal.changed();
      return message;
    },
    setArchived(id, isArchived) {
      existing(core, id).isArchived = isArchived;
      signal.changed();
    },
  };
}

function existing({ workspace }: SlackCore, id: string): Channel {
  const channel = workspace.channels.get(id);
  if (!channel) throw new Error(`there is no channel ${id}`);
  return channel;
}

/** What Slack does to what a person types (Slack, formatting text); `*bold*` and the like stay. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
