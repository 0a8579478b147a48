import { webApi } from '@slack/bolt';
import type { AlertRoute } from '../alerts/routes.ts';
import { type Finding, failed, ok, skipped, type Trouble, warning } from '../finding.ts';
import { SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import { probeAccess, probeEscalation } from './access-probe.ts';
import { remedyFor } from './slack-remedies.ts';
import { type SlackTrouble, slackTrouble } from './slack-trouble.ts';
import { readWantedScopes } from './wanted-scopes.ts';
import { clientOptions, webClient } from './web-client.ts';

/** What the probe looks at; what is not given is missing or wrong, which the configuration's own check tells. */
export interface ProbedSettings {
  slackApiUrl?: string;
  slackBotToken?: string;
  slackAlertChannel?: string;
  alertRoutes?: AlertRoute[];
  slackAppToken?: string | null;
  slackSigningSecret?: string | null;
  escalationGroup?: string | null;
  accessSupport?: string[] | null;
  accessManagers?: string[] | null;
  accessEngineers?: string[] | null;
}

const CALL_MS_MAX = 10 * SECOND;

/** Whether Slack serves the bot as it is configured: token, scopes, channel, how clicks arrive, and who may do what. */
export async function probeSlack(settings: ProbedSettings, log: Log): Promise<Finding[]> {
  const { slackApiUrl, slackBotToken } = settings;
  if (slackApiUrl === undefined)
    return [skipped('slack.token', 'Slack cannot be asked without SLACK_API_URL.')];
  const reception = await probeReception({ ...settings, slackApiUrl }, log);
  if (slackBotToken === undefined)
    return [skipped('slack.token', 'Slack cannot be asked without SLACK_BOT_TOKEN.'), reception];
  const client = webClient({ slackApiUrl, slackBotToken }, { log, timeoutMs: CALL_MS_MAX });
  const [token, scopes] = await probeToken(client);
  if (token.level !== 'ok')
    return [token, skipped('slack.channel', 'The channel needs a bot token that works.'), reception];
  return [
    token,
    scopes,
    await probeChannel(client, settings.slackAlertChannel),
    ...(await probeRoutes(client, settings)),
    reception,
    ...(await probeAccess(client, settings)),
    ...(await probeEscalation(client, settings)),
  ];
}

async function probeToken(client: webApi.WebClient): Promise<[token: Finding, scopes: Finding]> {
  const name = 'slack.token';
  const unasked = skipped('slack.scopes', 'The scopes need a bot token that works.');
  try {
    const { user, response_metadata } = await client.auth.test();
    return [
      ok(name, `Slack takes the bot token of @${user}.`),
      await compareScopes(response_metadata?.scopes),
    ];
  } catch (error) {
    return [failed(name, troubleOf(error, 'Without Slack nobody sees an alert.')), unasked];
  }
}

/** `granted` is what Slack says of the token with every answer. */
async function compareScopes(granted: string[] | undefined): Promise<Finding> {
  const name = 'slack.scopes';
  if (granted === undefined) return skipped(name, 'Slack does not say which scopes the token has.');
  const wanted = await readWantedScopes().catch(() => null);
  if (wanted === null)
    return skipped(name, 'The scopes that the app needs are in manifest.yml, which cannot be read.');
  const missing = wanted.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return ok(name, 'The token has every scope of manifest.yml.');
  return failed(name, {
    what: `The token lacks scopes: ${missing.join(', ')}.`,
    why: 'What needs them fails, such as alerts, commands, or the question who may do something.',
    remedy: 'Put manifest.yml into the app (App Manifest), install the app again, and set its new token.',
  });
}

/** The channels of ALERT_ROUTES. The bot runs without them, so that none of their troubles is a failure. */
async function probeRoutes(
  client: webApi.WebClient,
  { alertRoutes = [], slackAlertChannel }: ProbedSettings,
): Promise<Finding[]> {
  const channels = new Set(alertRoutes.map(({ channel }) => channel));
  channels.delete(String(slackAlertChannel));
  return Promise.all([...channels].map((channel) => probeRoute(client, channel)));
}

async function probeRoute(client: webApi.WebClient, channel: string): Promise<Finding> {
  const name = 'slack.routes';
  const { level, what } = await probeChannel(client, channel);
  if (level === 'ok') return ok(name, what);
  return warning(name, {
    what: `ALERT_ROUTES leads to ${channel}. ${what}`,
    why: 'The alerts of this route go to the channel of SLACK_ALERT_CHANNEL, and say so.',
    remedy: 'Invite the bot there (/invite, with @ and its name), or name another channel in ALERT_ROUTES.',
  });
}

async function probeChannel(client: webApi.WebClient, channel: string | undefined): Promise<Finding> {
  const name = 'slack.channel';
  if (channel === undefined) return skipped(name, 'There is no usable SLACK_ALERT_CHANNEL.');
  const why = 'Alerts cannot be posted there.';
  try {
    const { channel: shown } = await client.conversations.info({ channel });
    if (shown?.is_archived)
      return failed(name, {
        what: `The channel ${channel} is archived.`,
        why,
        remedy: remedySentence('is_archived'),
      });
    if (shown?.is_member === false)
      return failed(name, {
        what: `The bot is not a member of the channel ${channel}.`,
        why,
        remedy: 'Write /invite there, with @ and the name of the bot.',
      });
    return ok(name, `The bot is in the channel ${channel}.`);
  } catch (error) {
    return failed(name, troubleOf(error, why));
  }
}

/** How clicks and commands arrive. */
async function probeReception(
  settings: ProbedSettings & { slackApiUrl: string },
  log: Log,
): Promise<Finding> {
  const name = 'slack.reception';
  const { slackAppToken, slackSigningSecret, slackApiUrl } = settings;
  if (typeof slackAppToken !== 'string')
    return typeof slackSigningSecret === 'string'
      ? ok(name, 'Slack comes over HTTP to /slack/events; only a click can show that it arrives.')
      : skipped(name, 'Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is usable.');
  const client = new webApi.WebClient(
    slackAppToken,
    clientOptions(slackApiUrl, { log, timeoutMs: CALL_MS_MAX }),
  );
  try {
    // The address it gives is not connected to, and expires unused.
    await client.apps.connections.open();
    return ok(name, 'Slack opens a socket with the app token (Socket Mode).');
  } catch (error) {
    const { what } = troubleOf(error, '');
    return failed(name, {
      what: `No socket for SLACK_APP_TOKEN: ${what}`,
      why: 'Commands and clicks do not reach the bot.',
      remedy:
        'Turn Socket Mode on in the app, make an app-level token with connections:write (Basic Information), and set it.',
    });
  }
}

function troubleOf(error: unknown, why: string): Trouble {
  const trouble = slackTrouble(error);
  return { what: whatOf(trouble), why, remedy: remedyOf(trouble) };
}

function whatOf(trouble: SlackTrouble): string {
  if ('code' in trouble) return `Slack says ${trouble.code}.`;
  if (trouble.is === 'limited') return 'Slack takes no more calls for the moment.';
  return 'Slack cannot be reached.';
}

function remedyOf(trouble: SlackTrouble): string {
  if ('code' in trouble) return remedySentence(trouble.code);
  if (trouble.is === 'limited') return 'Run the doctor again in a minute.';
  return 'See that this machine reaches SLACK_API_URL over HTTPS.';
}

function remedySentence(code: string): string {
  const remedy = remedyFor(code);
  return `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`;
}
