import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Db, openDatabase } from '../src/database.ts';
import { LostInCompany, together } from '../src/together.ts';
import { databases, type TestDatabase } from './support/databases.ts';

const [sqlite] = databases();
assert.ok(sqlite);

describe('what is done together', () => {
  let file: TestDatabase;
  let db: Db;
  let runs: number[][];
  beforeEach(async () => {
    file = await sqlite.open();
    db = openDatabase(file.url);
    runs = [];
  });
  afterEach(async () => {
    await db.destroy();
    await file.drop();
  });

  /** Doubles numbers, and notes which ones in one run. */
  const doubling = (before: (items: number[]) => void | Promise<void> = () => {}) =>
    together(async (_db, items: number[]) => {
      runs.push(items);
      await before(items);
      return items.map((item) => item * 2);
    });

  it('is all that is asked for in one turn of the event loop, each with its own result', async () => {
    const double = doubling();
    assert.deepEqual(await Promise.all([1, 2, 3].map((item) => double(db, item))), [2, 4, 6]);
    assert.deepEqual(runs, [[1, 2, 3]]);
  });

  it('is all that comes while a run is under way', async () => {
    const goesOn = Promise.withResolvers<void>();
    const double = doubling((items) => (items.includes(1) ? goesOn.promise : undefined));
    const first = double(db, 1);
    await turn();
    const later = [2, 3].map((item) => double(db, item));
    await turn();
    assert.deepEqual(runs, [[1]]);
    goesOn.resolve();
    assert.deepEqual(await Promise.all([first, ...later]), [2, 4, 6]);
    assert.deepEqual(runs, [[1], [2, 3]]);
  });

  it('does not wait for a run that hangs', async () => {
    const hangs = Promise.withResolvers<void>();
    const double = doubling((items) => (items.includes(1) ? hangs.promise : undefined));
    const first = double(db, 1);
    await turn();
    assert.deepEqual(await Promise.all([2, 3].map((item) => double(db, item))), [4, 6]);
    assert.equal(await double(db, 4), 8);
    assert.deepEqual(runs, [[1], [2, 3], [4]]);
    hangs.resolve();
    assert.equal(await first, 2);
  });

  it('is at most fifty at once', async () => {
    const double = doubling();
    await Promise.all(Array.from({ length: 120 }, (_, item) => double(db, item)));
    assert.deepEqual(
      runs.map((items) => items.length),
      [50, 50, 20],
    );
  });

  it('is done one by one when a run fails, so that only the one to blame fails', async () => {
    const double = doubling((items) => {
      if (items.includes(2)) throw new Error('two');
    });
    const ends = await Promise.allSettled([1, 2, 3].map((item) => double(db, item)));
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(runs, [[1, 2, 3], [1], [2], [3]]);
  });

  it('is done one by one when a run cannot say who lost', async () => {
    const double = doubling((items) => {
      if (items.length > 1) throw new LostInCompany();
    });
    assert.deepEqual(await Promise.all([1, 2].map((item) => double(db, item))), [2, 4]);
  });

  it('is not tried again one by one while the database is away', async () => {
    const double = doubling(() => {
      throw Object.assign(new Error('lost'), { code: 'ECONNRESET' });
    });
    const ends = await Promise.allSettled([1, 2].map((item) => double(db, item)));
    assert.ok(ends.every(({ status }) => status === 'rejected'));
    assert.deepEqual(runs, [[1, 2]]);
  });

  it('is alone within a transaction, and on another connection', async () => {
    const double = doubling();
    const other = openDatabase(file.url);
    try {
      await Promise.all([double(db, 1), double(other, 2)]);
      await db.transaction((tx) => Promise.all([double(tx, 3), double(tx, 4)]));
    } finally {
      await other.destroy();
    }
    assert.deepEqual(runs.toSorted(), [[1], [2], [3], [4]]);
  });
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
