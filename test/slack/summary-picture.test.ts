import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SlackLookAlike } from '../../sandbox/slack/start-slack.ts';
import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { summaryContent } from '../../src/alerts/summary-content.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { beginRun } from '../../src/appointments/cron-runs.ts';
import { deedActions } from '../../src/appointments/deeds.ts';
import { readSummary } from '../../src/appointments/summaries.ts';
import { HOUR, MINUTE, SECOND } from '../../src/instant.ts';
import { contentMessage } from '../../src/slack/content-message.ts';
import { createKeepPicture } from '../../src/slack/keep-picture.ts';
import { createPoster } from '../../src/slack/poster.ts';
import { createSlackHealth } from '../../src/slack/slack-health.ts';
import { failureKinds } from '../../src/sync/failure-kinds.ts';
import { runSummary } from '../../src/upkeep/summary.ts';
import {
  type AlertDatabase,
  CHANNEL,
  createTestClock,
  insertFailed,
  NOW,
  openAlertDatabase,
  type TestClock,
} from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';
import { readMessage } from './read-message.ts';
import { createRecordedLog, createTestClient, type RecordedLog, startWorkspace } from './slack-fixtures.ts';
import { summaryOf } from './summary-examples.ts';

const [sqlite] = databases();
assert.ok(sqlite);
const zone = { timeZone: 'Europe/Berlin', locale: 'de' } as const;
const UPLOAD = ['files.getUploadURLExternal', 'upload_url', 'files.completeUploadExternal'];

