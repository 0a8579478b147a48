import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Delivery, deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { quietPeriodAt } from '../../src/alerts/quiet-hours.ts';
import { raiseAlert, resolveAlert, subjectOf } from '../../src/appointments/alerts.ts';
import { addMs, HOUR, MINUTE } from '../../src/instant.ts';
import { remind } from '../../src/upkeep/remind.ts';
import { databases } from '../support/databases.ts';
import {
  type AlertDatabase,
  CHANNEL,
  createTestClock,
  insertFailed,
  NOW,
  openAlertDatabase,
  watchedLog,
} from './alert-fixtures.ts';
import { createMemoryPoster } from './memory-poster.ts';

const NIGHT = { from: 20 * 60, to: 7 * 60 };
const timeZone = 'Europe/Berlin';

describe('quiet hours', () => {
  const period = (text: string, quiet = NIGHT) => {
    const found = quietPeriodAt(quiet, { now: new Date(text), timeZone });
    return found && [found.from.toISOString(), found.until.toISOString()];
  };

  it('are those that are, or else those that were last', () => {
    const night = ['2025-11-24T19:00:00.000Z', '2025-11-25T06:00:00.000Z'];
    for (const at of [
      '2025-11-24T19:00:00Z',
      '2025-11-25T05:59:59.999Z',
      '2025-11-25T06:00:00Z',
      '2025-11-25T18:59:59Z',
    ])
      assert.deepEqual(period(at), night, at);
    assert.deepEqual(period('2025-11-25T12:30:00Z', { from: 12 * 60, to: 14 * 60 }), [
      '2025-11-25T11:00:00.000Z',
      '2025-11-25T13:00:00.000Z',
    ]);
    assert.equal(quietPeriodAt(null, { now: NOW, timeZone }), null);
  });

  it('are an hour longer or shorter when the clocks change, and no time of theirs is lost', () => {
    assert.deepEqual(period('2025-10-26T04:00:00Z'), [
      '2025-10-25T18:00:00.000Z',
      '2025-10-26T06:00:00.000Z',
    ]);
    assert.deepEqual(period('2026-03-29T04:00:00Z'), [
      '2026-03-28T19:00:00.000Z',
      '2026-03-29T05:00:00.000Z',
    ]);
    // Half past two does not exist on that day.
    const skipped = { from: 150, to: 240 };
    assert.deepEqual(period('2026-03-29T01:10:00Z', skipped)?.[0], '2026-03-28T01:30:00.000Z');
    assert.deepEqual(period('2026-03-29T01:40:00Z', skipped)?.[0], '2026-03-29T01:30:00.000Z');
  });
});

