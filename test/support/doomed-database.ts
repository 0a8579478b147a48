import type { Db } from '../../src/database.ts';

export interface DoomedDatabase {
  db: Db;
  isDead(): boolean;
}

/**
 * The database as a process sees it that dies: it serves `steps` steps, then every use throws. A transaction is two
 * steps, so that the process may also die between its COMMIT and the answer.
 */
export function doomedDatabase(db: Db, steps: number): DoomedDatabase {
  let left = steps;
  const isDead = () => left < 0;
  function step(): void {
    left -= 1;
    if (left < 0) throw new Error('this process is dead');
  }
  const doomed = new Proxy(db, {
    apply(target, self, [table]) {
      step();
      return Reflect.apply(target, self, [table]);
    },
    get(target, key) {
      if (key !== 'transaction') return Reflect.get(target, key);
      return async (...args: unknown[]) => {
        step();
        const result = await Reflect.apply(target.transaction, target, args);
        step();
        return result;
      };
    },
  });
  return { db: doomed, isDead };
}
