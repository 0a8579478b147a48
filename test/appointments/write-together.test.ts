import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { beginAttempt } from '../../src/appointments/attempts.ts';
import { type Claim, claimDue } from '../../src/appointments/claim.ts';
import { recordBooked, recordDeferred, recordFailed, releaseClaim } from '../../src/appointments/record.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { openSalon } from '../support/open-salon.ts';
import { ANNA, CUT, insertAppointment, NOON } from '../support/salon.ts';

const LATER = addMs(NOON, 2 * MINUTE);

for (const engine of databases()) {
  describe(`of appointments that are written together (${engine.name})`, { skip: engine.skip }, () => {
    let salon: Awaited<ReturnType<typeof openSalon>>;
    let db: Db;
    beforeEach(async () => {
      salon = await openSalon(engine);
      db = salon.db;
    });
    afterEach(() => salon.close());

    const startOf = (id: number) => addMs(NOON, DAY + id * HOUR);

    async function claimed(count: number): Promise<Claim[]> {
      for (let id = 1; id <= count; id++) {
        await insertAppointment(db, { id, startsAt: startOf(id) });
        const due = { state: 'pending', due_at: toSqlInstant(NOON), starts_at: toSqlInstant(startOf(id)) };
        await db('appointment_syncs').insert({ appointment_id: id, ...due });
      }
      return claimAll(NOON);
    }

    async function claimAll(now: Date): Promise<Claim[]> {
      const taken = await claimDue(db, { now, leaseMs: MINUTE, limit: 10, askedOnly: false });
      return taken.map(({ claim }) => claim).sort((one, other) => one.appointmentId - other.appointmentId);
    }

    const begin = (claim: Claim) =>
      beginAttempt(db, claim, {
        operation: 'book',
        request: { startsAtText: toSqlInstant(startOf(claim.appointmentId)) },
        triedHash: `hash ${claim.appointmentId}`,
        now: addMs(NOON, claim.appointmentId),
      });

    const book = (claim: Claim, attemptId: number) =>
      recordBooked(db, claim, {
        action: 'booked',
        uid: `uid${claim.appointmentId}`,
        pushed: {
          serviceId: CUT,
          staffId: ANNA,
          startsAt: startOf(claim.appointmentId),
          startsAtText: toSqlInstant(startOf(claim.appointmentId)),
          eventTypeId: 11,
        },
        replacesUid: null,
        attempt: { id: attemptId, outcome: 'done' },
        now: addMs(NOON, 1_000 + claim.appointmentId),
      });

    const records = () => db('appointment_syncs').orderBy('appointment_id');

    it('each gets its own attempt, hash and time', async () => {
      const claims = await claimed(3);
      const ids = await Promise.all(claims.map(begin));
      const attempts = await db('sync_attempts').orderBy('appointment_id');
      assert.deepEqual(
        attempts.map(({ id }) => Number(id)),
        ids,
      );
      const rows = await records();
      assert.deepEqual(
        rows.map((row) => [Number(row.open_attempt_id), row.tried_hash, row.last_attempt_at, row.revision]),
        ids.map((id, index) => [id, `hash ${index + 1}`, toSqlInstant(addMs(NOON, index + 1)), 1]),
      );
      assert.equal(attempts[1]?.request, JSON.stringify({ startsAtText: toSqlInstant(startOf(2)) }));
    });

    it('each gets its own outcome, with its history', async () => {
      const claims = await claimed(3);
      const ids = await Promise.all(claims.map(begin));
      const recorded = await Promise.all(claims.map((claim, index) => book(claim, ids[index] as number)));
      assert.deepEqual(recorded, ['recorded', 'recorded', 'recorded']);
      assert.deepEqual(
        (await records()).map((row) => [
          row.state,
          row.booking_uid,
          row.pushed_start,
          row.claim_token,
          row.due_at,
        ]),
        [1, 2, 3].map((id) => ['synced', `uid${id}`, toSqlInstant(startOf(id)), null, null]),
      );
      const history = await db('history').orderBy('appointment_id');
      assert.deepEqual(
        history.map(({ appointment_id, action, after }) => [
          Number(appointment_id),
          action,
          JSON.parse(after).uid,
        ]),
        [1, 2, 3].map((id) => [id, 'booked', `uid${id}`]),
      );
      assert.deepEqual(await db('sync_attempts').pluck('outcome'), ['done', 'done', 'done']);
    });

    it('one whose claim is lost begins nothing, and the others begin', async () => {
      const [first, second, third] = (await claimed(3)) as [Claim, Claim, Claim];
      const stale = { ...second, token: 'of somebody else' };
      const begun = await Promise.all([first, stale, third].map(begin));
      assert.equal(begun[1], 'lost');
      assert.deepEqual(
        (await records()).map((row) => row.open_attempt_id !== null),
        [true, false, true],
      );
      assert.deepEqual(
        (await db('sync_attempts').orderBy('appointment_id').pluck('appointment_id')).map(Number),
        [1, 3],
      );
    });

    it('one whose claim is lost records nothing, and the others are recorded', async () => {
      const [first, second, third] = (await claimed(3)) as [Claim, Claim, Claim];
      const [one, two, three] = (await Promise.all([first, second, third].map(begin))) as [
        number,
        number,
        number,
      ];
      const stale = { ...second, token: 'of somebody else' };
      const recorded = await Promise.all([book(first, one), book(stale, two), book(third, three)]);
      assert.deepEqual(recorded, ['recorded', 'lost', 'recorded']);
      assert.deepEqual(
        (await records()).map((row) => row.state),
        ['synced', 'pending', 'synced'],
      );
      assert.deepEqual(
        (await db('history').orderBy('id').pluck('appointment_id')).map(Number).sort(),
        [1, 3],
      );
      assert.equal((await db('sync_attempts').where({ id: two }).first()).outcome, null);
    });

    it('an old claim and the new one on the same record are told apart', async () => {
      const [old] = (await claimed(1)) as [Claim];
      const [fresh] = (await claimAll(LATER)) as [Claim];
      const begun = await Promise.all([begin(old), begin(fresh)]);
      assert.equal(begun[0], 'lost');
      assert.equal((await db('sync_attempts').count({ n: '*' }).first())?.n, 1);
      const released = await Promise.all(
        [old, fresh].map((claim) => releaseClaim(db, claim, { dueAt: LATER, now: LATER })),
      );
      assert.deepEqual(released, ['lost', 'recorded']);
    });

    it('different outcomes do not mix', async () => {
      const [first, second, third] = (await claimed(3)) as [Claim, Claim, Claim];
      const [one, two, three] = (await Promise.all([first, second, third].map(begin))) as [
        number,
        number,
        number,
      ];
      await db('appointment_syncs').where({ appointment_id: 3 }).update({ due_again: 1 });
      await Promise.all([
        book(first, one),
        recordFailed(db, second, {
          kind: 'contact_invalid',
          cause: null,
          evidence: [],
          text: 'the address is refused',
          blockedBy: null,
          triedHash: 'tried',
          dueAt: null,
          attempt: { id: two, outcome: 'refused', answer: { status: 400, body: 'no', requestId: 'r2' } },
          alert: 'raise',
          now: LATER,
        }),
        recordDeferred(db, third, {
          kind: 'unavailable',
          text: null,
          wasFailed: false,
          counts: true,
          triedHash: 'tried',
          dueAt: addMs(LATER, HOUR),
          attempt: { id: three, outcome: 'not_sent' },
          alert: 'refresh',
          now: LATER,
        }),
      ]);
      assert.deepEqual(
        (await records()).map((row) => [row.state, row.failure_kind, row.attempts, row.due_at]),
        [
          ['synced', null, 0, null],
          ['failed', 'contact_invalid', 1, null],
          ['pending', 'unavailable', 1, toSqlInstant(LATER)],
        ],
      );
      const attempts = await db('sync_attempts').orderBy('appointment_id');
      assert.deepEqual(
        attempts.map((row) => [row.outcome, row.raw_answer, row.request_id]),
        [
          ['done', null, null],
          ['refused', 'no', 'r2'],
          ['not_sent', null, null],
        ],
      );
      assert.deepEqual(await db('alerts').pluck('subject'), ['appointment:2']);
    });
  });
}
