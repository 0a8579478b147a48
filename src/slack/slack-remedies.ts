const installAgain = 'install the app again and set the new SLACK_BOT_TOKEN';
const otherChannel = 'unarchive the channel, or set another one in SLACK_ALERT_CHANNEL or ALERT_ROUTES';

const remedies: Record<string, string> = {
  channel_not_found:
    'check SLACK_ALERT_CHANNEL and ALERT_ROUTES, and invite the bot if the channel is private',
  not_in_channel: 'invite the bot to the channel',
  is_archived: otherChannel,
  is_inactive: otherChannel,
  invalid_auth: 'check SLACK_BOT_TOKEN',
  token_revoked: installAgain,
  token_expired: installAgain,
  account_inactive: installAgain,
  missing_scope: 'give the app the scopes of manifest.yml and install it again',
};

/** What a person can do about an error of Slack, named by Slack's own word. */
export function remedyFor(code: string): string {
  return remedies[code] ?? 'see the error in the documentation of the Slack method';
}
