/** Who may write to Cal.com now: at most so many at once, the others in the order in which they came. */
export interface Turns {
  /** Runs `work` when it is its turn; what a person waits for does not queue. */
  take<T>(asked: boolean, work: () => Promise<T>): Promise<T>;
}

export function createTurns(most: number): Turns {
  const waiting: (() => void)[] = [];
  let taken = 0;

  async function begin(asked: boolean): Promise<void> {
    if (taken >= most && !asked) await new Promise<void>((resolve) => waiting.push(resolve));
    else taken += 1;
  }

  /** Hands the turn on, or gives it back. */
  function end(): void {
    const next = taken <= most ? waiting.shift() : undefined;
    if (next) next();
    else taken -= 1;
  }

  return {
    async take(asked, work) {
      await begin(asked);
      try {
        return await work();
      } finally {
        end();
      }
    },
  };
}
