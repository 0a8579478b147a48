/** Where the time comes from. Nothing outside this file and the composition root reads the machine's clock. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** What the machine's own clock says, where `now` follows another. */
  ownNow?(): Date;
  /** False while `now` may be wrong: the machine was suspended or its clock set, and nobody was asked yet. */
  isSure?(): boolean;
}

/** Tells whether `ms` have passed since, by either clock: one may have been set, and the other stood still. */
export function startTimer(clock: Clock, ms: number): () => boolean {
  const own = () => clock.ownNow?.() ?? clock.now();
  const [shared, machine] = [clock.now().getTime() + ms, own().getTime() + ms];
  return () => clock.now().getTime() >= shared || own().getTime() >= machine;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep(ms, signal) {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal?.addEventListener('abort', wake);
    });
  },
};