describe('the picture of the daily summary in Slack', () => {
  let opened: AlertDatabase;
  let clock: TestClock;
  let slack: SlackLookAlike;
  let recorded: RecordedLog;
  let deliver: () => ReturnType<typeof deliverAlerts>;

  beforeEach(async () => {
    opened = await openAlertDatabase(sqlite);
    clock = createTestClock();
    recorded = createRecordedLog();
    await start();
    await insertFailed(opened.db, 748);
  });
  afterEach(async () => {
    await slack.stop();
    await opened.close();
  });

  async function start(options: { scopes?: string[] } = {}) {
    await slack?.stop();
    slack = await startWorkspace(clock, options);
    const { db } = opened;
    const { log } = recorded;
    const client = createTestClient(slack.url);
    const health = createSlackHealth({ client, clock, channel: CHANNEL });
    const poster = createPoster({ client, clock, log, health });
    const settings = { channel: CHANNEL, ...zone, routes: [], quietHours: null, alertLookupMs: MINUTE };
    deliver = () => deliverAlerts({ db, clock, log, poster, holder: 'one', settings });
  }

  /** Takes the summary; `meanwhile` happens when it can be shown and its picture is not kept yet. */
  async function take(meanwhile: () => Promise<unknown> = async () => {}): Promise<void> {
    const run = await beginRun(opened.db, { task: 'summary', fireAt: clock.now(), now: clock.now() });
    assert.ok(run);
    const { log } = recorded;
    const keep = createKeepPicture({ client: createTestClient(slack.url), log, timeoutMs: 300 });
    const deps = { ...zone, db: opened.db, clock, log, onRecorded: () => {} };
    await runSummary(
      {
        ...deps,
        async keepPicture(picture) {
          await meanwhile();
          return keep(picture);
        },
      },
      run,
    );
  }
  const shown = () => slack.messages(CHANNEL).map(({ blocks }) => readMessage({ blocks }));
  const uploads = () => slack.calls.map(({ method }) => method).filter((method) => UPLOAD.includes(method));
  const warnings = () => recorded.lines.filter(({ level }) => Number(level) >= 40);
  const alt = /\[Termine der letzten 14 Tage\. .*Mo\., 24\.11\.: 0 gebucht, 0 nach Fehler, 1 offen\.\]/;

  it('is uploaded by Slack’s three steps and stands in the message with its numbers in words', async () => {
    await take();
    clock.advance(2 * SECOND);
    await deliver();
    assert.deepEqual(uploads(), UPLOAD);
    assert.equal(shown().length, 1);
    assert.match(shown()[0] ?? '', alt);
    const [file] = slack.files();
    assert.equal(
      Buffer.from(file?.bytes ?? [])
        .subarray(1, 4)
        .toString('latin1'),
      'PNG',
    );
    assert.deepEqual([slack.refusals, warnings()], [[], []]);
  });

  it('does not keep the summary waiting: the message is there first, and gets its picture', async () => {
    await take(deliver);
    assert.match(shown()[0] ?? '', /Tagesbericht/);
    assert.doesNotMatch(shown()[0] ?? '', alt);
    clock.advance(2 * SECOND);
    await deliver();
    assert.match(shown()[0] ?? '', alt);
    assert.equal(slack.messages(CHANNEL).length, 1);
  });

  it('is shown a little later when Slack still looks through it', async () => {
    await take();
    const { nextAt } = await deliver();
    assert.match(shown()[0] ?? '', /Tagesbericht/);
    assert.doesNotMatch(shown()[0] ?? '', alt);
    assert.ok(nextAt && nextAt.getTime() - clock.now().getTime() <= 15 * SECOND);
    clock.advance(15 * SECOND);
    await deliver();
    assert.match(shown()[0] ?? '', alt);
    assert.equal(slack.messages(CHANNEL).length, 1);
    assert.deepEqual(uploads(), UPLOAD);
    assert.deepEqual(
      warnings().map(({ level, msg }) => [level, msg]),
      [[40, 'picture.refused']],
    );
  });

  it('is given up after a while when Slack never shows it, and not uploaded again', async () => {
    await take();
    await opened.db('daily_summaries').update({ picture: '{"fileId":"F0DELETED1","altText":"gone"}' });
    let last = await deliver();
    for (let times = 0; last.nextAt !== null && times < 100; times++) {
      clock.advance(15 * SECOND);
      last = await deliver();
    }
    assert.equal(last.nextAt, null);
    assert.ok(clock.now().getTime() - NOW.getTime() < HOUR);
    assert.match(shown()[0] ?? '', /Tagesbericht/);
    assert.deepEqual(uploads(), UPLOAD);
  });

  const faults: [name: string, prepare: () => unknown, why: RegExp][] = [
    [
      'the scope is missing',
      () => start({ scopes: ['chat:write', 'channels:history'] }),
      /missing_scope: give the app/,
    ],
    [
      'there were too many calls',
      () =>
        slack.faults.add({
          method: UPLOAD[0] as string,
          fault: { kind: 'rate_limited', retryAfterSeconds: 30 },
        }),
      /too many calls, for 30 seconds/,
    ],
    [
      'Slack takes no bytes',
      () => slack.faults.add({ method: 'upload_url', fault: { kind: 'http', status: 503 } }),
      /with 503/,
    ],
    [
      'the upload hangs',
      () => slack.faults.add({ method: 'upload_url', fault: { kind: 'hang' } }),
      /timeout/,
    ],
    [
      'the last step is refused',
      () =>
        slack.faults.add({ method: UPLOAD[2] as string, fault: { kind: 'error', error: 'file_not_found' } }),
      /^file_not_found$/,
    ],
    [
      'the connection breaks',
      () => slack.faults.add({ method: UPLOAD[2] as string, fault: { kind: 'reset' } }),
      /./,
    ],
  ];
  for (const [name, prepare, why] of faults)
    it(`is left out when ${name}, and the log says so once`, async () => {
      await prepare();
      await take();
      clock.advance(2 * SECOND);
      await deliver();
      await deliver();
      assert.match(shown()[0] ?? '', /Tagesbericht/);
      assert.doesNotMatch(shown()[0] ?? '', alt);
      assert.equal((await readSummary(opened.db, '2025-11-24'))?.picture, null);
      const [warning, ...others] = warnings();
      assert.match(String(warning?.reason), why);
      assert.doesNotMatch(JSON.stringify(warning), /upload\/v1|xoxb/);
      assert.deepEqual(others, []);
    });

  it('is left out when Slack cannot be reached; the summary comes when it can', async () => {
    await slack.pause();
    await take();
    await deliver();
    await slack.resume();
    clock.advance(MINUTE);
    await deliver();
    assert.match(shown()[0] ?? '', /Tagesbericht/);
    assert.doesNotMatch(shown()[0] ?? '', alt);
  });

  it('leaves room for Slack’s limits, whatever happened on a day', async () => {
    for (const locale of ['de', 'en'] as const) {
      const voice = createVoice({ locale, timeZone: 'Europe/Berlin' });
      const many = 1_234_567;
      const full = summaryOf(
        '2025-11-24',
        {
          ...{ failed: many, critical: many, manualReview: many, ancient: many, pending: many },
          ...{ successRate24h: 33.33, health: 'red' as const },
        },
        {
          outcomes: {
            ...{ booked: many, repaired: many, adopted: many, moved: many, reassigned: many },
            ...{ contactFixed: many, cancelled: many, closedByPlan: many, cleaned: many },
          },
          failures: Object.fromEntries(failureKinds.map((kind) => [kind, many])),
          clusters: Array.from({ length: 10 }, (_, index) => ({
            ...{ task: 'unmapped_service' as const, name: 'Ö'.repeat(255), count: many },
            appointmentIds: [index, many, many],
          })),
          deeds: Array.from({ length: 50 }, (_, index) => ({
            actor: `U0PERSON${index}`,
            counts: Object.fromEntries(deedActions.map((action) => [action, many])),
          })),
          open: Array.from({ length: 10 }, (_, index) => ({
            ...{ appointmentId: many + index, startsAt: NOW, failureKind: 'host_conflict' },
            ...{ failureCause: null, failureEvidence: null, blockedBy: null },
          })),
          picture: { fileId: 'F0PICTURE1', altText: 'x'.repeat(5_000) },
        },
      );
      const told = summaryContent(full, { previous: full, weekBefore: null }, voice);
      const { text, blocks } = contentMessage({ ...told, picture: full.picture });
      assert.ok(blocks.length <= 50);
      assert.ok(readMessage({ blocks }).length - 2_000 < 10_000, String(readMessage({ blocks }).length));
      assert.ok(text.length <= 4_000);
    }
  });
});
