import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Registry } from 'prom-client';
import type { Db } from '../../database.ts';
import { defineIn } from './define.ts';

const PACKAGE_FILE = path.join(import.meta.dirname, '../../../package.json');

/** The gauges about this process; the function that is returned reads them anew. */
export function createProcessMetrics(
  registry: Registry,
  { db, callsPerMinute }: { db: Db; callsPerMinute: number },
): (isDatabaseUp: boolean) => void {
  const { gauge } = defineIn(registry);
  const { version } = JSON.parse(readFileSync(PACKAGE_FILE, 'utf8'));
  gauge('build_info', 'Always 1; the labels say which version of the bot runs, and on which Node.', [
    'version',
    'node_version',
  ]).set({ version, node_version: process.version }, 1);
  gauge(
    'pace_limit_calls_per_second',
    'How many calls to Cal.com all replicas together may make; 0 when there is no limit.',
  ).set(callsPerMinute / 60);
  const up = gauge(
    'database_up',
    'Whether the database answered in time (1); else (0) everything that it knows is left out.',
  );
  const connections = gauge(
    'database_connections',
    'Connections of this process to the database, in use and free.',
    ['state'],
  );
  const waiting = gauge('database_waiting', 'How often this process waits for a free connection now.');
  const { pool } = db.client;
  return (isDatabaseUp) => {
    up.set(Number(isDatabaseUp));
    connections.set({ state: 'used' }, pool.numUsed());
    connections.set({ state: 'free' }, pool.numFree());
    waiting.set(pool.numPendingAcquires());
  };
}
