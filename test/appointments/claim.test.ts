import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { beginAttempt, forgetAttempt } from '../../src/appointments/attempts.ts';
import { type Claim, claimDue } from '../../src/appointments/claim.ts';
import { noticeDifferences } from '../../src/appointments/notice.ts';
import {
  recordBooked,
  recordClosed,
  recordDeferred,
  recordFailed,
  recordInStep,
  recordReplaced,
  recordStillFailed,
  recordUnbooked,
  releaseClaim,
} from '../../src/appointments/record.ts';
import { wakeRecords } from '../../src/appointments/wake.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { openSalon } from '../support/open-salon.ts';
import { ANNA, CUT, insertAppointment, NOON } from '../support/salon.ts';

const LEASE = { now: NOON, leaseMs: MINUTE, limit: 10, askedOnly: false };

for (const engine of databases()) {
  describe(`a claim (${engine.name})`, { skip: engine.skip }, () => {
    let salon: Awaited<ReturnType<typeof openSalon>>;
    let db: Db;
    beforeEach(async () => {
      salon = await openSalon(engine);
      db = salon.db;
    });
    afterEach(() => salon.close());

    const record = (id: number) => db('appointment_syncs').where({ appointment_id: id }).first();

    async function due(id: number, columns: Record<string, unknown> = {}): Promise<void> {
      const startsAt = addMs(NOON, DAY + id * HOUR);
      await insertAppointment(db, { id, startsAt });
      await db('appointment_syncs').insert({
        appointment_id: id,
        state: 'pending',
        due_at: toSqlInstant(NOON),
        starts_at: toSqlInstant(startsAt),
        ...columns,
      });
    }

    async function claimed(id: number): Promise<Claim> {
      const [taken] = await claimDue(db, LEASE);
      assert.equal(taken?.claim.appointmentId, id);
      return (taken as { claim: Claim }).claim;
    }

    it('takes what a person asked for first, then the nearest start', async () => {
      await due(3);
      await due(1);
      await due(2, { asked_at: toSqlInstant(NOON) });
      await due(4, { due_at: toSqlInstant(addMs(NOON, 1)) });
      const order: number[] = [];
      for (;;) {
        const taken = await claimDue(db, { ...LEASE, limit: 1 });
        if (taken.length === 0) break;
        order.push(...taken.map(({ claim }) => claim.appointmentId));
      }
      assert.deepEqual(order, [2, 1, 3]);
    });

    it('comes to a failure that was moved since by its new start', async () => {
      await due(3, { state: 'failed', due_at: null, tried_hash: 'of what it was', failure_kind: 'unknown' });
      await due(2);
      const startsAt = toSqlInstant(addMs(NOON, HOUR));
      await db('appointments').where({ id: 3 }).update({ starts_at: startsAt });
      assert.equal(await noticeDifferences(db, NOON), 1);
      assert.equal((await record(3)).starts_at, startsAt);
      const [first] = await claimDue(db, { ...LEASE, limit: 1 });
      assert.equal(first?.claim.appointmentId, 3);
    });

    it('takes only what a person asked for when there are permits for people alone', async () => {
      await due(1);
      await due(2, { asked_at: toSqlInstant(NOON) });
      const taken = await claimDue(db, { ...LEASE, askedOnly: true });
      assert.deepEqual(
        taken.map(({ claim }) => claim.appointmentId),
        [2],
      );
    });

    it('belongs to one, however many want it, until its time is over', async () => {
      for (let id = 1; id <= 10; id++) await due(id);
      const rounds = await Promise.all([1, 2, 3, 4].map(() => claimDue(db, LEASE)));
      const ids = rounds.flat().map(({ claim }) => claim.appointmentId);
      assert.equal(ids.length, 10);
      assert.equal(new Set(ids).size, 10);
      assert.deepEqual(await claimDue(db, { ...LEASE, now: addMs(NOON, MINUTE - 1) }), []);
      assert.equal((await claimDue(db, { ...LEASE, now: addMs(NOON, MINUTE) })).length, 10);
    });

    it('is not taken from another who took it between looking and taking', async () => {
      await due(1);
      const slow = afterFirstRead(db, () => claimDue(db, LEASE));
      assert.deepEqual(await claimDue(slow, LEASE), []);
    });

    it('that was lost writes nothing, whatever step it wants to record', async () => {
      await due(1, { booking_uid: 'uid', attempts: 3 });
      const lost = await claimed(1);
      await claimDue(db, { ...LEASE, now: addMs(NOON, MINUTE) });
      const before = await record(1);
      const pushed = {
        serviceId: CUT,
        staffId: ANNA,
        startsAt: NOON,
        startsAtText: toSqlInstant(NOON),
        eventTypeId: 11,
      };
      const failed = { kind: 'unknown', cause: null, text: null, blockedBy: null, triedHash: 'x' } as const;
      const later = { dueAt: NOON, now: NOON };
      const steps = [
        recordBooked(db, lost, { action: 'booked', uid: 'other', pushed, replacesUid: null, now: NOON }),
        recordInStep(db, lost, { startsAtText: null, now: NOON }),
        recordReplaced(db, lost, { isToRead: false, now: NOON }),
        recordUnbooked(db, lost, { before: {}, now: NOON }),
        recordClosed(db, lost, { reason: 'past', now: NOON }),
        recordFailed(db, lost, { ...failed, ...later, evidence: [], alert: 'raise' }),
        recordStillFailed(db, lost, { triedHash: 'x', found: undefined, ...later }),
        recordDeferred(db, lost, {
          ...{ kind: 'unclear', text: null, wasFailed: false, counts: true, triedHash: 'x' },
          ...later,
          alert: 'raise',
        }),
        releaseClaim(db, lost, later),
        beginAttempt(db, lost, { operation: 'book', request: {}, triedHash: 'x', now: NOON }),
        forgetAttempt(db, lost, { id: 1, outcome: 'not_landed' }, NOON),
      ];
      assert.deepEqual(new Set(await Promise.all(steps)), new Set(['lost']));
      assert.deepEqual(
        salon.lines.map(({ msg, appointmentId }) => [msg, appointmentId]),
        steps.map(() => ['claim.lost', 1]),
      );
      assert.deepEqual(await record(1), before);
      for (const table of ['history', 'alerts', 'sync_attempts']) {
        assert.deepEqual(await db(table).pluck('id'), [], table);
      }
    });

    it('begins no second attempt while one is open', async () => {
      await due(1);
      const claim = await claimed(1);
      const intent = { operation: 'book', request: {}, triedHash: 'x', now: NOON } as const;
      const id = await beginAttempt(db, claim, intent);
      assert.ok(typeof id === 'number');
      assert.equal(await beginAttempt(db, claim, intent), 'lost');
      assert.deepEqual((await db('sync_attempts').pluck('id')).map(Number), [id]);
      assert.equal(await forgetAttempt(db, claim, { id, outcome: 'not_landed' }, NOON), 'recorded');
      assert.ok(typeof (await beginAttempt(db, claim, intent)) === 'number');
    });

    it('that is woken meanwhile keeps its time, and its step makes the record due at once', async () => {
      await due(1);
      const claim = await claimed(1);
      const { due_at: endsAt } = await record(1);
      assert.equal(await wakeRecords(db, [1], { now: addMs(NOON, 1), asked: true }), 1);
      assert.equal((await record(1)).due_at, endsAt);
      assert.deepEqual(await claimDue(db, { ...LEASE, now: addMs(NOON, 2) }), []);

      const recordedAt = addMs(NOON, 10);
      assert.equal(await releaseClaim(db, claim, { dueAt: addMs(NOON, HOUR), now: recordedAt }), 'recorded');
      const woken = await record(1);
      assert.equal(woken.due_at, toSqlInstant(recordedAt));
      assert.equal(Number(woken.due_again), 0);
      assert.ok(woken.asked_at, 'the person still waits');
      await claimDue(db, { ...LEASE, now: recordedAt });
    });

    it('that is given back is due when its step says, and who asked for it still waits', async () => {
      await due(1, { asked_at: toSqlInstant(NOON) });
      const claim = await claimed(1);
      const dueAt = addMs(NOON, HOUR);
      await releaseClaim(db, claim, { dueAt, now: NOON });
      const released = await record(1);
      assert.deepEqual(
        [released.due_at, released.asked_at, released.claim_token],
        [toSqlInstant(dueAt), toSqlInstant(NOON), null],
      );
    });

    it('that ends with an outcome leaves nobody waiting', async () => {
      await due(1, { asked_at: toSqlInstant(NOON) });
      await recordClosed(db, await claimed(1), { reason: 'gone', now: NOON });
      const closed = await record(1);
      assert.deepEqual([closed.due_at, closed.asked_at, closed.claim_token], [null, null, null]);
    });

    it('wakes what is free at once, and what is closed not at all', async () => {
      await due(1, { due_at: null, state: 'failed' });
      await due(2, { due_at: null, state: 'closed' });
      assert.equal(await wakeRecords(db, [1, 2], { now: NOON, asked: false }), 1);
      assert.equal((await record(1)).due_at, toSqlInstant(NOON));
      assert.equal((await record(2)).due_at, null);
    });

    it('tells what became of it, and that it was lost', async () => {
      const endings: string[] = [];
      const told = (claim: Claim): Claim => ({
        ...claim,
        onEnded: ({ outcome, reason }) => endings.push(`${outcome} ${reason}`),
      });
      await due(1);
      const lost = told(await claimed(1));
      await db('appointment_syncs').update({ claim_token: 'another' });
      await recordClosed(db, lost, { reason: 'past', now: NOON });
      await db('appointment_syncs').update({ claim_token: lost.token });
      await releaseClaim(db, lost, { dueAt: NOON, now: NOON });
      const again = told(await claimed(1));
      await recordClosed(db, again, { reason: 'past', now: NOON });
      assert.deepEqual(endings, ['lost null', 'deferred null', 'closed past']);
    });
  });
}

/** The same database, but something happens between its first answer and whoever waits for it. */
function afterFirstRead(db: Db, happens: () => Promise<unknown>): Db {
  let isFirst = true;
  return new Proxy(db, {
    apply(target, self, [table]) {
      const query = Reflect.apply(target, self, [table]);
      if (!isFirst) return query;
      isFirst = false;
      const answer = query.then.bind(query);
      // biome-ignore lint/suspicious/noThenProperty: a knex query is a thenable, and this one answers late
      query.then = (ok: (rows: unknown) => unknown, no: (error: unknown) => unknown) =>
        answer(async (rows: unknown) => {
          await happens();
          return rows;
        }).then(ok, no);
      return query;
    },
  });
}
