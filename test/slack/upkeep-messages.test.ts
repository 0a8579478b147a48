import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import type { Interaction, SlackLookAlike } from '../../sandbox/slack/start-slack.ts';
import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { recordMode } from '../../src/appointments/installation.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE } from '../../src/instant.ts';
import { type Slack, startSlack } from '../../src/slack/start-slack.ts';
import { startUpkeep, type Upkeep } from '../../src/upkeep/start-upkeep.ts';
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

describe('what the upkeep says in Slack', () => {
  const clock = createSandboxClock(NOW);
  const recorded = createRecordedLog();
  let opened: AlertDatabase;
  let db: Db;
  let slack: SlackLookAlike;
  let bot: Slack;
  let upkeep: Upkeep;

  before(async () => {
    opened = await openAlertDatabase(sqlite);
    db = opened.db;
    slack = await startWorkspace(clock);
    const config = slackSettings(slack.url);
    const deps = { db, clock, log: recorded.log };
    bot = await startSlack({ ...deps, config, calls: noCalls, replica: 'salon:1', nudge: () => {} });
    upkeep = startUpkeep({
      ...deps,
      calls: noCalls,
      config: {
        cleanupCron: '15 3 * * *',
        summaryCron: '0 8 * * *',
        cleanupGraceMs: HOUR,
        retentionDays: 180,
        timeZone: 'Europe/Berlin',
        locale: 'de',
        remindBeforeMs: [],
        escalationGroup: null,
        quietHours: null,
      },
      keepPicture: bot.keepPicture,
      onChanged: () => {},
      onFound: () => {},
    });
    await recorded.linesAt(30);
    assert.equal(recorded.lines.at(-1)?.msg, 'socket.opened');
  });
  after(async () => {
    await upkeep.stop();
    await bot.stop();
    await slack.stop();
    await opened.close();
  });

  async function deliver(): Promise<void> {
    const settings = {
      channel: CHANNEL,
      timeZone: 'Europe/Berlin',
      locale: 'de',
      routes: [],
      quietHours: null,
      alertLookupMs: MINUTE,
    } as const;
    await deliverAlerts({ db, clock, log: recorded.log, poster: bot.poster, holder: 'one', settings });
    assert.deepEqual(slack.refusals, []);
  }
  async function tickAt(at: string): Promise<void> {
    clock.moveTo(new Date(at));
    await upkeep.tick();
    await deliver();
  }
  const shown = () => slack.messages(CHANNEL).map((message) => ({ ...message, reads: readMessage(message) }));
  const messageLike = (pattern: RegExp) => {
    const found = shown().filter(({ reads }) => pattern.test(reads));
    assert.equal(
      found.length,
      1,
      shown()
        .map(({ reads }) => reads)
        .join('\n---\n'),
    );
    return found[0] as (typeof found)[number];
  };
  async function answerOf(asked: Promise<Interaction>): Promise<string> {
    const interaction = await asked;
    assert.ok(interaction.acknowledged, interaction.personSaw ?? 'not acknowledged');
    await slack.waitFor(() => interaction.responses.length > 0);
    return readMessage(interaction.responses[0] ?? { blocks: [] });
  }
  const click = (ts: string, user = 'U0ANNA') =>
    answerOf(slack.click({ user, channel: CHANNEL, ts, actionId: 'undo' }));
  const digestOf = (first: number) => new RegExp(`Aufgeräumt: .*\\n.*#${first}, `);

  it('posts what the cleanup closed, with a button that opens it again, once', async () => {
    await insertFailed(db, 748, { startsInMs: HOUR });
    await insertFailed(db, 749, { startsInMs: 3 * HOUR });
    await tickAt('2025-11-25T02:15:10Z');
    const digest = messageLike(digestOf(748));
    assert.match(
      digest.reads,
      /^🔵 Aufgeräumt: 2 Termine geschlossen\nVorbei und nie gebucht, .*: #748, #749\. .*\nRückgängig .* bis Mittwoch, 26\. November 2025 um 03:15\.\nRückgängig$/,
    );
    assert.match(await click(digest.ts), /^Rückgängig gemacht: 2 von 2 Terminen wieder wie vorher/);
    await deliver();
    assert.match(
      messageLike(/Rückgängig gemacht/).reads,
      /^✅ Rückgängig gemacht: 2 von 2 Terminen wieder wie vorher\. Von: @U0ANNA · Am: Dienstag, 25\./,
    );
    assert.match(await click(digest.ts, 'U0EMIL'), /^Somebody has undone this already: Tuesday/);
    assert.deepEqual(await db('appointments').pluck('status'), ['booked', 'booked']);
  });

  it('posts the daily summary once, and answers for it in the reader’s language', async () => {
    await tickAt('2025-11-25T07:00:10Z');
    await tickAt('2025-11-25T07:01:10Z');
    const summary = messageLike(/Tagesbericht/);
    assert.match(summary.reads, /^🟠 Tagesbericht, Dienstag, 25\. November 2025: gelb\n/);
    assert.match(summary.reads, /• #748 · Mo\., 24\.11\., 18:00 · /);
    assert.match(summary.reads, /\n\[Termine der letzten 14 Tage\. .* 2 offen\.\]\n/);
    assert.equal(summary.edits, 1, 'for its picture');
    const type = (text: string, user: string) =>
      answerOf(slack.command({ user, channel: CHANNEL, command: '/sync-summary', text }));
    assert.match(await type('today', 'U0EMIL'), /^🟠 Daily summary, Tuesday,? 25 November 2025: amber/);
    assert.match(
      await type('gestern', 'U0ANNA'),
      /^🔵 Für Montag, 24\. November 2025 gibt es keinen Tagesbericht/,
    );
    assert.match(await type('', 'U0ANNA'), /^🟠 Stand von jetzt: gelb/);
    for (const { reads } of shown()) assert.doesNotMatch(reads, /Kranz|2345678/);
  });

  it('takes the button away after a day', async () => {
    await insertFailed(db, 760, { startsInMs: 2 * HOUR });
    await insertFailed(db, 761, { startsInMs: 4 * HOUR });
    await tickAt('2025-11-26T02:15:10Z');
    assert.match(messageLike(digestOf(760)).reads, /\nRückgängig$/);
    clock.moveTo(addMs(new Date('2025-11-26T02:15:10Z'), DAY + MINUTE));
    await deliver();
    assert.doesNotMatch(messageLike(digestOf(760)).reads, /Rückgängig/);
  });

  it('keeps still while the bot is held, and says it afterwards', async () => {
    await insertFailed(db, 770, { startsInMs: 5 * HOUR });
    await insertFailed(db, 771, { startsInMs: 6 * HOUR });
    clock.moveTo(new Date('2025-11-28T02:15:10Z'));
    await upkeep.tick();
    await recordMode(db, { from: 'running', to: 'held', by: 'U0EMIL', now: clock.now() });
    await deliver();
    assert.ok(!shown().some(({ reads }) => digestOf(770).test(reads)));
    await recordMode(db, { from: 'held', to: 'running', by: 'U0EMIL', now: clock.now() });
    await deliver();
    messageLike(digestOf(770));
  });
});
