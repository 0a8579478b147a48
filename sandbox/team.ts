// Who works in the sandbox's Slack: one person for each role and language, and one whom no role was given.
import type { SlackWorld } from './slack/start-slack.ts';

export const ALERT_CHANNEL = 'C0SALON01';
/** Who presses the buttons of a scenario. */
export const ENGINEER = 'U0ENGINEER';
/** Who welcomes people to the demo. */
export const GUIDE = 'U0GUIDE';

export type TeamRole = 'support' | 'manager' | 'engineer' | 'stranger';
export type TeamLanguage = 'de' | 'en';

export interface TeamMember {
  id: string;
  role: TeamRole;
  language: TeamLanguage;
  name: string;
  realName: string;
}

export const team: TeamMember[] = [
  { id: 'U0SUPPORT1', role: 'support', language: 'de', name: 'sabine', realName: 'Sabine Support' },
  { id: 'U0SUPPORT2', role: 'support', language: 'en', name: 'sam', realName: 'Sam Support' },
  { id: 'U0MANAGER2', role: 'manager', language: 'de', name: 'martin', realName: 'Martin Manager' },
  { id: 'U0MANAGER1', role: 'manager', language: 'en', name: 'mona', realName: 'Mona Manager' },
  { id: ENGINEER, role: 'engineer', language: 'de', name: 'emil', realName: 'Emil Engineer' },
  { id: 'U0ENGINEER2', role: 'engineer', language: 'en', name: 'erin', realName: 'Erin Engineer' },
  { id: 'U0STRANGER1', role: 'stranger', language: 'de', name: 'stefan', realName: 'Stefan Stranger' },
  { id: 'U0STRANGER2', role: 'stranger', language: 'en', name: 'stella', realName: 'Stella Stranger' },
];

const LOCALES: Record<TeamLanguage, string> = { de: 'de-DE', en: 'en-GB' };

/** The bot's access variables for this team, so that the stranger, who reads the channel too, is refused. */
export const teamAccess = {
  ACCESS_SUPPORT: 'S0SUPPORT',
  ACCESS_MANAGERS: 'S0MANAGERS',
  ACCESS_ENGINEERS: 'S0ENGINEERS',
};

export function teamWorld(): SlackWorld {
  const everybody = team.map(({ id }) => id);
  const withRole = (role: TeamRole) => team.filter((member) => member.role === role).map(({ id }) => id);
  return {
    users: [
      ...team.map(({ role, language, ...member }) => ({
        ...member,
        locale: LOCALES[language],
        tz: 'Europe/Berlin',
        ...(role === 'engineer' && { isAdmin: true }),
      })),
      { id: 'U0SYNCBOT1', name: 'appointment-sync', isBot: true },
      { id: GUIDE, name: 'tour', realName: 'Tour' },
    ],
    channels: [
      { id: 'C0SALON00', name: 'allgemein', members: [...everybody, GUIDE], botIsMember: false },
      { id: ALERT_CHANNEL, name: 'termin-sync', members: [...everybody, GUIDE], botIsMember: true },
    ],
    userGroups: [
      { id: teamAccess.ACCESS_SUPPORT, handle: 'salon-support', users: withRole('support') },
      { id: teamAccess.ACCESS_MANAGERS, handle: 'salon-managers', users: withRole('manager') },
      { id: teamAccess.ACCESS_ENGINEERS, handle: 'salon-engineers', users: withRole('engineer') },
    ],
  };
}
