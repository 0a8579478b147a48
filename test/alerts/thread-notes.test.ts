import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { raiseAlert, resolveAlert, subjectOf } from '../../src/appointments/alerts.ts';
import { appendHistory, type HistoryEntry } from '../../src/appointments/history.ts';
import type { Db } from '../../src/database.ts';
import { MINUTE } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import {
  type AlertDatabase,
  BOOKED,
  CHANNEL,
  createTestClock,
  insertFailed,
  openAlertDatabase,
  watchedLog,
} from './alert-fixtures.ts';
import { createMemoryPoster } from './memory-poster.ts';

for (const engine of databases()) {
  describe(`the thread of an alert (${engine.name})`, { skip: engine.skip }, () => {
    let opened: AlertDatabase;
    let db: Db;
    let clock: ReturnType<typeof createTestClock>;
    let channel: ReturnType<typeof createMemoryPoster>;

    beforeEach(async () => {
      opened = await openAlertDatabase(engine);
      db = opened.db;
      clock = createTestClock();
      channel = createMemoryPoster();
      await insertFailed(db, 748);
      await happened({ actor: 'bot', action: 'failed', reason: 'host_conflict' }, 'raise');
      await deliver();
      clock.advance(MINUTE);
    });
    afterEach(() => opened.close());

    /** What the engine or a person records, and what it does to the alert, in one transaction. */
    const happened = (
      entry: Pick<HistoryEntry, 'actor' | 'action' | 'reason' | 'after'>,
      alert: 'raise' | 'resolve' | 'keep' = 'raise',
    ) =>
      db.transaction(async (tx) => {
        const now = clock.now();
        await appendHistory(tx, { ...entry, appointmentId: 748, at: now });
        const subject = subjectOf(748);
        if (alert === 'raise') await raiseAlert(tx, { subject, appointmentId: 748, now });
        if (alert === 'resolve') await resolveAlert(tx, subject, { resolution: 'synced', now });
      });
    const deliver = (holder = 'one') =>
      deliverAlerts({
        ...{ db, clock, log: watchedLog, poster: channel.poster, holder },
        settings: {
          channel: CHANNEL,
          timeZone: 'Europe/Berlin',
          locale: 'en',
          routes: [],
          quietHours: null,
          alertLookupMs: MINUTE,
        },
      });
    const thread = () =>
      channel.shown
        .filter(({ threadTs }) => threadTs !== null)
        .map(({ contents }) => {
          const { actor, headline } = contents.at(-1) ?? { actor: null, headline: '' };
          return actor === null ? headline : `${actor} ${headline}`;
        });

    it('is empty while nothing has happened but the failure that the alert itself tells', async () => {
      await happened({ actor: 'U0MALLORY', action: 'refused', reason: 'cancel' });
      await deliver();
      assert.deepEqual(thread(), []);
    });

    it('tells what people and the bot did, in order, each once, and goes on after the end', async () => {
      await happened({ actor: 'U0ANNA', action: 'asked_again' });
      await deliver();
      assert.deepEqual(thread(), ['U0ANNA has it tried again.']);
      clock.advance(MINUTE);
      await happened({ actor: 'bot', action: 'booked', after: BOOKED }, 'resolve');
      await deliver();
      assert.deepEqual(await deliver(), { delivered: 0, nextAt: null });
      assert.deepEqual(thread(), ['U0ANNA has it tried again.', 'Booked in Cal.com.']);
      const parents = new Set(channel.shown.map(({ threadTs }) => threadTs));
      assert.deepEqual([...parents], [null, channel.shown[0]?.ts]);
    });

    it('counts failures in a row in one line, which is changed and not repeated', async () => {
      for (let times = 2; times <= 4; times++) {
        await happened({ actor: 'bot', action: 'failed', reason: 'host_conflict' });
        await deliver();
        clock.advance(MINUTE);
      }
      assert.deepEqual(thread(), ['Tried without success: the time is not free (4 attempts).']);
      await happened({ actor: 'U0ANNA', action: 'asked_again' });
      await happened({ actor: 'bot', action: 'failed', reason: 'contact_invalid' });
      await deliver();
      assert.deepEqual(thread().slice(1), [
        'U0ANNA has it tried again.',
        'Tried without success: the contact details are wrong (1 attempt).',
      ]);
    });

    it('posts a line once when its answer was lost: it is looked for in the thread first', async () => {
      await happened({ actor: 'U0ANNA', action: 'asked_again' });
      channel.posts.push('lands_unclear');
      await deliver();
      await deliver();
      assert.deepEqual(thread(), ['U0ANNA has it tried again.']);
      assert.deepEqual(channel.calls.slice(-3), ['update 1.000000', 'reply 2', 'find 2']);
    });

    it('posts a line later whose answer was lost and which never arrived', async () => {
      await happened({ actor: 'U0ANNA', action: 'asked_again' });
      channel.posts.push({ is: 'unclear' });
      const { nextAt } = await deliver();
      assert.deepEqual(thread(), []);
      assert.ok(nextAt && nextAt > clock.now());
      clock.advance(MINUTE);
      await deliver();
      assert.deepEqual(thread(), ['U0ANNA has it tried again.']);
    });

    it('posts each line once when two replicas deliver at once', async () => {
      await happened({ actor: 'U0ANNA', action: 'asked_again' });
      await Promise.all([deliver('one'), deliver('two')]);
      clock.advance(MINUTE);
      await deliver('two');
      assert.deepEqual(thread(), ['U0ANNA has it tried again.']);
    });

    it('begins anew under a message that was deleted, and says so', async () => {
      await happened({ actor: 'U0ANNA', action: 'asked_again' });
      await deliver();
      channel.shown.length = 0;
      clock.advance(MINUTE);
      await happened({ actor: 'U0ANNA', action: 'asked_again' });
      await deliver();
      assert.deepEqual(
        channel.shown.map(({ threadTs }) => threadTs),
        [null, '1.000000', '1.000000'],
      );
      assert.match(thread().join('\n'), /has it tried again\.\nThe former message was deleted/);
    });

    it('does not leave a line behind when the message goes just before it is posted', async () => {
      await happened({ actor: 'U0ANNA', action: 'asked_again' });
      channel.updates.push({ is: 'shown' });
      channel.shown.length = 0;
      await deliver();
      assert.deepEqual(channel.shown, [], 'the update seemed to work, the line found no message');
      await deliver();
      assert.match(thread().join('\n'), /U0ANNA has it tried again\.\nThe former message/);
    });

    it('needs no line under the message of an ended case that was deleted', async () => {
      channel.shown.length = 0;
      await happened({ actor: 'bot', action: 'booked', after: BOOKED }, 'resolve');
      await deliver();
      assert.deepEqual(await deliver(), { delivered: 0, nextAt: null });
      assert.deepEqual(channel.shown, []);
    });
  });
}
