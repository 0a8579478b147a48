import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { type Db, isPassing } from './database.ts';

const ITEMS_MAX = 50;
/** So that one whose connection hangs does not hold up all others. */
const RUNS_MAX = 2;

/** Thrown by a run that cannot say which of its items is lost: they are done one by one. */
export class LostInCompany extends Error {}

interface Asked<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

interface Queue<Item, Result> {
  waiting: Asked<Item, Result>[];
  runs: number;
}

/**
 * Makes one piece of database work out of many: what is asked for in the same turn of the event loop, or while all runs
 * that may be under way at once are, is done in one run. `run` gives a result for each item, in their order. When a run
 * fails for a reason of its own, its items are done one by one, so that only the one that is to blame fails. Within a
 * transaction nothing waits for anything else.
 */
export function together<Item, Result>(
  run: (db: Db, items: Item[]) => Promise<Result[]>,
): (db: Db, item: Item) => Promise<Result> {
  const queues = new WeakMap<Db, Queue<Item, Result>>();

  async function alone(db: Db, item: Item): Promise<Result> {
    const [result] = await run(db, [item]);
    return result as Result;
  }

  async function runOnce(db: Db, batch: Asked<Item, Result>[]): Promise<void> {
    const items = batch.map(({ item }) => item);
    try {
      const results = await run(db, items);
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length === 1 || isPassing(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      for (const { item, resolve, reject } of batch) await alone(db, item).then(resolve, reject);
    }
  }

  async function runAll(db: Db, queue: Queue<Item, Result>): Promise<void> {
    await turnOfTheLoop();
    while (queue.waiting.length > 0) await runOnce(db, queue.waiting.splice(0, ITEMS_MAX));
    queue.runs -= 1;
  }

  function queueOf(db: Db): Queue<Item, Result> {
    const queue = queues.get(db) ?? { waiting: [], runs: 0 };
    queues.set(db, queue);
    return queue;
  }

  return (db, item) => {
    if (db.isTransaction) return alone(db, item);
    const queue = queueOf(db);
    return new Promise((resolve, reject) => {
      queue.waiting.push({ item, resolve, reject });
      if (queue.runs === RUNS_MAX) return;
      queue.runs += 1;
      void runAll(db, queue);
    });
  };
}
