// METRICS live in this folder, in the form that Prometheus reads. What the record knows is read from the database when
// somebody asks; what only this process knows it counts. No label holds a number of an appointment or anything personal.
import { Registry } from 'prom-client';
import type { Clock } from '../../clock.ts';
import { SECOND } from '../../instant.ts';
import type { Log } from '../../log.ts';
import type { Measures } from '../../measures.ts';
import { inTime, oneAtATime } from '../in-time.ts';
import type { HttpAnswer, Route } from '../route.ts';
import { nodeMetrics } from './node-metrics.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { type RecordReading, type RecordSource, readRecord } from './read-record.ts';
import { createRecordMetrics } from './record-metrics.ts';
import { countWork } from './work-metrics.ts';

export interface Metrics {
  measures: Measures;
  route: Route;
}

interface Deps extends RecordSource {
  clock: Clock;
  log: Log;
  callsPerMinute: number;
  scrapeMs?: number;
}

const SCRAPE_MS_MAX = 4 * SECOND;
const REST_FACTOR = 20;

/** `GET /metrics`: also answered, without what the database knows, when that cannot be asked in time. */
export function createMetrics(deps: Deps): Metrics {
  const { scrapeMs = SCRAPE_MS_MAX } = deps;
  const own = new Registry();
  const measures = countWork(own);
  const showProcess = createProcessMetrics(own, deps);
  const record = createRecordMetrics();
  const read = readSparingly(deps, scrapeMs);

  async function answer(): Promise<HttpAnswer> {
    const reading = await inTime(read(), scrapeMs, null);
    showProcess(reading !== null);
    if (reading) record.show(reading);
    const registries = [own, nodeMetrics(), ...(reading ? [record.registry] : [])];
    const texts = await Promise.all(registries.map((registry) => registry.metrics()));
    return { status: 200, contentType: own.contentType, body: texts.join('') };
  }
  return { measures, route: { method: 'GET', path: '/metrics', answer } };
}

/**
 * What the database knows; null when it does not say. Read anew when the last reading is twenty times older than the
 * time it took: however often somebody asks, and however many appointments there are, it stays a twentieth of one
 * connection's time.
 */
function readSparingly(deps: Deps, timeoutMs: number): () => Promise<RecordReading | null> {
  const { db, clock, log } = deps;
  let last: RecordReading | null = null;
  let isFreshUntilMs = 0;
  const ask = oneAtATime(async () => {
    const startedMs = performance.now();
    try {
      // A connection that died without a word would keep every later question waiting.
      await db.raw('SELECT 1').timeout(timeoutMs);
      last = await readRecord(deps, clock.now());
      const endedMs = performance.now();
      isFreshUntilMs = endedMs + REST_FACTOR * (endedMs - startedMs);
      return last;
    } catch (error) {
      log.warn({ err: error }, 'metrics.not_read');
      return null;
    }
  });
  return async () => (performance.now() < isFreshUntilMs ? last : ask());
}
