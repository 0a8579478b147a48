// The sandbox's time: ticks with the real one from a chosen start, and can be moved and frozen.

const TIMER_MS_MAX = 2 ** 31 - 1;

export interface SandboxClock {
  now(): Date;
  /** Resolves after `ms` of the sandbox's time, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Moves forward by `ms` and wakes every sleeper whose time has come. */
  advance(ms: number): void;
  /**
   * Moves to `instant`. Throws a RangeError when that is earlier than now, unless `backwards` is set: then sleepers
   * keep the rest of their sleep, as a machine whose clock is set back lets them.
   */
  moveTo(instant: Date, options?: { backwards?: boolean }): void;
  /** now() stands still, and only moves and signals wake sleepers. */
  freeze(): void;
  resume(): void;
  readonly frozen: boolean;
}

interface Sleeper {
  wakesAtMs: number;
  wake(): void;
}

/**
 * A clock that shows `start` now. Its timers do not keep a process alive: a sandbox lives as long as its servers
 * listen, and a run to the end must be able to exit while loops still sleep.
 */
export function createSandboxClock(start: Date): SandboxClock {
  const sleepers = new Set<Sleeper>();
  const time = createMovableTime(start.getTime());
  let timer: NodeJS.Timeout | undefined;

  function wakeDue() {
    const nowMs = time.nowMs();
    const due = [...sleepers].filter((sleeper) => sleeper.wakesAtMs <= nowMs);
    due.sort((a, b) => a.wakesAtMs - b.wakesAtMs);
    for (const sleeper of due) sleeper.wake();
    armTimer();
  }

  function armTimer() {
    clearTimeout(timer);
    let nextMs = Number.POSITIVE_INFINITY;
    for (const sleeper of sleepers) nextMs = Math.min(nextMs, sleeper.wakesAtMs);
    const restMs = nextMs - time.nowMs();
    if (nextMs === Number.POSITIVE_INFINITY || (time.frozen && restMs > 0)) return;
    timer = setTimeout(wakeDue, Math.min(Math.max(restMs, 0), TIMER_MS_MAX)).unref();
  }

  function moveByMs(ms: number) {
    time.moveByMs(ms);
    if (ms < 0) for (const sleeper of sleepers) sleeper.wakesAtMs += ms;
    wakeDue();
  }

  return {
    now: () => new Date(time.nowMs()),
    sleep(ms, signal) {
      const woken = fallAsleep(sleepers, time.nowMs() + ms, signal);
      armTimer();
      return woken;
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`the clock advances by 0 ms or more, not by ${ms}`);
      moveByMs(ms);
    },
    moveTo(instant, { backwards = false } = {}) {
      const ms = instant.getTime() - time.nowMs();
      if (Number.isNaN(ms)) throw new RangeError('the clock can only move to a valid date');
      if (ms < 0 && !backwards) throw new RangeError(`the clock is already past ${instant.toISOString()}`);
      moveByMs(ms);
    },
    freeze() {
      time.freeze();
      armTimer();
    },
    resume() {
      time.resume();
      armTimer();
    },
    get frozen() {
      return time.frozen;
    },
  };
}

/** Milliseconds since 1970 that tick with the monotonic real time, unless frozen. */
function createMovableTime(startMs: number) {
  let shownMs = startMs;
  let readAtMs: number | null = performance.now();
  const nowMs = () => shownMs + (readAtMs === null ? 0 : Math.floor(performance.now() - readAtMs));
  return {
    nowMs,
    moveByMs(ms: number) {
      shownMs += ms;
    },
    freeze() {
      shownMs = nowMs();
      readAtMs = null;
    },
    resume() {
      readAtMs ??= performance.now();
    },
    get frozen() {
      return readAtMs === null;
    },
  };
}

function fallAsleep(sleepers: Set<Sleeper>, wakesAtMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const sleeper: Sleeper = { wakesAtMs, wake };
    function wake() {
      sleepers.delete(sleeper);
      signal?.removeEventListener('abort', wake);
      resolve();
    }
    signal?.addEventListener('abort', wake);
    sleepers.add(sleeper);
  });
}
