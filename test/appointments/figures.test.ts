import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Figures, readFigures } from '../../src/appointments/figures.ts';
import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { openSalon } from '../support/open-salon.ts';
import { insertAppointment, type NewAppointment, NOON } from '../support/salon.ts';

const now = NOON;
const ago = (ms: number) => toSqlInstant(addMs(now, -ms));
const inMs = (ms: number) => ({ startsAt: addMs(now, ms) });

interface Given {
  row: Partial<NewAppointment>;
  /** The record's columns; null: no record. */
  record: Record<string, unknown> | null;
}

const EMPTY: Figures = {
  failed: 0,
  critical: 0,
  manualReview: 0,
  ancient: 0,
  successRate24h: null,
  pending: 0,
  health: 'green',
};
const failedSince = (ms: number, more: Record<string, unknown> = {}) => ({
  state: 'failed',
  first_failed_at: ago(ms),
  ...more,
});
const pendingSince = (ms: number, more: Record<string, unknown> = {}) => ({
  state: 'pending',
  pending_since: ago(ms),
  ...more,
});
const failed: Partial<Figures> = { failed: 1, manualReview: 1 };

const CASES: [string, Given, Partial<Figures>][] = [
  ['failed: an open appointment', { row: inMs(3 * DAY), record: failedSince(HOUR) }, failed],
  ['failed: past counts while it is open', { row: inMs(-DAY), record: failedSince(HOUR) }, failed],
  [
    'failed: not when it is cancelled',
    { row: { ...inMs(3 * DAY), status: 'cancelled' }, record: failedSince(HOUR) },
    {},
  ],
  [
    'failed: not with an unknown status',
    { row: { ...inMs(3 * DAY), status: 'odd' }, record: failedSince(HOUR) },
    {},
  ],
  [
    'manual review: not when somebody took it',
    { row: inMs(3 * DAY), record: failedSince(HOUR, { taken_by: 'U1', touched_at: toSqlInstant(now) }) },
    { failed: 1 },
  ],
  [
    'manual review: again when nothing was done for two hours',
    {
      row: inMs(3 * DAY),
      record: failedSince(HOUR, { taken_by: 'U1', touched_at: toSqlInstant(addMs(now, -2 * HOUR)) }),
    },
    { failed: 1, manualReview: 1 },
  ],
  [
    'critical: failed and starting now',
    { row: inMs(0), record: failedSince(HOUR) },
    { ...failed, critical: 1, health: 'red' },
  ],
  [
    'critical: failed and starting in 24 h',
    { row: inMs(DAY), record: failedSince(HOUR) },
    { ...failed, critical: 1, health: 'red' },
  ],
  ['critical: not a moment later', { row: inMs(DAY + 1), record: failedSince(HOUR) }, failed],
  ['critical: not what has started', { row: inMs(-1), record: failedSince(HOUR) }, failed],
  [
    'critical: pending for more than 15 minutes',
    { row: inMs(DAY), record: pendingSince(15 * MINUTE + 1) },
    { pending: 1, critical: 1, health: 'red' },
  ],
  ['critical: not at 15 minutes', { row: inMs(DAY), record: pendingSince(15 * MINUTE) }, { pending: 1 }],
  [
    'critical: unnoticed, created more than 15 minutes ago',
    { row: { ...inMs(HOUR), createdAt: addMs(now, -16 * MINUTE) }, record: null },
    { pending: 1, critical: 1, health: 'red' },
  ],
  ['ancient: not at 24 h', { row: inMs(3 * DAY), record: failedSince(DAY) }, failed],
  [
    'ancient: more than 24 h',
    { row: inMs(3 * DAY), record: failedSince(DAY + 1) },
    { ...failed, ancient: 1, health: 'red' },
  ],
  [
    'ancient: not when a person touched it in 24 h',
    { row: inMs(3 * DAY), record: failedSince(5 * DAY, { touched_at: ago(DAY) }) },
    failed,
  ],
  [
    'ancient: touched longer ago',
    { row: inMs(3 * DAY), record: failedSince(5 * DAY, { touched_at: ago(DAY + 1) }) },
    { ...failed, ancient: 1, health: 'red' },
  ],
  ['pending: without a record', { row: inMs(3 * DAY), record: null }, { pending: 1 }],
  ['pending: not what starts now', { row: inMs(0), record: pendingSince(5 * MINUTE) }, {}],
  ['pending: opened again', { row: inMs(3 * DAY), record: { state: 'closed' } }, { pending: 1 }],
  ['pending: not what is synced', { row: inMs(3 * DAY), record: { state: 'synced' } }, {}],
  [
    'health: amber after an hour',
    { row: inMs(3 * DAY), record: pendingSince(HOUR + 1) },
    { pending: 1, health: 'amber' },
  ],
  ['health: green at an hour', { row: inMs(3 * DAY), record: pendingSince(HOUR) }, { pending: 1 }],
  [
    'health: green while a window opens',
    { row: inMs(30 * DAY), record: pendingSince(DAY, { failure_kind: 'outside_window' }) },
    { pending: 1 },
  ],
  [
    'success: of what was created 24 h ago',
    { row: inMs(3 * DAY), record: { state: 'synced', created_at: ago(DAY) } },
    { successRate24h: 100 },
  ],
  [
    'success: not of what is older',
    { row: inMs(3 * DAY), record: { state: 'synced', created_at: ago(DAY + 1) } },
    {},
  ],
  [
    'success: failed is decided',
    { row: inMs(3 * DAY), record: failedSince(HOUR, { created_at: ago(HOUR) }) },
    { ...failed, successRate24h: 0, health: 'amber' },
  ],
  [
    'success: closed by us is decided',
    {
      row: { ...inMs(3 * DAY), status: 'cancelled' },
      record: { state: 'closed', closed_reason: 'no_staff', created_at: ago(HOUR) },
    },
    { successRate24h: 0, health: 'amber' },
  ],
  [
    'success: cancelled by others is not decided',
    {
      row: { ...inMs(3 * DAY), status: 'cancelled' },
      record: { state: 'closed', closed_reason: 'cancelled', created_at: ago(HOUR) },
    },
    {},
  ],
  [
    'success: pending is not decided',
    { row: inMs(3 * DAY), record: pendingSince(0, { created_at: ago(HOUR) }) },
    { pending: 1 },
  ],
];

