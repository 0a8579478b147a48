import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import type { QuietHours } from '../../src/alerts/quiet-hours.ts';
import { raiseAlert, subjectOf } from '../../src/appointments/alerts.ts';
import { appendHistory } from '../../src/appointments/history.ts';
import { readLeaseWork } from '../../src/appointments/leases.ts';
import { addMs, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { silentLog } from '../../src/log.ts';
import { collectMeasures } from '../support/collect-measures.ts';
import { databases } from '../support/databases.ts';
import {
  type AlertDatabase,
  CHANNEL,
  createTestClock,
  insertFailed,
  NOW,
  openAlertDatabase,
  type TestClock,
} from './alert-fixtures.ts';
import { createMemoryPoster } from './memory-poster.ts';

for (const engine of databases()) {
  describe(`what delivery tells on ${engine.name}`, { skip: engine.skip }, () => {
    let there: AlertDatabase;
    let clock: TestClock;
    let channel: ReturnType<typeof createMemoryPoster>;
    let seen: ReturnType<typeof collectMeasures>;
    beforeEach(async () => {
      there = await openAlertDatabase(engine);
      clock = createTestClock();
      channel = createMemoryPoster();
      seen = collectMeasures();
      await insertFailed(there.db, 1);
    });
    afterEach(() => there.close());

    const raise = () =>
      there.db.transaction((tx) =>
        raiseAlert(tx, { subject: subjectOf(1), appointmentId: 1, now: clock.now() }),
      );
    async function deliver(quietHours: QuietHours | null = null) {
      const places = { channel: CHANNEL, routes: [], alertLookupMs: MINUTE };
      const settings = { ...places, quietHours, timeZone: 'Europe/Berlin', locale: 'de' as const };
      const deps = { db: there.db, clock, log: silentLog, poster: channel.poster, holder: 'one' };
      await deliverAlerts({ ...deps, measures: seen.measures, settings });
      return seen.told.alert.splice(0).map(({ as, delayMs }) => [as, delayMs]);
    }

    it('is how long it took to show an alert, a change of it, and a line in its thread', async () => {
      await raise();
      clock.advance(3 * SECOND);
      assert.deepEqual(await deliver(), [['post', 3 * SECOND]]);
      assert.deepEqual((await readLeaseWork(there.db, 'delivery'))?.at, clock.now());
      clock.advance(HOUR);
      const at = clock.now();
      const done = { appointmentId: 1, at, actor: 'U0ANNA', action: 'asked_again' } as const;
      await there.db.transaction((tx) => appendHistory(tx, done));
      await raise();
      clock.advance(2 * SECOND);
      assert.deepEqual(await deliver(), [
        ['update', 2 * SECOND],
        ['line', 0],
      ]);
    });

    it('counts the time that Slack did not serve the bot', async () => {
      await raise();
      channel.posts.push({ is: 'later', retryAt: addMs(NOW, MINUTE), because: 'busy' });
      assert.deepEqual(await deliver(), []);
      assert.equal(await readLeaseWork(there.db, 'delivery'), null);
      clock.advance(MINUTE);
      assert.deepEqual(await deliver(), [['post', MINUTE]]);
    });

    it('does not count the time until the morning or until Start', async () => {
      // It is 17:00 in Berlin; 06:00 is 13 hours later.
      const night = { from: 16 * 60, to: 6 * 60 };
      await raise();
      assert.deepEqual(await deliver(night), []);
      clock.advance(13 * HOUR + 4 * SECOND);
      const shown = await deliver(night);
      assert.deepEqual(shown.at(-1), ['post', 4 * SECOND]);
      await there.db('alerts').update({ ts: null, channel: null, raised_at: toSqlInstant(NOW) });
      clock.advance(HOUR);
      await there.db('installation').update({ since: toSqlInstant(addMs(clock.now(), -5 * SECOND)) });
      await raise();
      assert.deepEqual((await deliver(night)).at(-1), ['post', 5 * SECOND]);
    });
  });
}
