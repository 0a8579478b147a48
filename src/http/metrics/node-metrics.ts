import { collectDefaultMetrics, Registry } from 'prom-client';

let ofProcess: Registry | undefined;

// Gauges that are named as counters: Prometheus' own linter refuses them.
const MISNAMED = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
];

/**
 * What is known of the process itself: memory, processor, event loop, garbage. One for all bots in it, and not before
 * somebody asks, since what watches the event loop cannot be stopped.
 */
export function nodeMetrics(): Registry {
  if (ofProcess) return ofProcess;
  ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  for (const name of MISNAMED) ofProcess.removeSingleMetric(name);
  return ofProcess;
}
