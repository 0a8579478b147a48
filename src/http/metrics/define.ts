import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const PREFIX = 'appointment_sync_';

/** Makes metrics of one registry; every metric of the bot has a name that begins alike. */
export function defineIn(registry: Registry) {
  const registers = [registry];
  return {
    counter: <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
      new Counter({ name: PREFIX + name, help, labelNames, registers }),
    gauge: <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
      new Gauge({ name: PREFIX + name, help, labelNames, registers }),
    histogram: <L extends string = never>(
      name: string,
      help: string,
      { buckets, labelNames = [] }: { buckets: number[]; labelNames?: L[] },
    ) => new Histogram({ name: PREFIX + name, help, buckets, labelNames, registers }),
  };
}
