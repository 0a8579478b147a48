import type { webApi } from '@slack/bolt';
import { type Finding, failed, ok, skipped, warning } from '../finding.ts';
import { slackTrouble } from './slack-trouble.ts';

/** The lists that say who may do what, each with its variable and who has the right when it is not set. */
const LISTS = [
  ['accessSupport', 'ACCESS_SUPPORT', 'the members of the alert channel'],
  ['accessManagers', 'ACCESS_MANAGERS', 'the members of the alert channel'],
  ['accessEngineers', 'ACCESS_ENGINEERS', "the workspace's admins"],
] as const;
/** Slack answers about 20 questions for groups and 100 for people in a minute. */
const IDS_MAX = 50;

type Lists = { [Field in (typeof LISTS)[number][0]]?: string[] | null };
/** How an id stands in Slack. */
type Standing = 'known' | 'unknown' | 'empty';

/** Whether Slack knows each person and group that the access variables name. */
export async function probeAccess(client: webApi.WebClient, lists: Lists): Promise<Finding[]> {
  const ids = [...new Set(LISTS.flatMap(([field]) => lists[field] ?? []))].slice(0, IDS_MAX);
  const standings = new Map<string, Standing>();
  for (const id of ids) {
    const standing = await readStanding(client, id);
    if (standing === null) break;
    standings.set(id, standing);
  }
  return LISTS.flatMap(([field, variable, otherwise]) => {
    const listed = lists[field];
    if (listed === undefined) return [];
    const name = `access.${field.slice('access'.length).toLowerCase()}`;
    if (listed === null) return [ok(name, `${variable} is not set: ${otherwise} have this right.`)];
    return [judge(name, { variable, listed, standings })];
  });
}

function judge(
  name: string,
  { variable, listed, standings }: { variable: string; listed: string[]; standings: Map<string, Standing> },
): Finding {
  const those = (standing: Standing) => listed.filter((id) => standings.get(id) === standing);
  const unknown = those('unknown');
  if (unknown.length > 0)
    return failed(name, {
      what: `${variable} names ${unknown.join(', ')}, whom Slack does not know, or no longer.`,
      why: 'They have no right in the bot, and whoever was meant is refused.',
      remedy: "Copy the ids anew: from the person's profile (Copy member ID), or the user group's address.",
    });
  const empty = those('empty');
  if (empty.length > 0)
    return warning(name, {
      what: `${variable} names the user group ${empty.join(', ')}, which has no members.`,
      why: 'Nobody has the right through it.',
      remedy: 'Add people to the group in Slack, or name others.',
    });
  const unsaid = listed.filter((id) => !standings.has(id));
  if (unsaid.length > 0)
    return skipped(name, `Slack did not say whether it knows ${unsaid.join(', ')} of ${variable}.`);
  return ok(name, `Slack knows everybody whom ${variable} names.`);
}

const NOBODY = new Set(['no_such_subteam', 'subteam_not_found', 'subteam_disabled', 'user_not_found']);

/** Whether anybody would hear the call of ESCALATION_GROUP. */
export async function probeEscalation(
  client: webApi.WebClient,
  { escalationGroup: group }: { escalationGroup?: string | null },
): Promise<Finding[]> {
  if (group === undefined) return [];
  const name = 'slack.escalation';
  if (group === null) return [ok(name, 'ESCALATION_GROUP is not set: nobody is called for.')];
  const standing = await readStanding(client, group);
  if (standing === null)
    return [skipped(name, `Slack did not say whether it knows ${group} of ESCALATION_GROUP.`)];
  if (standing === 'known') return [ok(name, 'Slack knows the group of ESCALATION_GROUP.')];
  const what = standing === 'empty' ? 'which has no members' : 'which Slack does not know, or no longer';
  return [
    warning(name, {
      what: `ESCALATION_GROUP names ${group}, ${what}.`,
      why: 'When a start comes near and nobody has acted, nobody is called for.',
      remedy: "Copy the id from the user group's address in Slack, and see that people are in it.",
    }),
  ];
}

/** Null when Slack does not say. */
async function readStanding(client: webApi.WebClient, id: string): Promise<Standing | null> {
  try {
    if (id.startsWith('S')) {
      const { users = [] } = await client.usergroups.users.list({ usergroup: id });
      return users.length > 0 ? 'known' : 'empty';
    }
    const { user } = await client.users.info({ user: id });
    return user?.deleted ? 'unknown' : 'known';
  } catch (error) {
    const trouble = slackTrouble(error);
    return 'code' in trouble && NOBODY.has(trouble.code) ? 'unknown' : null;
  }
}