for (const engine of databases()) {
  describe(`alerts in quiet hours on ${engine.name}`, { skip: engine.skip }, () => {
    let opened: AlertDatabase;
    let clock: ReturnType<typeof createTestClock>;
    let channel: ReturnType<typeof createMemoryPoster>;

    beforeEach(async () => {
      opened = await openAlertDatabase(engine);
      clock = createTestClock(new Date('2025-11-24T20:00:00Z'));
      channel = createMemoryPoster();
    });
    afterEach(() => opened.close());

    const deliver = (holder = 'one', change: Partial<Delivery['settings']> = {}) =>
      deliverAlerts({
        ...{ db: opened.db, clock, log: watchedLog, poster: channel.poster, holder },
        settings: {
          ...{ channel: CHANNEL, routes: [], quietHours: NIGHT, timeZone, locale: 'en' },
          ...{ alertLookupMs: MINUTE, ...change },
        },
      });
    const headlines = () => channel.shown.map(({ contents }) => contents.at(-1)?.headline);
    const until = (text: string) => clock.advance(new Date(text).getTime() - clock.now().getTime());

    /** Its alert is raised now; `startsAt` in words of ISO. */
    async function fail(id: number, startsAt: string): Promise<void> {
      await insertFailed(opened.db, id, { startsInMs: new Date(startsAt).getTime() - NOW.getTime() });
      const alert = { subject: subjectOf(id), appointmentId: id, now: clock.now() };
      await opened.db.transaction((tx) => raiseAlert(tx, alert));
    }
    const settle = (id: number) =>
      opened.db.transaction((tx) =>
        resolveAlert(tx, subjectOf(id), { resolution: 'synced', now: clock.now() }),
      );

    it('are held back but for what cannot wait; one note tells in the morning, and then the open ones come', async () => {
      await fail(1, '2025-11-26T10:00:00Z');
      await fail(2, '2025-11-25T12:00:00Z');
      await fail(3, '2025-11-25T07:30:00Z');
      const { nextAt } = await deliver();
      assert.deepEqual(headlines().length, 1, 'only what starts within two hours after the quiet hours');
      assert.match(headlines()[0] ?? '', /#3/);
      assert.ok(nextAt === null || nextAt > clock.now(), 'nothing is looked at over and over');
      await settle(1);
      await fail(4, '2025-11-27T10:00:00Z');
      await settle(3);
      assert.equal((await deliver()).delivered, 1, 'what stands there is kept right');

      until('2025-11-25T06:00:00Z');
      await Promise.all([deliver('one'), deliver('two')]);
      await deliver('one');
      const told = headlines().slice(1);
      assert.equal(told.length, 3);
      assert.match(told[0] ?? '', /^During the quiet hours \(Mon 24\/11, 20:00 to Tue 25\/11, 07:00\)$/);
      assert.match(told[1] ?? '', /#2/);
      assert.match(told[2] ?? '', /#4/);
      const note = channel.shown[1]?.contents[0];
      assert.match(
        note?.paragraphs[0] ?? '',
        /^3 alerts about appointments: 2 still open, 1 settled meanwhile\./,
      );
      assert.deepEqual(note?.items, ['#1: It now stands in Cal.com.']);
      clock.advance(HOUR);
      await deliver('two');
      assert.equal(headlines().length, 4);
    });

    it('end with a note that says the same when it was sent by a bot that died, whatever came after it', async () => {
      await fail(1, '2025-11-26T10:00:00Z');
      await fail(2, '2025-11-26T11:00:00Z');
      await settle(1);
      until('2025-11-25T06:00:00Z');
      channel.posts.push('lands_unclear');
      channel.finds.push({ is: 'later', retryAt: addMs(clock.now(), MINUTE), because: 'busy' });
      await deliver('one');
      assert.equal(headlines().length, 2, 'the note and the alert that is open');
      clock.advance(MINUTE);
      await settle(2);
      await deliver('two');
      await deliver('two');
      assert.equal(headlines().length, 2, 'no second note');
      const [sent, anew] = channel.shown[0]?.contents ?? [];
      assert.match(sent?.paragraphs[0] ?? '', /^2 alerts about appointments: 1 still open, 1 settled/);
      assert.deepEqual(anew, sent);
    });

    it('do not keep back that Cal.com is away, since then no alert tells of the early appointments', async () => {
      const incident = { subject: 'incident:calcom', appointmentId: null, now: clock.now() } as const;
      await opened.db.transaction((tx) => raiseAlert(tx, incident));
      await deliver();
      assert.equal(headlines().length, 1);
      until('2025-11-25T06:00:00Z');
      await deliver();
      assert.equal(headlines().length, 1, 'and a note of the morning has nothing to add');
    });

    it('put reminders off until they are over, but for early starts; what has just been posted needs none', async () => {
      const settings = { remindBeforeMs: [4 * HOUR], escalationGroup: null, quietHours: NIGHT, timeZone };
      const raise = () => remind(opened.db, settings, clock.now());
      const lines = () => channel.shown.filter(({ threadTs }) => threadTs !== null).map(textOf);
      const textOf = ({ contents }: (typeof channel.shown)[number]) => contents.at(-1)?.headline;
      until('2025-11-24T17:00:00Z');
      await fail(1, '2025-11-25T09:00:00Z');
      await fail(2, '2025-11-25T07:00:00Z');
      await deliver();
      until('2025-11-24T22:00:00Z');
      await fail(3, '2025-11-25T09:30:00Z');
      until('2025-11-25T05:59:00Z');
      await raise();
      await deliver();
      assert.match(lines().join('|'), /^The appointment starts in 61 minutes[^|]*$/);
      until('2025-11-25T06:00:00Z');
      await deliver();
      await Promise.all([raise(), raise()]);
      await deliver();
      assert.equal(lines().length, 2);
      assert.match(lines()[1] ?? '', /^The appointment starts in 3 hours/);
      assert.equal(await raise(), false);
    });

    it('make no note when nothing was held back, and none of their own when they end while the bot is down', async () => {
      until('2025-11-25T06:00:00Z');
      await deliver();
      assert.deepEqual(headlines(), []);
      await fail(5, '2025-11-26T10:00:00Z');
      await deliver();
      assert.equal(headlines().length, 1, 'by day an alert comes at once');
      until('2025-11-25T20:00:00Z');
      await fail(6, '2025-11-28T10:00:00Z');
      until('2025-11-26T18:30:00Z');
      await deliver();
      assert.match(headlines()[1] ?? '', /#6/);
      assert.equal(headlines().length, 2, 'by the evening it is too late for a note of the morning');
    });

    it('go where their route leads, and to the usual channel when that is closed, which they say', async () => {
      until('2025-11-25T09:00:00Z');
      const routes = [
        { by: 'service', id: '99', channel: 'C0OTHER' },
        { by: 'branch', id: '1', channel: 'C0BRANCH' },
        { by: 'service', id: '1', channel: 'C0COLOUR' },
      ] as const;
      await fail(7, '2025-11-26T10:00:00Z');
      await deliver('one', { routes: [...routes] });
      assert.equal(channel.shown[0]?.channel, 'C0COLOUR', 'a branch that nobody knows fits nothing');

      await fail(8, '2025-11-26T11:00:00Z');
      channel.posts.push({ is: 'later', retryAt: addMs(clock.now(), HOUR), because: 'channel' });
      await deliver('one', { routes: [...routes] });
      assert.equal(channel.shown[1]?.channel, CHANNEL);
      assert.match(channel.shown[1]?.contents[0]?.notes[0] ?? '', /channel C0COLOUR \(ALERT_ROUTES\)/);
      assert.deepEqual(channel.shown[0]?.contents[0]?.notes, []);
    });
  });
}
