import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { startSlack } from '../../sandbox/slack/start-slack.ts';
import { systemClock } from '../../src/clock.ts';
import type { Finding } from '../../src/finding.ts';
import { type ProbedSettings, probeSlack } from '../../src/slack/slack-probe.ts';
import { readWantedScopes } from '../../src/slack/wanted-scopes.ts';
import { CHANNEL } from '../alerts/alert-fixtures.ts';
import { createRecordedLog, tokens } from './slack-fixtures.ts';

async function openWorkspace(
  t: TestContext,
  { scopes, ...channel }: { scopes?: string[]; botIsMember?: boolean; archived?: boolean } = {},
) {
  const slack = await startSlack({
    clock: systemClock,
    ...tokens,
    ...(scopes && { scopes }),
    world: {
      users: [{ id: 'U0ANNA', name: 'anna' }],
      channels: [{ id: CHANNEL, name: 'alerts', members: ['U0ANNA'], botIsMember: true, ...channel }],
      userGroups: [
        { id: 'S0DESK', handle: 'desk', users: ['U0ANNA'] },
        { id: 'S0EMPTY', handle: 'empty', users: [] },
      ],
    },
  });
  t.after(() => slack.stop());
  const settings: ProbedSettings = {
    slackApiUrl: slack.url,
    slackBotToken: tokens.botToken,
    slackAppToken: tokens.appToken,
    slackSigningSecret: null,
    slackAlertChannel: CHANNEL,
    accessSupport: ['U0ANNA', 'S0DESK'],
    accessManagers: null,
    accessEngineers: null,
  };
  const { log, lines } = createRecordedLog();
  const probe = (change: ProbedSettings = {}) => probeSlack({ ...settings, ...change }, log);
  return { slack, lines, probe };
}

const bad = (findings: Finding[]) => findings.filter(({ level }) => level !== 'ok');
const kinds = (findings: Finding[]) => bad(findings).map(({ level, check }) => `${level} ${check}`);
const text = (findings: Finding[]) => JSON.stringify(bad(findings));

describe('the probe of Slack', () => {
  it('finds nothing wrong with just the scopes of the manifest', async (t) => {
    const { probe } = await openWorkspace(t, { scopes: await readWantedScopes() });
    assert.deepEqual(bad(await probe()), []);
    assert.deepEqual(bad(await probe({ slackAppToken: null, slackSigningSecret: 'sign' })), []);
  });

  it('changes nothing and opens no socket', async (t) => {
    const { slack, probe } = await openWorkspace(t);
    await probe();
    assert.deepEqual(slack.messages(CHANNEL), []);
    assert.equal(slack.connectedSockets(), 0);
  });

  it('finds a bot token that Slack refuses', async (t) => {
    const { probe } = await openWorkspace(t);
    const found = await probe({ slackBotToken: 'xoxb-of-yesterday' });
    assert.deepEqual(kinds(found), ['failed slack.token', 'skipped slack.channel']);
    assert.match(text(found), /invalid_auth.*Check SLACK_BOT_TOKEN/);
    assert.doesNotMatch(text(found), /of-yesterday/);
  });

  it('finds scopes that the manifest asks for and the token lacks', async (t) => {
    const scopes = (await readWantedScopes()).filter((scope) => scope !== 'groups:history');
    const { probe } = await openWorkspace(t, { scopes });
    const found = await probe();
    assert.deepEqual(kinds(found), ['failed slack.scopes']);
    assert.match(text(found), /lacks scopes: groups:history\..*install the app again/);
  });

  it('finds a channel that is not there, is archived, or has not the bot in it', async (t) => {
    const { probe } = await openWorkspace(t);
    const unknown = await probe({ slackAlertChannel: 'C0NOWHERE' });
    assert.deepEqual(kinds(unknown), ['failed slack.channel']);
    assert.match(text(unknown), /channel_not_found/);
    const archived = await (await openWorkspace(t, { archived: true })).probe();
    assert.match(text(archived), /is archived/);
    const outside = await (await openWorkspace(t, { botIsMember: false })).probe();
    assert.match(text(outside), /not a member.*\/invite/);
  });

  it('warns of routes to channels where the bot cannot post, and of a group that nobody would hear', async (t) => {
    const { probe } = await openWorkspace(t);
    const route = (channel: string) => ({ by: 'service' as const, id: '1', channel });
    const found = await probe({
      alertRoutes: [CHANNEL, 'C0NOWHERE'].map(route),
      escalationGroup: 'S0EMPTY',
    });
    assert.deepEqual(kinds(found), ['warning slack.routes', 'warning slack.escalation']);
    assert.match(
      text(found),
      /ALERT_ROUTES leads to C0NOWHERE\. .*channel_not_found.*SLACK_ALERT_CHANNEL, and say so/,
    );
    assert.match(text(found), /S0EMPTY, which has no members/);
    assert.match(text(await probe({ escalationGroup: 'S0NONE' })), /S0NONE, which Slack does not know/);
    assert.deepEqual(bad(await probe({ escalationGroup: 'S0DESK' })), []);
  });

  it('finds an app token with which no socket opens', async (t) => {
    const { probe } = await openWorkspace(t);
    const found = await probe({ slackAppToken: 'xapp-of-yesterday' });
    assert.deepEqual(kinds(found), ['failed slack.reception']);
    assert.match(text(found), /invalid_auth.*connections:write/);
    const neither = await probe({ slackAppToken: null, slackSigningSecret: null });
    assert.deepEqual(kinds(neither), ['skipped slack.reception']);
  });

  it('finds persons and groups of the access variables whom Slack does not know', async (t) => {
    const { probe } = await openWorkspace(t);
    const found = await probe({
      accessSupport: ['U0ANNA', 'U0NOBODY'],
      accessManagers: ['S0NONE'],
      accessEngineers: ['S0EMPTY'],
    });
    assert.deepEqual(kinds(found), [
      'failed access.support',
      'failed access.managers',
      'warning access.engineers',
    ]);
    assert.match(text(found), /ACCESS_SUPPORT names U0NOBODY.*ACCESS_MANAGERS names S0NONE.*S0EMPTY/);
  });

  it('tells that Slack cannot be reached', async (t) => {
    const { slack, probe } = await openWorkspace(t);
    await slack.pause();
    const found = await probe();
    assert.deepEqual(kinds(found), ['failed slack.token', 'skipped slack.channel', 'failed slack.reception']);
    assert.match(text(found), /Slack cannot be reached/);
  });

  it('does not go on asking for persons when Slack stops answering', async (t) => {
    const { slack, probe } = await openWorkspace(t);
    slack.faults.add({ method: 'users.info', fault: { kind: 'error', error: 'internal_error' } });
    const found = await probe({ accessSupport: ['U0ANNA', 'U0BERT'], accessManagers: ['U0CLARA'] });
    assert.deepEqual(kinds(found), ['skipped access.support', 'skipped access.managers']);
    assert.equal(slack.calls.filter(({ method }) => method === 'users.info').length, 1);
  });
});
