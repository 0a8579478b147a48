import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** Something the bot does over and over, one pass after the other. */
export interface Loop {
  /** The next pass starts at once, or right after the one that runs. */
  nudge(): void;
  /** True while a pass runs or is called for. */
  isBusy(): boolean;
  /** Starts no further pass; resolves when the one that runs is over. */
  stop(): Promise<void>;
}

/** Runs `pass` until stopped; it returns in how many milliseconds it wants to run again. A failed pass is logged. */
export function startLoop(deps: {
  name: string;
  clock: Clock;
  log: Log;
  pass: () => Promise<number>;
  afterFailureMs: number;
}): Loop {
  const { name, clock, log, pass, afterFailureMs } = deps;
  let isStopped = false;
  let isCalled = true;
  let isRunning = false;
  let pause = new AbortController();

  async function run(): Promise<void> {
    while (!isStopped) {
      isCalled = false;
      isRunning = true;
      let waitMs = afterFailureMs;
      try {
        waitMs = await pass();
      } catch (error) {
        log.error({ err: error, loop: name }, 'loop.failed');
      }
      isRunning = false;
      if (isCalled || isStopped) continue;
      pause = new AbortController();
      await clock.sleep(waitMs, pause.signal);
      isCalled = true;
    }
  }

  const over = run();
  return {
    nudge() {
      isCalled = true;
      pause.abort();
    },
    isBusy: () => isRunning || (isCalled && !isStopped),
    stop() {
      isStopped = true;
      pause.abort();
      return over;
    },
  };
}
