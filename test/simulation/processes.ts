import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { SeedResult } from './run-seed.ts';

const REGISTER = path.join(import.meta.dirname, 'register.ts');
const PLAY = path.join(import.meta.dirname, 'play-seeds.ts');
const CORES = 2;

export interface Wanted {
  from: number;
  count: number;
  /** Of real time; what is not played by then is left out. */
  seconds: number;
  /** Also tells everything that happened. */
  isTraced?: boolean;
  /** The guard that is taken out. */
  without?: string;
  theme?: string;
  /** Ends at the first seed that fails. */
  isOneEnough?: boolean;
}

export interface Played {
  count: number;
  failed: SeedResult[];
  /** All of them, with a trace, when that was asked for. */
  traced: (SeedResult & { trace?: string[] })[];
  steps: number;
  simulatedMs: number;
  tookMs: number;
}

/** Plays seeds in processes of their own, one for each core. Throws when one of them breaks. */
export async function playSeeds(wanted: Wanted): Promise<Played> {
  const startedMs = performance.now();
  const processes = Math.min(CORES, wanted.count);
  const ended = new AbortController();
  const parts = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      playPart(wanted, {
        from: wanted.from + index,
        count: Math.ceil((wanted.count - index) / processes),
        step: processes,
        ended,
      }),
    ),
  );
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  const results = parts.flatMap((part) => part.results).sort((one, other) => one.seed - other.seed);
  return {
    count: sum((part) => part.played),
    failed: results.filter(({ broken }) => broken.length > 0),
    traced: wanted.isTraced ? results : [],
    steps: sum((part) => part.steps),
    simulatedMs: sum((part) => part.simulatedMs),
    tookMs: performance.now() - startedMs,
  };
}

interface Part {
  results: SeedResult[];
  played: number;
  steps: number;
  simulatedMs: number;
}

async function playPart(
  wanted: Wanted,
  own: { from: number; count: number; step: number; ended: AbortController },
): Promise<Part> {
  const args = [own.from, own.count, own.step, wanted.seconds].map(String);
  if (wanted.isTraced) args.push('--trace');
  if (wanted.theme) args.push(`--theme=${wanted.theme}`);
  const child = spawn(process.execPath, ['--import', REGISTER, PLAY, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SIMULATION_WITHOUT: wanted.without ?? '' },
    signal: own.ended.signal,
  });
  const closed = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  const part: Part = { results: [], played: 0, steps: 0, simulatedMs: 0 };
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line);
    if (told.seed === undefined) Object.assign(part, told);
    else part.results.push(told);
    if (wanted.isOneEnough && part.results.length > 0) own.ended.abort();
  }
  const code = await closed;
  if (code !== 0 && !own.ended.signal.aborted)
    throw new Error(`a process of the simulation ended with ${code}`);
  return part;
}
