import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import type { Interaction, SlackLookAlike } from '../../sandbox/slack/start-slack.ts';
import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { raiseAlert } from '../../src/appointments/alerts.ts';
import { recordMode } from '../../src/appointments/installation.ts';
import type { Db } from '../../src/database.ts';
import { DAY, HOUR, MINUTE } from '../../src/instant.ts';
import { type Slack, startSlack } from '../../src/slack/start-slack.ts';
import {
  type AlertDatabase,
  CHANNEL,
  insertFailed,
  NOW,
  openAlertDatabase,
} from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';
import { readMessage } from './read-message.ts';
import { createRecordedLog, noCalls, slackSettings, startWorkspace } from './slack-fixtures.ts';

const [sqlite] = databases();
assert.ok(sqlite);

describe('commands and buttons in Slack', () => {
  const clock = createSandboxClock(NOW);
  const recorded = createRecordedLog();
  let opened: AlertDatabase;
  let db: Db;
  let slack: SlackLookAlike;
  let bot: Slack;
  let nudges = 0;

  before(async () => {
    opened = await openAlertDatabase(sqlite);
    db = opened.db;
    slack = await startWorkspace(clock);
    bot = await startSlack({
      config: slackSettings(slack.url),
      db,
      clock,
      log: recorded.log,
      calls: noCalls,
      replica: 'salon:1',
      nudge: () => nudges++,
    });
    await slack.waitFor(() => slack.connectedSockets() === 1);
  });
  after(async () => {
    await bot.stop();
    await slack.stop();
    await opened.close();
  });
  beforeEach(async () => {
    await db('alerts').delete();
    await db('appointment_syncs').delete();
    await db('appointments').delete();
    await db('installation').update({ mode: 'running', by_whom: 'bot' });
    recorded.lines.length = 0;
    slack.faults.clear();
  });

  async function answerOf(asked: Promise<Interaction>): Promise<string> {
    const interaction = await asked;
    assert.ok(interaction.acknowledged, interaction.personSaw ?? 'not acknowledged');
    await slack.waitFor(() => interaction.responses.length > 0);
    assert.equal(interaction.responses.length, 1);
    assert.deepEqual(slack.refusals, []);
    return readMessage(interaction.responses[0] ?? { blocks: [] });
  }
  const type = (command: string, text: string, user = 'U0EMIL') =>
    answerOf(slack.command({ user, channel: CHANNEL, command, text }));

  it('/sync-status answers the person alone, in the language of their Slack', async () => {
    await insertFailed(db, 748, { startsInMs: 2 * HOUR });
    const english = await type('/sync-status', '', 'U0EMIL');
    assert.match(english, /^🔴 State of the sync: red\n/);
    assert.match(english, /Failed: 1\nCritical \(start within 24 hours\): 1/);
    assert.match(english, /• #748 · Mon 24\/11, 19:00 · the time is taken/);
    assert.match(await type('/sync-status', '', 'U0ANNA'), /Stand der Synchronisierung: rot/);
    assert.equal(slack.messages(CHANNEL).length, 0);
  });

  it('answers in the language of the channel who speaks neither, and when Slack does not say', async () => {
    assert.match(await type('/sync-status', 'help', 'U0FLEUR'), /So geht \/sync-status/);
    clock.advance(11 * MINUTE);
    slack.faults.add({ method: 'users.info', fault: { kind: 'error', error: 'missing_scope' } });
    assert.match(await type('/sync-status', 'help', 'U0EMIL'), /So geht \/sync-status/);
    clock.advance(11 * MINUTE);
    slack.faults.clear();
    assert.match(await type('/sync-status', 'help', 'U0EMIL'), /How to use/);
  });

  it('/sync-status 748 shows one appointment without personal data', async () => {
    await insertFailed(db, 748, { startsInMs: DAY + HOUR });
    const shown = await type('/sync-status', '#748');
    assert.match(shown, /^🟠 Appointment #748: the time is taken/);
    assert.match(shown, /Contact: M\. K\. · \+49 151 •••• 678/);
    assert.doesNotMatch(shown, /Kranz|2345678/);
  });

  it('/resync wakes what is asked for, and nudges the engine', async () => {
    await insertFailed(db, 748);
    const nudgesBefore = nudges;
    assert.match(await type('/resync', '748 999'), /Next in line: #748\.\nNot known: #999/);
    assert.ok(nudges > nudgesBefore);
    assert.equal((await db('history').where({ appointment_id: 748 }).first()).actor, 'U0EMIL');
    assert.match(await type('/resync', 'failed'), /Next in line: 1 appointment/);
    assert.match(await type('/resync', 'all'), /Next in line: 1 appointment/);
  });

  it('/resync stop and start are the kill switch', async () => {
    assert.match(await type('/resync', 'stop'), /The bot is held/);
    assert.equal((await db('installation').first()).mode, 'held');
    assert.match(await type('/resync', 'start'), /The bot is running/);
    assert.equal((await db('installation').first()).by_whom, 'U0EMIL');
  });

  it('answers what it does not understand with what it understands, and gives it no power', async () => {
    const answer = await type('/resync', `<!channel> *now* ${'x'.repeat(5_000)}`);
    assert.match(answer, /did not understand this: <!channel> \*now\* x+\n• \/resync 748 750/);
    for (const message of slack.ephemerals('U0EMIL')) assert.doesNotMatch(message.text, /<!/);
  });

  it('cuts long answers before Slack’s limits', async () => {
    for (let id = 1; id <= 60; id++) await insertFailed(db, id, { startsInMs: DAY + id * HOUR });
    assert.match(await type('/sync-status', ''), /… and 50 more: \/sync-status page 2/);
    const ids = Array.from({ length: 60 }, (_, index) => index + 1).join(',');
    assert.match(await type('/resync', ids), /#20, …/);
  });

  it('the button of the held message starts the bot, and the message then says who and when', async () => {
    await recordMode(db, { from: 'running', to: 'held', by: 'U0EMIL', now: clock.now() });
    const settings = {
      channel: CHANNEL,
      timeZone: 'Europe/Berlin',
      locale: 'de',
      routes: [],
      quietHours: null,
      alertLookupMs: MINUTE,
    } as const;
    const deliver = () =>
      deliverAlerts({ db, clock, log: recorded.log, poster: bot.poster, holder: 'one', settings });
    await deliver();
    const shown = () => slack.messages(CHANNEL).at(-1) ?? { ts: '', blocks: [] };
    assert.match(readMessage(shown()), /Der Bot ist angehalten[\s\S]*Angehalten von: @U0EMIL[\s\S]*Starten$/);
    const click = { user: 'U0ANNA', channel: CHANNEL, ts: shown().ts, actionId: 'start_sync' };
    assert.match(await answerOf(slack.click(click)), /Der Bot läuft/);
    await deliver();
    assert.match(
      readMessage(shown()),
      /^✅ Der Bot läuft wieder\. Gestartet von: @U0ANNA · Seit: Montag, 24\./,
    );
    assert.match(await answerOf(slack.click(click)), /läuft schon/, 'a second click is too late');
  });

  it('tells the person when something broke, and logs it once', async () => {
    await db.schema.renameTable('breaker', 'breaker_away');
    try {
      assert.match(await type('/sync-status', ''), /did not work/);
    } finally {
      await db.schema.renameTable('breaker_away', 'breaker');
    }
    await recorded.linesAt(50);
    assert.equal(recorded.lines.filter(({ level }) => level === 50).length, 1);
  });

  it('survives a delivery that comes twice', async () => {
    await insertFailed(db, 748);
    slack.duplicateNextDelivery();
    const interaction = await slack.command({
      user: 'U0EMIL',
      channel: CHANNEL,
      command: '/resync',
      text: '748',
    });
    await slack.waitFor(() => interaction.responses.length === 2);
    for (const response of interaction.responses) assert.match(readMessage(response), /Next in line: #748/);
  });

  it('posts through the same start: the poster works beside the commands', async () => {
    await db.transaction((tx) =>
      raiseAlert(tx, { subject: 'incident:calcom', appointmentId: null, now: clock.now() }),
    );
    await db('breaker').update({ state: 'open', kind: 'unauthorized', opened_at: null });
    const settings = {
      channel: CHANNEL,
      timeZone: 'Europe/Berlin',
      locale: 'en',
      routes: [],
      quietHours: null,
      alertLookupMs: MINUTE,
    } as const;
    await deliverAlerts({ db, clock, log: recorded.log, poster: bot.poster, holder: 'one', settings });
    assert.match(
      readMessage(slack.messages(CHANNEL).at(-1) ?? { blocks: [] }),
      /Cal\.com refuses our access key[\s\S]*CALCOM_API_KEY/,
    );
    await db('breaker').update({ state: 'closed' });
  });
});
