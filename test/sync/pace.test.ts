import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Db } from '../../src/database.ts';
import { addMs, MINUTE, SECOND } from '../../src/instant.ts';
import { createPace, type Pace } from '../../src/sync/pace.ts';
import { databases } from '../support/databases.ts';
import { openSalon } from '../support/open-salon.ts';

const start = new Date('2025-11-24T11:00:00Z');

for (const engine of databases()) {
  describe(`the shared pace (${engine.name})`, { skip: engine.skip }, () => {
    let salon: Awaited<ReturnType<typeof openSalon>>;
    let db: Db;
    before(async () => {
      salon = await openSalon(engine);
      db = salon.db;
    });
    after(() => salon.close());
    beforeEach(() => db('pace').update({ next_call_us: 0 }));

    /** How many permits are had at once. */
    async function burst(pace: Pace, now: Date, asked: boolean): Promise<number> {
      for (let permits = 0; ; permits++) {
        if ((await pace.take(now, asked)).waitMs > 0) return permits;
      }
    }

    it('gives five calls at once to people, and keeps three of them from everything else', async () => {
      const pace = createPace(db, 60);
      assert.equal(await burst(pace, start, false), 2);
      assert.equal(await burst(pace, start, true), 3);
      const later = addMs(start, MINUTE);
      assert.equal(await burst(pace, later, true), 5);
    });

    it('gives as many calls a minute as it is told, over all replicas', async () => {
      const replicas = [createPace(db, 110), createPace(db, 110), createPace(db, 110)];
      let permits = 0;
      for (let ms = 0; ms <= MINUTE; ms += 100) {
        const now = addMs(start, ms);
        const taken = await Promise.all(replicas.map((pace) => pace.take(now, false)));
        permits += taken.filter(({ waitMs }) => waitMs === 0).length;
      }
      assert.ok(permits >= 108 && permits <= 112, `${permits} calls in a minute`);
    });

    it('tells how long to wait, and after that the permit is there', async () => {
      const pace = createPace(db, 60);
      await burst(pace, start, false);
      const { waitMs } = await pace.take(start, false);
      assert.equal(waitMs, SECOND);
      assert.equal(await pace.readyInMs(start, false), SECOND);
      assert.equal((await pace.take(addMs(start, SECOND - 1), false)).waitMs, 1);
      assert.equal((await pace.take(addMs(start, SECOND), false)).waitMs, 0);
    });

    it('does not save up what was not used', async () => {
      const pace = createPace(db, 60);
      await burst(pace, start, true);
      assert.equal(await burst(pace, addMs(start, 60 * MINUTE), true), 5);
    });

    for (const callsPerMinute of [0, 60]) {
      it(`holds everybody back while Cal.com asks for a pause, at ${callsPerMinute} calls a minute`, async () => {
        const pace = createPace(db, callsPerMinute);
        await pace.pause(start, 20 * SECOND);
        await pace.pause(start, 5 * SECOND);
        const other = createPace(db, callsPerMinute);
        for (const asked of [true, false]) {
          const { waitMs } = await other.take(addMs(start, 19 * SECOND), asked);
          assert.ok(waitMs >= SECOND, `waits ${waitMs} ms`);
        }
        assert.equal((await other.take(addMs(start, 20 * SECOND), true)).waitMs, 0);
      });
    }

    it('without a limit knows no waiting', async () => {
      const pace = createPace(db, 0);
      assert.equal(pace.isPaced, false);
      for (let n = 0; n < 50; n++) assert.equal((await pace.take(start, false)).waitMs, 0);
    });
  });
}
