import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Stage } from '../../sandbox/stage.ts';
import { typedActions } from '../../src/appointments/history.ts';
import { redactOld } from '../../src/appointments/redact.ts';
import { forget } from '../../src/forget.ts';
import { addMs, DAY, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import type { FrontDesk } from '../support/front-desk.ts';
import { openSeedDesk, type SeedDesk } from '../support/seed-desk.ts';

// What the bot wrote about a person can be taken out again: on demand, and after RETENTION_DAYS by itself.

const SABINE = 'U0SUPPORT1';
const SECRET = 'Frau Muster hat angerufen';

for (const engine of databases()) {
  describe(`forgetting people on ${engine.name}`, { skip: engine.skip }, () => {
    let stage: Stage;
    let desk: FrontDesk;
    let opened: SeedDesk;

    beforeEach(async () => {
      opened = await openSeedDesk(engine);
      ({ stage, desk } = opened);
      await desk.open(SABINE, 750, 'cancel');
      await desk.submit(SABINE, { reason: SECRET });
      await desk.settle();
      await stage.db('sync_attempts').where({ appointment_id: 750 }).update({ raw_answer: SECRET });
    });
    afterEach(async () => {
      await opened.close();
      assert.deepEqual(stage.slack.refusals, []);
    });

    const attempts = (id: number) => stage.db('sync_attempts').where({ appointment_id: id });
    const reasons = (id: number) =>
      stage.db('history').where({ appointment_id: id, action: 'cancelled' }).pluck('reason');

    it('takes a customer out of answers, history and thread, and leaves all others', async () => {
      assert.ok(desk.threadOf(750).some((line) => line.includes(SECRET)));
      const others = await stage.db('sync_attempts').whereNot({ appointment_id: 750 }).orderBy('id');
      const { customer_id: customerId } = await desk.appointment(750);
      const { databaseUrl, databaseMap } = stage.config;
      const wanted = { customerId: Number(customerId), clock: stage.clock };
      const redacted = await forget({ databaseUrl, databaseMap }, wanted);
      assert.ok(redacted && redacted.texts > 0 && redacted.messages > 1);
      assert.deepEqual(await reasons(750), [null]);
      assert.ok((await attempts(750)).every(({ raw_answer: answer }) => answer === null));
      await desk.settle();
      assert.ok(!desk.threadOf(750).some((line) => line.includes(SECRET)));
      assert.deepEqual(
        await stage.db('sync_attempts').whereNot({ appointment_id: 750 }).orderBy('id'),
        others,
      );
      assert.equal(await forget({ databaseUrl, databaseMap }, { ...wanted, customerId: 999_999 }), null);
    });

    it('takes out the reason of every action whose reason a person types', async () => {
      const at = toSqlInstant(stage.clock.now());
      const typed = typedActions.map((action) => ({ at, actor: SABINE, action, reason: SECRET }));
      await stage.db('history').insert(typed);
      const now = addMs(stage.clock.now(), DAY);
      await redactOld(stage.db, { cutoff: now, now });
      assert.deepEqual(await stage.db('history').where({ reason: SECRET }), []);
    });

    it('keeps what is younger than the retention, and takes out what is older', async () => {
      const now = addMs(stage.clock.now(), 10 * DAY);
      await redactOld(stage.db, { cutoff: addMs(now, -11 * DAY), now });
      assert.deepEqual(await reasons(750), [SECRET]);
      await stage.db('sync_attempts').insert({
        ...{ appointment_id: 1, operation: 'book', request: '{}', raw_answer: 'still open' },
        intent_at: toSqlInstant(stage.clock.now()),
      });
      const cutoff = addMs(now, -DAY);
      assert.equal(await redactOld(stage.db, { cutoff, now: stage.clock.now() }), false);
      assert.deepEqual(await reasons(750), [null]);
      const kept = await stage.db('sync_attempts').whereNotNull('raw_answer').pluck('raw_answer');
      assert.deepEqual(kept, ['still open'], 'an attempt whose end is open is looked at again');
      await desk.settle();
      assert.equal(
        desk
          .read(desk.alertOf(750))
          .split('\n')[0]
          ?.replace(/Erledigt:.*/, 'Erledigt'),
        '✅ Termin #750 ist erledigt: Er wurde abgesagt. Erledigt',
      );
      assert.ok(desk.threadOf(750).every((line) => /^Was hier stand/.test(line)));
      assert.match(desk.read(desk.alertOf(748)), /Leistung/, 'what is open stays as it is');
    });
  });
}
