// npm run test:sim -- [--seeds N] [--seed S] [--seconds T] [--without GUARD] [--theme THEME]: plays N seeds from S on, on two
// cores, or as many as fit into T seconds, and prints what was found; one seed alone prints everything that happened.
import { parseArgs } from 'node:util';
import { guards } from './guards.ts';
import { playSeeds } from './processes.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '3600' },
    without: { type: 'string' },
    theme: { type: 'string' },
  },
});
const [seeds, seed, seconds] = [values.seeds, values.seed, values.seconds].map(Number);
const without = guards.find(({ name }) => name === values.without);
if (values.without !== undefined && !without) {
  throw new Error(`--without takes one of: ${guards.map(({ name }) => name).join(', ')}`);
}
const say = (line: string) => process.stdout.write(`${line}\n`);

const isTraced = values.seeds === '1';
const played = await playSeeds({
  from: seed ?? 1,
  count: seeds ?? 1,
  seconds: seconds ?? 1,
  isTraced,
  ...(without && { without: without.name }),
  ...(values.theme !== undefined && { theme: values.theme }),
});
for (const { trace = [] } of played.traced) for (const line of trace) say(line);
for (const { seed: failing, broken } of played.failed) {
  say(`seed ${failing} fails; npm run test:sim -- --seeds 1 --seed ${failing} tells what happened`);
  for (const promise of broken) say(`  ${promise}`);
}
const { count, tookMs, steps, simulatedMs, failed } = played;
say(
  `${count} seeds, ${failed.length} failed; ${(count / (tookMs / 1_000)).toFixed(1)} seeds/s, ` +
    `${steps} steps, ${Math.round(simulatedMs / 3_600_000)} simulated hours in ${Math.round(tookMs / 1_000)} s`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
