import { parseArgs } from 'node:util';
import { stopMariadb } from './bench-bot.ts';
import { demoToPage } from './demo-to-page.ts';
import { growth } from './growth.ts';
import { latency } from './latency.ts';
import { slackAck } from './slack-ack.ts';
import { start } from './start.ts';
import { throughput } from './throughput.ts';

/** One measurement: named figures in their unit, the floor measured in the same run, and whether the aim is met. */
export interface Measurement {
  name: string;
  figures: Record<string, number | string>;
  met: boolean;
}

const benchmarks: Record<string, () => Promise<Measurement[]>> = {
  throughput,
  latency,
  'slack-ack': slackAck,
  growth,
  start,
  'demo-to-page': demoToPage,
};

const USAGE = `npm run bench [-- NAME] [--json]
NAME: ${Object.keys(benchmarks).join(', ')}; all when none is given
growth takes --database sqlite|mariadb and --size N
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    // The last two are growth's own.
    options: {
      json: { type: 'boolean', default: false },
      database: { type: 'string' },
      size: { type: 'string' },
    },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
  for (const name of names) {
    const benchmark = benchmarks[name];
    if (!benchmark) throw new Error(USAGE);
    for (const measurement of await benchmark()) {
      if (!measurement.met) process.exitCode = 1;
      process.stdout.write(values.json ? `${JSON.stringify(measurement)}\n` : describe(measurement));
    }
  }
}

function describe({ name, figures, met }: Measurement): string {
  const lines = Object.entries(figures).map(([figure, value]) => `  ${figure.padEnd(28)} ${value}`);
  return `${name}: ${met ? 'aim met' : 'AIM MISSED'}\n${lines.join('\n')}\n`;
}

main()
  .catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  })
  .finally(stopMariadb);
