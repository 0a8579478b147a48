import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Delivery, deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import { ensureAlert, raiseAlert, resolveAlert, subjectOf } from '../../src/appointments/alerts.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, fromSqlInstant, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
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

for (const engine of databases()) {
  describe(`delivering alerts on ${engine.name}`, { skip: engine.skip }, () => {
    let opened: AlertDatabase;
    let db: Db;
    let clock: ReturnType<typeof createTestClock>;
    let channel: ReturnType<typeof createMemoryPoster>;

    beforeEach(async () => {
      opened = await openAlertDatabase(engine);
      db = opened.db;
      clock = createTestClock();
      channel = createMemoryPoster();
    });
    afterEach(() => opened.close());

    const deliver = (change: Partial<Delivery> = {}) =>
      deliverAlerts({
        db,
        clock,
        log: watchedLog,
        poster: channel.poster,
        holder: 'one',
        settings: {
          channel: CHANNEL,
          timeZone: 'Europe/Berlin',
          locale: 'de',
          routes: [],
          quietHours: null,
          alertLookupMs: MINUTE,
        },
        ...change,
      });
    const raise = (id: number) =>
      db.transaction((tx) => raiseAlert(tx, { subject: subjectOf(id), appointmentId: id, now: clock.now() }));
    const resolve = (id: number, resolution = 'synced') =>
      db.transaction((tx) => resolveAlert(tx, subjectOf(id), { resolution, now: clock.now() }));
    const row = (id: number) => db('alerts').where({ appointment_id: id }).orderBy('id', 'desc').first();
    const headlines = () => channel.shown.map(({ contents }) => contents.at(-1)?.headline);

    async function fail(id: number, startsInMs = 2 * DAY + id * MINUTE): Promise<void> {
      await insertFailed(db, id, { startsInMs });
      await raise(id);
    }

    it('sends nothing while it does not know what time it is', async () => {
      await fail(748);
      const unsure = Object.assign(Object.create(clock), { isSure: () => false });
      assert.equal((await deliver({ clock: unsure })).delivered, 0);
      assert.equal((await row(748)).post_intent_at, null);
      assert.deepEqual(channel.shown, []);
      assert.equal((await deliver()).delivered, 1);
    });

    it('posts an alert once, and changes its message when the alert changes', async () => {
      await fail(748);
      assert.equal((await deliver()).delivered, 1);
      assert.equal((await deliver()).delivered, 0);
      await db('appointment_syncs').update({ failure_cause: 'not_available' });
      await raise(748);
      assert.equal((await deliver()).delivered, 1);
      await resolve(748);
      assert.equal((await deliver()).delivered, 1);
      assert.deepEqual(
        channel.shown.map(({ contents }) => contents.map(({ tone }) => tone)),
        [['warning', 'warning', 'done']],
      );
      const { deliver_at, revision, shown_revision } = await row(748);
      assert.deepEqual([deliver_at, shown_revision], [null, revision]);
    });

    it('comes again when the appointment turns critical, and when it begins, although nothing happens', async () => {
      await fail(748);
      const { nextAt } = await deliver();
      const startsAt = addMs(NOW, 2 * DAY + 748 * MINUTE);
      assert.deepEqual(nextAt, addMs(startsAt, -DAY));
      clock.advance(nextAt.getTime() - clock.now().getTime());
      assert.deepEqual(await deliver(), { delivered: 1, nextAt: startsAt });
      assert.equal(channel.shown[0]?.contents.at(-1)?.tone, 'critical');
      clock.advance(DAY);
      assert.deepEqual(await deliver(), { delivered: 1, nextAt: null });
      assert.equal(channel.shown[0]?.contents.at(-1)?.tone, 'warning', 'what has begun is urgent no more');
    });

    it('shows what concerns the whole bot first, then the nearest start', async () => {
      await fail(1, 3 * DAY);
      await fail(2, 2 * HOUR);
      await fail(3, 1 * DAY);
      await db.transaction((tx) =>
        raiseAlert(tx, { subject: 'incident:calcom', appointmentId: null, now: clock.now() }),
      );
      await deliver();
      assert.deepEqual(
        headlines().map((headline) => headline?.replace(/:.*/, '')),
        ['Cal.com antwortet nicht', 'Termin #2', 'Termin #3', 'Termin #1'],
      );
    });

    it('keeps alerts of appointments back while the bot is held', async () => {
      await db('installation').update({ mode: 'held', by_whom: 'bot', since: toSqlInstant(NOW) });
      await fail(748, 2 * HOUR);
      await db.transaction((tx) => raiseAlert(tx, { subject: 'held', appointmentId: null, now: NOW }));
      assert.deepEqual(await deliver(), { delivered: 1, nextAt: null });
      assert.deepEqual(
        channel.shown[0]?.contents[0]?.buttons.map(({ action }) => action),
        ['open_plan', 'start_sync'],
      );
      await db('installation').update({ mode: 'running', by_whom: 'U0ANNA' });
      await db.transaction((tx) => resolveAlert(tx, 'held', { resolution: 'started', now: NOW }));
      await deliver();
      assert.deepEqual(headlines(), ['Der Bot läuft wieder.', 'Termin #748: die Zeit ist schon belegt']);
      assert.equal(channel.shown[0]?.contents.at(-1)?.facts[0]?.actor, 'U0ANNA');
    });

    it('delivers at most ten at once and comes back for the others', async () => {
      for (let id = 1; id <= 12; id++) await fail(id);
      const first = await deliver();
      assert.equal(first.delivered, 10);
      assert.ok(first.nextAt && first.nextAt <= clock.now());
      assert.equal((await deliver()).delivered, 2);
      assert.equal(channel.shown.length, 12);
    });

    it('finds a post whose answer was lost, and does not send it again', async () => {
      await fail(748);
      channel.posts.push('lands_unclear');
      assert.equal((await deliver()).delivered, 1);
      assert.equal(channel.shown.length, 1);
      assert.equal((await row(748)).ts, channel.shown[0]?.ts);
    });

    it('sends nothing when it was held up until another may do so', async () => {
      await fail(748);
      const holdUp = (_: unknown, { sql }: { sql: string }) => {
        if (/^update .alerts. set .post_intent_at/.test(sql)) clock.advance(40 * SECOND);
      };
      db.on('query-response', holdUp);
      assert.equal((await deliver()).delivered, 0);
      db.off('query-response', holdUp);
      assert.deepEqual(channel.calls, []);
      clock.advance(30 * SECOND);
      assert.equal((await deliver({ holder: 'two' })).delivered, 1);
      assert.equal(channel.shown.length, 1);
    });

    it('shows what is, also when a change arrives after one that came later', async () => {
      await fail(748);
      await deliver();
      await raise(748);
      const { poster } = channel;
      const slow: Delivery['poster'] = {
        ...poster,
        async update(place, content) {
          await resolve(748);
          clock.advance(MINUTE + SECOND);
          await deliver({ holder: 'two' });
          return poster.update(place, content);
        },
      };
      await deliver({ poster: slow });
      await deliver();
      assert.deepEqual(headlines(), ['Termin #748 ist erledigt:']);
    });

    it('looks again for a lost post before it sends it anew', async () => {
      await fail(748);
      channel.posts.push({ is: 'unclear' });
      const { nextAt } = await deliver();
      assert.deepEqual(nextAt, addMs(NOW, MINUTE));
      clock.advance(59 * SECOND);
      await raise(748);
      assert.equal((await deliver()).delivered, 0, 'a new revision does not shorten the wait');
      clock.advance(SECOND);
      assert.equal((await deliver()).delivered, 1);
      assert.deepEqual(
        channel.calls,
        [1, 1, 1, 1, 1].map((id, at) => `${at % 4 === 0 ? 'post' : 'find'} ${id}`),
      );
      assert.equal(channel.shown.length, 1);
    });

    it('finds what a process posted before it died, and brings it up to date', async () => {
      await fail(748);
      channel.whilePosting(async () => {
        channel.shown.push({ ts: '9.000000', channel: CHANNEL, threadTs: null, alertId: 1, contents: [] });
        throw new Error('the process dies');
      });
      await assert.rejects(deliver());
      channel.whilePosting(async () => {});
      await db('leases').update({ holder: null });
      await deliver({ holder: 'two' });
      await deliver({ holder: 'two' });
      assert.deepEqual(channel.calls, ['post 1', 'find 1', 'update 9.000000']);
      assert.equal(channel.shown.length, 1);
    });

    it('keeps a change that comes while the post is on its way', async () => {
      await fail(748);
      channel.whilePosting(() => resolve(748));
      assert.equal((await deliver()).delivered, 1);
      await deliver();
      assert.deepEqual(
        channel.shown[0]?.contents.map(({ tone }) => tone),
        ['warning', 'done'],
      );
    });

    it('sends nothing for a case that ended before its alert was shown', async () => {
      await fail(748);
      channel.posts.push({ is: 'unclear' });
      await deliver();
      await resolve(748);
      await deliver();
      clock.advance(MINUTE);
      assert.deepEqual(await deliver(), { delivered: 0, nextAt: null });
      assert.equal(channel.shown.length, 0);
    });

    it('comes back when Slack says, and loses nothing', async () => {
      await fail(748);
      channel.posts.push({ is: 'later', retryAt: addMs(NOW, 30 * SECOND), because: 'busy' });
      assert.deepEqual((await deliver()).nextAt, addMs(NOW, 30 * SECOND));
      clock.advance(30 * SECOND);
      assert.equal((await deliver()).delivered, 1);
      await raise(748);
      channel.updates.push({ is: 'later', retryAt: addMs(clock.now(), 5 * SECOND), because: 'busy' });
      assert.deepEqual((await deliver()).nextAt, addMs(clock.now(), 5 * SECOND));
      clock.advance(5 * SECOND);
      assert.equal((await deliver()).delivered, 1);
    });

    it('shows the others when Slack refuses one', async () => {
      for (const id of [1, 2, 3]) await fail(id, id * HOUR);
      channel.posts.push({ is: 'refused' });
      const { delivered, nextAt } = await deliver();
      assert.equal(delivered, 2);
      assert.ok(nextAt && nextAt > clock.now());
    });

    it('shows the others when one cannot be described', async () => {
      await fail(1, HOUR);
      await db.transaction((tx) =>
        raiseAlert(tx, { subject: 'incident:calcom', appointmentId: null, now: clock.now() }),
      );
      await db('breaker').delete();
      const { delivered, nextAt } = await deliver();
      assert.equal(delivered, 1);
      assert.ok(nextAt && nextAt > clock.now());
    });

    it('posts anew when somebody deleted the message, unless the case is over', async () => {
      await fail(748);
      await deliver();
      channel.shown.length = 0;
      await raise(748);
      assert.equal((await deliver()).delivered, 2);
      const [anew, note] = channel.shown;
      assert.deepEqual([anew?.threadTs, note?.threadTs], [null, anew?.ts]);
      assert.match(note?.contents[0]?.headline ?? '', /Die vorige Meldung/);
      channel.shown.length = 0;
      await resolve(748);
      assert.deepEqual(await deliver(), { delivered: 0, nextAt: null });
      assert.equal(channel.shown.length, 0);
    });

    it('moves to the present channel when the former one is closed', async () => {
      await fail(748);
      await deliver();
      await raise(748);
      channel.updates.push({ is: 'later', retryAt: addMs(NOW, MINUTE), because: 'channel' });
      const settings = {
        channel: 'C0NEW',
        timeZone: 'Europe/Berlin',
        locale: 'en',
        routes: [],
        quietHours: null,
        alertLookupMs: MINUTE,
      } as const;
      assert.equal((await deliver({ settings })).delivered, 2);
      assert.deepEqual(
        channel.shown.filter(({ threadTs }) => threadTs === null).map((message) => message.channel),
        [CHANNEL, 'C0NEW'],
      );
      assert.equal((await row(748)).channel, 'C0NEW');
    });

    it('says that an appointment without a record is gone', async () => {
      await insertFailed(db, 748);
      await raise(748);
      await db('appointment_syncs').delete();
      await db('appointments').delete();
      assert.equal((await deliver()).delivered, 1);
      assert.match(channel.shown[0]?.contents[0]?.paragraphs[0] ?? '', /nicht mehr/);
    });

    it('makes one message when two replicas, or two runs of one, deliver at once', async () => {
      for (const holders of [
        ['one', 'two'],
        ['one', 'one'],
      ]) {
        await fail(channel.shown.length + 1);
        channel.whilePosting(async () => {
          channel.whilePosting(async () => {});
          await deliver({ holder: holders[1] as string });
        });
        await deliver({ holder: holders[0] as string });
        clock.advance(2 * MINUTE);
        await deliver();
      }
      assert.equal(channel.shown.length, 2);
    });

    it('makes one message when two runs of one process begin at the same moment', async () => {
      await fail(748);
      await Promise.all([deliver(), deliver(), deliver()]);
      assert.equal(channel.calls.filter((call) => call.startsWith('post')).length, 1);
      assert.equal((await row(748)).ts, channel.shown[0]?.ts);
    });

    it('leaves the turn to the replica that has it, and takes over when that one is gone', async () => {
      await fail(748);
      const expires = toSqlInstant(addMs(NOW, MINUTE));
      await db('leases').where({ name: 'delivery' }).update({ holder: 'dead', expires_at: expires });
      const { delivered, nextAt } = await deliver();
      assert.equal(delivered, 0);
      assert.ok(nextAt && nextAt > clock.now());
      clock.advance(MINUTE);
      assert.equal((await deliver()).delivered, 1);
      assert.equal((await db('leases').where({ name: 'delivery' }).first()).holder, null);
    });

    it('asks for nothing when nothing is raised', async () => {
      await db.transaction((tx) =>
        ensureAlert(tx, { subject: 'incident:calcom', appointmentId: null, now: addMs(NOW, HOUR) }),
      );
      assert.deepEqual(await deliver(), {
        delivered: 0,
        nextAt: fromSqlInstant(toSqlInstant(addMs(NOW, HOUR))),
      });
      await db('alerts').delete();
      assert.deepEqual(await deliver(), { delivered: 0, nextAt: null });
    });
  });
}
