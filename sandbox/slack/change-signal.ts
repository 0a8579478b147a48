import { setTimeout as startTimer } from 'node:timers';

export interface ChangeSignal {
  /** Something happened: every waiting predicate is asked again. */
  changed(): void;
  waitFor(predicate: () => boolean, timeoutMs?: number): Promise<void>;
  /** Calls `listener` after each change until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** Rejects whoever still waits. */
  close(): void;
}

interface Waiter {
  check(): void;
  fail(error: Error): void;
}

export function createChangeSignal(describe: () => string): ChangeSignal {
  const waiters = new Set<Waiter>();
  const listeners = new Set<() => void>();
  return {
    changed() {
      for (const listener of [...listeners]) listener();
      for (const waiter of [...waiters]) waiter.check();
    },
    waitFor(predicate, timeoutMs = 10_000) {
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          clearTimeout(timer);
          waiters.delete(waiter);
          settle();
        };
        const waiter: Waiter = {
          check() {
            try {
              if (predicate()) end(resolve);
            } catch (error) {
              end(() => reject(error));
            }
          },
          fail: (error) => end(() => reject(error)),
        };
        const timer = startTimer(() => {
          const wanted = predicate.toString().replace(/\s+/g, ' ');
          waiter.fail(new Error(`not true within ${timeoutMs} ms: ${wanted}\n${describe()}`));
        }, timeoutMs);
        waiters.add(waiter);
        waiter.check();
      });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const waiter of [...waiters]) waiter.fail(new Error('the Slack look-alike was stopped meanwhile'));
    },
  };
}
