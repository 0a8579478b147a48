import { toWireMessage } from './message-wire.ts';
import type { SlackCore } from './slack-core.ts';
import type { Json, StoredMessage, StoredView } from './slack-look-alike.ts';

/** What every interactive payload says about who acted where. Throws when the person does not exist. */
export function commonFields(core: SlackCore, user: string): Json {
  const { team, bot } = core.workspace;
  const person = personOf(core, user);
  return {
    team: { id: team.id, domain: team.domain },
    user: { id: person.id, username: person.name, name: person.name, team_id: team.id },
    api_app_id: bot.appId,
    token: 'deprecated-verification-token',
    enterprise: null,
    is_enterprise_install: false,
  };
}

export function slashCommand(
  core: SlackCore,
  input: {
    user: string;
    channel: string;
    command: string;
    text: string;
    triggerId: string;
    responseUrl: string;
  },
): Json {
  const { team, bot, channels } = core.workspace;
  const channel = channels.get(input.channel);
  if (!channel) throw new Error(`there is no channel ${input.channel}`);
  return {
    token: 'deprecated-verification-token',
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channel.kind === 'direct' ? 'directmessage' : channel.name,
    user_id: input.user,
    user_name: personOf(core, input.user).name,
    command: input.command,
    text: input.text,
    api_app_id: bot.appId,
    is_enterprise_install: 'false',
    response_url: input.responseUrl,
    trigger_id: input.triggerId,
  };
}

/** Where a click happened in a message. An ephemeral message is not in the payload, only its ts. */
export function messageFields(core: SlackCore, message: StoredMessage, seen: StoredMessage): Json {
  const channel = core.workspace.channels.get(message.channel);
  const isEphemeral = message.ephemeralTo !== undefined;
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    },
    channel: { id: message.channel, name: channel?.kind === 'direct' ? 'directmessage' : channel?.name },
    ...(!isEphemeral && { message: toWireMessage(seen, core.workspace, { withMetadata: true }) }),
  };
}

export function viewFields(view: StoredView): Json {
  return { container: { type: 'view', view_id: view.id }, view: toWireView(view) };
}

export function toWireView({ errors: _errors, ...view }: StoredView): Json {
  return structuredClone(view);
}

export function appHomeOpened(core: SlackCore, user: string): Json {
  const { team, bot, openDirect, nextTs, nextId } = core.workspace;
  personOf(core, user);
  const home = core.views.home(user);
  const eventTs = nextTs();
  return {
    token: 'deprecated-verification-token',
    team_id: team.id,
    api_app_id: bot.appId,
    type: 'event_callback',
    event_id: nextId('Ev'),
    event_time: Math.floor(Number(eventTs)),
    is_ext_shared_channel: false,
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: bot.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    event: {
      type: 'app_home_opened',
      user,
      channel: openDirect(user).id,
      tab: 'home',
      event_ts: eventTs,
      ...(home && { view: toWireView(home) }),
    },
  };
}

function personOf(core: SlackCore, user: string) {
  const person = core.workspace.users.get(user);
  if (!person) throw new Error(`there is no user ${user}`);
  return person;
}
