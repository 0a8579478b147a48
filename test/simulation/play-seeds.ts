// One process of the simulation: plays every STEPth seed from FROM on, COUNT of them or as many as SECONDS allow, and
// writes a line of JSON for each that failed, and one at the end.
import { themes } from './faults.ts';
import { seedIds } from './machine.ts';
import { runSeed } from './run-seed.ts';
import { makeSalonImages } from './salon-image.ts';

const realNow = performance.now.bind(performance);
const [from = 1, count = 1, step = 1, seconds = 3_600] = process.argv.slice(2).map(Number);
const isTraced = process.argv.includes('--trace');
const theme = themes.find((each) => process.argv.includes(`--theme=${each}`));
seedIds(0);
const images = await makeSalonImages();
const began = realNow();
let played = 0;
let simulatedMs = 0;
let steps = 0;
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

for (; played < count && realNow() - began < seconds * 1_000; played++) {
  const lines: string[] = [];
  const trace = isTraced ? (line: string) => lines.push(line) : undefined;
  const result = await runSeed(from + played * step, images, { theme, trace });
  simulatedMs += result.simulatedMs;
  steps += result.steps;
  if (isTraced) say({ ...result, trace: lines });
  else if (result.broken.length > 0) say(result);
}
say({ played, steps, simulatedMs, tookMs: Math.round(realNow() - began) });
process.exit(0);
