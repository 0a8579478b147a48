import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { DAY, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { openBreaker } from '../../src/sync/breaker.ts';
import { databases } from '../support/databases.ts';
import {
  EMIL,
  type HomeStage,
  insertRow,
  listed,
  MONA,
  OTTO,
  openHomeStage,
  SABINE,
} from './home-fixtures.ts';

for (const engine of databases()) {
  describe(`showing App Homes anew on ${engine.name}`, { skip: engine.skip }, () => {
    let stage: HomeStage;

    before(async () => {
      stage = await openHomeStage(engine);
    });
    after(() => stage.close());
    beforeEach(async () => {
      for (const table of ['opened_homes', 'history', 'appointment_syncs', 'appointments', 'replicas'])
        await stage.db(table).delete();
      await stage.db('leases').where({ name: 'homes' }).update({ holder: null, expires_at: null });
      stage.sides.slack.faults.clear();
      stage.recorded.lines.length = 0;
    });
    const synced = (id: number) =>
      stage.db('appointment_syncs').where({ appointment_id: id }).update({ state: 'synced' });
    const row = (user: string) => stage.db('opened_homes').where({ user_id: user }).first();

    it('happens when something changed, and not otherwise', async () => {
      await insertRow(stage.db, 748);
      await insertRow(stage.db, 750);
      await stage.open(EMIL);
      // The first look tells that this bot runs, which is news for engineers.
      assert.equal(await stage.republish(), 1);
      for (let look = 0; look < 20; look++) assert.equal(await stage.republish(), 0);
      await synced(748);
      assert.equal(await stage.republish(), 1);
      assert.deepEqual(listed(stage.read(EMIL)), [750]);
      assert.equal(await stage.republish(), 0);
    });

    it('keeps the filter and the page, whoever of several bots does it', async () => {
      for (let id = 1; id <= 20; id++) await insertRow(stage.db, id, { state: 'pending' });
      await stage.open(SABINE);
      await stage.turn(SABINE, 'home_pending');
      await stage.turn(SABINE, 'home_next');
      await synced(1);
      assert.equal(await stage.republish(), 1);
      assert.match(stage.read(SABINE), /✓ Wartend[\s\S]*19 Termine · Seite 2 von 2/);
    });

    it('is left to the bot that holds the lease', async () => {
      await insertRow(stage.db, 748);
      await stage.open(SABINE);
      const expires_at = toSqlInstant(new Date(stage.clock.now().getTime() + MINUTE));
      await stage.db('leases').where({ name: 'homes' }).update({ holder: 'another', expires_at });
      await synced(748);
      assert.equal(await stage.republish(), 0);
      stage.clock.advance(MINUTE);
      assert.equal(await stage.republish(), 1, 'and taken over when that one is gone');
    });

    it('happens for one person every five seconds at most', async () => {
      await insertRow(stage.db, 748);
      await stage.open(SABINE);
      await synced(748);
      const before = stage.published();
      stage.clock.advance(4 * SECOND);
      await stage.sides.bot.republishHomes?.();
      assert.equal(stage.published() - before, 0);
      assert.equal(await stage.republish(), 1);
    });

    it('is paced over all people', async () => {
      for (const user of [SABINE, MONA, EMIL]) await stage.open(user);
      await insertRow(stage.db, 748);
      stage.clock.freeze();
      let passedMs = 0;
      let isOver = false;
      const looked = stage.republish().finally(() => (isOver = true));
      for (; !isOver; passedMs += 50) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        stage.clock.advance(50);
      }
      stage.clock.resume();
      assert.equal(await looked, 3);
      assert.ok(passedMs >= 1_400, `${passedMs} ms for three`);
    });

    it('ends for who has not opened it for a day', async () => {
      await stage.open(SABINE);
      stage.clock.advance(DAY + HOUR);
      await insertRow(stage.db, 748);
      assert.equal(await stage.republish(), 0);
      assert.equal(await row(SABINE), undefined);
    });

    it('shows the page of strangers to who has lost every role', async () => {
      await insertRow(stage.db, 748);
      await stage.open(OTTO);
      await stage.db('opened_homes').where({ user_id: OTTO }).update({ shown_hash: 'what a manager saw' });
      assert.equal(await stage.republish(), 1);
      assert.match(stage.read(OTTO), /^This page is for support, managers and engineers\./);
    });

    it('does not replace what the person turned to meanwhile, nor gives up over it', async () => {
      await insertRow(stage.db, 748);
      await stage.open(SABINE);
      await stage.db('opened_homes').update({ view_hash: 'an older view' });
      await synced(748);
      assert.equal(await stage.republish(), 1);
      assert.match(stage.read(SABINE), /Fehlgeschlagen: 1/, 'Slack refused it: another view stands there');
      assert.equal((await row(SABINE)).shown_hash, null);
      assert.equal(await stage.republish(), 1);
      assert.match(stage.read(SABINE), /Fehlgeschlagen: 0/);
      assert.equal(await stage.republish(), 0);
      assert.equal(stage.recorded.lines.filter(({ level }) => Number(level) >= 50).length, 0);
    });

    it('is made up for when Slack was busy or its answer was lost', async () => {
      await insertRow(stage.db, 748);
      await stage.open(SABINE);
      await synced(748);
      const method = 'views.publish';
      stage.sides.slack.faults.add({ method, times: 1, fault: { kind: 'lands_then_reset' } });
      await stage.republish();
      stage.clock.advance(MINUTE);
      assert.equal(await stage.republish(), 1);
      assert.equal(await stage.republish(), 0);
      assert.match(stage.read(SABINE), /Fehlgeschlagen: 0/);
    });

    it('forgets who is not there any more', async () => {
      await stage.open(SABINE);
      await stage.db('opened_homes').update({ user_id: 'U0NOBODY' });
      await insertRow(stage.db, 748);
      await stage.republish();
      assert.deepEqual(await stage.db('opened_homes'), []);
    });

    it('says once what Slack does not take, and comes back when it is another', async () => {
      await stage.open(SABINE);
      await insertRow(stage.db, 748);
      const fault = { kind: 'error', error: 'invalid_arguments' } as const;
      stage.sides.slack.faults.add({ method: 'views.publish', times: 1, fault });
      await stage.republish();
      assert.equal(await stage.republish(), 0);
      assert.equal(stage.recorded.lines.filter(({ level }) => level === 50).length, 1);
      await synced(748);
      assert.equal(await stage.republish(), 1);
    });

    it('tells engineers of the breaker, of the bots that run, and of what ran last', async () => {
      await openBreaker(stage.db, { kind: 'unavailable', now: stage.clock.now() });
      await stage.db('cron_runs').insert({
        ...{ task: 'cleanup', fire_at: '2025-11-24 02:15:00.000', token: 'a', tries: 1 },
        ...{ started_at: '2025-11-24 02:15:00.000', expires_at: '2025-11-24 02:20:00.000' },
        finished_at: '2025-11-24 02:15:07.000',
      });
      await stage.db('sync_attempts').insert({
        ...{ appointment_id: 748, operation: 'book', request: '{}' },
        intent_at: toSqlInstant(stage.clock.now()),
      });
      await stage.republish();
      const home = await stage.open(EMIL);
      assert.match(home, /Cal\.com: is not called, only probed every few seconds \(unavailable, since /);
      assert.match(home, /Running bots: 1 \(salon:1\)/);
      assert.match(home, /Last cleanup: Mon 24\/11, 03:15, finished/);
      assert.match(home, /Last daily summary: never yet\nLast plan: never yet/);
      assert.match(home, /Write attempts in the last minute: 1; allowed a minute: 110\. The pace is free\./);
    });
  });
}
