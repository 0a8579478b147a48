// Everything that the page shows to one person, as plain JSON.

import type { Json, StoredMessage, StoredView } from '../slack/slack-look-alike.ts';
import { team } from '../team.ts';
import type { Deeds } from './deeds.ts';
import type { FaultSwitches } from './fault-switches.ts';
import { type PageStage, TIME_ZONE } from './page-stage.ts';
import type { SlashCommand } from './slash-commands.ts';

export interface PageParts {
  stage: PageStage;
  faults: FaultSwitches;
  deeds: Deeds;
  commands: SlashCommand[];
}

export function isPerson(id: string, { slack }: PageStage): boolean {
  return slack.neighbourhood().users.some((user) => user.id === id && !user.isBot);
}

/** `person` is one, as `isPerson` tells. */
export function pictureFor(person: string, { stage, faults, deeds, commands }: PageParts): Json {
  const { clock, slack } = stage;
  const { bot, users, userGroups } = slack.neighbourhood();
  return {
    now: clock.now().toISOString(),
    timeZone: TIME_ZONE,
    person: {
      ...users.find(({ id }) => id === person),
      language: team.find(({ id }) => id === person)?.language ?? 'en',
    },
    team,
    bot,
    users,
    userGroups,
    commands,
    channels: channelsOf(person, stage),
    modal: viewOf(slack.viewOf(person)),
    home: viewOf(slack.homeOf(person)),
    calendar: calendarOf(stage),
    faults: faults.on(),
    hasDoor: stage.askDoor !== undefined,
    deeds: deeds.latest(),
  };
}

function channelsOf(person: string, { slack }: PageStage): Json[] {
  const ephemerals = slack.ephemerals(person);
  return slack
    .neighbourhood()
    .channels.filter(({ kind, members }) => kind === 'public' || members.includes(person))
    .map(({ members, ...channel }) => ({
      ...channel,
      isMember: members.includes(person),
      messages: slack
        .messages(channel.id)
        .map((message) => ({ message, replies: slack.thread(channel.id, message.ts) }))
        .filter(({ message, replies }) => !message.deleted || replies.some((reply) => !reply.deleted))
        .map(({ message, replies }) => ({ ...shown(message), replies: replies.filter(stands).map(shown) })),
      ephemerals: ephemerals.filter((message) => message.channel === channel.id).map(shown),
    }));
}

const stands = ({ deleted }: StoredMessage) => !deleted;

function shown({ metadata: _metadata, ...message }: StoredMessage): Json {
  return message.deleted ? { ...message, text: '', blocks: [], attachments: [] } : { ...message };
}

function viewOf(view: StoredView | undefined): Json | null {
  if (!view) return null;
  const { private_metadata: _private, ...rest } = view;
  return rest;
}

function calendarOf({ calcom }: PageStage): Json {
  const { hosts, eventTypes, external } = calcom.state;
  return {
    hosts: hosts.map(({ id, name, email, calendarBroken }) => ({ id, name, email, calendarBroken })),
    eventTypes: eventTypes.map(({ id, title }) => ({ id, title })),
    bookings: calcom.liveBookings().map(({ guests: _guests, ...booking }) => booking),
    external,
  };
}
