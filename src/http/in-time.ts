import { setTimeout as wait } from 'node:timers/promises';

/** What `work` gives within `ms`, or else `otherwise`; it is not stopped. */
export async function inTime<T>(work: Promise<T>, ms: number, otherwise: T): Promise<T> {
  const patience = new AbortController();
  const tooLong = wait(ms, otherwise, { signal: patience.signal }).catch(() => otherwise);
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    patience.abort();
  }
}

/** `ask`, but that all who ask while an answer is awaited wait for the same one, however long that takes. */
export function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | null = null;
  return () => {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
}
