import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock.ts';
import { type SlackLookAlike, startSlack } from '../../sandbox/slack/start-slack.ts';
import type { Directory } from '../../src/alerts/access.ts';
import { HOUR, MINUTE } from '../../src/instant.ts';
import { createDirectory } from '../../src/slack/directory.ts';
import { CHANNEL, NOW } from '../alerts/alert-fixtures.ts';
import { createRecordedLog, createTestClient, type RecordedLog, tokens } from './slack-fixtures.ts';

const TEAM = 'S0TEAM';
const SPARE = 'S0SPARE';

describe('who is who in Slack', () => {
  let clock: SandboxClock;
  let slack: SlackLookAlike;
  let recorded: RecordedLog;
  let directory: Directory;
  let members: string[];
  let team: { id: string; handle: string; users: string[] };

  beforeEach(async () => {
    clock = createSandboxClock(NOW);
    recorded = createRecordedLog();
    members = ['U0ANNA', ...Array.from({ length: 2_500 }, (_, index) => `U${index}`), 'U0LAST'];
    team = { id: TEAM, handle: 'team', users: ['U0ANNA'] };
    slack = await startSlack({
      clock,
      ...tokens,
      world: {
        users: [
          { id: 'U0ANNA', name: 'anna' },
          { id: 'U0EMIL', name: 'emil', isAdmin: true },
        ],
        channels: [{ id: CHANNEL, name: 'alerts', members, botIsMember: true }],
        userGroups: [team, { id: SPARE, handle: 'spare', users: ['U0LAST'] }],
      },
    });
    const client = createTestClient(slack.url);
    directory = createDirectory({ client, clock, log: recorded.log, channels: [CHANNEL] });
  });
  afterEach(() => slack.stop());

  const callsOf = (method: string) => slack.calls.filter((call) => call.method === method).length;
  const silence = (method: string) => slack.faults.add({ method, fault: { kind: 'http', status: 503 } });

  it('knows the members of the channel to the last page', async () => {
    assert.equal(await directory.isInChannel('U0LAST'), true);
    assert.equal(await directory.isInChannel('U0EMIL'), false);
    assert.equal(callsOf('conversations.members'), 3);
  });

  it('knows listed people without asking, and groups by asking once', async () => {
    assert.equal(await directory.isListed('U0EMIL', ['U0EMIL', TEAM]), true);
    assert.equal(callsOf('usergroups.users.list'), 0);
    assert.deepEqual(
      await Promise.all(
        ['U0ANNA', 'U0LAST', 'U0EMIL'].map((person) => directory.isListed(person, ['U0OTTO', TEAM, SPARE])),
      ),
      [true, true, false],
    );
    assert.equal(callsOf('usergroups.users.list'), 2);
  });

  it('knows the admins', async () => {
    assert.equal(await directory.isAdmin('U0EMIL'), true);
    assert.equal(await directory.isAdmin('U0ANNA'), false);
    assert.equal(await directory.isAdmin('U0NOBODY'), false, 'whom Slack does not know');
  });

  it('hears of a change after five minutes', async () => {
    assert.equal(await directory.isListed('U0EMIL', [TEAM]), false);
    team.users.push('U0EMIL');
    clock.advance(4 * MINUTE);
    assert.equal(await directory.isListed('U0EMIL', [TEAM]), false);
    clock.advance(MINUTE);
    assert.equal(await directory.isListed('U0EMIL', [TEAM]), true);
  });

  it('goes by the last answer for an hour when Slack is silent, and then cannot tell', async () => {
    assert.equal(await directory.isInChannel('U0ANNA'), true);
    silence('conversations.members');
    clock.advance(HOUR - MINUTE);
    assert.equal(await directory.isInChannel('U0ANNA'), true);
    assert.equal(await directory.isInChannel('U0EMIL'), false);
    clock.advance(MINUTE);
    assert.equal(await directory.isInChannel('U0ANNA'), null);
    slack.faults.clear();
    assert.equal(await directory.isInChannel('U0ANNA'), true);
  });

  it('cannot tell when Slack never said, unless another list is sure', async () => {
    silence('usergroups.users.list');
    assert.equal(await directory.isListed('U0EMIL', [TEAM]), null);
    assert.equal(await directory.isListed('U0EMIL', [TEAM, 'U0EMIL']), true);
    assert.ok(recorded.lines.some(({ about }) => about === `group ${TEAM}`));
  });

  it('takes a group that does not exist for an empty one, and says so in the log', async () => {
    assert.equal(await directory.isListed('U0EMIL', ['S0GONE']), false);
    assert.ok(recorded.lines.some(({ code }) => code === 'no_such_subteam'));
  });
});
