import type { Clock } from '../../src/clock.ts';
import type { Machine } from '../../src/shared-clock.ts';
import type { Random } from './random.ts';

/** One life of one bot: what belongs to it ends with it, and stands still with it. */
export interface Process {
  name: string;
  isDead: boolean;
  /** Virtual milliseconds; until then nothing of it goes on. */
  stalledUntilMs: number;
  /** How far the clock of its machine is off. */
  skewMs: number;
  /** How long its machine was suspended: the stop watch stood still. */
  suspendedMs: number;
}

interface Due {
  atMs: number;
  /** Decides among what is due at once. */
  order: number;
  process: Process | null;
  run: (() => void) | null;
}

/** The only source of time and of order: one thing happens after the other, and the clock jumps to the next. */
export interface Scheduler {
  nowMs(): number;
  /** Runs `run` in `ms`, unless the process is dead by then or the returned function was called. */
  after(ms: number, process: Process | null, run: () => void): () => void;
  /** Never resolves for a process that dies. */
  wait(ms: number, process: Process | null): Promise<void>;
  machineOf(process: Process): Machine;
  note(line: string): void;
  /** Goes on until `isOver` holds after a step, or nothing is left. */
  run(isOver: () => boolean): Promise<void>;
  steps(): number;
}

// What a step sets off is over when the event loop comes round: nothing here waits for the machine.
const realImmediate = setImmediate;
const loopComesRound = () => new Promise<void>((resolve) => realImmediate(resolve));

export function createScheduler(options: {
  startMs: number;
  random: Random;
  /** Called after every step. */
  afterStep: () => void;
  note: (line: string) => void;
}): Scheduler {
  const { random, note, afterStep } = options;
  const heap = createHeap();
  let nowMs = options.startMs;
  let steps = 0;

  function after(ms: number, process: Process | null, run: () => void): () => void {
    const due: Due = { atMs: nowMs + Math.max(0, Math.ceil(ms)), order: random.next(), process, run };
    heap.push(due);
    return () => {
      due.run = null;
    };
  }

  /** Dead: never. Standing still: later. */
  function happens(due: Due): boolean {
    if (due.run === null || due.process?.isDead) return false;
    if (due.process === null || due.process.stalledUntilMs <= nowMs) return true;
    due.atMs = Math.ceil(due.process.stalledUntilMs);
    heap.push(due);
    return false;
  }

  const scheduler: Scheduler = {
    nowMs: () => nowMs,
    after,
    wait: (ms, process) => new Promise((resolve) => after(ms, process, resolve)),
    machineOf: (process) => ({
      clock: clockOf(scheduler, process),
      stopWatchMs: () => nowMs - process.suspendedMs,
    }),
    note: (line) => note(`${new Date(nowMs).toISOString().slice(8, 23)} ${line}`),
    steps: () => steps,
    async run(isOver) {
      await loopComesRound();
      for (;;) {
        const due = heap.pop();
        if (!due) return;
        nowMs = Math.max(nowMs, due.atMs);
        if (!happens(due)) continue;
        steps += 1;
        due.run?.();
        await loopComesRound();
        afterStep();
        if (isOver()) return;
      }
    },
  };
  return scheduler;
}

function clockOf(scheduler: Scheduler, process: Process): Clock {
  return {
    now: () => new Date(scheduler.nowMs() + process.skewMs),
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          cancel();
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const cancel = scheduler.after(ms, process, wake);
        signal?.addEventListener('abort', wake);
      });
    },
  };
}

function createHeap() {
  const heap: Due[] = [];
  const isBefore = (one: Due, other: Due) =>
    one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
  const at = (index: number) => heap[index] as Due;
  function swap(one: number, other: number): void {
    const kept = at(one);
    heap[one] = at(other);
    heap[other] = kept;
  }
  return {
    push(due: Due): void {
      let index = heap.push(due) - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!isBefore(at(index), at(parent))) return;
        swap(index, parent);
        index = parent;
      }
    },
    pop(): Due | undefined {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first;
      heap[0] = last;
      for (let index = 0; ; ) {
        const left = 2 * index + 1;
        let least = index;
        if (left < heap.length && isBefore(at(left), at(least))) least = left;
        if (left + 1 < heap.length && isBefore(at(left + 1), at(least))) least = left + 1;
        if (least === index) return first;
        swap(index, least);
        index = least;
      }
    },
  };
}
