export interface WaitList {
  /** Looks at every waiting predicate again. */
  look(): void;
  /** Resolves when `predicate` holds; rejects after `timeoutMs` of real time. */
  waitFor(predicate: () => boolean, timeoutMs: number, describe: () => string): Promise<void>;
  /** Calls `listener` at every look until the returned function is called. */
  onLook(listener: () => void): () => void;
}

export function createWaitList(): WaitList {
  const looks = new Set<() => void>();
  const listeners = new Set<() => void>();

  return {
    look() {
      for (const each of [...looks, ...listeners]) each();
    },

    onLook(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    waitFor(predicate, timeoutMs, describe) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          end();
          reject(new Error(`still waiting after ${timeoutMs} ms for ${predicate}; ${describe()}`));
        }, timeoutMs);

        function end() {
          clearTimeout(timer);
          looks.delete(look);
        }

        function look() {
          try {
            if (!predicate()) return;
            end();
            resolve();
          } catch (error) {
            end();
            reject(error);
          }
        }

        looks.add(look);
        look();
      });
    },
  };
}
