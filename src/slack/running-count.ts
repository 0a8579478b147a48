/** Keeps track of work that has begun, so that a stop can wait for its end. */
export interface RunningCount {
  count(work: Promise<void>): Promise<void>;
  /** Resolves when everything that has begun has ended, well or not. */
  ended(): Promise<unknown>;
}

export function createRunningCount(): RunningCount {
  const running = new Set<Promise<void>>();
  return {
    async count(work) {
      running.add(work);
      try {
        await work;
      } finally {
        running.delete(work);
      }
    },
    ended: () => Promise.allSettled(running),
  };
}