for (const engine of databases()) {
  describe(`the figures count (${engine.name})`, { skip: engine.skip }, () => {
    let salon: Awaited<ReturnType<typeof openSalon>>;
    let db: Db;
    let id = 0;
    before(async () => {
      salon = await openSalon(engine);
      db = salon.db;
    });
    after(() => salon.close());
    afterEach(async () => {
      for (const table of ['appointments', 'customers', 'appointment_syncs']) await db(table).delete();
      await db('breaker').update({ state: 'closed' });
    });

    async function insert({ row, record }: Given): Promise<void> {
      id += 1;
      await insertAppointment(db, { id, startsAt: now, ...row });
      if (record) await db('appointment_syncs').insert({ appointment_id: id, ...record });
    }

    for (const [what, given, expected] of CASES) {
      it(what, async () => {
        await insert(given);
        assert.deepEqual(await readFigures(db, now), { ...EMPTY, ...expected });
      });
    }

    it('nothing in an empty database', async () => {
      assert.deepEqual(await readFigures(db, now), EMPTY);
    });

    it('red while Cal.com does not serve us', async () => {
      for (const state of ['open', 'trial']) {
        await db('breaker').update({ state });
        assert.equal((await readFigures(db, now)).health, 'red');
      }
    });

    it('two of three as 66.67 per cent, and 95 per cent as green', async () => {
      const synced: Given = { row: inMs(3 * DAY), record: { state: 'synced', created_at: ago(HOUR) } };
      const missed: Given = { row: inMs(3 * DAY), record: failedSince(HOUR, { created_at: ago(HOUR) }) };
      for (const given of [synced, synced, missed]) await insert(given);
      assert.deepEqual(await readFigures(db, now), {
        ...EMPTY,
        ...failed,
        successRate24h: 66.67,
        health: 'amber',
      });
      for (let n = 2; n < 19; n++) await insert(synced);
      assert.deepEqual(await readFigures(db, now), { ...EMPTY, ...failed, successRate24h: 95 });
    });
  });
}
