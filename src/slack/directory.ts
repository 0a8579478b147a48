import type { webApi } from '@slack/bolt';
import type { Directory, Told } from '../alerts/access.ts';
import type { Clock } from '../clock.ts';
import { HOUR, MINUTE } from '../instant.ts';
import type { Log } from '../log.ts';
import { slackTrouble } from './slack-trouble.ts';

const FRESH_MS = 5 * MINUTE;
const USABLE_MS = HOUR;
const REMEMBERED_MAX = 1_000;
const MEMBERS_PAGE = 1_000;
const MEMBERS_PAGES_MAX = 20;
// Slack's words for: there is no such group, person or channel, so nobody is in it.
const NOBODY = new Set(['no_such_subteam', 'subteam_not_found', 'subteam_disabled', 'user_not_found']);

/**
 * Asks Slack who belongs to a group, to one of the alert channels, or to the workspace's admins, and remembers the
 * answer for five minutes; when Slack does not answer, the last answer counts for an hour.
 */
export function createDirectory(deps: {
  client: webApi.WebClient;
  clock: Clock;
  log: Log;
  channels: string[];
}): Directory {
  const { client, channels } = deps;
  const people = createRemembered(deps);
  const isIn = async (person: string, name: string, read: () => Promise<string[]>): Promise<Told> =>
    (await people(name, read))?.has(person) ?? null;
  const isInGroup = (person: string, group: string) =>
    isIn(person, `group ${group}`, () => readGroup(client, group));

  return {
    async isListed(person, ids) {
      if (ids.includes(person)) return true;
      const groups = ids.filter((id) => id.startsWith('S'));
      return anyOf(await Promise.all(groups.map((group) => isInGroup(person, group))));
    },
    isInChannel: async (person) =>
      anyOf(
        await Promise.all(
          channels.map((channel) => isIn(person, `channel ${channel}`, () => readMembers(client, channel))),
        ),
      ),
    isAdmin: (person) => isIn(person, `admin ${person}`, () => readIfAdmin(client, person)),
  };
}

function anyOf(told: Told[]): Told {
  if (told.includes(true)) return true;
  return told.includes(null) ? null : false;
}

async function readGroup(client: webApi.WebClient, usergroup: string): Promise<string[]> {
  const { users = [] } = await client.usergroups.users.list({ usergroup });
  return users;
}

async function readMembers(client: webApi.WebClient, channel: string): Promise<string[]> {
  const all: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MEMBERS_PAGES_MAX; page++) {
    const { members = [], response_metadata } = await client.conversations.members({
      channel,
      limit: MEMBERS_PAGE,
      ...(cursor && { cursor }),
    });
    all.push(...members);
    cursor = response_metadata?.next_cursor;
    if (!cursor) break;
  }
  return all;
}

async function readIfAdmin(client: webApi.WebClient, person: string): Promise<string[]> {
  const { user } = await client.users.info({ user: person });
  return user?.is_admin || user?.is_owner ? [person] : [];
}

/** Sets of people by name, read when they are older than five minutes; undefined when that failed for an hour. */
function createRemembered({
  clock,
  log,
}: {
  clock: Clock;
  log: Log;
}): (name: string, read: () => Promise<string[]>) => Promise<Set<string> | undefined> {
  const remembered = new Map<string, { people: Set<string>; at: Date }>();
  const reading = new Map<string, Promise<Set<string> | undefined>>();

  async function readAnew(name: string, read: () => Promise<string[]>): Promise<Set<string> | undefined> {
    const people = await readOrNobody(name, read, log);
    if (people === undefined) return ageOf(name) < USABLE_MS ? remembered.get(name)?.people : undefined;
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(name, { people, at: clock.now() });
    return people;
  }

  function ageOf(name: string): number {
    const known = remembered.get(name);
    return known ? clock.now().getTime() - known.at.getTime() : Number.POSITIVE_INFINITY;
  }

  return async (name, read) => {
    if (ageOf(name) < FRESH_MS) return remembered.get(name)?.people;
    const running = reading.get(name) ?? readAnew(name, read).finally(() => reading.delete(name));
    reading.set(name, running);
    return running;
  };
}

/** Undefined when Slack did not say. */
async function readOrNobody(
  name: string,
  read: () => Promise<string[]>,
  log: Log,
): Promise<Set<string> | undefined> {
  try {
    return new Set(await read());
  } catch (error) {
    const trouble = slackTrouble(error);
    const code = 'code' in trouble ? trouble.code : trouble.is;
    log.warn({ code, about: name }, 'directory.failed');
    return NOBODY.has(code) ? new Set() : undefined;
  }
}
