import type { Methods } from './method.ts';

export const authMethods: Methods = {
  'auth.test': {
    run: (_args, { workspace: { team, bot } }) => ({
      url: `https://${team.domain}.slack.com/`,
      team: team.domain,
      user: bot.name,
      team_id: team.id,
      user_id: bot.userId,
      bot_id: bot.botId,
      is_enterprise_install: false,
    }),
  },
  'apps.connections.open': {
    token: 'app',
    run: (_args, core) => ({ url: core.openSocketUrl() }),
  },
};
