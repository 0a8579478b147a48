import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { type Db, isPassing } from './database.ts';

const ITEMS_MAX = 50;
/** A run that takes longer may hang with its connection: the next one does not wait for it. */
const RUN_MS_MAX = 1_000;
const RUNS_MAX = 3;

/** Thrown by a run that cannot say which of its items is lost: they are done one by one. */
export class LostInCompany extends Error {}

interface Asked<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

type Run<Item, Result> = (db: Db, items: Item[]) => Promise<Result[]>;

interface Queue<Item, Result> {
  waiting: Asked<Item, Result>[];
  runs: number;
  /** A run is under way for which the next one waits. */
  isBusy: boolean;
}

/**
 * Makes one piece of database work out of many: what is asked for in the same turn of the event loop, or while a run is
 * under way, is done in one run. `run` gives a result for each item, in their order. When a run fails for a reason of its
 * own, its items are done one by one, so that only the one that is to blame fails. Within a transaction nothing waits for
 * anything else.
 */
export function together<Item, Result>(run: Run<Item, Result>): (db: Db, item: Item) => Promise<Result> {
  const queues = new WeakMap<Db, Queue<Item, Result>>();

  async function runNext(db: Db, queue: Queue<Item, Result>): Promise<void> {
    queue.runs += 1;
    queue.isBusy = true;
    await turnOfTheLoop();
    let isWaitedFor = true;
    const patience = setTimeout(() => {
      isWaitedFor = false;
      goOn();
    }, RUN_MS_MAX);
    const goOn = () => {
      queue.isBusy = false;
      begin(db, queue);
    };
    await runOnce(db, run, queue.waiting.splice(0, ITEMS_MAX));
    clearTimeout(patience);
    queue.runs -= 1;
    if (isWaitedFor) goOn();
    else begin(db, queue);
  }

  function begin(db: Db, queue: Queue<Item, Result>): void {
    if (queue.isBusy || queue.runs === RUNS_MAX || queue.waiting.length === 0) return;
    void runNext(db, queue);
  }

  function queueOf(db: Db): Queue<Item, Result> {
    const queue = queues.get(db) ?? { waiting: [], runs: 0, isBusy: false };
    queues.set(db, queue);
    return queue;
  }

  return (db, item) => {
    if (db.isTransaction) return runAlone(db, run, item);
    const queue = queueOf(db);
    return new Promise((resolve, reject) => {
      queue.waiting.push({ item, resolve, reject });
      begin(db, queue);
    });
  };
}

async function runAlone<Item, Result>(db: Db, run: Run<Item, Result>, item: Item): Promise<Result> {
  const [result] = await run(db, [item]);
  return result as Result;
}

async function runOnce<Item, Result>(
  db: Db,
  run: Run<Item, Result>,
  batch: Asked<Item, Result>[],
): Promise<void> {
  const items = batch.map(({ item }) => item);
  try {
    const results = await run(db, items);
    for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
  } catch (error) {
    if (batch.length === 1 || isPassing(error)) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const { item, resolve, reject } of batch) await runAlone(db, run, item).then(resolve, reject);
  }
}
