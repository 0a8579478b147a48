import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Measurement } from './main.ts';
import { percentile } from './percentile.ts';

const ROOT = path.join(import.meta.dirname, '..');
const ROUNDS = 5;
const AIM_MS = 5_000;

/** From starting the demo's process to the printed address of its page; the floor is a process that does nothing. */
export async function demoToPage(): Promise<Measurement[]> {
  const rounds: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    floors.push(await timeUntil(['--eval', "console.log('The page')"]));
    rounds.push(await timeUntil(['sandbox/demo.ts', '--page-port', '0', '--bot-port', '0']));
  }
  const median = percentile(rounds, 0.5);
  const demo = {
    name: 'demo-to-page',
    figures: {
      'median (ms)': Math.round(median),
      'slowest (ms)': Math.round(Math.max(...rounds)),
      'floor: an empty process (ms)': Math.round(percentile(floors, 0.5)),
      'aim (ms)': AIM_MS,
    },
    met: median <= AIM_MS,
  };
  return [demo];
}

async function timeUntil(args: string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('The page')) break;
  }
  const tookMs = performance.now() - startedAt;
  if (!text.includes('The page')) throw new Error(`the demo did not start: ${text}`);
  child.kill('SIGINT');
  await ended;
  return tookMs;
}
