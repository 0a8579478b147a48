import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import type { Interaction, SlackWorld } from '../../sandbox/slack/start-slack.ts';
import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { recordMode } from '../../src/appointments/installation.ts';
import { HOUR, MINUTE } from '../../src/instant.ts';
import { type AlertDatabase, CHANNEL, NOW, openAlertDatabase } from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';
import { type BothSides, type Mode, startBothSides } from './both-modes.ts';
import { readMessage } from './read-message.ts';
import { createRecordedLog } from './slack-fixtures.ts';

const [sqlite] = databases();
assert.ok(sqlite);

/** Sabine is support, Emil an engineer, Mona is in the channel, Otto is not. */
const world: SlackWorld = {
  users: [
    { id: 'U0SABINE', name: 'sabine', locale: 'en-GB' },
    { id: 'U0EMIL', name: 'emil', locale: 'en-GB' },
    { id: 'U0MONA', name: 'mona', locale: 'en-GB' },
    { id: 'U0OTTO', name: 'otto', locale: 'en-GB' },
  ],
  channels: [
    { id: CHANNEL, name: 'alerts', members: ['U0SABINE', 'U0EMIL', 'U0MONA'], botIsMember: true },
    { id: 'C0OTHER', name: 'other', members: ['U0OTTO'], botIsMember: false },
  ],
  userGroups: [{ id: 'S0SUPPORT', handle: 'support', users: ['U0SABINE'] }],
};
const config = { accessSupport: ['S0SUPPORT'], accessManagers: null, accessEngineers: ['U0EMIL'] };

for (const mode of ['Socket Mode', 'HTTP'] satisfies Mode[]) {
  describe(`who may what, over ${mode}`, () => {
    const clock = createSandboxClock(NOW);
    const { log, lines } = createRecordedLog();
    let opened: AlertDatabase;
    let sides: BothSides;

    before(async () => {
      opened = await openAlertDatabase(sqlite);
      sides = await startBothSides({ mode, world, config, db: opened.db, clock, log });
    });
    after(async () => {
      await sides.stop();
      await opened.close();
    });
    beforeEach(async () => {
      await opened.db('history').delete();
      await opened.db('installation').update({ mode: 'running', by_whom: 'bot' });
    });

    async function answerOf(asked: Promise<Interaction>): Promise<string> {
      const interaction = await asked;
      assert.ok(interaction.acknowledged, interaction.personSaw ?? 'not acknowledged');
      await sides.slack.waitFor(() => interaction.responses.length > 0);
      assert.deepEqual(sides.slack.refusals, []);
      return readMessage(interaction.responses[0] ?? { blocks: [] });
    }
    const type = (user: string, command: string, text: string, channel = CHANNEL) =>
      answerOf(sides.slack.command({ user, channel, command, text }));
    const modeNow = async () => (await opened.db('installation').first()).mode;
    const history = async () =>
      (await opened.db('history').orderBy('id')).map(({ actor, action, reason }) => [actor, action, reason]);

    it('a command is refused privately and written down, and does nothing', async () => {
      const told = await type('U0SABINE', '/resync', 'stop');
      assert.equal(told, 'Only these may do that: engineers. Who they are is set in ACCESS_ENGINEERS.');
      assert.equal(await modeNow(), 'running');
      assert.deepEqual(await history(), [['U0SABINE', 'refused', '/resync stop']]);
      assert.equal(sides.slack.messages(CHANNEL).length, 0);
      assert.equal(sides.slack.ephemerals('U0SABINE').length, 1);
    });

    it('a person who has the role is answered', async () => {
      assert.match(await type('U0EMIL', '/resync', 'stop'), /The bot is held/);
      assert.equal(await modeNow(), 'held');
      assert.match(await type('U0SABINE', '/resync', 'failed'), /Try again/);
      assert.match(await type('U0MONA', '/sync-status', ''), /State of the sync/);
      assert.match(await type('U0MONA', '/resync', 'failed'), /ACCESS_SUPPORT, ACCESS_ENGINEERS/);
      assert.match(await type('U0OTTO', '/sync-status', '', 'C0OTHER'), /ACCESS_MANAGERS/);
      assert.match(await type('U0OTTO', '/resync', 'help', 'C0OTHER'), /How to use/);
    });

    it('a button is refused like a command, and works for who may', async () => {
      await recordMode(opened.db, { from: 'running', to: 'held', by: 'U0EMIL', now: clock.now() });
      const settings = {
        channel: CHANNEL,
        timeZone: 'Europe/Berlin',
        locale: 'en',
        routes: [],
        quietHours: null,
        alertLookupMs: MINUTE,
      } as const;
      const { poster } = sides.bot;
      await deliverAlerts({ db: opened.db, clock, log, poster, holder: 'one', settings });
      const { ts = '' } = sides.slack.messages(CHANNEL).at(-1) ?? {};
      const click = (user: string) =>
        answerOf(sides.slack.click({ user, channel: CHANNEL, ts, actionId: 'start_sync' }));
      assert.match(await click('U0SABINE'), /ACCESS_ENGINEERS/);
      assert.equal(await modeNow(), 'held');
      assert.deepEqual((await history()).at(-1), ['U0SABINE', 'refused', 'start_sync']);
      assert.match(await click('U0EMIL'), /The bot is running/);
      assert.equal(await modeNow(), 'running');
    });

    it('while Slack does not say who may, nobody new may, and who could before still can', async () => {
      assert.match(await type('U0SABINE', '/resync', 'failed'), /Try again/);
      sides.slack.faults.add({
        method: 'usergroups.users.list',
        fault: { kind: 'error', error: 'fatal_error' },
      });
      clock.advance(30 * MINUTE);
      assert.match(await type('U0SABINE', '/resync', 'failed'), /Try again/);
      clock.advance(HOUR);
      assert.match(await type('U0SABINE', '/resync', 'failed'), /Please try again shortly/);
      assert.match(await type('U0EMIL', '/resync', 'failed'), /Try again/, 'who is listed needs no Slack');
      sides.slack.faults.clear();
      assert.match(await type('U0SABINE', '/resync', 'failed'), /Try again/);
    });

    it('logs no error meanwhile', () => {
      assert.deepEqual(
        lines.filter(({ level }) => Number(level) >= 50),
        [],
      );
    });
  });
}
